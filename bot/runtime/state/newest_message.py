"""The highest number of a message that any of the processes has seen: leave looks for what others sent up to there."""

from __future__ import annotations

from typing import Protocol


class NewestMessage(Protocol):
    """One number for all who share it: ids rise over all chats of a bot, so it is nobody's.

    Losing it costs a shorter look upwards at a leave that comes without a session.
    """

    async def see(self, number: int) -> None:
        """A message of that number was sent or received. Others know of it within a second."""

    async def get(self) -> int:
        """The highest number known, 0 for none."""

    async def close(self) -> None:
        """Forgets what this process alone holds."""


class MemoryNewestMessage:
    """`NewestMessage` in this process."""

    def __init__(self) -> None:
        self._number = 0

    async def see(self, number: int) -> None:
        """As in `NewestMessage`."""
        self._number = max(self._number, number)

    async def get(self) -> int:
        """As in `NewestMessage`."""
        return self._number

    async def close(self) -> None:
        """As in `NewestMessage`."""
        self._number = 0
