"""One lane for each chat: its events are handled one after the other, and no chat waits for another."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import Final, NamedTuple

from bot.channels.telegram.outbox import Counts
from bot.channels.telegram.session_update import SessionUpdate
from bot.channels.telegram.updates import Update
from bot.engine import Alert, Layout, Leave, Turn
from bot.privacy import safe_log
from bot.runtime.state import ChatDigest

PARK_SECONDS: Final = 20.0
BLOCKED_SECONDS: Final = 1.5
PARK_JOBS: Final = 20
QUEUE: Final = 60
WRITTEN: Final = frozenset({"typed", "unreadable", "personal"})
"""The kinds of updates that leave a message of the person's in the chat."""
UNTRACKED: Final = 1024
"""How many untracked messages a lane remembers, the newest: a flood's beginning is left to the sweep of leave."""
STORE_SECONDS: Final = 1.0
STORE_LATEST: Final = 10.0
BUSY_SECONDS: Final = 0.05
DOUBT_SECONDS: Final = 15.0
"""Longer than the question for news that is open takes; the one after it does not wait."""
DOUBT_LOOK: Final = 0.25


class Job:
    """One update on its way. `done`: answered, or there is nothing to answer. `parked`: held in memory alone.

    `again`: the process before this one may have answered it, and ended before it could confirm. `newest`: nothing else of this
    chat waits at Telegram, as far as one delivery tells. `turn`: the answer to a press or to /leave, known at once.
    `then`: called at the end.
    """

    __slots__ = ("_finished", "again", "arrived", "done", "newest", "parked", "then", "turn", "update")

    def __init__(self, update: Update, arrived: float, turn: Turn | None = None) -> None:
        self.update = update
        self.arrived = arrived
        self.turn = turn
        self.again = self.newest = False
        self.done = False
        self.parked = False
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
        self.turn = None
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


class Doubt(NamedTuple):
    """Ids of messages among which an answer may stand that got lost, and words that Telegram has not delivered yet: they are only
    looked through once a delivery is there that was `asked` for later. `until`: then it is left to leave."""

    ids: tuple[int, ...]
    asked: int
    until: float


class ChatQueue:
    """A chat that is busy. It is gone when nothing is left to do in it.

    `rest_until`: the lane is slowed until then. `note`: what is to be remembered of its answers, from `store_at` on; `after`:
    the work that does so behind them, `storing` once it has taken the note. `doubt`: messages to look through for an answer
    that got lost. `untracked`: messages in the chat that neither a note nor a session knows of: words until they are erased,
    also where a full queue let them go or their answer failed, and what was just sent.
    """

    __slots__ = (
        *("after", "chat", "doubt", "news", "note", "queue", "rest_until", "running", "store_at"),
        *("storing", "task", "untracked"),
    )

    def __init__(self, chat: int) -> None:
        self.chat = chat
        self.queue: deque[Job] = deque()
        self.running: Job | None = None
        self.task: asyncio.Task[None] | None = None
        self.after: asyncio.Task[None] | None = None
        self.note: SessionUpdate | None = None
        self.doubt: Doubt | None = None
        self.news = asyncio.Event()
        self.storing = False
        self.untracked: list[int] = []
        self.rest_until = 0.0
        self.store_at = 0.0

    def stale(self) -> bool:
        """Whether the job that runs is overtaken by a newer press, or by leave."""
        if self.running is None or not self.queue:
            return False
        return (self.running.replaceable and self.queue[0].is_press) or self.overrun()

    def overrun(self) -> bool:
        """Whether leave waits behind the job that runs: nothing more may be shown."""
        if self.running is None or self.running.is_leave:
            return False
        return any(job.is_leave for job in self.queue)

    def stands(self, message: int) -> None:
        """`message` is in the chat, and only this lane knows of it."""
        if message > 0 and message not in self.untracked:
            self.untracked.append(message)
            del self.untracked[:-UNTRACKED]

    def settled(self, *messages: int) -> None:
        """`messages` are gone, or a note or a session knows of them from now on."""
        self.untracked = [message for message in self.untracked if message not in messages]

    def unclaimed(self) -> list[int]:
        """The untracked messages, oldest first, but for the words of jobs that wait."""
        waiting = {job.update.message for job in self.queue}
        return [message for message in self.untracked if message not in waiting]

    async def unstored(self) -> SessionUpdate | None:
        """What is still to be remembered, taken over: whoever opens the session next stores it."""
        note, self.note = self.note, None
        if self.after is not None and not self.after.done():
            if not self.storing:
                self.after.cancel()
            await asyncio.wait([self.after])
        return note


Work = Callable[[Job, ChatQueue], Awaitable[None]]
Store = Callable[[ChatQueue], Coroutine[None, None, None]]


