"""What the channels' settings have in common: one way to refuse, and how long a session is kept."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from bot.privacy.log_grammar import REFUSALS
from bot.runtime.state import TTL

SESSION: Final = "CONSTELLATION_SESSION_SECONDS"
SHORTEST: Final = 10


class SettingsError(Exception):
    """The settings cannot be used. `why`: a key of the log's refusals; its sentence says which and how to mend it, no value."""

    def __init__(self, why: str) -> None:
        super().__init__(REFUSALS[why])
        self.why = why


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and no other: `localhost`, an address of 127.0.0.0/8, ::1. Another name may lead elsewhere
    whatever it looks like."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def near_daemon(socket: str) -> str:
    """The address of a signal-cli daemon as it was given: a path, or `host:port` of this machine, since what people write goes
    there in clear. Raises `SettingsError` for another host."""
    host, colon, port = socket.rpartition(":")
    if colon and port.isdigit() and not is_loopback(host):
        raise SettingsError("daemon_far")
    return socket


def session_seconds(environ: Mapping[str, str]) -> float:
    """How long a session is kept after the last message: half an hour, or less where CONSTELLATION_SESSION_SECONDS says so.
    Raises `SettingsError`, also for more."""
    given = environ.get(SESSION, "").strip()
    if not given:
        return TTL
    if not (given.isascii() and given.isdecimal() and len(given) < 6 and SHORTEST <= int(given) <= TTL):
        raise SettingsError("session")
    return float(given)
