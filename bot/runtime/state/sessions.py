"""Sealed sessions with a lease each: the protocol of their store, and the store in this process's memory."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Protocol

TTL: Final = 30 * 60
"""Seconds that a session is kept after its last message."""


class SessionStore(Protocol):
    """A cache of sealed sessions, by name. It sees names and sealed bytes, nothing else.

    Losing a session costs comfort, never an answer: the next press carries its whole state, typed words are answered as a first
    question, and leave finds messages by trying ids. Losing a lease costs at most an answer shown twice. Which updates of a chat
    were answered lies in its session (`bot.privacy.session`): sealed with it, written with it, gone with it.
    """

    async def get(self, name: bytes) -> bytes | None:
        """The sealed session of `name`, or None. Reading does not lengthen its life."""

    async def put(self, name: bytes, sealed: bytes, ttl: float = TTL) -> None:
        """Keeps `sealed` under `name` for `ttl` seconds from now, in place of what was there."""

    async def delete(self, name: bytes) -> None:
        """Forgets `name`; harmless where there is nothing."""

    def lease(self, name: bytes) -> AbstractAsyncContextManager[None]:
        """One holder at a time for each `name`, across all who share the store; others wait for their turn."""

    async def sweep(self) -> int:
        """Drops what is past its time; gives how many sessions are left, as far as this process can tell."""

    async def close(self) -> None:
        """Lets go of connections, and of everything held in this process."""


class MemorySessions:
    """A `SessionStore` in this process: bounded, oldest first to go. `clock` counts seconds, from anywhere."""

    def __init__(self, limit: int = 20_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._kept: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._leases: dict[bytes, _Lease] = {}

    async def get(self, name: bytes) -> bytes | None:
        """As in `SessionStore`."""
        found = self._kept.get(name)
        if found is None:
            return None
        if found[0] <= self._clock():
            del self._kept[name]
            return None
        return found[1]

    async def put(self, name: bytes, sealed: bytes, ttl: float = TTL) -> None:
        """As in `SessionStore`."""
        self._kept[name] = (self._clock() + ttl, sealed)
        self._kept.move_to_end(name)
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)

    async def delete(self, name: bytes) -> None:
        """As in `SessionStore`."""
        self._kept.pop(name, None)

    @asynccontextmanager
    async def lease(self, name: bytes) -> AsyncIterator[None]:
        """As in `SessionStore`: a lock that is gone with its last holder."""
        lease = self._leases.get(name) or self._leases.setdefault(name, _Lease())
        lease.holders += 1
        try:
            async with lease.lock:
                yield
        finally:
            lease.holders -= 1
            if not lease.holders:
                self._leases.pop(name, None)

    async def sweep(self) -> int:
        """As in `SessionStore`. Only what has come to its end is looked at: lives are all equally long."""
        now = self._clock()
        while self._kept:
            name, (end, _) = next(iter(self._kept.items()))
            if end > now:
                break
            del self._kept[name]
        return len(self._kept)

    async def close(self) -> None:
        """As in `SessionStore`."""
        self._kept.clear()


class _Lease:
    """A lock and how many hold it or wait for it."""

    __slots__ = ("holders", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.holders = 0
