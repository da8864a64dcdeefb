"""Talks that were left, on a server: one that was left at a replica is closed at all of them."""

from __future__ import annotations

import contextlib
import time
from typing import Final

from bot.runtime.state.left_talks import MemoryLeftTalks
from bot.runtime.state.valkey.keys import LEFT
from bot.runtime.state.valkey.place import Place
from bot.runtime.state.valkey.server import AwayError, FullError, Script, ValkeyServer

COMPARE_SECONDS: Final = 3.0
"""So often it is looked whether the server is still the one that was told."""
GENERATION_SECONDS: Final = 24 * 3600
"""How long a generation is known: longer than any talk is remembered as left."""

_NAME: Final = "local key = KEYS[2] .. ':' .. (redis.call('GET', KEYS[1]) or '0')\n"
_PUT: Final = Script(
    _NAME
    + """
if redis.call('PTTL', key) < tonumber(ARGV[1]) then redis.call('SET', key, '', 'PX', ARGV[1]) end
return 1
"""
)
_HAS: Final = Script(_NAME + "return redis.call('EXISTS', key)")
_CLEAR: Final = Script("redis.call('INCR', KEYS[1]) return redis.call('EXPIRE', KEYS[1], ARGV[1])")


class ValkeyLeftTalks:
    """`LeftTalks` on a server. What was left here this process knows by itself too, and tells the server once it is back.

    While the server is away, a talk that was left at another replica is not known here: whoever has its page could open it.
    """

    def __init__(self, server: ValkeyServer, place: Place) -> None:
        self._server, self._place = server, place
        self._own = MemoryLeftTalks()
        self._untold: dict[bytes, float] = {}
        self._run_id = b""
        self._compare_at = 0.0

    async def put(self, nonce: bytes, seconds: float) -> bool:
        """As in `LeftTalks`."""
        if not await self._own.put(nonce, seconds):
            return False
        self._untold[nonce] = time.monotonic() + seconds
        try:
            await self._tell()
        except FullError:
            return False
        except AwayError:
            return True
        return True

    async def has(self, nonce: bytes) -> bool:
        """As in `LeftTalks`."""
        if await self._own.has(nonce):
            return True
        try:
            await self._tell()
            return bool(await self._server.run(_HAS, self._keys(nonce), ()))
        except AwayError:
            return False

    async def _tell(self) -> None:
        for nonce, end in list(self._untold.items()):
            if (left := end - time.monotonic()) > 0:
                await self._server.run(_PUT, self._keys(nonce), (max(1, round(left * 1000)),))
            self._untold.pop(nonce, None)

    def _keys(self, nonce: bytes) -> tuple[bytes, bytes]:
        return self._place.key(LEFT), self._place.key(LEFT, nonce)

    async def clear(self) -> None:
        """As in `LeftTalks`: for all replicas."""
        await self._own.clear()
        self._untold.clear()
        try:
            await self._server.run(_CLEAR, (self._place.key(LEFT),), (GENERATION_SECONDS,))
        except AwayError:
            return

    async def sweep(self) -> int:
        """As in `LeftTalks`: this process's own; the server ends the others. A server that came back empty is told them again."""
        left = await self._own.sweep()
        with contextlib.suppress(AwayError):
            if left and time.monotonic() >= self._compare_at:
                await self._server.ping()
                if self._server.run_id != self._run_id:
                    self._untold.update(self._own.ends())
                self._run_id, self._compare_at = self._server.run_id, time.monotonic() + COMPARE_SECONDS
            await self._tell()
        return left

    async def close(self) -> None:
        """As in `LeftTalks`."""
        await self._own.close()
        self._untold.clear()
