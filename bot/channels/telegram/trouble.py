"""Trouble of a chat's own: for how long its calls have failed or hung, or its flood was slowed. Waiting for the bot is none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

HANG_SECONDS: Final = 1.0
"""From then on a call that has not come back is trouble."""


class Trouble:
    """The trouble of one chat's queue, in seconds. Kept with the queue, and gone with it."""

    __slots__ = ("_clock", "_limited_until", "_past", "_since")

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._past = self._limited_until = 0.0
        self._since: dict[object, tuple[float, float]] = {}

    @property
    def seconds(self) -> float:
        """All that there was and is. Calls side by side count once while they last, and each at its end."""
        now = self._clock()
        return self._past + max((now - since for since, counts in self._since.values() if now > counts), default=0.0)

    @contextmanager
    def spell(self, after: float = 0.0) -> Iterator[object]:
        """Trouble for all of the block's time, if it takes longer than `after` seconds. Gives what `worsen` is called with."""
        key, now = object(), self._clock()
        self._since[key] = (now, now + after)
        try:
            yield key
        finally:
            since, counts = self._since.pop(key)
            if (now := self._clock()) > counts:
                self._past += now - since

    def worsen(self, key: object, limit: float = 0.0) -> None:
        """The spell `key` is trouble from now on, however short it has been. `limit`: nothing may go to the chat for so long."""
        now = self._clock()
        since, counts = self._since[key]
        self._since[key] = (since, min(counts, now))
        self._limited_until = max(self._limited_until, now + limit)

    @property
    def limited(self) -> bool:
        """Whether Telegram has said that nothing may go to the chat: who waits now does not wait for the bot."""
        return self.limit > 0

    @property
    def limit(self) -> float:
        """For how many seconds Telegram wants nothing for the chat."""
        return max(0.0, self._limited_until - self._clock())


OF_THIS_QUEUE: Final[ContextVar[Trouble | None]] = ContextVar("trouble", default=None)
"""Set in the task of a queue and all that it starts: a call finds by it whose trouble it is, without any id."""
