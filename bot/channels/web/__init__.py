"""The talk on a web page without scripts, cookies or an account: one form a screen, its state sealed inside it.

`SURFACE` says what the channel can do, `CHANNEL` what it is and has; `bot.channels.web.app.run` starts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.channels.channel import SHARING, Channel, ChannelSettings, Check, Probe, Service, Step, WorldOf
from bot.channels.phone import Phone
from bot.engine import Surface

if TYPE_CHECKING:
    from bot.channels.web.settings import Settings

SURFACE: Final = Surface(name="web", title="Web", erases=False, previews=False, chats=False)

PUBLIC: Final = "CONSTELLATION_PROBE_PAGE"
"""The variable with the address that people open: the probe plays its talk there, and doctor visits it once."""


def _settings(environ: Mapping[str, str]) -> Settings:
    from bot.channels.web.settings import from_environment

    return from_environment(environ)


def _serve(step: Step, world_of: WorldOf, settings: Settings) -> int:
    from bot.channels.web.app import run

    return run(step, world_of, settings)


def _phone(environ: Mapping[str, str]) -> Phone:
    from bot.channels.web.phone import from_environment

    return from_environment(environ)


def _checks(environ: Mapping[str, str]) -> tuple[Check, ...]:
    from bot.channels.settings import SettingsError
    from bot.channels.web.settings import from_environment

    try:
        settings = from_environment(environ)
    except SettingsError as error:  # also where libraries are missing that the checks themselves need
        return (Check("page settings", False, "the page does not start with them", str(error)),)
    from bot.channels.web.page_checks import page_checks

    return page_checks(settings, environ.get(PUBLIC, "").strip())


CHANNEL: Final = Channel(
    SURFACE,
    identity=False,
    tokens="form",
    settings=ChannelSettings(
        _settings,
        marks=("CONSTELLATION_WEB_LISTEN",),
        refusals=(
            "web_library",
            "web_listen",
            "web_far",
            "web_workers",
            "web_onion",
            "web_leave",
            "web_leave_here",
            "web_join",
            *SHARING,
        ),
    ),
    health="CONSTELLATION_WEB_HEALTH_FILE",
    service=Service(
        "the bot as a web page: in a browser on this machine, or behind a proxy or an onion service",
        "constellation run web",
        _serve,
    ),
    probe=Probe(_phone, ("web_library", "probe_web")),
    checks=_checks,
    inventory=Path(__file__).with_name("inventory.yaml"),
)
