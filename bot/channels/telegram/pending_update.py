"""What is still to be written of one chat's answers, and the task that writes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from bot.channels.telegram.session_update import SessionUpdate


class PendingUpdate:
    """`update`: what is to be written, None for nothing. `due`: from when on, on the loop's clock."""

    __slots__ = ("_held", "_taken", "_task", "due", "update")

    def __init__(self) -> None:
        self.update: SessionUpdate | None = None
        self.due = 0.0
        self._task: asyncio.Task[None] | None = None
        self._taken = False
        self._held: list[SessionUpdate] = []

    def messages(self) -> set[int]:
        """The messages in the chat that no session is sure to know of: of what waits to be written, and of what just is."""
        updates = [*self._held, *([self.update] if self.update is not None else [])]
        return {number for update in updates for number in (*update.messages, *update.replaced) if number}

    @property
    def writing(self) -> bool:
        """Whether a task writes just now, or is about to."""
        return self._task is not None and not self._task.done()

    def add(self, update: SessionUpdate, due: float) -> None:
        """One more to write; the first one says when."""
        if self.update is None:
            self.due = due
        self.update = update.after(self.update) if self.update is not None else update

    def start(self, work: Coroutine[None, None, None], then: Callable[[], object]) -> None:
        """Writes in a task of its own; `then` is called at its end."""
        self._task = asyncio.create_task(work)
        self._task.add_done_callback(lambda _: then())

    def begin(self) -> SessionUpdate | None:
        """The task has the session, and takes what there is: from now on it is not stopped."""
        update, self._taken = self._take(), True
        return update

    def _take(self) -> SessionUpdate | None:
        update, self.update = self.update, None
        if update is not None:
            self._held.append(update)
        return update

    def written(self, update: SessionUpdate | None) -> None:
        """`update`, taken before, is in the session, or given up."""
        self._held = [held for held in self._held if held is not update]

    def drop(self) -> None:
        """It could not be written: a session is not worth a queue without end."""
        self.update = None

    def end(self) -> None:
        """The task has written, or given up."""
        self._taken = False

    async def take_over(self) -> SessionUpdate | None:
        """What is still to be written, for whoever opens the session next, who says when it is `written`; a task that has not
        begun is stopped."""
        update = self._take()
        if self._task is not None and not self._task.done():
            if not self._taken:
                self._task.cancel()
            await asyncio.wait([self._task])
        return update

    def cancel(self) -> asyncio.Task[None] | None:
        """Stops the task, however far it is; gives it where there is one."""
        if self._task is None or self._task.done():
            return None
        self._task.cancel()
        return self._task

    def clear(self) -> None:
        """Leave: nothing is to be written any more."""
        self.cancel()
        self.update = None
        self._held = []
