"""Leave: what can be deleted is deleted, first and at once; what stays turns neutral, and the person is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Final

from bot.channels.sessions import SessionLease, Sessions
from bot.channels.telegram.chat_queue import ChatQueue
from bot.channels.telegram.clear_later import ClearLater
from bot.channels.telegram.clearing import Clearing
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.owed import OWED_SECONDS, OwedDeletions
from bot.channels.telegram.transport import Answer, RefusedError, UnreachableError
from bot.engine import Leave
from bot.runtime.state import Grave

SWEEPS: Final = 20
"""How many hundreds of ids are tried below a message that is known of, and at most above the newest."""
DEEP_SWEEPS: Final = 200
"""So many where what was known of the chat may have been lost: the rest of them is owed, and tried behind the first."""
YOUNG_SECONDS: Final = 3600.0
"""So long after the state began anew a talk may be older than what is kept of it."""
TOGETHER: Final = 4
SPAN: Final = 100
TELL_SECONDS: Final = 0.8
LEAVE_SECONDS: Final = 3.0
"""So long leave works with the chat's id at hand; what is not done then is owed, and lies sealed between two tries."""
TRY_SECONDS: Final = 2.0
"""So long each further try takes at most."""
ANSWER_SECONDS: Final = 1.5
"""So long a message that was on its way when leave came is waited for: its call holds the words."""
RECHECKS: Final = 3
"""How often a chat is looked through again for a message that was on its way and whose call was cut off."""

Reword = Callable[[str], Leave | None]


