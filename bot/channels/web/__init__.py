"""The talk on a web page without scripts, cookies or an account: one form a screen, its state sealed inside it.

`SURFACE` says what the channel can do, `CHANNEL` what it is and has; `bot.channels.web.app.run` starts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.channels.channel import SHARING, Channel, ChannelSettings, Probe, Service, Step, WorldOf
from bot.channels.phone import Phone
from bot.engine import Surface

if TYPE_CHECKING:
    from bot.channels.web.settings import Settings

SURFACE: Final = Surface(name="web", title="Web", erases=False, previews=False, chats=False)


def _settings(environ: Mapping[str, str]) -> Settings:
    from bot.channels.web.settings import from_environment

    return from_environment(environ)


def _serve(step: Step, world_of: WorldOf, settings: Settings) -> int:
    from bot.channels.web.app import run

    return run(step, world_of, settings)


def _phone(environ: Mapping[str, str]) -> Phone:
    from bot.channels.web.phone import from_environment

    return from_environment(environ)


CHANNEL: Final = Channel(
    SURFACE,
    identity=False,
    tokens="form",
    settings=ChannelSettings(
        _settings,
        marks=("CONSTELLATION_WEB_LISTEN",),
        refusals=("web_library", "web_listen", "web_far", "web_workers", "web_onion", "web_leave", "web_join", *SHARING),
    ),
    health="CONSTELLATION_WEB_HEALTH_FILE",
    service=Service(
        "the bot as a web page: in a browser on this machine, or behind a proxy or an onion service",
        "constellation run web",
        _serve,
    ),
    probe=Probe(_phone, ("web_library", "probe_web")),
    inventory=Path(__file__).with_name("inventory.yaml"),
)
