"""The bot in Telegram: a loop of our own over the Bot API, which writes nothing down.

`SURFACE` says what the channel can do, `CHANNEL` what it is and has; `bot.channels.telegram.app.run` starts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.channels.channel import SHARING, Channel, ChannelSettings, Check, Probe, Secret, Service, Step, WorldOf
from bot.channels.phone import Phone
from bot.engine import Surface

if TYPE_CHECKING:
    from bot.channels.telegram.settings import Settings

SURFACE: Final = Surface(name="telegram", title="Telegram", limit=4096, buttons=True, erases=True, timers=True, layouts=True)


def _settings(environ: Mapping[str, str]) -> Settings:
    from bot.channels.telegram.settings import from_environment

    return from_environment(environ)


def _serve(step: Step, world_of: WorldOf, settings: Settings) -> int:
    from bot.channels.telegram.app import run
    from bot.channels.telegram.profile import profiles

    return run(step, world_of, settings, profiles(world_of().edition))


def _phone(environ: Mapping[str, str]) -> Phone:
    from bot.channels.telegram.phone import from_environment

    return from_environment(environ)


def _login(environ: Mapping[str, str]) -> str:
    from bot.channels.telegram.phone import log_in

    return log_in(environ)


def _checks(environ: Mapping[str, str]) -> tuple[Check, ...]:
    from bot.channels.telegram.webhook_info import webhook_checks

    return webhook_checks(environ)


CHANNEL: Final = Channel(
    SURFACE,
    identity=True,
    tokens="buttons",
    erasing=("answers", "typed words"),
    timers="bot",
    sessions="telegram",
    settings=ChannelSettings(
        _settings,
        marks=("CONSTELLATION_TELEGRAM_TOKEN", "CONSTELLATION_TELEGRAM_TOKEN_FILE"),
        refusals=(
            *(
                "token",
                "token_form",
                "token_file",
                "api_url",
                "secret",
                "secret_file",
                "pepper",
                "session",
                "webhook_library",
                "valkey_polls",
            ),
            *SHARING,
        ),
        secrets=(
            Secret("token", "CONSTELLATION_TELEGRAM_TOKEN"),
            Secret("webhook secret", "CONSTELLATION_TELEGRAM_WEBHOOK_SECRET", asked_by="CONSTELLATION_TELEGRAM_WEBHOOK_URL"),
        ),
    ),
    health="CONSTELLATION_TELEGRAM_HEALTH_FILE",
    service=Service(
        "the bot in Telegram, by polling or behind a webhook",
        "CONSTELLATION_TELEGRAM_TOKEN_FILE=token constellation run telegram",
        _serve,
    ),
    probe=Probe(_phone, ("probe_telegram", "probe_library"), _login),
    checks=_checks,
    inventory=Path(__file__).with_name("inventory.yaml"),
)
