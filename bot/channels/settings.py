"""What the channels' settings have in common: one way to refuse, and how long a session is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from bot.privacy.log_grammar import REFUSALS
from bot.runtime.state import TTL, StateError
from bot.runtime.state.valkey import refusal

SESSION: Final = "CONSTELLATION_SESSION_SECONDS"
SHORTEST: Final = 10
VALKEY: Final = "CONSTELLATION_VALKEY"
REPLICAS: Final = "CONSTELLATION_REPLICAS"
UNSAFE: Final = "CONSTELLATION_VALKEY_UNSAFE"
JOIN_LETTERS: Final = 32


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


def where_to_knock(host: str) -> str:
    """The address at which something that listens on `host` answers on this machine: a server that listens everywhere is
    asked over the loopback."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return {4: "127.0.0.1", 6: "::1"}[address.version] if address.is_unspecified else host


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


@dataclass(frozen=True, slots=True, repr=False)
class Sharing:
    """Where replicas meet. `address`: of a Valkey server. `replicas`: how many there are at the least. `unsafe`: whether a server
    is used that writes down what it is told, or that is reached in clear over a network."""

    address: str
    replicas: int = 3
    unsafe: bool = False


def sharing(environ: Mapping[str, str]) -> Sharing | None:
    """Where replicas meet: CONSTELLATION_VALKEY, or the file that CONSTELLATION_VALKEY_FILE names, whose one line is the address;
    None for one process alone. Raises `SettingsError`."""
    address, file = environ.get(VALKEY, "").strip(), environ.get(f"{VALKEY}_FILE", "").strip()
    if file:
        try:
            address = Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError("valkey_file") from None
        if not address:
            raise SettingsError("valkey_file")
    if not address:
        return None
    if find_spec("valkey") is None:
        raise SettingsError("valkey_library")
    unsafe = environ.get(UNSAFE, "").strip().lower() == "yes"
    try:
        plain = refusal(address)
    except StateError:
        raise SettingsError("valkey_address") from None
    if plain and not unsafe:
        raise SettingsError("valkey_plain")
    count = environ.get(REPLICAS, "").strip() or "3"
    if not (count.isascii() and count.isdecimal() and len(count) < 3 and int(count) > 0):
        raise SettingsError("replicas")
    return Sharing(address, int(count), unsafe)


def join_secret(path: str) -> str:
    """What the replicas of a channel without a token of its own know each other by, from the file at `path`; "" where there is
    none, or one that could be guessed."""
    try:
        found = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return found if len(found) >= JOIN_LETTERS else ""
