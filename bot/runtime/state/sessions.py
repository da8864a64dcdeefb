"""Sealed sessions, each behind a lease: the protocol of their store, and the store in this process's memory."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Protocol

TTL: Final = 30 * 60
"""Seconds that a session is kept after its last message."""
LEASE_SECONDS: Final = 10.0
"""Seconds that a lease outlives its holder, where another process can take it over."""
GRAVE_SECONDS: Final = 120.0
"""Seconds that a leave's tombstone is kept under the slow name: longer than what was before the leave can still be on its way."""


class Lease(Protocol):
    """The right to write under some names, held by one at a time; `SessionStore.lease` gives it.

    Fenced: each write is made only if the lease is still its holder's. Who lost it, because it was seized or because the process
    stood still for longer than `LEASE_SECONDS`, writes nothing and is told so. `lost`: set once that is known here. `until`: up
    to this moment (seconds of `boot_clock`) it is its holder's for sure, unless it is seized; renewed as long as it is held.
    """

    lost: asyncio.Event
    until: float

    @property
    def kept(self) -> bool:
        """Whether there is a store behind it. False where its server did not answer: then nothing is read and nothing written."""

    async def is_held(self) -> bool:
        """Whether it is still its holder's, asked of the store."""

    async def get(self, name: bytes) -> bytes | None:
        """The sealed session under one of the lease's names, or None. Reading does not lengthen its life."""

    async def put(self, name: bytes, sealed: bytes, ttl: float = TTL) -> bool:
        """Keeps `sealed` under one of the lease's names for `ttl` seconds from now. False where the lease is lost, or the store
        does not answer: nothing is known to be written."""

    async def delete(self, *names: bytes) -> bool:
        """Forgets the sessions of these names of the lease's; harmless where there is none. False as in `put`."""

    async def tombstone(self, name: bytes) -> bytes | None:
        """The sealed tombstone that a leave buried under one of the lease's names, or None; as of when the lease was taken."""

    async def bury(self, name: bytes, sealed: bytes, seconds: float = GRAVE_SECONDS) -> bool:
        """Keeps a sealed tombstone under one of the lease's names for `seconds`. False as in `put`."""