class ChatQueues:
    """All lanes. `work` handles one job, `store` what is to be remembered after some.

    `changed` is set whenever a job has ended; `busy` counts those that run. `asked`: how often Telegram was asked;
    `delivered`: the latest of these that brought all there was.
    """

    def __init__(self, work: Work, store: Store, counts: Counts) -> None:
        self._work = work
        self._store = store
        self._counts = counts
        self._lanes: dict[bytes, ChatQueue] = {}
        # A dict keeps the hash of a deleted key, and an id's hash is the id itself.
        self._digest = ChatDigest()
        self._clock = asyncio.get_running_loop().time
        self.changed = asyncio.Event()
        self.busy = 0
        self.draining = False
        self.asked = self.delivered = 0

    def __len__(self) -> int:
        return len(self._lanes)

    @property
    def doubtful(self) -> bool:
        """Whether some lane waits for a delivery that has not been asked for yet."""
        return any(lane.doubt is not None and lane.doubt.asked >= self.delivered for lane in self._lanes.values())

    def submit(self, job: Job) -> ChatQueue:
        """Puts a job into its chat's lane; presses that it overtakes are done with that. Gives the lane."""
        key = self._digest(job.update.chat)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = ChatQueue(job.update.chat)
        if job.update.kind in WRITTEN:
            lane.stands(job.update.message)
        if job.is_leave:
            for earlier in (lane.running, *lane.queue):
                lane.stands(earlier.update.message if earlier else 0)
            while lane.queue:
                self._drop(lane.queue.popleft())
        elif job.is_press:
            while lane.queue and lane.queue[-1].replaceable:
                self._drop(lane.queue.pop())
        elif len(lane.queue) >= QUEUE:
            self._counts.dropped += 1
            job.finish()
            return lane
        lane.queue.append(job)
        lane.news.set()
        if lane.task is None:
            lane.task = asyncio.create_task(self._run(lane))
        return lane

    def _drop(self, job: Job) -> None:
        self._counts.superseded += 1
        job.finish()
        self.changed.set()

    async def _run(self, lane: ChatQueue) -> None:
        try:
            while True:
                lane.news.clear()
                while lane.queue:
                    await self._rest(lane)
                    await self._one(lane, lane.queue.popleft())
                wait = self._next(lane)
                if wait is None:
                    break
                wake = asyncio.get_running_loop().call_later(wait, lane.news.set)
                await lane.news.wait()
                wake.cancel()
        finally:
            del self._lanes[self._digest(lane.chat)]

    def _next(self, lane: ChatQueue) -> float | None:
        """With nothing to answer: the seconds until the lane should look again (news wake it sooner), None to end it.

        A name costs much: the presses of a moment share one, and those who wait for a screen come first.
        """
        now = self._clock()
        if lane.after is not None and not lane.after.done():
            return STORE_LATEST
        if lane.note is not None:
            if now < lane.store_at and not self.draining:
                return lane.store_at - now
            if self.busy and now < lane.store_at + STORE_LATEST and not self.draining:
                return BUSY_SECONDS
            return self._store_behind(lane)
        if lane.untracked:
            return self._store_behind(lane)
        if lane.doubt is not None and not self.draining and now < lane.doubt.until:
            return DOUBT_LOOK if self.delivered <= lane.doubt.asked else self._store_behind(lane)
        return None

    def _store_behind(self, lane: ChatQueue) -> float:
        lane.after = asyncio.create_task(self._store(lane))
        lane.after.add_done_callback(lambda _: lane.news.set())
        return STORE_LATEST

    async def _rest(self, lane: ChatQueue) -> None:
        """A flood is slowed. Leave never is."""
        while (left := lane.rest_until - self._clock()) > 0 and not any(job.is_leave for job in lane.queue):
            await asyncio.sleep(min(left, 0.25))

    async def _one(self, lane: ChatQueue, job: Job) -> None:
        lane.running = job
        self.busy += 1
        try:
            await self._work(job, lane)
        except Exception as error:
            self._counts.faults += 1
            safe_log.fault(error)
        finally:
            self.busy -= 1
        # Not in a `finally`: what was cut off is not done, and has to be sent again to the next process.
        lane.running = None
        job.finish()
        self.changed.set()

    def park(self, window: int = 100, *, blocked: bool = False) -> int:
        """Lets go of what waits too long or takes too much room, so that others are served; gives how many jobs.

        A parked job goes on, but Telegram will not send it again if this process ends. `blocked`: nobody else's updates come
        before the oldest are let go.
        """
        now, parked = self._clock(), 0
        patience = BLOCKED_SECONDS if blocked else PARK_SECONDS
        for lane in self._lanes.values():
            jobs = [*([lane.running] if lane.running else []), *lane.queue]
            held = [job for job in jobs if not job.parked]
            if not held:
                continue
            # What is parked already counts: one by one, a flood's newest would hold up everybody else for seconds each.
            if now - held[0].arrived > patience or len(jobs) >= min(PARK_JOBS, window):
                for job in held:
                    job.parked = True
                parked += len(held)
        self._counts.parked += parked
        return parked

    async def drain(self, seconds: float) -> bool:
        """Waits until all lanes are empty, `seconds` at most. True if they are; the others are cut off."""
        self.draining = True
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        for lane in self._lanes.values():
            lane.rest_until = 0.0
            lane.news.set()
        if not tasks:
            return True
        _, pending = await asyncio.wait(tasks, timeout=seconds)
        cut = [*pending, *(lane.after for lane in self._lanes.values() if lane.after and not lane.after.done())]
        for task in cut:
            task.cancel()
        if cut:
            await asyncio.wait(cut, timeout=1)
        return not pending
