"""Timers that other processes share, with a memory of this one for what cannot be given to them while their server is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from bot.runtime.state import Due, MemoryTimers, Timers

Ring = Callable[[Due], None]


class SpareTimers:
    """`shared`: where they belong. `away`: whether nobody can be reached there just now: then this process keeps what is asked
    for, and loses it where it is killed."""

    def __init__(self, shared: Timers, away: Callable[[], bool]) -> None:
        self._shared, self._away = shared, away
        self._all: Final = (shared, MemoryTimers())

    async def arm(self, handle: bytes, seconds: float, payload: bytes) -> bool:
        """As in `Timers`."""
        if await self._shared.arm(handle, seconds, payload):
            return True
        return self._away() and await self._all[1].arm(handle, seconds, payload)

    async def cancel(self, handle: bytes) -> None:
        """As in `Timers`."""
        for timers in self._all:
            await timers.cancel(handle)

    async def done(self, due: Due) -> None:
        """As in `Timers`."""
        for timers in self._all:
            await timers.done(due)

    async def run(self, ring: Ring) -> None:
        """Gives each that is due to `ring`, until cancelled. It comes again unless it is `done`."""
        await asyncio.gather(*(self._run(timers, ring) for timers in self._all))

    async def _run(self, timers: Timers, ring: Ring) -> None:
        while True:
            ring(await timers.next())

    async def release(self) -> list[Due]:
        """As in `Timers`."""
        return [due for timers in self._all for due in await timers.release()]
