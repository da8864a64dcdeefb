"""Deletions that leave still owes, because Telegram refuses or does not answer: kept sealed, and tried again until done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from secrets import token_bytes
from typing import Final

from bot.channels.telegram.clearing import Clearing, unpack
from bot.channels.telegram.counters import Counters
from bot.privacy import safe_log
from bot.privacy.session import TIMER_BYTES
from bot.runtime.state import Timers

OWED_SECONDS: Final = 30 * 60.0
"""So long after leave a deletion is tried again; then it is given up and counted."""
SOONEST: Final = 2.0
LATEST: Final = 30.0
"""Seconds between two tries: as many as have gone by, within these."""


class OwedDeletions:
    """Chats that are not clear yet. `pay`: gets one whose time to be tried again has come.

    Between two tries its address lies sealed among the timers, whose key is in the same memory: it has to be known where to
    delete. A process that is killed loses them; one that is stopped tries each once more.
    """

    def __init__(self, timers: Timers, pay: Callable[[Clearing], None], counters: Counters) -> None:
        self._timers, self._pay, self._counters = timers, pay, counters
        self._clock = asyncio.get_running_loop().time

    async def keep(self, clearing: Clearing, limit: float) -> None:
        """Tries `clearing` again later, `limit` seconds from now at the earliest: Telegram said so. Or gives it up."""
        left = clearing.until - self._clock()
        wait = max(limit, min(LATEST, max(SOONEST, OWED_SECONDS - left)))
        self._counters.owed += OWED_SECONDS - left < SOONEST * 2
        if wait > left or not await self._timers.arm(token_bytes(TIMER_BYTES), wait, clearing.pack()):
            self._counters.undone += 1

    async def run(self) -> None:
        """Gives each out in its time, until cancelled."""
        while True:
            due = await self._timers.next()
            self._give(due.payload)
            await self._timers.done(due)

    async def release(self) -> None:
        """Gives all out now: at a clean stop."""
        for due in await self._timers.release():
            self._give(due.payload)

    def _give(self, payload: bytes) -> None:
        try:
            self._pay(unpack(payload))
        except Exception as error:
            safe_log.fault(error)
