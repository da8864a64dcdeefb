"""Looks at the Valkey that replicas share: reachable, closed, and writing nothing down. Says how to mend it; changes nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from bot.channels.channel import Check
from bot.ops.host_checks import private_file
from bot.runtime.state import StateError

VARIABLE: Final = "CONSTELLATION_VALKEY"
OLDEST: Final = (8, 1)
SECONDS: Final = 3.0
_UNKNOWN: Final = re.compile(r"(?i)authentication required|username-password pair")
_SHIPPED: Final = "start it with deploy/valkey/valkey.conf"
_WRITES: Final = {
    "snapshots": ("it writes snapshots on its disk", f'{_SHIPPED}, or: save ""'),
    "append_only": ("it writes each command on its disk", f"{_SHIPPED}, or: appendonly no"),
    "slow_log": ("it keeps slow commands with what they carry", f"{_SHIPPED}, or: slowlog-log-slower-than -1"),
    "command_log": (
        "it keeps large commands with what they carry",
        f"{_SHIPPED}, or: commandlog-request-larger-than -1 and commandlog-reply-larger-than -1",
    ),
    "unseen": ("it does not say how it is set up", "let the user of deploy/valkey/users.acl ask: CONFIG GET"),
}


@dataclass(frozen=True, slots=True)
class _Server:
    """What a server says of itself. `version`: () for what is no Valkey. `mighty`: its user may do more than the bot needs."""

    version: tuple[int, ...]
    settings: dict[str, str]
    user: str
    mighty: bool


def valkey_checks(environ: Mapping[str, str]) -> tuple[Check, ...]:
    """One `Check` each for the address, the server, its version, files, logs, room and user; nothing where `environ` names no
    server. Asks it. No address and no password is in what is found."""
    return tuple(_found(environ))


def _found(environ: Mapping[str, str]) -> Iterator[Check]:
    path, given = environ.get(f"{VARIABLE}_FILE"), environ.get(VARIABLE, "").strip()
    if path:
        file = private_file("valkey address", Path(path))
        yield file
        try:
            given = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return
    if not given:
        return
    address = _address(given, in_file=bool(path))
    yield address
    try:
        server = asyncio.run(_ask(given))
    except _NotAsked as fault:
        yield Check("valkey", False, fault.says, fault.fix)
        return
    yield Check("valkey", True, "it answers")
    yield from _server(server)


def _address(given: str, *, in_file: bool) -> Check:
    from bot.runtime.state.valkey import refusal

    name = "valkey way"
    if "ssl_cert_reqs" in given or "ssl_check_hostname" in given:
        says = "TLS would not look whose server it is, so the bot does not take this address"
        return Check(name, False, says, "take ssl_cert_reqs and ssl_check_hostname out of the address")
    try:
        plain = refusal(given)
    except StateError:
        says = "the address is none that can be used"
        return Check(name, False, says, f"{VARIABLE}: unix://constellation@PATH, or valkeys://USER:PASSWORD@HOST:PORT")
    if plain:
        fix = "valkeys:// with TLS, or a socket on this machine"
        return Check(name, False, "it goes to another machine in clear", fix)
    if urlsplit(given).password and not in_file:
        fix = f"put the address into a file only the bot can read, and name that in {VARIABLE}_FILE"
        return Check(name, False, f"a password stands in {VARIABLE}, where /proc and docker inspect show it", fix)
    return Check(name, True, "it stays on this machine" if urlsplit(given).scheme == "unix" else "it is this machine's, or TLS")


class _NotAsked(Exception):
    """The server could not be asked. `says`, `fix`: of a `Check`."""

    def __init__(self, says: str, fix: str) -> None:
        super().__init__(says)
        self.says, self.fix = says, fix


async def _ask(address: str) -> _Server:
    try:
        from valkey import exceptions

        from bot.runtime.state.valkey import client_of

        client = client_of(address)
    except ImportError:
        raise _NotAsked("the extra valkey is not installed", "pip install '.[valkey]'; the image has it") from None
    except (StateError, ValueError, TypeError):
        raise _NotAsked("the address cannot be used", "look at it by hand") from None
    away = "systemctl status constellation-valkey; whoever asks has to be in the group constellation-valkey, or reach its port"
    try:
        async with asyncio.timeout(SECONDS):
            return await _asked(client, exceptions.ResponseError)
    except exceptions.ResponseError:
        fix = "deploy/valkey/users.acl lets its user ask: PING, INFO, CONFIG GET, ACL WHOAMI"
        raise _NotAsked("its user may not even ask", fix) from None
    except (exceptions.ValkeyError, OSError, TimeoutError) as error:
        # The client has one class for a server that is away and for one that asks who comes.
        if isinstance(error, exceptions.AuthenticationError) or _UNKNOWN.search(str(error)):
            raise _NotAsked("it does not know this user or password", "compare the address with its users.acl") from None
        raise _NotAsked("it does not answer", away) from None
    finally:
        await client.aclose()


async def _asked(client: Any, refused: type[Exception]) -> _Server:
    from bot.runtime.state.valkey import SETTINGS

    info = await client.info("server")
    user = _text(await client.execute_command("ACL WHOAMI"))
    try:
        found = await client.config_get(*SETTINGS, "maxmemory-policy")
    except refused:
        found = {}
    try:
        await client.execute_command("CLIENT LIST")
        mighty = True
    except refused:
        mighty = False
    version = tuple(int(part) for part in _text(info.get("valkey_version", "")).split(".") if part.isdigit())
    return _Server(version, {_text(name): _text(value) for name, value in found.items()}, user, mighty)


def _server(server: _Server) -> Iterator[Check]:
    from bot.runtime.state.valkey import fault_of

    oldest = ".".join(map(str, OLDEST))
    if server.version[:2] < OLDEST:
        says = f"it is Valkey {'.'.join(map(str, server.version))}" if server.version else "it is no Valkey"
        yield Check("valkey version", False, says, f"install {oldest} or a later one")
    else:
        yield Check("valkey version", True, f"it is {oldest} or later")
    quiet = {"save": "", "appendonly": "no"}
    disk = {name: value for name, value in server.settings.items() if name in quiet}
    for name, settings, well in (
        ("valkey files", disk, "it writes no snapshot and no command on a disk"),
        ("valkey logs", {**server.settings, **quiet} if disk else {}, "it keeps no command in a log"),
    ):
        why = fault_of(settings)
        says, fix = _WRITES[why] if why else (well, "")
        yield Check(name, not why, says, fix)
    policy = server.settings.get("maxmemory-policy", "noeviction")
    if policy != "noeviction":
        fix = f"{_SHIPPED}, or: maxmemory-policy noeviction"
        yield Check("valkey room", False, "it throws out talks that live, to make room", fix)
    if server.user == "default" or server.mighty:
        fix = "start it with deploy/valkey/users.acl, and name its user in the address: unix://constellation@PATH"
        yield Check("valkey user", False, "the bot comes in as a user who may do more than it needs", fix)
    else:
        yield Check("valkey user", True, "the bot's user may do little more than it needs")


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
