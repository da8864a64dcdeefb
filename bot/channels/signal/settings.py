"""Where the Signal channel is told how to run: environment variables with one prefix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "CONSTELLATION_SIGNAL_"


class SettingsError(Exception):
    """The settings cannot be used. The text says which and how to mend it, and never holds a value."""


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """`socket`: the daemon's unix socket, or `host:port` for tests. `account`: the bot's own ACI or number, "" if the daemon
    serves one account only. `name_cost`: scrypt's N, 0 for the usual."""

    socket: str
    account: str = ""
    name_cost: int = 0


def from_environment(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` holds. Raises `SettingsError`."""
    socket = environ.get(PREFIX + "SOCKET", "").strip()
    if not socket:
        raise SettingsError(f"no daemon: give the path of signal-cli's socket in {PREFIX}SOCKET (docs/signal.md)")
    return Settings(socket, environ.get(PREFIX + "ACCOUNT", "").strip())
