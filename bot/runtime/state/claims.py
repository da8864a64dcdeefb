"""Claims on updates: one process answers each, and only what is done is never answered again. Protocol and memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from enum import Enum
from typing import Final, Protocol

REMEMBERED: Final = 2048
"""How many numbers are kept, the newest."""
CLAIM_SECONDS: Final = 10.0
"""Seconds that a claim lasts, unless it is renewed: whoever has it and dies loses no question, and blocks its chat no longer."""
DONE_SECONDS: Final = 3600.0
"""Seconds that a number is known as done. Numbers may start again anywhere after a quiet week, so none is kept for long."""


class Claim(Enum):
    """What `Claims.claim` found. MINE: whoever asked answers it. AGAIN: so too, but somebody else had begun to, and has neither
    finished nor dropped it: it may be answered. BUSY: somebody else answers it. DONE: it is answered. UNKNOWN: those who share
    the claims could not be asked."""

    MINE = "mine"
    AGAIN = "again"
    BUSY = "busy"
    DONE = "done"
    UNKNOWN = "unknown"


class Claims(Protocol):
    """Which updates are being answered and which are done, whoever of several processes answers them.

    A claim runs out; only *done* swallows what comes again. Losing a number costs an answer shown once more: a press is
    idempotent, and typed words are known to their session.
    """

    async def claim(self, update: int) -> Claim:
        """Claims `update` for `CLAIM_SECONDS` from now, where it is free. Nobody renews it but whoever claimed it."""

    async def renew(self, update: int) -> bool:
        """The claim that was made here lasts `CLAIM_SECONDS` from now. False where it has run out, or that is not known."""

    async def done(self, update: int) -> None:
        """`update` is answered, and known as that for `DONE_SECONDS` from now."""

    async def drop(self, update: int) -> None:
        """The claim that was made here ends: `update` was not answered, and anybody may claim it. What is done stays done."""

    async def sweep(self) -> int:
        """Forgets what is past its time; gives how many are left, as far as this process can tell."""

    async def close(self) -> None:
        """Forgets what this process alone holds."""


class MemoryClaims:
    """`Claims` in this process. `limit`: how many numbers are kept, the newest. `seconds`: how long those that are done are.
    `claimed`: how long a claim lasts. `clock`: seconds."""

    def __init__(
        self,
        limit: int = REMEMBERED,
        seconds: float = DONE_SECONDS,
        claimed: float = CLAIM_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit, self._seconds, self._claimed, self._clock = limit, seconds, claimed, clock
        self._open: OrderedDict[int, float] = OrderedDict()
        self._done: OrderedDict[int, float] = OrderedDict()

    def is_done(self, update: int) -> bool:
        """Whether `update` is answered."""
        return self._done.get(update, 0.0) > self._clock()

    async def claim(self, update: int) -> Claim:
        """As in `Claims`."""
        now = self._clock()
        if self.is_done(update):
            return Claim.DONE
        end = self._open.get(update)
        if end is not None and end > now:
            return Claim.BUSY
        self._remember(self._open, update, now + self._claimed)
        return Claim.MINE if end is None else Claim.AGAIN

    async def renew(self, update: int) -> bool:
        """As in `Claims`."""
        now = self._clock()
        if self._open.get(update, 0.0) <= now:
            return False
        self._remember(self._open, update, now + self._claimed)
        return True

    async def done(self, update: int) -> None:
        """As in `Claims`."""
        self._open.pop(update, None)
        self._remember(self._done, update, self._clock() + self._seconds)

    async def drop(self, update: int) -> None:
        """As in `Claims`."""
        self._open.pop(update, None)

    def _remember(self, numbers: OrderedDict[int, float], update: int, end: float) -> None:
        numbers[update] = end
        numbers.move_to_end(update)
        while len(numbers) > self._limit:
            numbers.popitem(last=False)

    async def sweep(self) -> int:
        """As in `Claims`. Lives of a kind are all equally long, so that the oldest end first; a claim that has run out is known
        for as long as what is done."""
        now = self._clock()
        for numbers, longer in ((self._open, self._seconds), (self._done, 0.0)):
            while numbers and next(iter(numbers.values())) + longer <= now:
                numbers.popitem(last=False)
        return len(self._open) + len(self._done)

    async def close(self) -> None:
        """As in `Claims`."""
        self._open.clear()
        self._done.clear()
