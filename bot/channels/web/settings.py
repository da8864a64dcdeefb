"""Where the web channel is told how to run: environment variables with one prefix. Without any: a page for this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bot.channels.settings import SettingsError as SettingsError
from bot.channels.settings import Sharing, is_loopback, join_secret, sharing
from bot.channels.web import CHANNEL

PREFIX: Final = "CONSTELLATION_WEB_"
HOST: Final = "127.0.0.1"
_YES: Final = ("1", "yes", "true")
_ONION: Final = re.compile(r"http://[a-z2-7]{56}\.onion/?")
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HARMLESS: Final = re.compile(
    rf"(?:https://(?:{_LABEL}\.)+(?=[A-Za-z]){_LABEL}|http://(?:{_LABEL}\.)*[a-z2-7]{{56}}\.onion)(?:/[A-Za-z0-9._~/%-]*)?"
)
"""Where Leave may lead: a host with a name, over TLS or as an onion service; no port, no account, nothing after the path."""
WORKERS: Final = (PREFIX + "WORKERS", "WEB_CONCURRENCY")
"""Variables that ask for several processes: ours, and the one that hosting services set for any web server."""


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """`host`, `port`: where to listen; port 0 is any that is free. `socket`: a unix socket instead, "" for none. `at_home`:
    nothing was set, so a browser is opened on this machine. `onion`: the page's onion address, "" for none. `leave_to`: the
    harmless page after Leave, "" for none; `leave_by`: "link" or "refresh". `health_file`: see `bot.runtime.health`. `sharing`:
    where replicas meet, see `bot.channels.settings`; `join_secret`: what they know each other by."""

    host: str = HOST
    port: int = 0
    socket: str = ""
    at_home: bool = False
    onion: str = ""
    leave_to: str = ""
    leave_by: str = "link"
    health_file: Path | None = None
    sharing: Sharing | None = None
    join_secret: str = ""


def leads_to(address: str, page: str) -> bool:
    """Whether an address leads to the host of `page`, or to a name below it. "" leads nowhere."""
    host, wanted = urlsplit(address).hostname or "", urlsplit(page).hostname or ""
    return bool(wanted) and f".{host}".endswith(f".{wanted}")


def from_environment(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` holds. Raises `SettingsError`."""
    if any(find_spec(name) is None for name in ("starlette", "uvicorn", "htpy")):
        raise SettingsError("web_library")

    def given(name: str) -> str:
        return environ.get(PREFIX + name, "").strip()

    if any(environ.get(name, "").strip() not in ("", "1") for name in WORKERS):
        raise SettingsError("web_workers")
    onion, leave_to, leave_by = given("ONION"), given("LEAVE_TO"), given("LEAVE_BY") or "link"
    if onion and not _ONION.fullmatch(onion):
        raise SettingsError("web_onion")
    if (leave_to and not _HARMLESS.fullmatch(leave_to)) or leave_by not in ("link", "refresh"):
        raise SettingsError("web_leave")
    if leads_to(leave_to, onion):
        raise SettingsError("web_leave_here")
    health = environ.get(CHANNEL.health)
    meets = sharing(environ)
    join = join_secret(given("JOIN_FILE")) if meets else ""
    if meets and not join:
        raise SettingsError("web_join")
    file = Path(health) if health else None
    found = Settings(onion=onion, leave_to=leave_to, leave_by=leave_by, health_file=file, sharing=meets, join_secret=join)
    listen = given("LISTEN")
    if not listen:
        return replace(found, at_home=True)
    host, colon, port = listen.rpartition(":")
    if listen.startswith("/"):
        return replace(found, socket=listen)
    if not (colon and host and port.isascii() and port.isdecimal() and len(port) < 6 and 0 < int(port) < 65536):
        raise SettingsError("web_listen")
    if not is_loopback(host) and given("BEHIND_PROXY").lower() not in _YES:
        raise SettingsError("web_far")
    return replace(found, host=host.removeprefix("[").removesuffix("]"), port=int(port))
