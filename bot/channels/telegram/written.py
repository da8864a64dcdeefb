"""The answer to what a person wrote: heard, shown below it, erased, and known to the session."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bot.channels.sessions import SessionLease, Sessions
from bot.channels.telegram.bubble import Bubble, Shown
from bot.channels.telegram.chat_queue import ChatQueue
from bot.channels.telegram.fence import Fence
from bot.channels.telegram.graves import Graves
from bot.channels.telegram.job import Job
from bot.channels.telegram.outbox import Outbox, Outcome
from bot.channels.telegram.pending_update import Updates
from bot.channels.telegram.recovery import Between
from bot.channels.telegram.session_update import is_before
from bot.channels.telegram.session_writer import SessionWriter
from bot.channels.telegram.turns import UpdateTurns, is_heard, leave_of
from bot.channels.telegram.updates import Update
from bot.channels.turn_worker import TurnWorker
from bot.engine import EraseTyped, Leave, Turn

LEFT_PAUSE: Final = 0.1


class WrittenHandler:
    """Answers typed words, commands, and what cannot be read."""

    def __init__(
        self,
        bubble: Bubble,
        outbox: Outbox,
        sessions: Sessions,
        writer: SessionWriter,
        graves: Graves,
        turns: UpdateTurns,
        worker: TurnWorker,
    ) -> None:
        self._outbox, self._sessions, self._writer = outbox, sessions, writer
        self._graves, self._turns, self._worker = graves, turns, worker
        self._bubble, self._counters = bubble, outbox.counters

    async def answer(self, job: Job, queue: ChatQueue) -> Leave | None:
        """Answers; gives the leave that the words asked for, which is carried out once the session is let go."""
        update = job.update
        if update.kind == "personal":
            await self._erase_words(queue, update.message)
        pending = await queue.pending.take_over()
        while True:
            async with self._sessions.hold(queue.chat, priority=True) as lease:
                before = lease.session
                if not await self._graves.is_being_left(job, queue, lease):
                    if before is not None and lease.session is None:
                        await self._writer.forget_timer(before)
                    self._writer.slow(queue, lease)
                    if pending:
                        await self._written_later(queue, lease, pending)
                        pending = ()
                    fence = Fence(job, partial(_is_taken, lease))
                    leave = await self._answer_written(job, queue, lease, fence)
                    if not fence.fell:
                        return leave
                    # This process stood still, and another one has the talk: it may have answered these words too.
                    job.again = True
            await asyncio.sleep(LEFT_PAUSE)

    async def _is_there(self, job: Job, queue: ChatQueue) -> bool:
        """Whether words that others may have answered, or that were left, still stand in the chat: either deletes them."""
        message = job.update.message
        job.there = await self._outbox.exists(queue.chat, message)
        if job.there or await self._outbox.delete(queue.chat, message) is not Outcome.MISSING:
            return True
        queue.untracked.discard(message)
        return False

    async def _written_later(self, queue: ChatQueue, lease: SessionLease, updates: Updates, erase: Sequence[int] = ()) -> None:
        """Writes `updates`; where no name came in time, or another process holds the session by now, the writer does it later,
        and the words go now."""
        if lease.kept and await self._writer.write(queue, lease, updates, erase):
            queue.pending.written(updates)
            return
        self._counters.late += 1
        self._writer.later(queue, updates)
        queue.pending.written(updates)
        queue.untracked.discard(*({*erase} - {*await self._outbox.delete_all(queue.chat, erase)}))

    async def _answer_written(self, job: Job, queue: ChatQueue, lease: SessionLease, fence: Fence) -> Leave | None:
        """Answers typed words and the like; gives the leave they asked for, which needs the session let go first."""
        update, session = job.update, lease.session
        if is_before(lease.grave, update.id, update.message):
            await self._graves.bury(job, queue)
            return None
        again = session is not None and update.id in session.seen
        if job.unclaimed and update.kind == "typed" and not await self._is_there(job, queue):
            return None
        after_restart = update.kind == "typed" and job.again and not again and not job.unclaimed
        # A session tells nothing of it: this process may have made it for an earlier press of the same row.
        if after_restart and await self.was_answered(queue.chat, update.message):
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
        if (leave := leave_of(turn)) is not None:
            job.turn = turn
            return leave
        if await self._graves.covers(job, queue):
            await self._graves.bury(job, queue)
            return None
        if again and session is not None:
            shown = await self._bubble.same(queue, session.bubble, turn, fence)
        else:
            opens = any(choice.kind == "erase" for choice in turn.screen.choices)
            answers = update.message if update.kind == "unreadable" and opens else 0
            shown = await self._bubble.below(queue, update.message, turn, answers, fence)
        if shown.outcome is Outcome.FORBIDDEN:
            self._counters.forgotten += 1
            await lease.forget()
            queue.untracked.clear()
        if await self._graves.covers(job, queue):
            await self._graves.bury(job, queue, shown)
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
        written = replace(shown.update(job, turn), saw=update.id)
        if update.kind == "unreadable":
            written = replace(written, kept=(*written.kept, update.message))
        erase = [update.message] if update.kind == "typed" else []
        if erase and job.unclaimed and job.there:
            # Nobody can ask the others just now; but leave deletes what was typed, so the words' absence tells of one.
            if (outcome := await self._outbox.delete(queue.chat, update.message)) is Outcome.MISSING:
                await self._graves.bury(job, queue, shown)
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

    async def was_answered(self, chat: int, message: int) -> bool:
        """Whether the process before this one answered these words: it erased them, as the last thing it did.

        Asking for an impossible edit tells whether they are there without touching them. Should the server know only
        the bot's own messages, erasing them tells as well.
        """
        if await self._outbox.exists(chat, message):
            return False
        return await self._outbox.delete(chat, message) is Outcome.MISSING


async def _is_taken(lease: SessionLease) -> bool:
    """Whether another process holds the session by now."""
    return not await lease.is_held()
