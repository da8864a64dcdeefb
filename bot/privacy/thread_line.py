"""A line of people in front of one thread: who stands in it can be let go at any time, and who leaves stands first."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


async def in_thread(thread: Executor, work: Callable[[], T], ended: Callable[[], object]) -> T:
    """What `work` gives, in a thread; raises what it does. `ended` is called once when it is over, whoever still waits for it.

    Whoever is cancelled does not wait for the thread; what the work gives is dropped then.
    """

    def over(begun: asyncio.Future[T]) -> None:
        if not begun.cancelled():
            begun.exception()  # nobody may wait for it any more
        ended()

    try:
        begun = asyncio.get_running_loop().run_in_executor(thread, work)
    except BaseException:
        ended()
        raise
    begun.add_done_callback(over)
    try:
        return await asyncio.shield(begun)
    finally:
        # An error that comes out here holds this frame, and the future holds the error: what the work was about would stay
        # until the collector runs.
        del begun


class ThreadLine:
    """Work for one thread, one after the other. What waits stays with whoever waits for it: the thread is given a few at a time.

    `name`: the thread's. `start`: called in it once, at its start. `ahead`: how many it is given, so that it need not wait for
    the event loop between two.
    """

    def __init__(self, name: str, start: Callable[[], object] | None = None, ahead: int = 3) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name, initializer=start)
        self._first: deque[asyncio.Future[None]] = deque()
        self._rest: deque[asyncio.Future[None]] = deque()
        self._ahead, self._given = ahead, 0

    def __len__(self) -> int:
        """How many wait."""
        return len(self._first) + len(self._rest)

    async def run(self, work: Callable[[], T], *, first: bool = False) -> T:
        """What `work` gives, in the thread. `first`: ahead of all who are not. Raises what `work` does.

        Whoever is cancelled while waiting leaves nothing behind; what has begun ends by itself, and what it gives is dropped.
        """
        loop = asyncio.get_running_loop()
        if self._given >= self._ahead:
            # Whoever ends hands its place on.
            await self._turn(loop.create_future(), self._first if first else self._rest)
        else:
            self._given += 1
        # The next one begins when the thread has done this, not when nobody waits for it any more.
        return await in_thread(self._thread, work, self._next)

    async def _turn(self, place: asyncio.Future[None], line: deque[asyncio.Future[None]]) -> None:
        line.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                # Gone from the line already where that was closed.
                if place in line:
                    line.remove(place)
            else:
                self._next()
            raise

    def _next(self) -> None:
        for line in (self._first, self._rest):
            while line:
                place = line.popleft()
                if not place.done():
                    place.set_result(None)
                    return
        self._given -= 1

    def close(self) -> None:
        """Ends the thread; what has not begun is dropped."""
        for line in (self._first, self._rest):
            for place in line:
                place.cancel()
            line.clear()
        self._thread.shutdown(wait=False, cancel_futures=True)
