"""Leave: what can be deleted is deleted, first and at once; what stays turns neutral, and the person is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from typing import Final

from bot.channels.sessions import Sessions
from bot.channels.telegram.chat_queue import ChatQueue
from bot.channels.telegram.clear_later import ClearLater
from bot.channels.telegram.outbox import Outbox
from bot.engine import Leave

SWEEPS: Final = 20
"""How many hundreds of ids are tried below a message that is known of, and at most above the newest."""
TOGETHER: Final = 4
SPAN: Final = 100
TELL_SECONDS: Final = 0.8

Reword = Callable[[str], Leave | None]


class LeaveHandler:
    """Deletes a chat's messages, with a session or without one.

    Without one, what the bot sent is not known. Ids rise over all chats of a bot, so that those around what is known are tried
    too: 2,000 below it, a crowd's talk of an hour, for what a process that died has left; and up to 2,000 above it, as far as
    ids are known to have risen, for an answer that arrived although its call failed.
    """

    def __init__(self, outbox: Outbox, sessions: Sessions, clear_later: ClearLater) -> None:
        self._outbox, self._sessions, self._clear_later = outbox, sessions, clear_later

    async def leave(
        self, queue: ChatQueue, at_hand: Iterable[int], effect: Leave, query: str = "", reword: Reword | None = None
    ) -> int:
        """Clears the queue's chat, `at_hand` first; acknowledges `query`. Gives how many messages stayed.

        `at_hand`: messages known of without a session, the pressed one first.
        `reword`: the same effect in the language of a session's token, where `effect` may be in another.
        """
        at_hand = [number for number in at_hand if number > 0]
        stayed: set[int] = set()
        work = asyncio.create_task(self._clear(queue, at_hand, effect, stayed, reword))
        if query:
            await asyncio.wait([work], timeout=TELL_SECONDS)
            await self._outbox.acknowledge(query, effect.remains if stayed else "")
        await work
        return len(stayed)

    async def _clear(self, queue: ChatQueue, at_hand: list[int], effect: Leave, stayed: set[int], reword: Reword | None) -> None:
        chat = queue.chat
        stayed.update(await self._outbox.delete_all(chat, at_hand))
        known: set[int] = set()
        await queue.pending.take_over()
        async with self._sessions.hold(chat, priority=True, count=False) as lease:
            if lease.session is not None:
                known = {lease.session.bubble, *lease.session.own_messages} - set(at_hand) - {0}
                await self._clear_later.cancel(lease.session.timer)
                effect = (reword(lease.session.token) if reword else None) or effect
            await lease.forget()
        if known:
            stayed.update(await self._outbox.delete_all(chat, sorted(known)))
        await self._blank(chat, stayed, effect.neutral)
        if newest := max((*at_hand, *known), default=0):
            reach, top = SWEEPS * SPAN, newest + SPAN
            pressed = at_hand[0] + SPAN if at_hand else top
            above = min(reach, max(0, self._outbox.newest - top))
            await self._sweep(queue, range(top + SPAN, top + above + SPAN, SPAN), effect, stayed)
            near = pressed > top - reach
            await self._sweep(queue, range(top, (pressed if near else top) - reach, -SPAN), effect, stayed)
            if not near:
                await self._sweep(queue, range(pressed, pressed - reach, -SPAN), effect, stayed)

    async def _sweep(self, queue: ChatQueue, lasts: range, effect: Leave, stayed: set[int]) -> None:
        """Tries the hundred ids up to each of `lasts`, some at a time; ends at what is too old, as what is older is so too."""
        for number in range(0, len(lasts), TOGETHER):
            # Words that came after leave are a new talk's.
            without = stayed | {job.update.message for job in queue.waiting}
            spans = [self._span(last, without) for last in lasts[number : number + TOGETHER]]
            swept = await asyncio.gather(*(self._swept(queue.chat, span) for span in spans if span))
            found = {message for left in swept for message in left}
            await self._blank(queue.chat, found, effect.neutral)
            stayed.update(found)
            if found or not any(spans):
                break

    def _span(self, last: int, without: set[int]) -> list[int]:
        return [candidate for candidate in range(max(1, last - SPAN + 1), last + 1) if candidate not in without]

    async def _swept(self, chat: int, span: list[int]) -> list[int]:
        return await self._outbox.sweep(chat, span, calls=16)

    async def _blank(self, chat: int, numbers: Iterable[int], neutral: str) -> None:
        for number in sorted(numbers):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._outbox.blank(chat, number, neutral), 10)
