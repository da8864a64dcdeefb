"""Tombstones of a Leave: up to which message a chat was just cleared. Protocol and memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from bot.runtime.state.chat_digest import ChatDigest


class Tombstones(Protocol):
    """After a leave, presses on what was just deleted come too late: they must not bring a screen back.

    Losing a tombstone costs a screen in a chat that somebody has just emptied; they would have to leave again.
    """

    async def put(self, chat: int, below: int, seconds: float) -> None:
        """Messages of `chat` up to the number `below` are gone, for `seconds` from now. Of two that live, the higher counts."""

    async def below(self, chat: int) -> int:
        """Up to which message `chat` was just cleared, 0 where it was not."""

    async def sweep(self) -> int:
        """Forgets what is past its time; gives how many are left."""

    async def close(self) -> None:
        """Forgets what this process alone holds."""


class MemoryTombstones:
    """`Tombstones` in this process, under a keyed hash of the chat. `clock`: seconds, from anywhere."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._digest = ChatDigest()
        self._kept: dict[bytes, tuple[float, int]] = {}

    async def put(self, chat: int, below: int, seconds: float) -> None:
        """As in `Tombstones`."""
        await self.sweep()
        self._kept[self._digest(chat)] = (self._clock() + seconds, max(below, await self.below(chat)))

    async def below(self, chat: int) -> int:
        """As in `Tombstones`."""
        end, below = self._kept.get(self._digest(chat), (0.0, 0))
        return below if end > self._clock() else 0

    async def sweep(self) -> int:
        """As in `Tombstones`."""
        now = self._clock()
        for name in [name for name, (end, _) in self._kept.items() if end <= now]:
            del self._kept[name]
        return len(self._kept)

    async def close(self) -> None:
        """As in `Tombstones`."""
        self._kept.clear()
