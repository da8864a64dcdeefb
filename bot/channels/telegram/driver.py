"""From an update to an answer: answer, store the session, erase the typed words, confirm. In this order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from bot.channels.channel import Step, WorldOf
from bot.channels.sessions import SessionLease, Sessions
from bot.channels.telegram.bubble import Bubble, Shown
from bot.channels.telegram.chat_queue import WRITTEN, ChatQueue, ChatQueues
from bot.channels.telegram.clear_later import ClearLater
from bot.channels.telegram.clearing import Clearing
from bot.channels.telegram.job import Job
from bot.channels.telegram.leave import LeaveHandler
from bot.channels.telegram.outbox import Outbox, Outcome
from bot.channels.telegram.owed import OwedDeletions
from bot.channels.telegram.pending_update import Updates
from bot.channels.telegram.recovery import Between, Recovery
from bot.channels.telegram.render import alert_text
from bot.channels.telegram.session_update import SessionUpdate, is_before
from bot.channels.telegram.session_writer import SessionWriter
from bot.channels.telegram.spare_timers import SpareTimers
from bot.channels.telegram.turns import UpdateTurns, is_heard, is_leave_command
from bot.channels.telegram.updates import Update
from bot.channels.turn_worker import TurnWorker
from bot.engine import Erase, EraseTyped, Leave, Timer, Turn
from bot.privacy.pseudonym import BusyError
from bot.runtime.state import NO_GRAVE, Due

FRESH_SECONDS: Final = 1.0
LEAVE_GRACE: Final = 3.0
"""Seconds after a leave for which presses on what it deleted come too late."""
ACKNOWLEDGE_SECONDS: Final = 0.4
LEFT_SECONDS: Final = 1.5
"""So long words wait for a leave before them that another process is still at."""
LEFT_PAUSE: Final = 0.1


class Driver:
    """Handles updates, whoever delivers them. `shared`: whether other processes handle updates of the same chats."""

    def __init__(self, step: Step, world_of: WorldOf, outbox: Outbox, sessions: Sessions, *, shared: bool = False) -> None:
        self.counters = outbox.counters
        self.recovery = Recovery(outbox)
        state = sessions.state
        self.clear_later = ClearLater(SpareTimers(state.timers, lambda: state.away), self._time_is_up)
        self._writer = SessionWriter(sessions, outbox, self.clear_later, self.recovery, self.counters)
        self.queues = ChatQueues(self._work, self._writer.idle, self.counters)
        self._turns = UpdateTurns(step, world_of, self.counters.fault)
        self._worker = TurnWorker()
        self._outbox, self._sessions = outbox, sessions
        self._bubble = Bubble(outbox)
        self.owed = OwedDeletions(SpareTimers(state.owed, lambda: state.away), self._pay, self.counters)
        self._leaving = LeaveHandler(outbox, sessions, self.clear_later, self.owed, shared=shared)
        self._tombstones = state.tombstones
        self._clock = asyncio.get_running_loop().time
        self._background: set[asyncio.Task[None]] = set()
        self._rings: set[asyncio.Task[None]] = set()
        self._clearing = [asyncio.create_task(self.clear_later.run()), asyncio.create_task(self.owed.run())]

    def receive(self, update: Update) -> Job:
        """Takes an update in; the job is done once it is answered. Presses are acknowledged here, at once."""
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
        update, leave = job.update, self._leave_of(job.turn)
        if job.owed is not None:
            await self._leaving.again(queue, job.owed)
            return
        if update.kind == "member":
            await self._forget(queue)
        elif leave is not None:
            if update.kind != "typed" or not job.again or not await self._was_answered(queue.chat, update.message):
                await self._leave(job, queue, leave)
            queue.untracked.discard(update.message)
        elif await self._is_dead(job, queue):
            await self._bury(job, queue)
        elif update.kind == "press":
            await self._press(job, queue)
        else:
            await self._written(job, queue)
        self.counters.answered += 1

    async def _press(self, job: Job, queue: ChatQueue) -> None:
        update, turn = job.update, job.turn
        if turn is not None and self._clock() - job.arrived > FRESH_SECONDS:
            turn = self._turns.answer(update, "")
        if turn is None:
            return
        if any(isinstance(effect, Erase) for effect in turn.effects):
            if update.buttons <= 1:
                await self._erase(queue, update.message)
                return
            await self._outbox.delete_all(queue.chat, [update.answers])
        shown = await self._bubble.press(queue, update.message, turn, again=job.again, newest=job.newest)
        if shown.outcome is Outcome.FORBIDDEN:
            await self._forget(queue)
        elif await self._is_dead(job, queue):
            await self._bury(job, queue, shown)
        elif shown.outcome is Outcome.DONE:
            self._writer.remember(queue, self._session_update(job, turn, shown))

    async def _is_dead(self, job: Job, queue: ChatQueue) -> bool:
        """Whether its chat was just left, here or at another process: what is of before shows nothing more."""
        grave = await self._tombstones.of(queue.chat)
        return grave.covers(message=job.update.message, update=max(0, job.update.id))

    async def _bury(self, job: Job, queue: ChatQueue, shown: Shown | None = None) -> None:
        """Deletes what is of before a leave and was shown or typed all the same, and remembers nothing of it."""
        there = {*shown.copies, shown.bubble, shown.stays} if shown is not None else set[int]()
        if job.update.kind in WRITTEN:
            there.add(job.update.message)
        if there - {0}:
            await self._outbox.delete_all(queue.chat, sorted(there))
        queue.untracked.discard(*there)

    async def _erase(self, queue: ChatQueue, message: int) -> None:
        """A copy's own button: the copy goes, the bubble stays as it is."""
        if await self._outbox.delete_all(queue.chat, [message]):
            await self._outbox.blank(queue.chat, message, "·")
        else:
            self._writer.remember(queue, SessionUpdate("", 0, gone=(message,), message=message))

    async def _written(self, job: Job, queue: ChatQueue) -> None:
        update = job.update
        if update.kind == "personal":
            await self._erase_words(queue, update.message)
        pending = await queue.pending.take_over()
        while True:
            async with self._sessions.hold(queue.chat, priority=True) as lease:
                if await self._is_being_left(job, queue, lease):
                    leave = None
                else:
                    self._writer.slow(queue, lease)
                    if pending:
                        await self._written_later(queue, lease, pending)
                        pending = ()
                    leave = await self._answer_written(job, queue, lease)
                    break
            await asyncio.sleep(LEFT_PAUSE)
        if leave is not None:
            await self._leave(job, queue, leave)

    async def _is_there(self, job: Job, queue: ChatQueue) -> bool:
        """Whether words that others may have answered, or that were left, still stand in the chat: either deletes them."""
        message = job.update.message
        job.there = await self._outbox.exists(queue.chat, message)
        if job.there or await self._outbox.delete(queue.chat, message) is not Outcome.MISSING:
            return True
        queue.untracked.discard(message)
        return False

    async def _is_being_left(self, job: Job, queue: ChatQueue, lease: SessionLease) -> bool:
        """Whether another process is still at a leave that came before these words: it has to find the session of before."""
        session, grave = lease.session, await self._tombstones.of(queue.chat)
        if not 0 < grave.update < job.update.id or session is None or session.latest > grave.update:
            return False
        if self._clock() - job.arrived < LEFT_SECONDS:
            return True
        lease.session = None
        return False

    async def _written_later(self, queue: ChatQueue, lease: SessionLease, updates: Updates, erase: Sequence[int] = ()) -> None:
        """Writes `updates`; where no name came in time, or another process holds the session by now, the writer does it later,
        and the words go now."""
        if lease.kept and await self._writer.write(queue, lease, updates, erase):
            queue.pending.written(updates)
            return
        self.counters.late += 1
        self._writer.later(queue, updates)
        queue.pending.written(updates)
        queue.untracked.discard(*({*erase} - {*await self._outbox.delete_all(queue.chat, erase)}))

    async def _answer_written(self, job: Job, queue: ChatQueue, lease: SessionLease) -> Leave | None:
        """Answers typed words and the like; gives the leave they asked for, which needs the session let go first."""
        update, session = job.update, lease.session
        if is_before(lease.grave, update.id, update.message):
            await self._bury(job, queue)
            return None
        again = session is not None and update.id in session.seen
        if job.unclaimed and update.kind == "typed" and not await self._is_there(job, queue):
            return None
        after_restart = update.kind == "typed" and job.again and not again and not job.unclaimed
        if after_restart and session is None and await self._was_answered(queue.chat, update.message):
            queue.untracked.discard(update.message)
            return None
        if again and job.again:
            # The process before this one stored that it had answered; what has been shown since may be newer.
            await self._erase_words(queue, update.message)
            return None
        token = session.token if session else ""
        turn = self._turns.again(token) if again else await self._heard(queue, update, token)
        if queue.overrun():
            return None
        if turn is None:
            await self._erase_words(queue, update.message)
            return None
        if (leave := self._leave_of(turn)) is not None:
            job.turn = turn
            return leave
        if await self._is_dead(job, queue):
            await self._bury(job, queue)
            return None
        if again and session is not None:
            shown = await self._bubble.same(queue, session.bubble, turn)
        else:
            opens = any(choice.kind == "erase" for choice in turn.screen.choices)
            answers = update.message if update.kind == "unreadable" and opens else 0
            shown = await self._bubble.below(queue, update.message, turn, answers)
        if shown.outcome is Outcome.FORBIDDEN:
            self.counters.forgotten += 1
            await lease.forget()
            queue.untracked.clear()
        if await self._is_dead(job, queue):
            await self._bury(job, queue, shown)
            return None
        if shown.outcome is not Outcome.DONE:
            # The words stay, for the person to see that there is no answer: the queue knows of them, for leave.
            return None
        await self._remember_written(job, queue, lease, turn, replace(shown, lost=self._lost(shown, job, after_restart)))
        return None

    def _lost(self, shown: Shown, job: Job, after_restart: bool) -> Between | None:
        return (job.update.message, shown.bubble) if after_restart else shown.lost

    async def _remember_written(self, job: Job, queue: ChatQueue, lease: SessionLease, turn: Turn, shown: Shown) -> None:
        """Erases the words that were answered, and has the session know of the answer."""
        update = job.update
        written = replace(self._session_update(job, turn, shown), saw=update.id)
        if update.kind == "unreadable":
            written = replace(written, kept=(*written.kept, update.message))
        erase = [update.message] if update.kind == "typed" else []
        if erase and job.unclaimed and job.there:
            # Nobody can ask the others just now; but leave deletes what was typed, so the words' absence tells of one.
            if (outcome := await self._outbox.delete(queue.chat, update.message)) is Outcome.MISSING:
                await self._bury(job, queue, shown)
                return
            erase = [] if outcome is Outcome.DONE else erase
            queue.untracked.discard(*({update.message} - set(erase)))
        if erase and any(isinstance(effect, EraseTyped) for effect in turn.effects):
            # Whoever sits beside the person may be the danger: nothing is worth a moment in which the words still stand there.
            erase = await self._outbox.delete_all(queue.chat, erase)
            queue.untracked.discard(*({update.message} - set(erase)))
        await self._written_later(queue, lease, (written,), erase)

    async def _heard(self, queue: ChatQueue, update: Update, token: str) -> Turn | None:
        """The turn for what was written; what has to be heard is heard beside the loop. None where leave came meanwhile."""
        if not is_heard(update):
            return self._turns.answer(update, token)
        if queue.overrun():
            return None
        return await self._worker.run(queue, partial(self._turns.answer, update, token))

    async def _erase_words(self, queue: ChatQueue, message: int) -> None:
        if not await self._outbox.delete_all(queue.chat, [message]):
            queue.untracked.discard(message)

    async def _was_answered(self, chat: int, message: int) -> bool:
        """Whether the process before this one answered these words: it erased them, as the last thing it did.

        Asking for an impossible edit tells whether they are there without touching them. Should the server know only
        the bot's own messages, erasing them tells as well.
        """
        if await self._outbox.exists(chat, message):
            return False
        return await self._outbox.delete(chat, message) is Outcome.MISSING

    async def _leave(self, job: Job, queue: ChatQueue, effect: Leave) -> None:
        at_hand = self._at_hand(queue, job)
        # A timer clears all that is there; a person who left may have written again already, to another process.
        below = max(at_hand) if job.update.id >= 0 else max(self._outbox.newest, *at_hand)
        update = max(0, job.update.id)
        await self._tombstones.put(queue.chat, below, LEAVE_GRACE, update)
        self.recovery.drop(queue.chat)
        # A command's words are in the phone's language until the session says which one was chosen.
        reword = self._leave_in if job.update.kind == "typed" else None
        await self._leaving.leave(queue, at_hand, effect, job.update.query, reword, update=update, below=below)
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

    def _pay(self, due: Due, clearing: Clearing) -> None:
        """The time has come to try once more what a leave could not delete."""
        job = Job(Update(-1, "nothing", clearing.chat), self._clock())
        job.owed = clearing
        job.then = lambda: self._spawn(self.owed.done(due))
        self._submit(job)

    def _session_update(self, job: Job, turn: Turn, shown: Shown) -> SessionUpdate:
        timer = next((effect.seconds for effect in turn.effects if isinstance(effect, Timer)), None)
        kept = (*shown.copies, *((shown.stays,) if shown.stays else ()))
        gone = (shown.gone,) if shown.gone else ()
        number, message = job.update.id, job.update.message
        return SessionUpdate(turn.token, shown.bubble, kept, gone, timer=timer, lost=shown.lost, number=number, message=message)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs beside the queues: acknowledgements never hold up a screen, and what runs never holds up leave's first effect."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _leave_in(self, token: str) -> Leave | None:
        return self._leave_of(self._turns.footer("leave", token)) if token else None

    def _leave_of(self, turn: Turn | None) -> Leave | None:
        if turn is None:
            return None
        return next((effect for effect in turn.effects if isinstance(effect, Leave)), None)
