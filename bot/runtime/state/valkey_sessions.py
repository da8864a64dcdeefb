"""Sealed sessions in Valkey, for replicas that share them. It holds names and noise; the pepper never goes there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_bytes
from typing import Any, Final

from bot.runtime.state.sessions import TTL

LEASE_SECONDS: Final = 30.0
WAIT_SECONDS: Final = 15.0
_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.25
_SESSION: Final = b"s:"
_LEASE: Final = b"l:"
# Only the holder of a lease may end it: another may have taken it over since.
_RELEASE: Final = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end"


class ValkeySessions:
    """A `SessionStore` behind a Valkey address such as `unix:///run/valkey.sock`. Needs the `valkey` extra.

    A server that is away is a cache that is empty: people are answered as if they came for the first time.
    """

    def __init__(self, address: str) -> None:
        from valkey import asyncio as client
        from valkey.exceptions import ValkeyError

        self._faults: tuple[type[Exception], ...] = (ValkeyError, OSError, TimeoutError)
        self._valkey: Any = client.Valkey.from_url(
            address, socket_timeout=2.0, socket_connect_timeout=1.0, client_name=None, lib_name=None, lib_version=None
        )
        self.failures = 0

    async def get(self, name: bytes) -> bytes | None:
        """As in `SessionStore`."""
        try:
            found = await self._valkey.get(_SESSION + name)
        except self._faults:
            self.failures += 1
            return None
        return found if isinstance(found, bytes) else None

    async def put(self, name: bytes, sealed: bytes, ttl: float = TTL) -> None:
        """As in `SessionStore`."""
        try:
            await self._valkey.set(_SESSION + name, sealed, px=int(ttl * 1000))
        except self._faults:
            self.failures += 1

    async def delete(self, name: bytes) -> None:
        """As in `SessionStore`."""
        try:
            await self._valkey.delete(_SESSION + name)
        except self._faults:
            self.failures += 1

    @asynccontextmanager
    async def lease(self, name: bytes) -> AsyncIterator[None]:
        """As in `SessionStore`: a lease that runs out by itself, so that a replica that died holds up nobody for long.

        After 15 seconds of waiting, or without the server, the talk goes on without a lease: an answer twice is better
        than none.
        """
        mark = token_bytes(12)
        held = await self._take(_LEASE + name, mark)
        try:
            yield
        finally:
            if held:
                try:
                    await self._valkey.eval(_RELEASE, 1, _LEASE + name, mark)
                except self._faults:
                    self.failures += 1

    async def _take(self, key: bytes, mark: bytes) -> bool:
        clock = asyncio.get_running_loop().time
        until = clock() + WAIT_SECONDS
        pause = _PAUSE
        while clock() < until:
            try:
                if await self._valkey.set(key, mark, nx=True, px=int(LEASE_SECONDS * 1000)):
                    return True
            except self._faults:
                self.failures += 1
                return False
            # Many chats may wait for the leases of a replica that died: asking fifty times a second each would stop the rest.
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 1.5)
        return False

    async def sweep(self) -> int:
        """Nothing to do, and nothing to count: the server ends what has come to its end."""
        return 0

    async def close(self) -> None:
        """As in `SessionStore`; what is kept stays for the other replicas."""
        await self._valkey.aclose()
