"""From an update to an answer: answer, store the session, erase the typed words, confirm. In this order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from bot.channels.sessions import SessionLease, Sessions
from bot.channels.telegram.bubble import Bubble, Shown
from bot.channels.telegram.chat_queue import DOUBT_SECONDS, STORE_SECONDS, ChatQueue, ChatQueues, Doubt, Job
from bot.channels.telegram.clear_later import ClearLater
from bot.channels.telegram.leave import LeaveHandler
from bot.channels.telegram.outbox import Counts, Outbox, Outcome
from bot.channels.telegram.render import alert_text
from bot.channels.telegram.session_update import DOUBT_SPAN, SessionUpdate
from bot.channels.telegram.turns import Step, Turns, WorldOf, is_leave_command
from bot.channels.telegram.updates import Update
from bot.engine import Erase, Leave, Timer, Turn
from bot.privacy import safe_log
from bot.privacy.pseudonym import BusyError

FRESH_SECONDS: Final = 1.0
LEAVE_GRACE: Final = 3.0
"""Seconds after a leave for which presses on what it deleted come too late."""
LEFT_KEPT: Final = 16
"""How many untracked messages, the newest, a session takes over: the rest of its room is for the bot's own."""
ACKNOWLEDGE_SECONDS: Final = 0.4


