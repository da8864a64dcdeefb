"""Where the Signal channel is told how to run: environment variables with one prefix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.channels.settings import SettingsError as SettingsError
from bot.channels.settings import Sharing, join_secret, near_daemon, session_seconds, sharing
from bot.channels.signal import CHANNEL
from bot.runtime.state import TTL

PREFIX: Final = "CONSTELLATION_SIGNAL_"


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """`socket`: the daemon's unix socket, or `host:port` of this machine, for tests. `account`: the bot's own ACI or number, ""
    if the daemon serves one account only. `health_file`: see `bot.runtime.health`. `session_seconds`: see
    `bot.channels.settings`. `sharing`: where several processes settle who of them serves; `join_secret`: what they know each
    other by. `name_cost`: scrypt's N, 0 for the usual."""

    socket: str
    account: str = ""
    health_file: Path | None = None
    session_seconds: float = TTL
    name_cost: int = 0
    sharing: Sharing | None = None
    join_secret: str = ""


def from_environment(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` holds. Raises `SettingsError`."""
    socket = environ.get(PREFIX + "SOCKET", "").strip()
    if not socket:
        raise SettingsError("daemon")
    near_daemon(socket)
    health, meets = environ.get(CHANNEL.health), sharing(environ)
    join = join_secret(environ.get(PREFIX + "JOIN_FILE", "").strip()) if meets else ""
    if meets and not join:
        raise SettingsError("signal_join")
    return Settings(
        socket,
        environ.get(PREFIX + "ACCOUNT", "").strip(),
        Path(health) if health else None,
        session_seconds(environ),
        sharing=meets,
        join_secret=join,
    )
