"""Talks that were left on a channel whose state travels with the person: they stay closed, whoever sends an old page again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol

MOST: Final = 200_000
"""Talks that are remembered as left: about 30 MB."""


class LeftTalks(Protocol):
    """The nonces of talks that were left.

    Losing one opens a talk again to who has its page in the browser: so none is dropped before its time, and `put` says where
    there is no more room.
    """

    async def put(self, nonce: bytes, seconds: float) -> bool:
        """The talk of this nonce is left; remembered for `seconds` from now. False where there is no room: it is not."""

    async def has(self, nonce: bytes) -> bool:
        """Whether the talk of this nonce was left."""

    async def clear(self) -> None:
        """Forgets them all: nothing that is out can be opened any more."""

    async def sweep(self) -> int:
        """Forgets those past their time; gives how many are left."""

    async def close(self) -> None:
        """Forgets what this process alone holds."""


class MemoryLeftTalks:
    """`LeftTalks` in this process. `limit`: how many are kept. `clock`: seconds, from anywhere."""

    def __init__(self, limit: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = limit, clock
        self._ends: OrderedDict[bytes, float] = OrderedDict()

    async def put(self, nonce: bytes, seconds: float) -> bool:
        """As in `LeftTalks`."""
        if nonce not in self._ends and len(self._ends) >= self._limit and await self.sweep() >= self._limit:
            return False
        self._ends[nonce] = max(self._clock() + seconds, self._ends.get(nonce, 0.0))
        self._ends.move_to_end(nonce)
        return True

    async def has(self, nonce: bytes) -> bool:
        """As in `LeftTalks`."""
        return self._ends.get(nonce, 0.0) > self._clock()

    def ends(self) -> dict[bytes, float]:
        """When each is forgotten, by the clock."""
        return dict(self._ends)

    async def clear(self) -> None:
        """As in `LeftTalks`."""
        self._ends.clear()

    async def sweep(self) -> int:
        """As in `LeftTalks`: from the oldest, since all are kept equally long; a longer one only makes those behind it wait."""
        now = self._clock()
        while self._ends:
            nonce, end = next(iter(self._ends.items()))
            if end > now:
                break
            del self._ends[nonce]
        return len(self._ends)

    async def close(self) -> None:
        """As in `LeftTalks`."""
        self._ends.clear()
