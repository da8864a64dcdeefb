"""doctor looks at the Valkey that replicas share: what could write down or let in is found, and no address is repeated."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.channels.channel import Check
from bot.ops.valkey_checks import valkey_checks
from bot.runtime.state import StateError
from tests.deploy.valkey_server import program, running, shipped_files


def _found(address: str, **more: str) -> dict[str, Check]:
    found = valkey_checks({"CONSTELLATION_VALKEY": address, **more})
    assert all(check.ok == (check.fix == "") for check in found)
    assert "canary" not in str(found)
    return {check.name: check for check in found}


def _bad(found: dict[str, Check]) -> list[str]:
    return [name for name, check in found.items() if not check.ok]


def test_without_a_server_nothing_is_said() -> None:
    """One process needs none."""
    assert valkey_checks({}) == ()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("canary", "none that can be used"),
        ("http://canary.example/", "none that can be used"),
        ("valkey://canary.example:1/", "in clear"),
        ("valkeys://canary.example:1/?ssl_cert_reqs=none", "whose server"),
        ("valkeys://canary.example:1/?ssl_check_hostname=False", "whose server"),
        ("unix://constellation:canary@/none/socket", "a password stands in"),
    ],
)
def test_an_address_that_tells_or_goes_astray_is_found(address: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is asked; it is never repeated."""

    def nobody(_: str) -> None:
        raise StateError("address")  # a test asks no host

    monkeypatch.setattr("bot.runtime.state.valkey.client_of", nobody)
    assert says in _found(address)["valkey way"].says


def test_a_password_is_fine_in_a_file_of_the_bots_alone(tmp_path: Path) -> None:
    """Others may not read it; one that is not there is said."""
    file = tmp_path / "address"
    assert _bad(_found("", CONSTELLATION_VALKEY_FILE=str(file))) == ["valkey address"]
    file.write_text(f"unix://constellation:canary@{tmp_path}/socket\n", "ascii")
    file.chmod(0o600)
    assert _bad(_found("", CONSTELLATION_VALKEY_FILE=str(file))) == ["valkey"]
    file.chmod(0o644)
    assert _bad(_found("", CONSTELLATION_VALKEY_FILE=str(file))) == ["valkey address", "valkey"]


def test_a_server_that_is_away_is_said(tmp_path: Path) -> None:
    """With where to look."""
    found = _found(f"unix://constellation@{tmp_path}/socket")
    assert _bad(found) == ["valkey"]
    assert "systemctl status" in found["valkey"].fix


@pytest.mark.heavy
async def test_the_server_that_ships_has_nothing_to_mend(tmp_path: Path) -> None:
    """As its user sees it; a user that it does not know, and none at all, are told apart from silence."""
    async with running(tmp_path, [program(), str(shipped_files(tmp_path))]):
        found = await asyncio.to_thread(_found, f"unix://constellation@{tmp_path}/socket")
        assert _bad(found) == []
        assert set(found) == {"valkey way", "valkey", "valkey version", "valkey files", "valkey logs", "valkey user"}
        for address in (f"unix://somebody@{tmp_path}/socket", f"unix://{tmp_path}/socket"):
            found = await asyncio.to_thread(_found, address)
            assert _bad(found) == ["valkey"]
            assert "users.acl" in found["valkey"].fix


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("options", "bad"),
    [
        ((), ["valkey files", "valkey logs", "valkey user"]),
        (("--save", ""), ["valkey logs", "valkey user"]),
        (("--save", "", "--appendonly", "yes"), ["valkey files", "valkey logs", "valkey user"]),
        (("--save", "", "--slowlog-log-slower-than", "-1"), ["valkey logs", "valkey user"]),
        (("--save", "", "--maxmemory-policy", "allkeys-lru"), ["valkey logs", "valkey room", "valkey user"]),
        (
            ("--save", "", "--slowlog-log-slower-than", "-1", "--commandlog-request-larger-than", "-1",
             "--commandlog-reply-larger-than", "-1"), ["valkey user"],
        ),
    ],
)  # fmt: skip
async def test_a_server_as_it_comes_is_found_out(tmp_path: Path, options: tuple[str, ...], bad: list[str]) -> None:
    """Each with what mends it."""
    command = [program(), "--port", "0", "--unixsocket", str(tmp_path / "socket"), "--dir", str(tmp_path), *options]
    async with running(tmp_path, command):
        found = await asyncio.to_thread(_found, f"unix://{tmp_path}/socket")
        assert _bad(found) == bad


@pytest.mark.heavy
async def test_a_user_who_may_not_even_ask_is_said(tmp_path: Path) -> None:
    """It could still be the right server: the access list is what to look at."""
    (tmp_path / "users.acl").write_text("user default off\nuser constellation on nopass ~* -@all +ping\n")
    options = ["--port", "0", "--unixsocket", str(tmp_path / "socket"), "--aclfile", str(tmp_path / "users.acl"), "--save", ""]
    async with running(tmp_path, [program(), *options]):
        found = await asyncio.to_thread(_found, f"unix://constellation@{tmp_path}/socket")
        assert _bad(found) == ["valkey"]
        assert "ACL WHOAMI" in found["valkey"].fix
