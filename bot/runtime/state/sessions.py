"""Where sealed sessions lie for a while. The store sees names and sealed bytes, nothing else."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

TTL = 30 * 60


class SessionStore(Protocol):
    """A cache of sealed sessions. Losing any of it costs comfort, never an answer."""

    async def get(self, name: bytes) -> bytes | None:
        """The sealed session of `name`, or None. Reading does not lengthen its life."""

    async def put(self, name: bytes, sealed: bytes, ttl: float = TTL) -> None:
        """Keeps `sealed` under `name` for `ttl` seconds from now."""

    async def delete(self, name: bytes) -> None:
        """Forgets `name`; harmless where there is nothing."""

    def lane(self, name: bytes) -> AbstractAsyncContextManager[None]:
        """One holder at a time for each `name`, across all who share the store."""

    async def sweep(self) -> int:
        """Drops what is past its time; gives how many are left."""

    async def close(self) -> None:
        """Lets go of connections, and of everything held in this process."""


class MemoryStore:
    """A store in this process: bounded, oldest first to go. `clock` counts seconds, from anywhere."""

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
    async def lane(self, name: bytes) -> AsyncIterator[None]:
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
