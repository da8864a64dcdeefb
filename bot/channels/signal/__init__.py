"""The talk on Signal, through signal-cli's JSON-RPC daemon: one message a screen, numbers and short words for choices.

`SURFACE` says what the channel can do, `CHANNEL` what it is and has; `bot.channels.signal.app.run` starts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.channels.channel import SHARING, Channel, ChannelSettings, Probe, Service, Step, WorldOf
from bot.channels.phone import Phone
from bot.engine import Surface

if TYPE_CHECKING:
    from bot.channels.signal.settings import Settings

SURFACE: Final = Surface(name="signal", title="Signal", buttons=False, timers=True)


def _settings(environ: Mapping[str, str]) -> Settings:
    from bot.channels.signal.settings import from_environment

    return from_environment(environ)


def _serve(step: Step, world_of: WorldOf, settings: Settings) -> int:
    from bot.channels.signal.app import run

    return run(step, world_of, settings)


def _phone(environ: Mapping[str, str]) -> Phone:
    from bot.channels.signal.phone import from_environment

    return from_environment(environ)


CHANNEL: Final = Channel(
    SURFACE,
    identity=True,
    tokens="session",
    erasing=("answers",),
    timers="app",
    sessions="signal",
    settings=ChannelSettings(
        _settings, marks=("CONSTELLATION_SIGNAL_SOCKET",), refusals=("daemon", "daemon_far", "session", "signal_join", *SHARING)
    ),
    health="CONSTELLATION_SIGNAL_HEALTH_FILE",
    service=Service(
        "the bot on Signal, through a signal-cli daemon",
        "CONSTELLATION_SIGNAL_SOCKET=/run/signal-cli/socket constellation run signal",
        _serve,
    ),
    probe=Probe(_phone, ("probe_signal", "daemon_far")),
    inventory=Path(__file__).with_name("inventory.yaml"),
)
