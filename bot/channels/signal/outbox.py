"""Calls to the daemon one after the other, screens before deletions; a limit or a lost daemon delays, and loses nothing."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.channels.signal.rpc import Daemon, GoneError, RefusedError
from bot.privacy import silence

RATE_LIMIT, CAPTCHA, UNTRUSTED = -5, -6, -4
FIRST_WAIT, LONGEST_WAIT = 1.0, 3600.0
TRIES: Final = 40
FIRST, LATER = 0, 1


class Outbox:
    """A queue with one worker. `FIRST` is for what a person waits for."""

    def __init__(self, daemon: Daemon, first_wait: float = FIRST_WAIT) -> None:
        self._daemon, self._first_wait = daemon, first_wait
        self._queue: asyncio.PriorityQueue[tuple[int, int, Callable[[], Awaitable[None]]]] = asyncio.PriorityQueue()
        self._order = itertools.count()

    async def run(self) -> None:
        """Carries out calls until cancelled."""
        while True:
            _, _, carry_out = await self._queue.get()
            try:
                await carry_out()
            finally:
                del carry_out  # it holds to whom the call was, and would until the next one
                self._queue.task_done()

    async def call(self, method: str, *, priority: int = FIRST, **params: Any) -> Any:
        """The result of a call that waits its turn; None where the daemon refuses for good."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def carry_out() -> None:
            try:
                result = await self._tried(method, params)
            except asyncio.CancelledError:
                done.cancel()
                raise
            except Exception as error:
                if not done.done():
                    done.set_exception(error)
                return
            if not done.done():
                done.set_result(result)

        self._queue.put_nowait((priority, next(self._order), carry_out))
        return await done

    async def _tried(self, method: str, params: dict[str, Any]) -> Any:
        wait = self._first_wait
        for _ in range(TRIES):
            await self._daemon.connected.wait()
            try:
                return await self._daemon.call(method, **params)
            except GoneError:
                await asyncio.sleep(0)
                continue
            except RefusedError as error:
                silence.say("refused", code=error.code)
                if error.code not in (RATE_LIMIT, CAPTCHA, -3):
                    return None
                await asyncio.sleep(min(error.after or wait, LONGEST_WAIT))
                wait = min(wait * 2, LONGEST_WAIT)
        silence.say("gave_up")
        return None

    async def drain(self) -> None:
        """Waits until nothing is left to do."""
        await self._queue.join()
