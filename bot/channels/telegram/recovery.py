"""Recovery of lost replies: an answer that arrived although its call failed is found by its id, and deleted.

Such an answer stands somewhere between two ids that are known. Words that Telegram has not delivered yet may stand there too, and
those must stay: the ids are looked through only once a delivery is there that was asked for later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final, NamedTuple

from bot.channels.telegram.outbox import Outbox
from bot.runtime.state import ChatDigest

SPAN: Final = 100
"""How many ids are looked through, the newest."""
GIVE_UP_SECONDS: Final = 15.0
"""Longer than the question for news that is open takes; the one after it does not wait."""
LOOK_SECONDS: Final = 0.25

Between = tuple[int, int]
"""Two ids of messages; an answer that got lost may stand between them."""


def suspects(between: Between | None, known: Iterable[int]) -> list[int]:
    """Ids that may be answers that got lost: all between the two, save those that are `known`."""
    if between is None:
        return []
    first, last = between
    sure = frozenset(known)
    return [number for number in range(max(first, last - SPAN) + 1, last) if number not in sure]


class _Suspects(NamedTuple):
    """`ids`: what to look through. `asked`: how often Telegram had been asked by then. `until`: then it is left to leave."""

    ids: tuple[int, ...]
    asked: int
    until: float


class Recovery:
    """The ids to look through in each chat, and which deliveries have come. Nobody else keeps any of it."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._chats: dict[bytes, _Suspects] = {}
        self._digest = ChatDigest()
        self._asked = self._delivered = 0
        self._clock = asyncio.get_running_loop().time

    def asks(self) -> int:
        """Telegram is asked for news; gives the number of the question."""
        self._asked += 1
        return self._asked

    def delivers(self, asked: int) -> None:
        """The question `asked` brought all that there was."""
        self._delivered = asked

    @property
    def waits(self) -> bool:
        """Whether some chat waits for a delivery that has not been asked for yet."""
        return any(found.asked >= self._delivered for found in self._chats.values())

    def suspect(self, chat: int, ids: Iterable[int], shown: Iterable[int]) -> None:
        """Further `ids` to look through in `chat`; none of those where the talk has come to stand meanwhile."""
        name, more = self._digest(chat), tuple(ids)
        found = self._chats.get(name)
        if more:
            together = {*(found.ids if found else ()), *more}
            found = _Suspects(tuple(sorted(together))[-SPAN:], self._asked, self._clock() + GIVE_UP_SECONDS)
        if found is not None:
            there = frozenset(shown)
            self._chats[name] = found._replace(ids=tuple(number for number in found.ids if number not in there))

    def drop(self, chat: int) -> None:
        """Nothing is to be looked for in `chat` any more: leave tries all ids itself."""
        self._chats.pop(self._digest(chat), None)

    def wait(self, chat: int) -> float | None:
        """Seconds until `chat` should be looked at again: 0 for now, None where there is nothing to look for (any more)."""
        found = self._chats.get(self._digest(chat))
        if found is None:
            return None
        if self._clock() >= found.until:
            self.drop(chat)
            return None
        return LOOK_SECONDS if self._delivered <= found.asked else 0.0

    async def look_through(self, chat: int, known: Iterable[int]) -> None:
        """Deletes the answers that got lost. Messages that are `known` stay: where words that wait are gone, the next process
        would take them for answered."""
        found = self._chats.get(self._digest(chat))
        if found is None or self._delivered <= found.asked:
            return
        self.drop(chat)
        sure = frozenset(known)
        if ids := [number for number in found.ids if number not in sure]:
            await self._outbox.sweep(chat, ids)
