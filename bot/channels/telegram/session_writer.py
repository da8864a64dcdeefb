"""Writes sessions behind the answers: a press never waits for it, and what comes together is written together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Final

from bot.channels.sessions import SessionLease, Sessions
from bot.channels.telegram.chat_queue import ChatQueue
from bot.channels.telegram.clear_later import ClearLater
from bot.channels.telegram.counters import Counters
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.pending_update import Updates
from bot.channels.telegram.recovery import Recovery, suspects
from bot.channels.telegram.session_update import SessionUpdate, living, together
from bot.privacy.pseudonym import BusyError
from bot.privacy.session import Session

STORE_SECONDS: Final = 1.0
SHARED_SECONDS: Final = 0.0
"""So long where the next update may come to another process, which would find the session of before."""
STORE_LATEST: Final = 10.0
BUSY_SECONDS: Final = 0.05
LEFT_KEPT: Final = 16
"""How many untracked messages, the newest, a session takes over: the rest of its room is for the bot's own."""


class SessionWriter:
    """Takes what is to be remembered of each answer, and writes it once the chat is quiet; at once where `shared`."""

    def __init__(
        self,
        sessions: Sessions,
        outbox: Outbox,
        clear_later: ClearLater,
        recovery: Recovery,
        counters: Counters,
        *,
        shared: bool = False,
    ) -> None:
        self._sessions, self._outbox, self._clear_later = sessions, outbox, clear_later
        self._recovery, self._counters = recovery, counters
        self._clock, self._shared = asyncio.get_running_loop().time, shared

    def remember(self, queue: ChatQueue, update: SessionUpdate) -> None:
        """Writes it later, together with what is still to be written."""
        queue.pending.add(update, self._clock() + (SHARED_SECONDS if self._shared else STORE_SECONDS))
        queue.untracked.discard(*update.messages)

    def idle(self, queue: ChatQueue, *, busy: bool, draining: bool) -> float | None:
        """What is left to do in a chat with nothing to answer: gives the seconds until to look again, None for nothing.

        A name costs much: the presses of a moment share one, and those who wait for a screen (`busy`) come first. `draining`:
        the bot stops, and nothing waits.
        """
        pending, now = queue.pending, self._clock()
        if pending.writing:
            return STORE_LATEST
        if pending and not draining:
            if now < pending.due:
                return pending.due - now
            if busy and not self._shared and now < pending.due + STORE_LATEST:
                return BUSY_SECONDS
        if pending or queue.untracked:
            return self._start(queue, self._write_pending(queue))
        wait = None if draining else self._recovery.wait(queue.chat)
        return self._start(queue, self._look_through(queue)) if wait == 0 else wait

    def _start(self, queue: ChatQueue, work: Coroutine[None, None, None]) -> float:
        queue.pending.start(work, queue.news.set)
        return STORE_LATEST

    async def _write_pending(self, queue: ChatQueue) -> None:
        """Writes what is pending, and with it what is still untracked when the queue is about to end."""
        left: list[int] = []
        begun: Updates = ()
        try:
            async with self._sessions.hold(queue.chat, priority=False) as lease:
                begun = queue.pending.begin()
                left = [] if queue.waiting or queue.running else queue.leftovers()
                updates = [*begun, *([SessionUpdate("", 0, kept=tuple(left[-LEFT_KEPT:]))] if left else [])]
                if updates:
                    self.slow(queue, lease)
                    if not await self.write(queue, lease, updates):
                        self.later(queue, begun)
                        left = []
        except BusyError:
            queue.pending.drop()
            left = queue.leftovers()
            self._counters.late += 1
        except Exception as error:
            queue.pending.drop()
            left = queue.leftovers()
            self._counters.fault(error)
        finally:
            queue.pending.end()
        # Not where leave has cut it off: then they are not written, and leave has to know of them.
        queue.pending.written(begun)
        queue.untracked.discard(*left)

    def later(self, queue: ChatQueue, updates: Iterable[SessionUpdate]) -> None:
        """Writes what could not be written, once more in a while."""
        for update in updates:
            if not update.too_old:
                self.remember(queue, update)

    async def write(
        self, queue: ChatQueue, lease: SessionLease, updates: Sequence[SessionUpdate], erase: Sequence[int] = ()
    ) -> bool:
        """Writes `updates` into the session that is held; then deletes `erase`, and what showed the talk before.

        What is of before a leave is not written: its messages are deleted. False where another process took the session
        meanwhile: then nothing was written, and nothing deleted.
        """
        alive, dead = living(updates, lease.grave)
        update = together(alive)
        if update is None or (lease.session is None and not update.bubble and not update.kept):
            await self._outbox.delete_all(queue.chat, [*erase, *dead])
            queue.untracked.discard(*erase, *dead)
            return True
        session, old = update.applied(lease.session, shared=self._shared)
        before, armed = session.timer, b""
        sets = update.timer is not None and not (before and lease.session is not None and update.overtaken(lease.session))
        if sets and update.timer is not None:
            seconds, shown = update.timer, session.bubble
            armed = await self._clear_later.arm(seconds, queue.chat, shown, session.token) if seconds else b""
            session = replace(session, timer=armed)
        try:
            saved = await lease.save(session)
        except asyncio.CancelledError:
            # No session knows of the timer: it would hold the chat's address, and clear what comes after.
            await self._clear_later.cancel(armed)
            raise
        if not saved:
            await self._clear_later.cancel(armed)
            return False
        if sets:
            await self._clear_later.cancel(before)
        queue.untracked.discard(*update.messages)
        known = (session.bubble, *session.own_messages, *update.kept, *update.replaced)
        self._recovery.suspect(queue.chat, suspects(update.lost, known), update.messages)
        stuck = await self._outbox.delete_all(queue.chat, [*erase, *old, *dead])
        if stuck:
            await lease.save(session.owns(*stuck))
        queue.untracked.discard(*erase, *old, *dead)
        return True

    async def forget_timer(self, session: Session) -> None:
        """The talk of `session` was left, and what clears its chat later has nothing to clear."""
        await self._clear_later.cancel(session.timer)

    def slow(self, queue: ChatQueue, lease: SessionLease) -> None:
        """A flood is slowed: the chat rests for as long as its session says."""
        if lease.wait > 0:
            self._counters.slowed += 1
            queue.rest_until = self._clock() + lease.wait

    async def _look_through(self, queue: ChatQueue) -> None:
        try:
            pending = queue.pending.update.messages if queue.pending.update else ()
            known = (*queue.messages(), *pending)
            if not self._shared:
                await self._recovery.look_through(queue.chat, known)
                return
            # Others may have answered there meanwhile.
            async with self._sessions.hold(queue.chat, priority=False, count=False) as lease:
                if lease.kept and (session := lease.session) is not None:
                    await self._recovery.look_through(queue.chat, (*known, session.bubble, *session.own_messages))
                else:
                    self._recovery.drop(queue.chat)
        except BusyError:
            self._recovery.drop(queue.chat)
        except Exception as error:
            self._counters.fault(error)