class LeaveHandler:
    """Deletes a chat's messages, with a session or without one.

    Without one, what the bot sent is not known. Ids rise over all chats of a bot, so that those around what is known are tried
    too: 2,000 below it, a crowd's talk of an hour, for what a process that died has left; and up to 2,000 above it, as far as
    ids are known to have risen, for an answer that arrived although its call failed. `shared`: other processes may answer what is
    written after leave; then ids above those known at its time are left alone, and 20,000 below are tried while what they share
    was lost within the last hour, or cannot be asked for.
    """

    def __init__(
        self, outbox: Outbox, sessions: Sessions, clear_later: ClearLater, owed: OwedDeletions, *, shared: bool = False
    ) -> None:
        self._outbox, self._sessions, self._clear_later, self._owed = outbox, sessions, clear_later, owed
        self._shared = shared
        self._clock = asyncio.get_running_loop().time

    async def leave(
        self,
        queue: ChatQueue,
        at_hand: Iterable[int],
        effect: Leave,
        query: str = "",
        reword: Reword | None = None,
        *,
        update: int = 0,
        below: int = 0,
        ceiling: int = 0,
    ) -> int:
        """Clears the queue's chat, `at_hand` first; acknowledges `query`. Gives how many messages stayed.

        What is not done after `LEAVE_SECONDS` is owed. `at_hand`: messages known of without a session, the pressed one first.
        `reword`: the same effect in the language of a session's token, where `effect` may be in another. `update`, `below`: what
        the tombstone says, see `Grave`. `ceiling`: see `Clearing`.
        """
        known = [number for number in at_hand if number > 0]
        clearing = Clearing(queue.chat, effect.neutral, self._clock() + OWED_SECONDS, set(known))
        clearing.pressed, clearing.newest = (known[0], max(known)) if known else (0, 0)
        clearing.update, clearing.below = update, below
        clearing.ceiling = ceiling
        work = asyncio.create_task(self._within(LEAVE_SECONDS, queue, clearing, self._first(queue, clearing, reword)))
        try:
            if query:
                await asyncio.wait([work], timeout=TELL_SECONDS)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LEAVE_SECONDS):
                        await self._outbox.acknowledge(query, effect.remains if clearing.stayed else "")
            await work
        finally:
            work.cancel()
        return len(clearing.stayed)

    async def again(self, queue: ChatQueue, clearing: Clearing) -> None:
        """One more try at what is owed. What has come into the chat since stays: it is a new talk's."""
        await self._within(TRY_SECONDS, queue, clearing, self._rest(queue, clearing))

    async def _within(self, seconds: float, queue: ChatQueue, clearing: Clearing, work: Coroutine[None, None, None]) -> None:
        """Does `work`; what is left of it after `seconds`, or where it is cut off, is owed."""
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await work
        finally:
            if not clearing.done:
                await self._owed.keep(clearing, queue.trouble.limit)

    async def _first(self, queue: ChatQueue, clearing: Clearing, reword: Reword | None) -> None:
        # Side by side: no name, no refusal and no call that hangs holds up the others.
        await asyncio.gather(self._delete(clearing), self._open(queue, clearing, reword), self._unanswered(queue, clearing))
        await self._delete(clearing)
        await self._sweep_all(queue, clearing, frozenset())

    async def _rest(self, queue: ChatQueue, clearing: Clearing) -> None:
        async with self._sessions.hold(clearing.chat, priority=False, count=False) as lease:
            if not lease.kept:
                return
            if not clearing.forgotten and (lease.session is None or lease.session.bubble <= clearing.newest):
                await self._forget(lease, clearing)
            clearing.forgotten = clearing.forgotten or lease.session is not None
            session = lease.session
        known = {*queue.messages(), *queue.pending.messages(), *queue.untracked.without(())}
        if session is not None:
            known |= {session.bubble, *session.own_messages}
            if self._shared:
                # What other processes know of the new talk's newest messages is not known here.
                clearing.ceiling = clearing.newest
        clearing.numbers -= known
        clearing.stayed -= known
        if clearing.rechecks:
            clearing.rechecks -= 1
        await self._delete(clearing)
        await self._sweep_all(queue, clearing, frozenset(known))

    async def _open(self, queue: ChatQueue, clearing: Clearing, reword: Reword | None) -> None:
        queue.pending.clear()
        async with self._sessions.hold(queue.chat, priority=True, count=False, leaves=True) as lease:
            if lease.session is not None and reword and (effect := reword(lease.session.token)):
                clearing.neutral = effect.neutral
            await self._forget(lease, clearing)

    async def _forget(self, lease: SessionLease, clearing: Clearing) -> None:
        session, known = lease.session, set[int]()
        clearing.deep = self._shared and (not lease.kept or self._sessions.state.age < YOUNG_SECONDS)
        if session is not None and 0 < clearing.update < session.latest:
            # Another process has answered what was written after leave, and holds the session of before for left: see the driver.
            clearing.forgotten = await lease.bury(Grave(clearing.below, clearing.update))
            return
        if session is not None:
            known = {session.bubble, *session.own_messages} - {0}
            clearing.numbers |= known - clearing.stayed
            clearing.newest = max((clearing.newest, *known))
            await self._clear_later.cancel(session.timer)
        update = clearing.update or (session.latest + 1 if session is not None else 0)
        await lease.bury(Grave(max((clearing.below, *known)), update))
        clearing.forgotten = await lease.forget() and lease.kept

    async def _unanswered(self, queue: ChatQueue, clearing: Clearing) -> None:
        """Messages that were on their way: those that have come are deleted; what is not known by then is looked for later."""
        calls, queue.unanswered = queue.unanswered, set()
        if not calls:
            return
        _, waiting = await asyncio.wait(calls, timeout=ANSWER_SECONDS)
        for call in calls:
            call.cancel()
            number, known = (0, False) if call in waiting else _sent(call)
            clearing.numbers |= {number} - {0}
            clearing.newest = max(clearing.newest, number)
            if not known:
                # It stands, or will stand, near the highest id of any chat.
                clearing.newest = max(clearing.newest, self._outbox.newest)
                clearing.rechecks = RECHECKS

    async def _delete(self, clearing: Clearing) -> None:
        numbers = clearing.numbers - clearing.stayed
        clearing.stayed.update(await self._outbox.delete_all(clearing.chat, sorted(numbers)))
        clearing.numbers -= numbers
        await self._blank(clearing)

    async def _sweep_all(self, queue: ChatQueue, clearing: Clearing, known: frozenset[int]) -> None:
        if newest := clearing.newest:
            reach, top = (DEEP_SWEEPS if clearing.deep else SWEEPS) * SPAN, newest + SPAN
            pressed = clearing.pressed + SPAN if clearing.pressed else top
            above = min(SWEEPS * SPAN, max(0, self._outbox.newest - top))
            if clearing.ceiling:
                top, above = min(top, clearing.ceiling), 0
            near = pressed > top - reach
            await self._sweep(queue, range(top + SPAN, top + above + SPAN, SPAN), clearing, known)
            below = [*range(top, (pressed if near else top) - reach, -SPAN)]
            if not near:
                below += range(pressed, pressed - reach, -SPAN)
            # Once more the highest, where an answer that was on its way may stand; of the others those not tried yet.
            starts = [0, *range(max(1, clearing.swept), len(below), TOGETHER)]
            for start in starts:
                end = start + TOGETHER if start else 1
                if not await self._sweep(queue, below[start:end], clearing, known):
                    clearing.swept = len(below)
                    break
                clearing.swept = max(clearing.swept, end)
        clearing.done = clearing.forgotten and not clearing.rechecks

    async def _sweep(self, queue: ChatQueue, lasts: Sequence[int], clearing: Clearing, known: frozenset[int]) -> bool:
        """Tries the hundred ids up to each of `lasts`, some at a time. False where it ended at what is too old: what is older is
        so too."""
        for number in range(0, len(lasts), TOGETHER):
            # Words that came after leave are a new talk's.
            without = clearing.stayed | known | {job.update.message for job in queue.waiting}
            spans = [self._span(last, without) for last in lasts[number : number + TOGETHER]]
            swept = await asyncio.gather(*(self._swept(clearing.chat, span) for span in spans if span))
            found = {message for left in swept for message in left}
            clearing.stayed.update(found)
            await self._blank(clearing)
            if found or not any(spans):
                return False
        return True

    def _span(self, last: int, without: set[int]) -> list[int]:
        return [candidate for candidate in range(max(1, last - SPAN + 1), last + 1) if candidate not in without]

    async def _swept(self, chat: int, span: list[int]) -> list[int]:
        return await self._outbox.sweep(chat, span, calls=16)

    async def _blank(self, clearing: Clearing) -> None:
        for number in sorted(clearing.stayed - clearing.blanked):
            await self._outbox.blank(clearing.chat, number, clearing.neutral)
            clearing.blanked.add(number)


def _sent(call: asyncio.Task[Answer]) -> tuple[int, bool]:
    """Which message a call has sent, 0 for none; and whether that is known."""
    try:
        number = call.result().field("message_id")
    except RefusedError:
        return 0, True
    except (UnreachableError, asyncio.CancelledError):
        return 0, False
    return (number, True) if isinstance(number, int) else (0, True)
