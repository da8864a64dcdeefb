"""What is to be done in a chat later: the protocol of timers, and the timers in this process's memory."""

from __future__ import annotations

import asyncio
from secrets import token_bytes
from typing import Final, NamedTuple, Protocol

from bot.privacy.sealing import seal, unseal

LIMIT: Final = 20_000


class Due(NamedTuple):
    """A timer whose time is up. `payload`: what the channel needs to carry it out."""

    handle: bytes
    payload: bytes


class Timers(Protocol):
    """Timers by a handle. Whoever shares them, each is given out once; its payload lies sealed until then.

    Losing a timer costs a promise: a chat is not cleared after its ten minutes, a contact not forgotten after its half hour.
    """

    async def arm(self, handle: bytes, seconds: float, payload: bytes) -> bool:
        """A timer that is due in `seconds` from now, in place of an earlier one of the same handle. False where there are too
        many; the earlier one is gone then too."""

    async def cancel(self, handle: bytes) -> None:
        """Forgets a timer, also one that is due and not given out yet; harmless where there is none."""

    async def is_armed(self, handle: bytes) -> bool:
        """Whether there is a timer of that handle that was not given out yet."""

    async def next(self) -> Due:
        """Waits until a timer is due, and gives it: to one caller alone."""

    async def release(self) -> list[Due]:
        """At a clean stop: all that would be lost with this process, to be carried out early rather than never."""

    async def close(self) -> None:
        """Forgets what this process alone holds."""


class MemoryTimers:
    """`Timers` in this process, where the key of their payloads lies too. `limit`: how many there may be."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._key = token_bytes(32)
        self._kept: dict[bytes, tuple[asyncio.TimerHandle, bytes]] = {}
        self._due: dict[bytes, None] = {}
        self._news = asyncio.Event()

    def __len__(self) -> int:
        return len(self._kept)

    async def arm(self, handle: bytes, seconds: float, payload: bytes) -> bool:
        """As in `Timers`."""
        await self.cancel(handle)
        if len(self._kept) >= self._limit:
            return False
        later = asyncio.get_running_loop().call_later(seconds, self._ring, handle)
        self._kept[handle] = (later, seal(self._key, handle, payload))
        return True

    async def cancel(self, handle: bytes) -> None:
        """As in `Timers`."""
        self._due.pop(handle, None)
        if kept := self._kept.pop(handle, None):
            kept[0].cancel()

    async def is_armed(self, handle: bytes) -> bool:
        """As in `Timers`."""
        return handle in self._kept

    async def next(self) -> Due:
        """As in `Timers`: the one that has been due the longest."""
        while not self._due:
            self._news.clear()
            await self._news.wait()
        return self._give(next(iter(self._due)))

    async def release(self) -> list[Due]:
        """As in `Timers`: all of them."""
        return [self._give(handle) for handle in list(self._kept)]

    async def close(self) -> None:
        """As in `Timers`."""
        for later, _ in self._kept.values():
            later.cancel()
        self._kept.clear()
        self._due.clear()

    def _ring(self, handle: bytes) -> None:
        self._due[handle] = None
        self._news.set()

    def _give(self, handle: bytes) -> Due:
        self._due.pop(handle, None)
        later, sealed = self._kept.pop(handle)
        later.cancel()
        return Due(handle, unseal(self._key, handle, sealed))