class Driver:
    """Handles updates, whoever delivers them."""

    def __init__(
        self,
        step: Step,
        world_of: WorldOf,
        outbox: Outbox,
        sessions: Sessions,
    ) -> None:
        self.counts: Counts = outbox.counts
        self.lanes = ChatQueues(self._work, self._store_note, self.counts)
        self.clear_later = ClearLater(sessions.state.timers, self._time_is_up)
        self._talk = Turns(step, world_of, self.counts)
        self._outbox, self._sessions = outbox, sessions
        self._bubble = Bubble(outbox)
        self._leaving = LeaveHandler(outbox, sessions, self.clear_later)
        self._tombstones = sessions.state.tombstones
        self._clock = asyncio.get_running_loop().time
        self._aside: set[asyncio.Task[None]] = set()
        self._clearing = asyncio.create_task(self.clear_later.run())

    def receive(self, update: Update) -> Job:
        """Takes an update in; the job is done once it is answered. Presses are acknowledged here, at once."""
        job = Job(update, self._clock())
        if update.kind == "nothing" or (update.kind == "member" and not update.left):
            job.finish()
        elif update.kind == "group":
            self.counts.groups += 1
            self._behind(self._leave_group(job))
        else:
            if update.kind == "press" or is_leave_command(update):
                job.turn = self._talk.answer(update, "")
            self._submit(job)
        if update.query and not job.is_leave:
            self._acknowledge(job, update.query, alert_text(job.turn.effects) if job.turn else "")
        return job

    def _submit(self, job: Job) -> None:
        self._outbox.newest = max(self._outbox.newest, job.update.message)
        lane = self.lanes.submit(job)
        if job.is_leave and lane.running is not None and not lane.running.is_leave:
            # What runs may hang in a slow call, or wait for a name behind many: what is known of goes now, the rest in its turn.
            self._behind(self._delete_now(lane, job))

    async def _delete_now(self, lane: ChatQueue, job: Job) -> None:
        await self._outbox.delete_all(lane.chat, self._at_hand(lane, job))

    async def handle(self, update: Update) -> None:
        """Takes an update in and returns when it is answered."""
        await self.receive(update).wait()

    async def stop(self, seconds: float = 8.0) -> bool:
        """Clears the chats that asked for it, finishes what has begun, and forgets the rest. True if all got done."""
        self._clearing.cancel()
        await self.clear_later.clear_all()
        finished = await self.lanes.drain(seconds)
        if self._aside:
            await asyncio.wait(self._aside, timeout=2)
        return finished

    # --- the jobs -------------------------------------------------------------------------------------------------

    async def _work(self, job: Job, lane: ChatQueue) -> None:
        update, leave = job.update, self._leave_of(job.turn)
        if update.kind == "member":
            await self._forget(lane)
        elif leave is not None:
            if update.kind != "typed" or not job.again or not await self._was_answered(lane.chat, update.message):
                await self._leave(job, lane, leave)
            lane.settled(update.message)
        elif update.kind == "press":
            if update.message > await self._tombstones.below(lane.chat):
                await self._press(job, lane)
        else:
            await self._written(job, lane)
        self.counts.answered += 1

    async def _press(self, job: Job, lane: ChatQueue) -> None:
        update, turn = job.update, job.turn
        if turn is not None and self._clock() - job.arrived > FRESH_SECONDS:
            turn = self._talk.answer(update, "")
        if turn is None:
            return
        if any(isinstance(effect, Erase) for effect in turn.effects):
            if update.buttons <= 1:
                await self._erase(lane, update.message)
                return
            await self._outbox.delete_all(lane.chat, [update.answers])
        shown = await self._bubble.press(lane, update.message, turn, again=job.again, newest=job.newest)
        if shown.outcome is Outcome.FORBIDDEN:
            await self._forget(lane)
        elif shown.outcome is Outcome.DONE:
            self._remember(lane, self._note(turn, shown))

    async def _erase(self, lane: ChatQueue, message: int) -> None:
        """A copy's own button: the copy goes, the bubble stays as it is."""
        if await self._outbox.delete_all(lane.chat, [message]):
            await self._outbox.blank(lane.chat, message, "·")
        else:
            self._remember(lane, SessionUpdate("", 0, gone=(message,)))

    async def _written(self, job: Job, lane: ChatQueue) -> None:
        update = job.update
        if update.kind == "personal":
            await self._erase_words(lane, update.message)
        pending = await lane.unstored()
        async with self._sessions.hold(lane.chat, hurry=True) as held:
            self._slow(lane, held)
            if pending is not None:
                await self._store(lane, held, pending, [])
            leave = await self._answer_written(job, lane, held)
        if leave is not None:
            await self._leave(job, lane, leave)

    async def _answer_written(self, job: Job, lane: ChatQueue, held: SessionLease) -> Leave | None:
        """Answers typed words and the like; gives the leave they asked for, which needs the session let go first."""
        update, session = job.update, held.session
        again = session is not None and update.id in session.seen
        after_restart = update.kind == "typed" and job.again and not again
        if after_restart and session is None and await self._was_answered(lane.chat, update.message):
            lane.settled(update.message)
            return None
        if again and job.again:
            # The process before this one stored that it had answered; what has been shown since may be newer.
            await self._erase_words(lane, update.message)
            return None
        token = session.token if session else ""
        turn = self._talk.again(token) if again else self._talk.answer(update, token)
        if turn is None:
            await self._erase_words(lane, update.message)
            return None
        if (leave := self._leave_of(turn)) is not None:
            return leave
        if again and session is not None:
            shown = await self._bubble.same(lane, session.bubble, turn)
        else:
            opens = any(choice.kind == "erase" for choice in turn.screen.choices)
            answers = update.message if update.kind == "unreadable" and opens else 0
            shown = await self._bubble.below(lane, update.message, turn, answers)
        if shown.outcome is Outcome.FORBIDDEN:
            self.counts.forgotten += 1
            await held.forget()
            lane.untracked.clear()
        if shown.outcome is not Outcome.DONE:
            # The words stay, for the person to see that there is no answer: the lane knows of them, for leave.
            return None
        if after_restart:
            shown = replace(shown, doubt=(update.message, shown.bubble))
        note = replace(self._note(turn, shown), saw=update.id)
        if update.kind == "unreadable":
            note = replace(note, kept=(*note.kept, update.message))
        erase = [update.message] if update.kind == "typed" else []
        await self._store(lane, held, note, erase)
        return None

    async def _erase_words(self, lane: ChatQueue, message: int) -> None:
        if not await self._outbox.delete_all(lane.chat, [message]):
            lane.settled(message)

    async def _was_answered(self, chat: int, message: int) -> bool:
        """Whether the process before this one answered these words: it erased them, as the last thing it did.

        Asking for an impossible edit tells whether they are there without touching them. Should the server know only
        the bot's own messages, erasing them tells as well.
        """
        if await self._outbox.exists(chat, message):
            return False
        return await self._outbox.delete(chat, message) is Outcome.MISSING

    async def _leave(self, job: Job, lane: ChatQueue, effect: Leave) -> None:
        at_hand = self._at_hand(lane, job)
        await self._tombstones.put(lane.chat, max(at_hand), LEAVE_GRACE)
        lane.doubt = None
        # A command's words are in the phone's language until the session says which one was chosen.
        reword = self._leave_in if job.update.kind == "typed" else None
        await self._leaving.leave(lane, at_hand, effect, job.update.query, reword)
        lane.settled(*at_hand)

    def _at_hand(self, lane: ChatQueue, job: Job) -> list[int]:
        """The messages in the chat that this process knows of without a session."""
        note = lane.note
        noted = [note.bubble, *note.kept, *note.replaced] if note is not None else []
        return [job.update.message, *lane.unclaimed(), *noted]

    async def _forget(self, lane: ChatQueue) -> None:
        self.counts.forgotten += 1
        lane.untracked.clear()
        await lane.unstored()
        async with self._sessions.hold(lane.chat, hurry=False, count=False) as held:
            if held.session is not None:
                await self.clear_later.cancel(held.session.timer)
            await held.forget()

    def _acknowledge(self, job: Job, query: str, text: str) -> None:
        """A press is acknowledged behind its screen, but never later than half a second after it came."""
        if text or job.done:
            self._behind(self._outbox.acknowledge(query, text))
            return

        def now() -> None:
            later.cancel()
            job.then = None
            self._behind(self._outbox.acknowledge(query))

        later = asyncio.get_running_loop().call_later(ACKNOWLEDGE_SECONDS, now)
        job.then = now

    async def _leave_group(self, job: Job) -> None:
        await self._outbox.leave(job.update.chat)
        job.finish()
        self.lanes.changed.set()

    def _time_is_up(self, chat: int, message: int, token: str) -> None:
        """A timer rang: the same as leave, pressed by nobody."""
        turn = self._talk.footer("leave", token)
        self._submit(Job(Update(-1, "press", chat, message), self._clock(), turn))

    # --- remembering ----------------------------------------------------------------------------------------------

    def _note(self, turn: Turn, shown: Shown) -> SessionUpdate:
        timer = next((effect.seconds for effect in turn.effects if isinstance(effect, Timer)), None)
        kept = (*shown.copies, *((shown.stays,) if shown.stays else ()))
        gone = (shown.gone,) if shown.gone else ()
        return SessionUpdate(turn.token, shown.bubble, kept, gone, timer=timer, doubt=shown.doubt)

    def _remember(self, lane: ChatQueue, note: SessionUpdate) -> None:
        """Stores behind the answer: a press never waits for a session. What comes together is stored together."""
        if lane.note is None:
            lane.store_at = self._clock() + STORE_SECONDS
        lane.note = note.after(lane.note) if lane.note is not None else note
        lane.settled(note.bubble, *note.kept)

    async def _store_note(self, lane: ChatQueue) -> None:
        """Stores the lane's note, and with it what is still untracked when the lane is about to end."""
        left: list[int] = []
        try:
            if lane.note is None and not lane.untracked:
                await self._look_through(lane)
                return
            async with self._sessions.hold(lane.chat, hurry=False) as held:
                note, lane.note, lane.storing = lane.note, None, True
                left = [] if lane.queue or lane.running else lane.unclaimed()
                if left:
                    note = SessionUpdate("", 0, kept=tuple(left[-LEFT_KEPT:])).after(note or SessionUpdate("", 0))
                if note is not None:
                    self._slow(lane, held)
                    await self._store(lane, held, note, [])
        except BusyError:
            lane.note = None
            left = lane.unclaimed()
            self.counts.late += 1
        except Exception as error:
            lane.note = None
            left = lane.unclaimed()
            self.counts.faults += 1
            safe_log.fault(error)
        finally:
            lane.storing = False
        lane.settled(*left)

    async def _store(self, lane: ChatQueue, held: SessionLease, note: SessionUpdate, erase: list[int]) -> None:
        chat = lane.chat
        if held.session is None and not note.bubble and not note.kept:
            return
        session, old = note.applied(held.session)
        if note.timer is not None:
            await self.clear_later.cancel(session.timer)
            handle = await self.clear_later.arm(note.timer, chat, session.bubble, session.token) if note.timer else b""
            session = replace(session, timer=handle)
        await held.save(session)
        lane.settled(note.bubble, *note.kept)
        self._doubt(lane, note, note.doubted(session))
        stuck = await self._outbox.delete_all(chat, [*erase, *old])
        if stuck:
            await held.save(session.owns(*stuck))
        lane.settled(*erase, *old)

    def _doubt(self, lane: ChatQueue, note: SessionUpdate, doubted: list[int]) -> None:
        """Further messages to look through, but for those that the talk has come to stand in meanwhile."""
        doubt = lane.doubt
        if doubted:
            earlier = doubt.ids if doubt else ()
            ids = tuple(sorted({*earlier, *doubted}))[-DOUBT_SPAN:]
            doubt = Doubt(ids, self.lanes.asked, self._clock() + DOUBT_SECONDS)
        if doubt is not None:
            lane.doubt = doubt._replace(ids=tuple(number for number in doubt.ids if number not in (note.bubble, *note.kept)))

    async def _look_through(self, lane: ChatQueue) -> None:
        """Deletes answers that got lost. Words that wait stay: where they are gone, the next process would take them for
        answered."""
        doubt = lane.doubt
        if doubt is None or self.lanes.delivered <= doubt.asked:
            return
        lane.doubt = None
        jobs = [*lane.queue, *([lane.running] if lane.running else [])]
        known = {job.update.message for job in jobs}
        if lane.note is not None:
            known |= {lane.note.bubble, *lane.note.kept}
        if ids := [number for number in doubt.ids if number not in known]:
            await self._outbox.sweep(lane.chat, ids)

    def _slow(self, lane: ChatQueue, held: SessionLease) -> None:
        if held.wait > 0:
            self.counts.slowed += 1
            lane.rest_until = self._clock() + held.wait

    def _behind(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs beside the lanes: acknowledgements never hold up a screen, and what runs never holds up leave's first effect."""
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    def _leave_in(self, token: str) -> Leave | None:
        return self._leave_of(self._talk.footer("leave", token)) if token else None

    def _leave_of(self, turn: Turn | None) -> Leave | None:
        if turn is None:
            return None
        return next((effect for effect in turn.effects if isinstance(effect, Leave)), None)


Receive = Callable[[Update], Job]
