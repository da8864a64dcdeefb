"""Where the Telegram channel is told how to run: environment variables with one prefix, the token from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from yarl import URL

from bot.channels.settings import SettingsError as SettingsError
from bot.channels.settings import Sharing, is_loopback, session_seconds, sharing
from bot.channels.telegram import CHANNEL
from bot.runtime.state import TTL

PREFIX: Final = "CONSTELLATION_TELEGRAM_"
OLD_PEPPER: Final = "CONSTELLATION_PEPPER_FILE"
"""A file that replicas shared once. Who still names it believes that it is used."""
API_URL: Final = "https://api.telegram.org/bot"


TOKEN: Final = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
"""The form of a token. Anything else would only fail later, at each call, with a code that says nothing."""


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """How the channel runs. Each field but the last is a variable of the prefix and its own name.

    `token`, `webhook_secret`: also `..._FILE`, the path of a file that holds it, which is better. `api_url`: what
    the token follows in each address, over https, or over http to this machine. `webhook_url`: where Telegram brings updates; ""
    polls. `listen`: `host:port`, or the path of a unix socket. `health_file`: see `health.healthy`. `pace`: "off" lifts the
    limits of messages a second, for a Bot API server of one's own. `sharing`, for replicas:
    see `bot.channels.settings`, as for `session_seconds`; replicas need the webhook, since Telegram gives its updates to one
    poller alone. `name_cost`: scrypt's N, 0 for the usual.
    """

    token: str
    api_url: str = API_URL
    webhook_url: str = ""
    webhook_secret: str = ""
    listen: str = "127.0.0.1:8081"
    health_file: Path | None = None
    sharing: Sharing | None = None
    pace: bool = True
    session_seconds: float = TTL
    name_cost: int = 0


def from_environment(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` holds. Raises `SettingsError`."""
    token = _secret(environ, "TOKEN")
    if not token:
        raise SettingsError("token")
    if not TOKEN.fullmatch(token):
        raise SettingsError("token_form")
    webhook = environ.get(PREFIX + "WEBHOOK_URL", "")
    secret = _secret(environ, "WEBHOOK_SECRET")
    if webhook and len(secret) < 16:
        raise SettingsError("secret")
    if environ.get(OLD_PEPPER):
        raise SettingsError("pepper")
    if webhook and any(find_spec(name) is None for name in ("starlette", "uvicorn")):
        raise SettingsError("webhook_library")
    health, shared = environ.get(CHANNEL.health), sharing(environ)
    if shared and not webhook:
        raise SettingsError("valkey_polls")
    return Settings(
        token=token,
        api_url=_api_url(environ.get(PREFIX + "API_URL") or API_URL),
        webhook_url=webhook,
        webhook_secret=secret,
        listen=environ.get(PREFIX + "LISTEN") or "127.0.0.1:8081",
        health_file=Path(health) if health else None,
        sharing=shared,
        pace=environ.get(PREFIX + "PACE", "").lower() != "off",
        session_seconds=session_seconds(environ),
    )


def _api_url(url: str) -> str:
    """The address of the Bot API: each call carries the token in it, so it is https, or of this machine."""
    try:
        # As the transport reads it, the token behind it: another reading could find another host.
        found = URL(f"{url}0:token")
    except ValueError:
        raise SettingsError("api_url") from None
    if not found.host or not (found.scheme == "https" or (found.scheme == "http" and is_loopback(found.host))):
        raise SettingsError("api_url")
    return url


def _secret(environ: Mapping[str, str], name: str) -> str:
    path = environ.get(f"{PREFIX}{name}_FILE")
    if path:
        try:
            return Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError("token_file" if name == "TOKEN" else "secret_file") from None
    return environ.get(PREFIX + name, "").strip()
