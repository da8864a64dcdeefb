"""doctor finds each fault of a machine, says how to mend it, and holds no secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.cli import main
from bot.ops.host_checks import Check, checks, folder_checks

SWAPS = "Filename Type Size Used Priority\n"


def _proc(folder: Path, swaps: str = "", pattern: str = "core") -> Path:
    (folder / "sys" / "kernel").mkdir(parents=True)
    (folder / "self").mkdir()
    (folder / "swaps").write_text(SWAPS + swaps, encoding="ascii")
    (folder / "sys" / "kernel" / "core_pattern").write_text(pattern + "\n", encoding="ascii")
    (folder / "self" / "mounts").write_text("disk / ext4 rw 0 0\n", encoding="ascii")
    return folder


def _named(found: tuple[Check, ...], name: str) -> Check:
    return next(check for check in found if check.name == name)


def test_a_good_machine_has_nothing_to_mend(tmp_path: Path) -> None:
    """Swap off, no collector of dumps, a token of its owner's alone."""
    token = tmp_path / "token"
    token.write_text("secret", encoding="ascii")
    token.chmod(0o600)
    environ = {**os.environ, "CONSTELLATION_TELEGRAM_TOKEN_FILE": str(token)}
    found = checks(environ, _proc(tmp_path / "proc"))
    for name in ("swap", "core pattern", "token", "clock", "memory lock"):
        assert _named(found, name).ok, name
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("swaps", "pattern", "name", "fix"),
    [
        ("/dev/sda2 partition 1 0 -2\n", "core", "swap", "swapoff"),
        ("", "|/usr/lib/systemd/systemd-coredump", "core pattern", "Storage=none"),
    ],
)
def test_what_could_keep_memory_is_found(tmp_path: Path, swaps: str, pattern: str, name: str, fix: str) -> None:
    """With the line that mends it."""
    check = _named(checks(os.environ, _proc(tmp_path, swaps, pattern)), name)
    assert not check.ok
    assert fix in check.fix


def test_a_clock_that_is_behind_is_found(tmp_path: Path) -> None:
    """Contacts would not run out."""
    check = _named(checks(os.environ, _proc(tmp_path), clock=lambda: 0.0), "clock")
    assert not check.ok
    assert "set-ntp" in check.fix


def test_secrets_that_others_may_read_are_found_and_not_said(tmp_path: Path) -> None:
    """In the environment, in an open file, in no file at all; a pepper's file of before."""
    token = tmp_path / "token"
    token.write_text("123:secret", encoding="ascii")
    token.chmod(0o644)
    proc = _proc(tmp_path / "proc")
    for environ in (
        {"CONSTELLATION_TELEGRAM_TOKEN": "123:secret"},
        {"CONSTELLATION_TELEGRAM_TOKEN_FILE": str(token)},
        {"CONSTELLATION_TELEGRAM_TOKEN_FILE": str(tmp_path / "none")},
        {},
    ):
        check = _named(checks(environ, proc), "token")
        assert not check.ok
        assert check.fix
        assert "123:secret" not in str(check)
    pepper = _named(checks({"CONSTELLATION_PEPPER_FILE": str(tmp_path / "pepper")}, proc), "pepper")
    assert not pepper.ok
    assert "delete the file" in pepper.fix


def test_a_secret_that_was_never_written_is_found(tmp_path: Path) -> None:
    """The file is there, for its owner alone, and holds nothing."""
    token = tmp_path / "token"
    token.touch(mode=0o600)
    check = _named(checks({"CONSTELLATION_TELEGRAM_TOKEN_FILE": str(token)}, _proc(tmp_path / "proc")), "token")
    assert not check.ok
    assert "the token file is empty" in str(check)


def test_the_allocator_is_tried(tmp_path: Path) -> None:
    """A real process frees and looks; with the switches turned against it, it is found out."""
    assert _named(checks(os.environ, _proc(tmp_path)), "allocator").ok
    broken = {**os.environ, "PYTHONMALLOC": "pymalloc", "MALLOC_PERTURB_": "0", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    check = _named(checks(broken, tmp_path), "allocator")
    assert not check.ok
    assert "PYTHONMALLOC" in check.fix


def test_folders_and_files_are_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is not there is said, with the option that names another."""
    found = folder_checks({"content": tmp_path / "none"}, {"cache": tmp_path / "cache"}, {"signers": tmp_path / "none"})
    assert [check.ok for check in found] == [False, True, False]
    assert "--content" in found[0].fix
    assert main(["ops", "doctor", "--content", str(tmp_path / "none"), "--quiet"]) == 1
    assert "To mend: name another with --content" in capsys.readouterr().out
