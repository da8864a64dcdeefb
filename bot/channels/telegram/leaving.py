"""Leave: what can be deleted is deleted, first and at once; what stays turns neutral, and the person is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Final

from bot.channels.sessions import Sessions
from bot.channels.telegram.lanes import Lane
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.timers import Timers
from bot.engine.types import Leave

SWEEPS: Final = 20
TOGETHER: Final = 4
SPAN: Final = 100
TELL_SECONDS: Final = 0.8


class Leaving:
    """Deletes a chat's messages, with a session or without one.

    Without one, what the bot sent is not known. Ids rise over all chats of a bot, so that those around the pressed message are
    tried too: 2,000 of them, a crowd's talk of an hour, for what a process that died has left.
    """

    def __init__(self, outbox: Outbox, sessions: Sessions, timers: Timers) -> None:
        self._outbox, self._sessions, self._timers = outbox, sessions, timers

    async def leave(self, lane: Lane, at_hand: Iterable[int], effect: Leave, query: str = "") -> int:
        """Clears the lane's chat, `at_hand` first; acknowledges `query`. Gives how many messages stayed."""
        at_hand = sorted(number for number in at_hand if number > 0)
        stayed: set[int] = set()
        work = asyncio.create_task(self._clear(lane, at_hand, effect, stayed))
        if query:
            await asyncio.wait([work], timeout=TELL_SECONDS)
            await self._outbox.acknowledge(query, effect.remains if stayed else "")
        await work
        return len(stayed)

    async def _clear(self, lane: Lane, at_hand: list[int], effect: Leave, stayed: set[int]) -> None:
        chat = lane.chat
        stayed.update(await self._outbox.delete_all(chat, at_hand))
        known: set[int] = set()
        await lane.unstored()
        async with self._sessions.hold(chat, hurry=True, count=False) as held:
            if held.session is not None:
                known = {held.session.bubble, *held.session.own_messages} - set(at_hand) - {0}
                self._timers.cancel(held.session.timer)
            await held.forget()
        if known:
            stayed.update(await self._outbox.delete_all(chat, sorted(known)))
        await self._blank(chat, stayed, effect.neutral)
        newest = max((*at_hand, *known), default=0)
        for number in range(0, SWEEPS if newest else 0, TOGETHER):
            spans = [self._span(newest + SPAN - (number + aside) * SPAN, stayed) for aside in range(TOGETHER)]
            found = {message for left in await asyncio.gather(*(self._swept(chat, span) for span in spans)) for message in left}
            await self._blank(chat, found, effect.neutral)
            stayed.update(found)
            # What is older than something too old is too old as well.
            if found or newest - number * SPAN <= 0:
                break

    def _span(self, last: int, without: set[int]) -> list[int]:
        return [candidate for candidate in range(max(1, last - SPAN + 1), last + 1) if candidate not in without]

    async def _swept(self, chat: int, span: list[int]) -> list[int]:
        return await self._outbox.sweep(chat, span, calls=16) if span else []

    async def _blank(self, chat: int, numbers: Iterable[int], neutral: str) -> None:
        for number in sorted(numbers):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._outbox.blank(chat, number, neutral), 10)
