"""Where the probe is told whose account it uses and which bot it writes to: environment variables with one prefix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.channels.settings import SettingsError as SettingsError
from bot.channels.settings import near_daemon
from bot.channels.signal.envelope import is_aci

PREFIX: Final = "CONSTELLATION_PROBE_"


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """`bot`: the bot's username (Telegram) or ACI (Signal). Signal: `socket`, `account` of the probe's own daemon. Telegram:
    `api_id`, `api_hash` of the operator's, `session_file` that `--login` writes."""

    bot: str
    socket: str = ""
    account: str = ""
    api_id: int = 0
    api_hash: str = ""
    session_file: Path = Path()

    @property
    def session(self) -> str:
        """The Telegram login. Raises `SettingsError` where nobody has logged in."""
        return _read(self.session_file)


def from_environment(environ: Mapping[str, str], channel: str) -> Settings:
    """The settings for "telegram" or "signal". Raises `SettingsError`."""
    bot = environ.get(PREFIX + "BOT", "").strip().removeprefix("@")
    if channel == "signal":
        socket = environ.get(PREFIX + "SOCKET", "").strip()
        if not socket or not is_aci(bot):
            raise SettingsError("probe_signal")
        return Settings(bot, near_daemon(socket), environ.get(PREFIX + "ACCOUNT", "").strip())
    number, session = environ.get(PREFIX + "API_ID", "").strip(), environ.get(PREFIX + "SESSION_FILE", "").strip()
    file = environ.get(PREFIX + "API_HASH_FILE", "").strip()
    if not (bot and session and file and number.isascii() and number.isdecimal() and len(number) < 16):
        raise SettingsError("probe_telegram")
    return Settings(bot, api_id=int(number), api_hash=_read(Path(file)), session_file=Path(session))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError("probe_telegram") from None
