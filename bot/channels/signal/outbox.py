"""Calls to the daemon one after the other, screens before deletions; a limit or a lost daemon delays, and loses nothing.

What is refused for now steps back, so that the trouble of one chat does not hold up the others. The more calls are refused with
none taken in between, the less it is the chats' own trouble: then all wait, twice as long with each.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any, Final

from bot.channels.signal.rpc import NO_NETWORK, Daemon, GoneError, RefusedError
from bot.privacy import silence

FIRST_WAIT, LONGEST_WAIT = 1.0, 3600.0
NETWORK_WAIT: Final = 4.0
"""Seconds between tries while Signal's servers can't be reached: soon after they can, people are answered."""
LIFETIME: Final = 24 * 3600.0
"""Seconds after which a call is given up; Telegram keeps what people wrote as long."""
FIRST, LATER = 0, 1


@dataclass(order=True, slots=True)
class _Call:
    """One call, ordered by who waits for it."""

    priority: int
    number: int
    method: str = field(compare=False)
    params: dict[str, Any] = field(compare=False)
    done: asyncio.Future[Any] = field(compare=False)
    end: float = field(compare=False)
    wait: float = field(compare=False)


class Outbox:
    """A queue with one worker. `FIRST` is for what a person waits for."""

    def __init__(self, daemon: Daemon, first_wait: float = FIRST_WAIT) -> None:
        self._daemon, self._first_wait = daemon, first_wait
        self._queue: asyncio.PriorityQueue[_Call] = asyncio.PriorityQueue()
        self._back: set[asyncio.Task[None]] = set()
        self._order = itertools.count()
        self._clock = asyncio.get_running_loop().time
        self._refused: set[int] = set()
        """The calls that were refused since one was taken."""

    @property
    def held(self) -> bool:
        """Whether nothing is taken at the moment: a limit, a captcha, no way to Signal's servers."""
        return len(self._refused) > 1 or (bool(self._refused) and self._queue.empty())

    async def run(self) -> None:
        """Carries out calls until cancelled."""
        try:
            while True:
                await self._next()
        finally:
            for waiting in self._back:
                waiting.cancel()

    async def _next(self) -> None:
        # A frame of its own: no name of the loop holds to whom a call was until the next one.
        call = await self._queue.get()
        try:
            await self._carry_out(call)
        except asyncio.CancelledError:
            call.done.cancel()
            raise
        finally:
            self._queue.task_done()

    async def call(self, method: str, *, priority: int = FIRST, **params: Any) -> Any:
        """The result of a call that waits its turn; None where the daemon refuses for good."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        end = self._clock() + LIFETIME
        self._queue.put_nowait(_Call(priority, next(self._order), method, params, done, end, self._first_wait))
        return await done

    async def _carry_out(self, call: _Call) -> None:
        try:
            result = await self._tried(call)
        except RefusedError as error:
            await self._step_back(call, error)
        except Exception as error:
            if not call.done.done():
                call.done.set_exception(error)
        else:
            if not call.done.done():
                call.done.set_result(result)

    async def _tried(self, call: _Call) -> Any:
        """Raises `RefusedError` for what may go well later."""
        while self._clock() < call.end:
            await self._daemon.connected.wait()
            try:
                result = await self._daemon.call(call.method, **call.params)
            except GoneError:
                await asyncio.sleep(0)
            except RefusedError as error:
                silence.say("refused", code=error.code)
                if error.passes:
                    raise
                self._moves()
                return None
            else:
                self._moves()
                return result
        silence.say("gave_up")
        self._refused.discard(call.number)
        return None

    def _moves(self) -> None:
        """Signal has said yes or a clear no."""
        if self._refused:
            self._refused.clear()
            self._daemon.heard()

    async def _step_back(self, call: _Call, error: RefusedError) -> None:
        """The call comes again after its wait. Where others were refused too, all wait: at most 4 s for two, 8 for three."""
        longest = NETWORK_WAIT if error.code == NO_NETWORK else LONGEST_WAIT
        wait = min(error.after or call.wait, longest)
        call.wait = min(call.wait * 2, longest)
        self._refused.add(call.number)
        task = asyncio.create_task(self._again(call, wait))
        self._back.add(task)
        task.add_done_callback(self._back.discard)
        if len(self._refused) > 1:
            await asyncio.sleep(min(wait, 2.0 ** len(self._refused)))

    async def _again(self, call: _Call, wait: float) -> None:
        try:
            await asyncio.sleep(wait)
        except asyncio.CancelledError:
            call.done.cancel()
            raise
        self._queue.put_nowait(call)

    async def drain(self) -> None:
        """Waits until nothing is left to do."""
        while self._back or not self._queue.empty():
            await asyncio.gather(*self._back)
            await self._queue.join()
