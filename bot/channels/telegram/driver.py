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
from bot.channels.telegram.chat_queue import ChatQueue, ChatQueues
from bot.channels.telegram.clear_later import ClearLater
from bot.channels.telegram.clearing import Clearing
from bot.channels.telegram.job import Job
from bot.channels.telegram.leave import LeaveHandler
from bot.channels.telegram.outbox import Outbox, Outcome
from bot.channels.telegram.owed import OwedDeletions
from bot.channels.telegram.recovery import Recovery
from bot.channels.telegram.render import alert_text
from bot.channels.telegram.session_update import SessionUpdate
from bot.channels.telegram.session_writer import SessionWriter
from bot.channels.telegram.turns import UpdateTurns, is_heard, is_leave_command
from bot.channels.telegram.updates import Update
from bot.channels.turn_worker import TurnWorker
from bot.engine import Erase, EraseTyped, Leave, Timer, Turn

FRESH_SECONDS: Final = 1.0
LEAVE_GRACE: Final = 3.0
"""Seconds after a leave for which presses on what it deleted come too late."""
ACKNOWLEDGE_SECONDS: Final = 0.4


class Driver:
    """Handles updates, whoever delivers them."""

    def __init__(self, step: Step, world_of: WorldOf, outbox: Outbox, sessions: Sessions) -> None:
        self.counters = outbox.counters
        self.recovery = Recovery(outbox)
        self.clear_later = ClearLater(sessions.state.timers, self._time_is_up)
        self._writer = SessionWriter(sessions, outbox, self.clear_later, self.recovery, self.counters)
        self.queues = ChatQueues(self._work, self._writer.idle, self.counters)
        self._turns = UpdateTurns(step, world_of, self.counters.fault)
        self._worker = TurnWorker()
        self._outbox, self._sessions = outbox, sessions
        self._bubble = Bubble(outbox)
        self.owed = OwedDeletions(sessions.state.owed, self._pay, self.counters)
        self._leaving = LeaveHandler(outbox, sessions, self.clear_later, self.owed)
        self._tombstones = sessions.state.tombstones
        self._clock = asyncio.get_running_loop().time
        self._background: set[asyncio.Task[None]] = set()
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

    async def stop(self, seconds: float = 8.0) -> bool:
        """Clears the chats that asked for it, finishes what has begun, and forgets the rest. True if all got done."""
        for task in self._clearing:
            task.cancel()
        await self.clear_later.clear_all()
        await self.owed.release()
        finished = await self.queues.drain(seconds)
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
        elif update.kind == "press":
            if update.message > await self._tombstones.below(queue.chat):
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
        elif shown.outcome is Outcome.DONE:
            self._writer.remember(queue, self._session_update(turn, shown))

    async def _erase(self, queue: ChatQueue, message: int) -> None:
        """A copy's own button: the copy goes, the bubble stays as it is."""
        if await self._outbox.delete_all(queue.chat, [message]):
            await self._outbox.blank(queue.chat, message, "·")
        else:
            self._writer.remember(queue, SessionUpdate("", 0, gone=(message,)))

    async def _written(self, job: Job, queue: ChatQueue) -> None:
        update = job.update
        if update.kind == "personal":
            await self._erase_words(queue, update.message)
        pending = await queue.pending.take_over()
        async with self._sessions.hold(queue.chat, priority=True) as lease:
            self._writer.slow(queue, lease)
            if pending is not None:
                await self._written_later(queue, lease, pending)
            leave = await self._answer_written(job, queue, lease)
        if leave is not None:
            await self._leave(job, queue, leave)

    async def _written_later(
        self, queue: ChatQueue, lease: SessionLease, update: SessionUpdate, erase: Sequence[int] = ()
    ) -> None:
        """Writes `update`; where no name came in time, the writer does it later, and the words go now."""
        if lease.kept:
            await self._writer.write(queue, lease, update, erase)
            queue.pending.written(update)
            return
        self.counters.late += 1
        self._writer.remember(queue, update)
        queue.pending.written(update)
        queue.untracked.discard(*({*erase} - {*await self._outbox.delete_all(queue.chat, erase)}))

    async def _answer_written(self, job: Job, queue: ChatQueue, lease: SessionLease) -> Leave | None:
        """Answers typed words and the like; gives the leave they asked for, which needs the session let go first."""
        update, session = job.update, lease.session
        again = session is not None and update.id in session.seen
        after_restart = update.kind == "typed" and job.again and not again
        if after_restart and session is None and await self._was_answered(queue.chat, update.message):
            queue.untracked.discard(update.message)
            return None
        if again and job.again:
            # The process before this one stored that it had answered; what has been shown since may be newer.
            await self._erase_words(queue, update.message)
            return None
        token = session.token if session else ""
        turn = self._turns.answer_again(update, token) if again else await self._heard(queue, update, token)
        if queue.overrun():
            return None
        if turn is None:
            await self._erase_words(queue, update.message)
            return None
        if (leave := self._leave_of(turn)) is not None:
            job.turn = turn
            return leave
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
        if shown.outcome is not Outcome.DONE:
            # The words stay, for the person to see that there is no answer: the queue knows of them, for leave.
            return None
        if after_restart:
            shown = replace(shown, lost=(update.message, shown.bubble))
        written = replace(self._session_update(turn, shown), saw=update.id)
        if update.kind == "unreadable":
            written = replace(written, kept=(*written.kept, update.message))
        erase = [update.message] if update.kind == "typed" else []
        if erase and any(isinstance(effect, EraseTyped) for effect in turn.effects):
            # Whoever sits beside the person may be the danger: nothing is worth a moment in which the words still stand there.
            erase = await self._outbox.delete_all(queue.chat, erase)
            queue.untracked.discard(*({update.message} - set(erase)))
        await self._written_later(queue, lease, written, erase)
        return None

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
        await self._tombstones.put(queue.chat, max(at_hand), LEAVE_GRACE)
        self.recovery.drop(queue.chat)
        # A command's words are in the phone's language until the session says which one was chosen.
        reword = self._leave_in if job.update.kind == "typed" else None
        await self._leaving.leave(queue, at_hand, effect, job.update.query, reword)
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

    def _time_is_up(self, chat: int, message: int, token: str) -> None:
        """A timer rang: the same as leave, pressed by nobody."""
        turn = self._turns.footer("leave", token)
        self._submit(Job(Update(-1, "press", chat, message), self._clock(), turn))

    def _pay(self, clearing: Clearing) -> None:
        """The time has come to try once more what a leave could not delete."""
        job = Job(Update(-1, "nothing", clearing.chat), self._clock())
        job.owed = clearing
        self._submit(job)

    def _session_update(self, turn: Turn, shown: Shown) -> SessionUpdate:
        timer = next((effect.seconds for effect in turn.effects if isinstance(effect, Timer)), None)
        kept = (*shown.copies, *((shown.stays,) if shown.stays else ()))
        gone = (shown.gone,) if shown.gone else ()
        return SessionUpdate(turn.token, shown.bubble, kept, gone, timer=timer, lost=shown.lost)

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
