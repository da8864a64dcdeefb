"""Calls to the daemon one after the other, screens before deletions; a limit or a lost daemon delays them.

What is refused for now steps back behind the others, so that the trouble of one chat does not hold them up. The more calls are
refused with none taken in between, the less it is the chats' own trouble: then all wait, twice as long with each.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.channels.signal.rpc import Daemon, GoneError, RefusedError
from bot.privacy import safe_log

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
LONGEST_LIMIT: Final = 3600.0
"""The longest wait that Signal may ask for."""
NETWORK_WAIT: Final = 4.0
"""Seconds between tries while Signal's servers can't be reached: soon after they can, people are answered."""
LONGEST_PAUSE: Final = 60.0
LIFETIME: Final = 24 * 3600.0
"""Seconds after which a call is given up; Telegram keeps what people wrote as long."""
ODD_TRIES: Final = 3
"""How often a call is tried of which nobody knows what became: each try may show the same screen once more."""
GONE_TRIES: Final = 40
"""How often a call is tried of which the daemon may have died."""
REACHING: Final = frozenset({"send", "remoteDelete", "updateContact"})
"""The calls that go through Signal's servers: only these say whether they can be reached."""
AT_ONCE, FIRST, LATER = -1, 0, 1


@dataclass(order=True, slots=True)
class _Call:
    """One call, ordered by who waits for it, then by its turn. `number` stays the same however often it is tried."""

    priority: int
    turn: int
    number: int = field(compare=False)
    method: str = field(compare=False)
    params: dict[str, Any] = field(compare=False)
    done: asyncio.Future[Any] = field(compare=False)
    end: float = field(compare=False)
    wait: float = field(compare=False)
    odd: int = field(compare=False, default=0)
    lost: int = field(compare=False, default=0)
    dropped: bool = field(compare=False, default=False)
    """Leave has overtaken it: it is not tried again."""


class Outbox:
    """A queue with one worker. `FIRST` is for what a person waits for, `AT_ONCE` for what leave deletes."""

    def __init__(self, daemon: Daemon, first_wait: float = FIRST_WAIT) -> None:
        self._daemon, self._first_wait = daemon, first_wait
        self._queue: asyncio.PriorityQueue[_Call] = asyncio.PriorityQueue()
        self._back: set[asyncio.Task[None]] = set()
        self._order = itertools.count()
        self._clock = asyncio.get_running_loop().time
        self._open: dict[int, _Call] = {}
        """The calls that are not done yet, by number."""
        self._now = -1
        """The number of the one that the daemon has."""
        self._refused: dict[int, bool] = {}
        """The calls that were refused since one was taken, and whether what refused them holds for everybody."""

    @property
    def held(self) -> bool:
        """Whether nothing is taken at the moment: a captcha, no way to Signal's servers, a limit of several chats."""
        return len(self._refused) > 1 or any(self._refused.values())

    async def run(self) -> None:
        """Carries out calls until cancelled; then none is left waiting."""
        try:
            while True:
                await self._next()
        finally:
            for task in self._back:
                task.cancel()
            self._open.clear()
            while not self._queue.empty():
                self._queue.get_nowait().done.cancel()
                self._queue.task_done()

    async def _next(self) -> None:
        # A frame of its own: no name of the loop holds to whom a call was until the next one.
        call = await self._queue.get()
        self._now = call.number
        try:
            if call.done.done():
                self._refused.pop(call.number, None)
                self._end(call, None)
            else:
                await self._carry_out(call)
        except asyncio.CancelledError:
            call.done.cancel()
            raise
        finally:
            self._now = -1
            self._queue.task_done()

    def overtake(self, aci: str) -> None:
        """Leave has come from `aci`: screens that wait are not sent any more, one on its way is not tried again.

        Nobody waits for its other calls, which are carried out all the same: deletions before anybody's screens.
        """
        for call in list(self._open.values()):
            if call.params.get("recipient") != [aci]:
                continue
            if call.method == "send":
                call.dropped = True
                if call.number != self._now:
                    self._refused.pop(call.number, None)
                    self._end(call, None)
                continue
            waiter, call.done = call.done, asyncio.get_running_loop().create_future()
            if not waiter.done():
                waiter.set_result(None)
            if call.priority == LATER and call.number != self._now and call.number not in self._refused:
                # A twin with the same future: whichever comes second is done already.
                self._queue.put_nowait(replace(call, priority=AT_ONCE, turn=next(self._order)))

    def _end(self, call: _Call, result: Any) -> None:
        """It is done, and nothing is kept of whom it was for."""
        self._open.pop(call.number, None)
        if not call.done.done():
            call.done.set_result(result)
        call.params.clear()

    async def call(self, method: str, *, priority: int = FIRST, **params: Any) -> Any:
        """The result of a call that waits its turn; None where the daemon refuses for good."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        turn = next(self._order)
        end = self._clock() + LIFETIME
        self._open[turn] = _Call(priority, turn, turn, method, params, done, end, self._first_wait)
        self._queue.put_nowait(self._open[turn])
        return await done

    async def _carry_out(self, call: _Call) -> None:
        result = pause = None
        try:
            await self._daemon.connected.wait()
            result = await self._daemon.call(call.method, **call.params)
            self._moves(call)
        except GoneError:
            # The next daemon gets it first, unless it may be what the daemons die of.
            call.lost += 1
            if call.lost < GONE_TRIES and not call.dropped:
                call.turn = call.turn if call.lost == 1 else next(self._order)
                self._queue.put_nowait(call)
                await asyncio.sleep(0)
                return
            if not call.dropped:
                safe_log.say("gave_up")
        except RefusedError as error:
            safe_log.say("refused", code=error.code)
            call.odd += error.kind == "odd"
            if error.kind == "for good":
                self._moves(call)
            elif call.dropped:
                self._refused.pop(call.number, None)
            elif self._clock() >= call.end or call.odd >= ODD_TRIES:
                safe_log.say("gave_up")
                self._refused.pop(call.number, None)
            else:
                pause = self._step_back(call, error)
        if pause is None:
            self._end(call, result)
        elif len(self._refused) > 1:
            await asyncio.sleep(pause)

    def _moves(self, call: _Call) -> None:
        """Signal has said yes or a clear no."""
        if self._refused and call.method in REACHING:
            self._refused.clear()
            self._daemon.heard()

    def _step_back(self, call: _Call, error: RefusedError) -> float:
        """The call comes again after its wait, behind the others. Gives how long all should wait: 4 s for two, 8 for three."""
        network = error.kind == "network"
        wait = min(error.after, LONGEST_LIMIT) or call.wait
        call.wait = min(call.wait * 2, NETWORK_WAIT if network else LONGEST_WAIT)
        self._refused[call.number] = error.kind in ("network", "captcha", "odd")
        task = asyncio.create_task(self._again(call, min(wait, NETWORK_WAIT) if network else wait))
        self._back.add(task)
        task.add_done_callback(self._back.discard)
        return min(self._first_wait * 2.0 ** min(len(self._refused), 10), NETWORK_WAIT if network else LONGEST_PAUSE)

    async def _again(self, call: _Call, wait: float) -> None:
        try:
            await asyncio.sleep(wait)
        except asyncio.CancelledError:
            call.done.cancel()
            raise
        call.turn = next(self._order)
        self._queue.put_nowait(call)

    async def drain(self) -> None:
        """Waits until nothing is left to do."""
        await self._queue.join()
        while self._back:
            await asyncio.gather(*self._back, return_exceptions=True)
            await self._queue.join()
