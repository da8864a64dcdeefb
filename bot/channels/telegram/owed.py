"""Deletions that leave still owes, because Telegram refuses or does not answer: kept sealed, and tried again until done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from secrets import token_bytes
from typing import Final

from bot.channels.telegram.clearing import Clearing, unpack
from bot.channels.telegram.counters import Counters
from bot.channels.telegram.parked import is_press
from bot.privacy import safe_log
from bot.privacy.session import TIMER_BYTES
from bot.runtime.state import Due, Timers

OWED_SECONDS: Final = 30 * 60.0
"""So long after leave a deletion is tried again; then it is given up and counted."""
SOONEST: Final = 2.0
LATEST: Final = 30.0
"""Seconds between two tries: as many as have gone by, within these."""


class OwedDeletions:
    """Chats that are not clear yet. `pay`: gets one whose time to be tried again has come.

    Between two tries its address lies sealed among the timers: it has to be known where to delete. One process alone loses them
    where it is killed, and tries each once more where it is stopped; those that others share are tried by them. `press`: gets a
    press that another process has parked beside them, and did not answer.
    """

    def __init__(
        self, timers: Timers, pay: Callable[[Due, Clearing], None], press: Callable[[Due], None], counters: Counters
    ) -> None:
        self._timers, self._pay, self._press, self._counters = timers, pay, press, counters
        self._clock = asyncio.get_running_loop().time

    async def keep(self, clearing: Clearing, limit: float) -> None:
        """Tries `clearing` again later, `limit` seconds from now at the earliest: Telegram said so. Or gives it up."""
        left = clearing.until - self._clock()
        wait = max(limit, min(LATEST, max(SOONEST, OWED_SECONDS - left)))
        self._counters.owed += OWED_SECONDS - left < SOONEST * 2
        # As seconds that will be left then: the process that gives it out may have another clock.
        clearing.until = left - wait
        if wait > left or not await self._timers.arm(token_bytes(TIMER_BYTES), wait, clearing.pack()):
            self._counters.undone += 1

    async def run(self) -> None:
        """Gives each out in its time, until cancelled."""
        while True:
            self._give(await self._timers.next())

    async def release(self) -> None:
        """Gives all out now: at a clean stop. Not those that other processes try in their time."""
        for due in await self._timers.release():
            self._give(due)

    async def done(self, due: Due) -> None:
        """It was tried, and kept anew where something is left; or the press is answered."""
        await self._timers.done(due)

    def _give(self, due: Due) -> None:
        try:
            if is_press(due):
                self._press(due)
                return
            clearing = unpack(due.payload)
            clearing.until += self._clock()
            self._pay(due, clearing)
        except Exception as error:
            safe_log.fault(error)
