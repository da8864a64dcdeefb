"""What is still to be written of one chat's answers, and the task that writes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Final

from bot.channels.telegram.session_update import SessionUpdate, together

MOST: Final = 32
"""So many answers are told apart, for a leave at another process that falls between two of them; beyond it the oldest are one."""

Updates = tuple[SessionUpdate, ...]


class PendingUpdate:
    """`due`: from when on it is to be written, on the loop's clock."""

    __slots__ = ("_held", "_taken", "_task", "_updates", "due")

    def __init__(self) -> None:
        self._updates: list[SessionUpdate] = []
        self.due = 0.0
        self._task: asyncio.Task[None] | None = None
        self._taken = False
        self._held: list[Updates] = []

    @property
    def update(self) -> SessionUpdate | None:
        """What is to be written, in one; None for nothing."""
        return together(self._updates)

    def __bool__(self) -> bool:
        return bool(self._updates)

    def messages(self) -> set[int]:
        """The messages in the chat that no session is sure to know of: of what waits to be written, and of what just is."""
        updates = [*(update for held in self._held for update in held), *self._updates]
        return {number for update in updates for number in (*update.messages, *update.replaced) if number}

    @property
    def writing(self) -> bool:
        """Whether a task writes just now, or is about to."""
        return self._task is not None and not self._task.done()

    def add(self, update: SessionUpdate, due: float) -> None:
        """One more to write; the first one says when."""
        if not self._updates:
            self.due = due
        self._updates.append(update)
        if len(self._updates) > MOST:
            first, second, *rest = self._updates
            self._updates = [second.after(first), *rest]

    def start(self, work: Coroutine[None, None, None], then: Callable[[], object]) -> None:
        """Writes in a task of its own; `then` is called at its end."""
        self._task = asyncio.create_task(work)
        self._task.add_done_callback(partial(self._over, then))

    def _over(self, then: Callable[[], object], task: asyncio.Task[None]) -> None:
        """A task that was cut off holds the error, the error the frame that knows the chat, and the chat this: with the task here
        too, all of it would stay until the collector runs, which an idle bot never does."""
        if self._task is task:
            self._task = None
        then()

    def begin(self) -> Updates:
        """The task has the session, and takes what there is: from now on it is not stopped."""
        updates, self._taken = self._take(), True
        return updates

    def _take(self) -> Updates:
        updates, self._updates = tuple(self._updates), []
        if updates:
            self._held.append(updates)
        return updates

    def written(self, updates: Updates) -> None:
        """`updates`, taken before, are in the session, or given up."""
        self._held = [held for held in self._held if held is not updates]

    def drop(self) -> None:
        """It could not be written: a session is not worth a queue without end."""
        self._updates = []

    def end(self) -> None:
        """The task has written, or given up."""
        self._taken = False

    async def take_over(self) -> Updates:
        """What is still to be written, for whoever opens the session next, who says when it is `written`; a task that has not
        begun is stopped."""
        updates = self._take()
        if self._task is not None and not self._task.done():
            if not self._taken:
                self._task.cancel()
            await asyncio.wait([self._task])
        return updates

    def cancel(self) -> asyncio.Task[None] | None:
        """Stops the task, however far it is; gives it where there is one."""
        if self._task is None or self._task.done():
            return None
        self._task.cancel()
        return self._task

    def clear(self) -> None:
        """Leave: nothing is to be written any more."""
        self.cancel()
        self._updates = []
        self._held = []
