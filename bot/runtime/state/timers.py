"""What is to be done in a chat later: the protocol of timers, and the timers in this process's memory."""

from __future__ import annotations

import asyncio
from contextvars import Context
from secrets import token_bytes
from typing import Final, NamedTuple, Protocol

from bot.privacy.sealing import seal, unseal

LIMIT: Final = 20_000
RING_SECONDS: Final = 30.0
"""Seconds after which a timer that was given out, and that nobody said is done, is given out again."""
_MARK_BYTES: Final = 8


class Due(NamedTuple):
    """A timer whose time is up. `payload`: what the channel needs to carry it out. `mark`: of this arming alone."""

    handle: bytes
    payload: bytes
    mark: bytes = b""


class Timers(Protocol):
    """Timers by a handle; the payload of each lies sealed until it is given out.

    Whoever shares them, each is given out at least once: again after `RING_SECONDS`, to anybody, unless somebody says that it is
    done. So a timer outlives the process that armed it and the one that was about to carry it out; and who carries it out has to
    look whether it still means anything. Losing a timer costs a promise: a chat is not cleared after its ten minutes, a contact
    not forgotten after its half hour.
    """

    async def arm(self, handle: bytes, seconds: float, payload: bytes) -> bool:
        """A timer that is due in `seconds` from now, in place of an earlier one of the same handle. False where there are too
        many; the earlier one is gone then too."""

    async def cancel(self, handle: bytes) -> None:
        """Forgets a timer, also one that is due or given out; harmless where there is none."""

    async def is_armed(self, handle: bytes) -> bool:
        """Whether there is a timer of that handle that was not given out yet."""

    async def next(self) -> Due:
        """Waits until a timer is due, and gives it: to one caller alone, for `RING_SECONDS`."""

    async def done(self, due: Due) -> None:
        """What was given out is carried out, or means nothing any more: it does not come again. One that was armed again under
        the same handle meanwhile stays."""

    async def release(self) -> list[Due]:
        """At a clean stop: all that would be lost with this process, to be carried out early rather than never. What others share
        stays with them, and what was given out and is not done is not among it."""

    async def close(self) -> None:
        """Forgets what this process alone holds."""


class MemoryTimers:
    """`Timers` in this process, where the key of their payloads lies too. `limit`: how many there may be."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._key = token_bytes(32)
        self._kept: dict[bytes, _Armed] = {}
        self._due: dict[bytes, None] = {}
        self._news = asyncio.Event()

    def __len__(self) -> int:
        return len(self._kept)

    async def arm(self, handle: bytes, seconds: float, payload: bytes) -> bool:
        """As in `Timers`."""
        await self.cancel(handle)
        if len(self._kept) >= self._limit:
            return False
        self._kept[handle] = _Armed(self._later(seconds, handle), seal(self._key, handle, payload))
        return True

    async def cancel(self, handle: bytes) -> None:
        """As in `Timers`."""
        self._due.pop(handle, None)
        if armed := self._kept.pop(handle, None):
            armed.later.cancel()

    async def is_armed(self, handle: bytes) -> bool:
        """As in `Timers`."""
        return handle in self._kept and not self._kept[handle].given

    async def next(self) -> Due:
        """As in `Timers`: the one that has been due the longest."""
        while not self._due:
            self._news.clear()
            await self._news.wait()
        handle = next(iter(self._due))
        armed = self._kept[handle]
        due = self._give(handle)
        armed.given = True
        armed.later = self._later(RING_SECONDS, handle)
        return due

    async def done(self, due: Due) -> None:
        """As in `Timers`."""
        if due.handle in self._kept and self._kept[due.handle].mark == due.mark:
            await self.cancel(due.handle)

    async def release(self) -> list[Due]:
        """As in `Timers`: all of them."""
        left = [self._give(handle) for handle, armed in self._kept.items() if not armed.given]
        for due in left:
            await self.cancel(due.handle)
        return left

    async def close(self) -> None:
        """As in `Timers`."""
        for armed in self._kept.values():
            armed.later.cancel()
        self._kept.clear()
        self._due.clear()

    def _later(self, seconds: float, handle: bytes) -> asyncio.TimerHandle:
        # In a context of its own: else whatever belongs to the chat that asks would stay until the timer rings.
        return asyncio.get_running_loop().call_later(seconds, self._ring, handle, context=Context())

    def _ring(self, handle: bytes) -> None:
        self._due[handle] = None
        self._news.set()

    def _give(self, handle: bytes) -> Due:
        self._due.pop(handle, None)
        armed = self._kept[handle]
        return Due(handle, unseal(self._key, handle, armed.sealed), armed.mark)


class _Armed:
    """A timer: what rings it, its sealed payload, what tells it from others of its handle, and whether it was given out."""

    __slots__ = ("given", "later", "mark", "sealed")

    def __init__(self, later: asyncio.TimerHandle, sealed: bytes) -> None:
        self.later, self.sealed = later, sealed
        self.mark = token_bytes(_MARK_BYTES)
        self.given = False
