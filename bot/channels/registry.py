"""The registry of the channels: the one place that lists them. Whatever lists channels asks here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.channels import signal, telegram, terminal, web
from bot.channels.channel import Channel
from bot.engine import Surface

CHANNELS: Final[dict[str, Channel]] = {
    each.name: each
    for each in (
        telegram.CHANNEL,
        signal.CHANNEL,
        web.CHANNEL,
        terminal.CHANNEL,
    )
}
"""Each channel under its name, in the order of the help."""


def channel(name: str) -> Channel:
    """The channel of a name. Raises `KeyError` for a name that no channel has."""
    return CHANNELS[name]


def served() -> list[Channel]:
    """The channels that `constellation run` serves."""
    return [each for each in CHANNELS.values() if each.service]


def probed() -> list[Channel]:
    """The channels that `constellation ops probe` can play a person on."""
    return [each for each in CHANNELS.values() if each.probe]


def health_variables() -> list[str]:
    """The variables that name the health files."""
    return [each.health for each in CHANNELS.values() if each.health]


def set_up(environ: Mapping[str, str]) -> list[Channel]:
    """The channels that a machine with this environment serves."""
    return [each for each in CHANNELS.values() if each.set_up(environ)]


def fullest() -> Surface:
    """The surface with the most abilities, the first of them: for whoever wants to see every screen that there is."""
    return max(
        (each.surface for each in CHANNELS.values()),
        key=lambda surface: sum((surface.buttons, surface.erases, surface.timers, surface.layouts)),
    )
