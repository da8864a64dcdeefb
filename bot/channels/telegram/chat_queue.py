"""The queue of one chat: its updates are handled one after the other, and no chat waits for another."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from bot.channels.telegram.counters import Counters
from bot.channels.telegram.job import Job
from bot.channels.telegram.pending_update import PendingUpdate
from bot.channels.telegram.transport import Answer
from bot.channels.telegram.trouble import OF_THIS_QUEUE, Trouble
from bot.channels.telegram.untracked import UntrackedMessages
from bot.runtime.state import ChatDigest

PARK_SECONDS: Final = 20.0
"""So many seconds of a chat's own trouble, and it is parked."""
BLOCKED_SECONDS: Final = 1.5
"""So many of a busy chat, if it holds up a full window for so long, and few calls of others fail;"""
SOME_SECONDS: Final = 0.1
"""and so many since the update came that it holds back."""
FEW: Final = 0.1
"""Up to this share of the calls that fail is some chats' trouble; beyond it, it is Telegram's."""
PARK_CHATS: Final = 8
"""No more are parked early: what a kill can take has a bound."""
PARK_JOBS: Final = 20
"""Who has so many waiting is parked but for the newest."""
STUCK_SECONDS: Final = 120.0
"""So long in the bot's own hands: something hangs that should not, and nobody else shall wait for it."""
QUEUE: Final = 60
WRITTEN: Final = frozenset({"typed", "unreadable", "personal"})
"""The kinds of updates that leave a message of the person's in the chat."""


class ChatQueue:
    """A chat that is busy. It is gone when nothing is left to do in it.

    `running`: the job that is being answered; `waiting`: those behind it. `rest_until`: the chat is slowed until then. `pending`:
    what is to be written of its answers. `untracked`: messages that no session knows of. `trouble`: how long its calls have
    failed. `unanswered`: calls that were on their way when their job was cut off. `news`: set for the task to look again.
    """

    __slots__ = (
        "chat",
        "cut",
        "news",
        "pending",
        "rest_until",
        "running",
        "task",
        "trouble",
        "unanswered",
        "untracked",
        "waiting",
    )

    def __init__(self, chat: int) -> None:
        self.chat = chat
        self.waiting: deque[Job] = deque()
        self.running: Job | None = None
        self.task: asyncio.Task[None] | None = None
        self.news = asyncio.Event()
        self.rest_until = 0.0
        self.pending = PendingUpdate()
        self.untracked = UntrackedMessages()
        self.trouble = Trouble()
        self.unanswered: set[asyncio.Task[Answer]] = set()
        self.cut = False

    @property
    def jobs(self) -> list[Job]:
        """What is being answered and what waits, in order."""
        return [*([self.running] if self.running else []), *self.waiting]

    def messages(self) -> set[int]:
        """The messages that the jobs are about."""
        return {job.update.message for job in self.jobs}

    def stale(self) -> bool:
        """Whether the job that runs is overtaken by a newer press, or by leave."""
        if self.running is None or not self.waiting:
            return False
        return (self.running.replaceable and self.waiting[0].is_press) or self.overrun()

    def overrun(self) -> bool:
        """Whether leave waits behind the job that runs: nothing more may be shown."""
        if self.running is None or self.running.is_leave:
            return False
        return any(job.is_leave for job in self.waiting)

    def leftovers(self) -> list[int]:
        """The untracked messages, oldest first, but for the words of jobs that wait."""
        return self.untracked.without({job.update.message for job in self.waiting})


Work = Callable[[Job, ChatQueue], Awaitable[None]]


class Idle(Protocol):
    """What is left to do in a chat with nothing to answer."""

    def __call__(self, queue: ChatQueue, *, busy: bool, draining: bool) -> float | None:
        """Gives the seconds until to ask again (news come sooner), None to end the queue. `busy`: others are being answered."""


