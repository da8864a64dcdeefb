"""A flood is slowed, never banned: how long somebody should wait, counted under a name that dies with the epoch."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol


class FloodCounts(Protocol):
    """Counts events by a session's name, and says who is to be slowed.

    Losing a count costs some seconds of a flood that nobody slows.
    """

    async def take(self, name: bytes) -> float:
        """Counts one event of `name`; gives the seconds it should wait, 0 for most."""

    async def clear(self) -> None:
        """Forgets them all: the epoch is over and with it the names."""

    async def sweep(self) -> int:
        """Forgets those who have rested enough; gives how many are left."""

    async def close(self) -> None:
        """Forgets what this process alone holds."""


class MemoryFloodCounts:
    """`FloodCounts` in this process: token buckets. `rate`: events a second that are always fine. `burst`: events at once.

    `most`: the longest wait in seconds. `limit`: how many buckets are kept; the one longest unused gives way, so that
    memory is bounded whoever comes. `clock`: seconds, from anywhere.
    """

    def __init__(
        self,
        rate: float = 1.0,
        burst: float = 20.0,
        most: float = 5.0,
        limit: int = 4096,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate, self._burst, self._most, self._limit, self._clock = rate, burst, most, limit, clock
        self._kept: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    async def take(self, name: bytes) -> float:
        """As in `FloodCounts`, `most` at the longest."""
        now = self._clock()
        level, then = self._kept.pop(name, (self._burst, now))
        level = min(self._burst, level + (now - then) * self._rate) - 1
        level = max(level, -self._most * self._rate)
        self._kept[name] = (level, now)
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)
        return max(0.0, -level / self._rate)

    async def clear(self) -> None:
        """As in `FloodCounts`."""
        self._kept.clear()

    async def sweep(self) -> int:
        """As in `FloodCounts`: buckets that are full again go."""
        now = self._clock()
        full = [name for name, (level, then) in self._kept.items() if level + (now - then) * self._rate >= self._burst]
        for name in full:
            del self._kept[name]
        return len(self._kept)

    async def close(self) -> None:
        """As in `FloodCounts`."""
        self._kept.clear()