class SessionStore(Protocol):
    """A cache of sealed sessions, by name. It sees names and sealed bytes, nothing else.

    Losing a session costs comfort, never an answer: the next press carries its whole state, typed words are answered as a first
    question, and leave finds messages by trying ids. Which updates of a chat were answered lies in its session
    (`bot.privacy.session`): sealed with it, written with it, gone with it.
    """

    def lease(self, name: bytes, *older: bytes, seize: bool = False) -> AbstractAsyncContextManager[Lease]:
        """One holder at a time for each name, across all who share the store; others wait for their turn.

        `older`: the names of the same chat under the peppers before, so that who has not turned to the new pepper yet cannot
        write beside this holder. `seize`: takes all of them at once from whoever holds them, who can write nothing from then on.
        Where the store does not answer, or the turn does not come, the block runs with a lease that keeps nothing.
        """

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
        self._graves: dict[bytes, tuple[float, bytes]] = {}
        self._leases: dict[bytes, _MemoryLease] = {}
        self._waiting: dict[bytes, list[_MemoryLease]] = {}

    async def get(self, name: bytes) -> bytes | None:
        """As in `Lease`."""
        found = self._kept.get(name)
        if found is None:
            return None
        if found[0] <= self._clock():
            del self._kept[name]
            return None
        return found[1]

    async def put(self, name: bytes, sealed: bytes, ttl: float, held: Lease) -> bool:
        """As in `Lease`, for its holder."""
        if held.lost.is_set():
            return False
        self._kept[name] = (self._clock() + ttl, sealed)
        self._kept.move_to_end(name)
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)
        return True

    def delete(self, names: Iterable[bytes]) -> None:
        """Forgets the sessions of these names."""
        for name in names:
            self._kept.pop(name, None)

    def tombstone(self, name: bytes) -> bytes | None:
        """As in `Lease`."""
        end, sealed = self._graves.get(name, (0.0, b""))
        return sealed if end > self._clock() else None

    def bury(self, name: bytes, sealed: bytes, seconds: float) -> None:
        """As in `Lease`; tombstones past their time go first, so that none outlives the next leave by much."""
        self._sweep_graves()
        self._graves[name] = (self._clock() + seconds, sealed)

    @asynccontextmanager
    async def lease(self, name: bytes, *older: bytes, seize: bool = False) -> AsyncIterator[Lease]:
        """As in `SessionStore`: whoever lets go hands it to who has waited longest. No name stays once nobody wants it."""
        held = _MemoryLease(self, (name, *older))
        if seize:
            self._seize(held)
        elif self._is_free(held):
            self._take(held)
        else:
            await self._wait(held)
        try:
            yield held
        finally:
            self._let_go(held)

    def _is_free(self, held: _MemoryLease) -> bool:
        return not any(name in self._leases for name in held.names)

    def _take(self, held: _MemoryLease) -> None:
        for name in held.names:
            self._leases[name] = held

    def _seize(self, held: _MemoryLease) -> None:
        losers = [self._leases[name] for name in held.names if name in self._leases]
        self._take(held)
        for loser in losers:
            loser.lost.set()
            self._let_go(loser)

    async def _wait(self, held: _MemoryLease) -> None:
        for name in held.names:
            self._waiting.setdefault(name, []).append(held)
        try:
            await held.turn.wait()
        except asyncio.CancelledError:
            self._leave_line(held)
            self._let_go(held)
            raise
        self._leave_line(held)

    def _leave_line(self, held: _MemoryLease) -> None:
        for name in held.names:
            self._waiting[name].remove(held)
            if not self._waiting[name]:
                del self._waiting[name]

    def _let_go(self, held: _MemoryLease) -> None:
        for name in held.names:
            if self._leases.get(name) is held:
                del self._leases[name]
        for name in held.names:
            for waiting in self._waiting.get(name, ()):
                if self._is_free(waiting) and not waiting.turn.is_set():
                    self._take(waiting)
                    waiting.turn.set()
                    break

    async def sweep(self) -> int:
        """As in `SessionStore`. Only what has come to its end is looked at: lives are all equally long."""
        now = self._clock()
        while self._kept:
            name, (end, _) = next(iter(self._kept.items()))
            if end > now:
                break
            del self._kept[name]
        self._sweep_graves()
        return len(self._kept)

    def _sweep_graves(self) -> None:
        now = self._clock()
        for name in [name for name, (end, _) in self._graves.items() if end <= now]:
            del self._graves[name]

    async def close(self) -> None:
        """As in `SessionStore`."""
        self._kept.clear()
        self._graves.clear()


class _MemoryLease:
    """A `Lease` on names of a `MemorySessions`. `turn`: set when it is handed to who waited for it."""

    __slots__ = ("_store", "lost", "names", "turn", "until")
    kept = True

    def __init__(self, store: MemorySessions, names: tuple[bytes, ...]) -> None:
        self._store, self.names = store, names
        self.lost, self.turn = asyncio.Event(), asyncio.Event()
        self.until = float("inf")

    async def is_held(self) -> bool:
        """As in `Lease`."""
        return not self.lost.is_set()

    async def get(self, name: bytes) -> bytes | None:
        """As in `Lease`."""
        return await self._store.get(name)

    async def put(self, name: bytes, sealed: bytes, ttl: float = TTL) -> bool:
        """As in `Lease`."""
        return await self._store.put(name, sealed, ttl, self)

    async def delete(self, *names: bytes) -> bool:
        """As in `Lease`."""
        if self.lost.is_set():
            return False
        self._store.delete(names)
        return True

    async def tombstone(self, name: bytes) -> bytes | None:
        """As in `Lease`."""
        return self._store.tombstone(name)

    async def bury(self, name: bytes, sealed: bytes, seconds: float = GRAVE_SECONDS) -> bool:
        """As in `Lease`."""
        if self.lost.is_set():
            return False
        self._store.bury(name, sealed, seconds)
        return True
