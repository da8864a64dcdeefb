"""From an update to an answer: answer, store the session, erase the typed words, confirm. In this order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, Final

from bot.channels.channel import Step, WorldOf
from bot.channels.sessions import Sessions
from bot.channels.telegram.bubble import Bubble, Shown
from bot.channels.telegram.chat_queue import ChatQueue, ChatQueues
from bot.channels.telegram.clear_later import ClearLater
from bot.channels.telegram.clearing import Clearing
from bot.channels.telegram.fence import Fence
from bot.channels.telegram.graves import Graves
from bot.channels.telegram.job import Job
from bot.channels.telegram.leave import LeaveHandler
from bot.channels.telegram.outbox import Outbox, Outcome
from bot.channels.telegram.owed import OwedDeletions
from bot.channels.telegram.parked import press_of
from bot.channels.telegram.recovery import Recovery
from bot.channels.telegram.render import alert_text
from bot.channels.telegram.session_update import SessionUpdate, is_before
from bot.channels.telegram.session_writer import SessionWriter
from bot.channels.telegram.turns import UpdateTurns, is_fresh, is_leave_command, leave_of, with_command
from bot.channels.telegram.updates import Update
from bot.channels.telegram.written import WrittenHandler
from bot.channels.turn_worker import TurnWorker
from bot.engine import Erase, Leave
from bot.privacy.pseudonym import BusyError
from bot.runtime.state import NO_GRAVE, Due

FRESH_SECONDS: Final = 1.0
LEAVE_GRACE: Final = 3.0
"""Seconds after a leave for which presses on what it deleted come too late."""
ACKNOWLEDGE_SECONDS: Final = 0.4


Bring = Callable[[Update], Awaitable[bool]]


class Driver:
    """Handles updates, whoever delivers them. `shared`: whether other processes handle updates of the same chats. `bring`: takes
    a press that another process has not answered as if Telegram brought it, and gives whether it is done."""

    def __init__(self, step: Step, world_of: WorldOf, outbox: Outbox, sessions: Sessions, *, shared: bool = False) -> None:
        self.counters = outbox.counters
        self.recovery = Recovery(outbox)
        state = sessions.state
        self.clear_later = ClearLater(state.timers, self._time_is_up)
        self._writer = SessionWriter(sessions, outbox, self.clear_later, self.recovery, self.counters, shared=shared)
        self.queues = ChatQueues(self._work, self._writer.idle, self.counters)
        self._turns = UpdateTurns(step, world_of, self.counters.fault)
        self._worker = TurnWorker()
        self._outbox, self._sessions, self.shared = outbox, sessions, shared
        self._bubble = Bubble(outbox)
        self.owed = OwedDeletions(state.owed, self._pay, self._parked, self.counters)
        self.bring: Bring | None = None
        self._leaving = LeaveHandler(outbox, sessions, self.clear_later, self.owed, shared=shared)
        self._tombstones = state.tombstones
        self._graves = Graves(state.tombstones, outbox)
        self._written = WrittenHandler(self._bubble, outbox, sessions, self._writer, self._graves, self._turns, self._worker)
        self._clock = asyncio.get_running_loop().time
        self._background: set[asyncio.Task[None]] = set()
        self._rings: set[asyncio.Task[None]] = set()
        self._clearing = [asyncio.create_task(self.clear_later.run()), asyncio.create_task(self.owed.run())]

    def receive(self, update: Update) -> Job:
        """Takes an update in; the job is done once it is answered. Presses are acknowledged here, at once."""
        update = with_command(update)
        job = Job(update, self._clock())
        if update.kind == "nothing" or (update.kind == "member" and not update.left):
            job.finish()
        elif update.kind == "group":
            self.counters.groups += 1
            self._spawn(self._leave_group(job))
        else:
            if update.kind == "press" or is_leave_command(update):
                job.turn = self._turns.answer(update, "")
            if job.is_leave:
                # A button of an older version may hold the own word.
                job.update = replace(update, text="")
            self._submit(job)
        if update.query and not job.is_leave:
            self._acknowledge(job, update.query, alert_text(job.turn.effects) if job.turn else "")
        return job

    def _submit(self, job: Job) -> None:
        self._outbox.newest = max(self._outbox.newest, job.update.message)
        self.queues.submit(job)

    async def handle(self, update: Update) -> None:
        """Takes an update in and returns when it is answered."""
        await self.receive(update).wait()

    async def hears_danger(self, update: Update) -> bool:
        """Whether triage hears danger in what was typed; heard beside the loop, as all words are."""
        return bool(await self._worker.run(update, partial(self._turns.hears_danger, update.text)))

    async def stop(self, seconds: float = 8.0) -> bool:
        """Clears the chats that asked for it, finishes what has begun, and forgets the rest. True if all got done."""
        end = self._clock() + seconds
        for task in self._clearing:
            task.cancel()
        await self.clear_later.clear_all()
        await self.owed.release()
        if self._rings:
            await asyncio.wait(self._rings, timeout=seconds / 2)
        finished = await self.queues.drain(max(0.1, end - self._clock()))
        if self._background:
            await asyncio.wait(self._background, timeout=2)
        self._worker.close()
        return finished

    # --- the jobs -------------------------------------------------------------------------------------------------

    async def _work(self, job: Job, queue: ChatQueue) -> None:
        update, leave = job.update, leave_of(job.turn)
        if job.owed is not None:
            await self._leaving.again(queue, job.owed)
            return
        if update.kind == "member":
            await self._forget(queue)
        elif leave is not None:
            if update.kind != "typed" or not job.again or not await self._written.was_answered(queue.chat, update.message):
                await self._leave(job, queue, leave)
            queue.untracked.discard(update.message)
        elif await self._graves.covers(job, queue):
            await self._graves.bury(job, queue)
        elif update.kind == "press":
            await self._press(job, queue)
        else:
            leave = await self._written.answer(job, queue)
            if leave is not None:
                await self._leave(job, queue, leave)
        self.counters.answered += 1

    async def _press(self, job: Job, queue: ChatQueue) -> None:
        update, turn = job.update, job.turn
        dead = partial(self._is_overtaken, queue, update) if self.shared else None
        fence = Fence(job, dead) if dead else None
        if fence is not None and await fence():
            return
        if turn is not None and self._clock() - job.arrived > FRESH_SECONDS:
            turn = self._turns.answer(update, "")
        if turn is None:
            return
        if any(isinstance(effect, Erase) for effect in turn.effects):
            if update.buttons <= 1:
                await self._erase(queue, update.message)
                return
            await self._outbox.delete_all(queue.chat, [update.answers])
        if job.again and job.overtaken and job.replaceable and not is_fresh(turn):
            # The process before may have shown the later one there: its screen must not go back. The talk still went through this
            # one, and what was typed after it is heard in it.
            self._writer.remember(queue, Shown(Outcome.DONE, update.message).update(job, turn))
            return
        shown = await self._bubble.press(queue, update.message, turn, again=job.again, newest=job.newest, dead=dead, fence=fence)
        if shown.outcome is Outcome.FORBIDDEN:
            await self._forget(queue)
        elif await self._graves.covers(job, queue):
            await self._graves.bury(job, queue, shown)
        elif shown.outcome is Outcome.DONE:
            self._writer.remember(queue, shown.update(job, turn))

    async def _erase(self, queue: ChatQueue, message: int) -> None:
        """A copy's own button: the copy goes, the bubble stays as it is."""
        if await self._outbox.delete_all(queue.chat, [message]):
            await self._outbox.blank(queue.chat, message, "·")
        else:
            self._writer.remember(queue, SessionUpdate("", 0, gone=(message,), message=message))

    async def _leave(self, job: Job, queue: ChatQueue, effect: Leave) -> None:
        at_hand = self._at_hand(queue, job)
        # A timer clears all that is there; a person who left may have written again already, to another process.
        below = max(at_hand) if job.update.id >= 0 else max(self._outbox.newest, *at_hand)
        update = max(0, job.update.id)
        await self._tombstones.put(queue.chat, below, LEAVE_GRACE, update)
        self.recovery.drop(queue.chat)
        # A command's words are in the phone's language until the session says which one was chosen.
        reword = self._leave_in if job.update.kind == "typed" else None
        # Where the others cannot be asked, they may be answering words of before, which are looked for too.
        shared = self.shared and not job.unclaimed and not self._sessions.state.away
        ceiling = max(self._outbox.newest, below) if shared else 0
        query = job.update.query
        await self._leaving.leave(queue, at_hand, effect, query, reword, update=update, below=below, ceiling=ceiling)
        queue.untracked.discard(*at_hand)

    def _at_hand(self, queue: ChatQueue, job: Job) -> list[int]:
        """The messages in the chat that this process knows of without a session."""
        return [job.update.message, *queue.leftovers(), *queue.pending.messages()]

    async def _forget(self, queue: ChatQueue) -> None:
        self.counters.forgotten += 1
        queue.untracked.clear()
        queue.pending.clear()
        async with self._sessions.hold(queue.chat, priority=False, count=False) as lease:
            if lease.session is not None:
                await self.clear_later.cancel(lease.session.timer)
            await lease.forget()

    def _acknowledge(self, job: Job, query: str, text: str) -> None:
        """A press is acknowledged behind its screen, but never later than half a second after it came."""
        if text or job.done:
            self._spawn(self._outbox.acknowledge(query, text))
            return

        def now() -> None:
            later.cancel()
            job.then = None
            self._spawn(self._outbox.acknowledge(query))

        later = asyncio.get_running_loop().call_later(ACKNOWLEDGE_SECONDS, now)
        job.then = now

    async def _leave_group(self, job: Job) -> None:
        await self._outbox.leave(job.update.chat)
        job.finish()
        self.queues.changed.set()

    def _time_is_up(self, due: Due, chat: int, message: int, token: str) -> None:
        """A timer rang."""
        task = asyncio.create_task(self._clear(due, chat, message, token))
        self._rings.add(task)
        task.add_done_callback(self._rings.discard)

    async def _clear(self, due: Due, chat: int, message: int, token: str) -> None:
        """The same as leave, pressed by nobody; where the chat still waits for this timer. If that cannot be known now, the timer
        comes again."""
        try:
            async with self._sessions.hold(chat, priority=False, count=False) as lease:
                known, session, grave = lease.kept, lease.session, lease.grave
        except BusyError:
            known = False
        if not known:
            return
        if session.timer == due.handle if session is not None else grave == NO_GRAVE:
            turn = self._turns.footer("leave", token)
            job = Job(Update(-1, "press", chat, message), self._clock(), turn)
            self._submit(job)
            await job.wait()
        await self.clear_later.done(due)

    def _parked(self, due: Due) -> None:
        """A press that its process confirmed and has not answered."""
        task = asyncio.create_task(self._answer_parked(due))
        self._rings.add(task)
        task.add_done_callback(self._rings.discard)

    async def _answer_parked(self, due: Due) -> None:
        if self.bring is not None and await self.bring(press_of(due)):
            await self.owed.done(due)

    async def _is_overtaken(self, queue: ChatQueue, update: Update) -> bool | None:
        """Whether what came after a press that another process may have answered is in the session, or a leave is. None where
        that cannot be known now."""
        try:
            async with self._sessions.hold(queue.chat, priority=False, count=False) as lease:
                if not lease.kept:
                    return None
                newer = lease.session is not None and lease.session.latest >= update.id
                return newer or is_before(lease.grave, update.id, update.message)
        except BusyError:
            return None

    def _pay(self, due: Due, clearing: Clearing) -> None:
        """The time has come to try once more what a leave could not delete."""
        job = Job(Update(-1, "nothing", clearing.chat), self._clock())
        job.owed = clearing
        job.then = lambda: self._spawn(self.owed.done(due))
        self._submit(job)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs beside the queues: acknowledgements never hold up a screen, and what runs never holds up leave's first effect."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _leave_in(self, token: str) -> Leave | None:
        return leave_of(self._turns.footer("leave", token)) if token else None
