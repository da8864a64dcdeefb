"""One update on its way to its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.channels.telegram.clearing import Clearing
from bot.channels.telegram.updates import Update
from bot.engine import Alert, Layout, Leave, Turn
from bot.runtime.state import boot_clock


class Job:
    """One update on its way. `done`: answered, or there is nothing to answer. `parked`: held in memory alone.

    `again`: the process before this one may have answered it, and ended before it could confirm. `newest`: nothing else of this
    chat came after it. `overtaken`: a later press on the same message came with it. `trouble`: the seconds of trouble that its
    chat had had before it. `turn`: the answer to a press or to /leave, known at once. `owed`: what is left to delete of a leave
    before. `unclaimed`: it is answered although nobody knows whether another process does too. `there`: its words stood in the
    chat before. `then`: called at the end. `born`: its `boot_clock`.
    """

    __slots__ = (
        "_finished",
        "again",
        "arrived",
        "born",
        "done",
        "newest",
        "overtaken",
        "owed",
        "parked",
        "then",
        "there",
        "trouble",
        "turn",
        "unclaimed",
        "update",
    )

    def __init__(self, update: Update, arrived: float, turn: Turn | None = None) -> None:
        self.update = update
        self.arrived, self.born = arrived, boot_clock()
        self.turn = turn
        self.again = self.newest = self.overtaken = self.unclaimed = self.there = False
        self.done = False
        self.parked = False
        self.trouble = 0.0
        self.owed: Clearing | None = None
        self.then: Callable[[], object] | None = None
        self._finished: asyncio.Event | None = None

    @property
    def confirmed(self) -> bool:
        """Whether Telegram may forget the update."""
        return self.done or self.parked

    @property
    def is_press(self) -> bool:
        """Whether a button was pressed."""
        return self.update.kind == "press"

    @property
    def is_leave(self) -> bool:
        """Whether everything has to go, now."""
        return self.turn is not None and any(isinstance(effect, Leave) for effect in self.turn.effects)

    @property
    def replaceable(self) -> bool:
        """Whether a newer press makes this one pointless: it only shows a screen."""
        return self.is_press and (self.turn is None or all(isinstance(effect, Alert | Layout) for effect in self.turn.effects))

    def finish(self) -> None:
        """Nothing is left to do, and nothing is kept of what was done."""
        self.done = True
        self.update = Update(self.update.id, "nothing")
        self.turn = self.owed = None
        if self._finished is not None:
            self._finished.set()
        if self.then is not None:
            self.then()
            self.then = None

    async def wait(self) -> None:
        """Until it is done."""
        if not self.done:
            self._finished = self._finished or asyncio.Event()
            await self._finished.wait()
