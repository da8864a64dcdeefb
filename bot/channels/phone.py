"""The person's end of a chat, as the probe uses it: each channel that can be probed from outside has one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from bot.engine import Choice, Screen

PREFIX: Final = "CONSTELLATION_PROBE_"
"""Of the variables that name the probe's account and the bot that it writes to."""


class NotThereError(Exception):
    """The channel itself, or the probe's account on it, cannot be used. Carries nothing."""


class Phone(Protocol):
    """A person's end of the chat. `lingers`: seconds that the bot's goodbye may stay. `pause`: seconds between two looks.
    Methods raise `NotThereError`."""

    lingers: float
    pause: float

    async def open(self) -> None:
        """Connects, and clears what an earlier talk left."""

    async def start(self) -> None:
        """Opens the talk."""

    async def types(self, words: str) -> None:
        """Writes to the bot."""

    async def press(self, screen: Screen, choice: Choice) -> None:
        """Takes a choice of the screen that is shown."""

    async def leave(self) -> None:
        """Asks for leave in words that every screen takes."""

    async def sees(self) -> Sequence[str]:
        """The bot's messages that are in the chat now, each with the words of its buttons."""

    def shows(self, screen: Screen) -> str:
        """A screen as `sees` gives it, save what stands before and after."""

    async def close(self) -> None:
        """Clears the chat where it can, and disconnects."""