class ChatQueues:
    """All queues. `work` answers one job; `idle` does what is left behind the answers.

    `changed` is set whenever a job has ended.
    """

    def __init__(self, work: Work, idle: Idle, counters: Counters) -> None:
        self._work, self._idle, self._counters = work, idle, counters
        self._queues: dict[bytes, ChatQueue] = {}
        # A dict keeps the hash of a deleted key, and an id's hash is the id itself.
        self._digest = ChatDigest()
        self._clock = asyncio.get_running_loop().time
        self.changed = asyncio.Event()
        self._busy = 0
        self._draining = False

    def __len__(self) -> int:
        return len(self._queues)

    def submit(self, job: Job) -> ChatQueue:
        """Puts a job into its chat's queue; presses that it overtakes are done with that. Gives the queue."""
        name = self._digest(job.update.chat)
        queue = self._queues.get(name)
        if queue is None:
            queue = self._queues[name] = ChatQueue(job.update.chat)
        if job.update.kind in WRITTEN:
            queue.untracked.add(job.update.message)
        if job.is_leave:
            self._make_way(queue)
        elif job.is_press:
            while queue.waiting and queue.waiting[-1].replaceable:
                self._drop(queue.waiting.pop())
        elif len(queue.waiting) >= QUEUE:
            self._let_go(queue)
        job.trouble = queue.trouble.seconds
        if queue.running is not None and queue.running.owed is not None:
            self._cut(queue)
        if job.is_leave:
            queue.waiting.appendleft(job)
        else:
            queue.waiting.append(job)
        queue.news.set()
        if queue.task is None:
            queue.task = asyncio.create_task(self._run(queue))
        return queue

    def _make_way(self, queue: ChatQueue) -> None:
        """For leave: what waits is dropped, and what runs is cut off where it stands; what they have put into the chat is known.

        Deletions that are owed stay: they are of a leave before.
        """
        for message in (*(earlier.update.message for earlier in queue.jobs), *queue.pending.messages()):
            queue.untracked.add(message)
        owed = [job for job in queue.waiting if job.owed is not None]
        for job in queue.waiting:
            if job.owed is None:
                self._drop(job)
        queue.waiting = deque(owed)
        queue.pending.clear()
        if queue.running is not None and not queue.running.is_leave:
            self._cut(queue)

    def _cut(self, queue: ChatQueue) -> None:
        if queue.task is not None and not queue.cut:
            queue.cut = True
            queue.task.cancel()

    def _let_go(self, queue: ChatQueue) -> None:
        """The oldest that waits makes room: the newest is what the person wants now. Leave stays, and what it owes."""
        oldest = next(job for job in queue.waiting if not job.is_leave and job.owed is None)
        queue.waiting.remove(oldest)
        self._counters.dropped += 1
        oldest.finish()
        self.changed.set()

    def _drop(self, job: Job) -> None:
        self._counters.superseded += 1
        job.finish()
        self.changed.set()

    async def _run(self, queue: ChatQueue) -> None:
        OF_THIS_QUEUE.set(queue.trouble)
        try:
            while True:
                queue.news.clear()
                while queue.waiting:
                    await self._rest(queue)
                    await self._one(queue, queue.waiting.popleft())
                wait = self._idle(queue, busy=self._busy > 0, draining=self._draining)
                if wait is None:
                    break
                wake = asyncio.get_running_loop().call_later(wait, queue.news.set)
                await queue.news.wait()
                wake.cancel()
        finally:
            for call in queue.unanswered:
                call.cancel()
            del self._queues[self._digest(queue.chat)]

    async def _rest(self, queue: ChatQueue) -> None:
        """A flood is slowed. Leave never is."""
        with queue.trouble.spell():
            while (left := queue.rest_until - self._clock()) > 0 and not any(job.is_leave for job in queue.waiting):
                await asyncio.sleep(min(left, 0.25))

    async def _one(self, queue: ChatQueue, job: Job) -> None:
        queue.running = job
        self._busy += 1
        try:
            await self._work(job, queue)
        except asyncio.CancelledError:
            # By leave: the next job is its. By a stop: not done, and to be sent again to the next process.
            task = asyncio.current_task()
            if not queue.cut or task is None:
                raise
            task.uncancel()
        except Exception as error:
            self._counters.fault(error)
        finally:
            self._busy -= 1
            queue.cut = False
        # Not in a `finally`: what was cut off is not done, and has to be sent again to the next process.
        queue.running = None
        job.finish()
        self.changed.set()

    def park(self, *, blocked: bool = False) -> int:
        """Lets go of what is held up by trouble of its chat's own, so that others are served; gives how many jobs.

        A parked job goes on, but Telegram will not send it again if this process ends. So who only waits for the bot is not
        parked, however long. `blocked`: nobody else's updates come before the oldest are let go.
        """
        early = sum(any(job.parked for job in queue.jobs) for queue in self._queues.values())
        parked = 0
        for queue in self._queues.values():
            jobs = queue.jobs
            held = [job for job in jobs if not job.parked]
            if not held:
                continue
            age, trouble = self._clock() - held[0].arrived, queue.trouble.seconds - held[0].trouble
            bad = trouble > SOME_SECONDS and min(age, queue.trouble.seconds) > BLOCKED_SECONDS
            if blocked and bad and self._counters.failing <= FEW and early < PARK_CHATS:
                early += len(held) == len(jobs)
                parked += _park(held)
            elif trouble > PARK_SECONDS or age > STUCK_SECONDS:
                parked += _park(held)
            elif len(jobs) >= PARK_JOBS:
                # What is parked already counts: one by one, a flood's would hold up everybody else for seconds each.
                parked += _park(held[:-1])
        self._counters.parked += parked
        return parked

    async def drain(self, seconds: float) -> bool:
        """Waits until all queues are empty, `seconds` at most. True if they are; the others are cut off."""
        self._draining = True
        tasks = [queue.task for queue in self._queues.values() if queue.task is not None]
        for queue in self._queues.values():
            queue.rest_until = 0.0
            queue.news.set()
        if not tasks:
            return True
        _, pending = await asyncio.wait(tasks, timeout=seconds)
        writing = [task for queue in self._queues.values() if (task := queue.pending.cancel()) is not None]
        for task in pending:
            task.cancel()
        if cut := [*pending, *writing]:
            await asyncio.wait(cut, timeout=1)
        return not pending


def _park(jobs: list[Job]) -> int:
    for job in jobs:
        job.parked = True
    return len(jobs)
