"""Updates that were answered already: the protocol, and the numbers in this process's memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol

REMEMBERED: Final = 2048
"""How many numbers are kept, the newest."""
SEEN_SECONDS: Final = 3600.0
"""Seconds that a number is kept. Numbers may start again anywhere after a quiet week, so none is kept for long."""


class SeenUpdates(Protocol):
    """Numbers of updates that are done, whoever of several processes did them: what comes again is not answered again.

    A number is added after its answer, never before: a process that dies on the way has lost nothing. Losing a number costs an
    answer shown once more: a press is idempotent, and typed words are known to their session.
    """

    async def add(self, update: int) -> bool:
        """Remembers `update` for `SEEN_SECONDS` from now; gives whether it was not known before."""

    async def has(self, update: int) -> bool:
        """Whether `update` is done."""

    async def sweep(self) -> int:
        """Forgets what is past its time; gives how many are left."""

    async def close(self) -> None:
        """Forgets what this process alone holds."""


class MemorySeenUpdates:
    """`SeenUpdates` in this process. `limit`: how many are kept, the newest. `seconds`: how long. `clock`: seconds."""

    def __init__(
        self, limit: int = REMEMBERED, seconds: float = SEEN_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit, self._seconds, self._clock = limit, seconds, clock
        self._ends: OrderedDict[int, float] = OrderedDict()

    async def add(self, update: int) -> bool:
        """As in `SeenUpdates`."""
        new = not await self.has(update)
        self._ends[update] = self._clock() + self._seconds
        self._ends.move_to_end(update)
        while len(self._ends) > self._limit:
            self._ends.popitem(last=False)
        return new

    async def has(self, update: int) -> bool:
        """As in `SeenUpdates`."""
        return self._ends.get(update, 0.0) > self._clock()

    async def sweep(self) -> int:
        """As in `SeenUpdates`. Lives are all equally long, so that the oldest end first."""
        now = self._clock()
        while self._ends and next(iter(self._ends.values())) <= now:
            self._ends.popitem(last=False)
        return len(self._ends)

    async def close(self) -> None:
        """As in `SeenUpdates`."""
        self._ends.clear()
