"""The worker that hears typed words: one thread beside the event loop, so that presses, Urgent and Leave of others go on.

Who waits keeps its own words; the thread is given those of one chat at a time. So nothing here holds what somebody typed once
their chat is left, however many others wait.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.privacy.thread_line import in_thread

T = TypeVar("T")


class TurnWorker:
    """Does what takes longer than the event loop may stand still, one after the other, in the order in which it was asked."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="turns")
        self._line: deque[tuple[object, asyncio.Future[bool]]] = deque()
        self._busy = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._line)

    async def run(self, owner: object, work: Callable[[], T]) -> T | None:
        """What `work` gives, in the thread; None where `owner` was let go before it began. Raises what `work` does."""
        loop = asyncio.get_running_loop()
        if self._busy:
            place: asyncio.Future[bool] = loop.create_future()
            self._line.append((owner, place))
            try:
                begins = await place
            except asyncio.CancelledError:
                self._line = deque((other, waiting) for other, waiting in self._line if waiting is not place)
                if not place.cancelled() and place.result():
                    self._next()
                raise
            if not begins:
                return None
        self._busy = True
        # The next one waits for the thread even where this one does not any more, so that it holds the words of one chat alone.
        return await in_thread(self._thread, work, self._next)

    def let_go(self, owner: object) -> None:
        """Whatever of `owner`'s has not begun never will: its chat is left.

        What has begun ends within one message's time; at the bot's start, once there is a finder.
        """
        kept = deque((other, place) for other, place in self._line if other is not owner)
        for other, place in self._line:
            if other is owner and not place.done():
                place.set_result(False)
        self._line = kept

    def _next(self) -> None:
        while self._line:
            _, place = self._line.popleft()
            if not place.done():
                place.set_result(True)
                return
        self._busy = False

    def close(self) -> None:
        """Ends the thread; what has not begun is dropped."""
        for _, place in self._line:
            place.cancel()
        self._line.clear()
        self._thread.shutdown(wait=False, cancel_futures=True)
