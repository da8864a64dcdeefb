"""Counts against floods on a server: whoever writes to several replicas is slowed by all of them together."""

from __future__ import annotations

from typing import Final

from bot.runtime.state.flood_counts import MemoryFloodCounts
from bot.runtime.state.valkey.keys import FLOOD
from bot.runtime.state.valkey.place import Place
from bot.runtime.state.valkey.server import MILLISECONDS, AwayError, Script, ValkeyServer

GENERATION_SECONDS: Final = 3600
"""How long a generation is known: longer than any count lives."""

# KEYS: the generation, the name. ARGV: rate, burst, most. A count of an earlier generation is found by nobody.
_TAKE: Final = Script(
    MILLISECONDS
    + """
local rate, burst, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local key = KEYS[2] .. ':' .. (redis.call('GET', KEYS[1]) or '0')
local level, before = burst, now
local value = redis.call('GET', key)
if value then
  local at = string.find(value, ' ', 1, true)
  level, before = tonumber(string.sub(value, 1, at - 1)), tonumber(string.sub(value, at + 1))
end
level = math.min(burst, level + (now - before) / 1000 * rate) - 1
level = math.max(level, -most * rate)
redis.call('SET', key, string.format('%.3f %.0f', level, now), 'PX', math.ceil((burst - level) / rate * 1000))
return math.max(0, math.ceil(-level / rate * 1000))
"""
)
_CLEAR: Final = Script("redis.call('INCR', KEYS[1]) return redis.call('EXPIRE', KEYS[1], ARGV[1])")


class ValkeyFloodCounts:
    """`FloodCounts` on a server; while it is away, in this process. `rate`, `burst`, `most`: as for `MemoryFloodCounts`."""

    def __init__(self, server: ValkeyServer, place: Place, rate: float = 1.0, burst: float = 20.0, most: float = 5.0) -> None:
        self._server, self._place, self._limits = server, place, (rate, burst, most)
        self._own = MemoryFloodCounts(rate, burst, most)

    async def take(self, name: bytes) -> float:
        """As in `FloodCounts`."""
        try:
            found = await self._server.run(_TAKE, (self._place.key(FLOOD), self._place.key(FLOOD, name)), self._limits)
        except AwayError:
            return await self._own.take(name)
        return int(found) / 1000

    async def clear(self) -> None:
        """As in `FloodCounts`: for all replicas."""
        await self._own.clear()
        try:
            await self._server.run(_CLEAR, (self._place.key(FLOOD),), (GENERATION_SECONDS,))
        except AwayError:
            return

    async def sweep(self) -> int:
        """As in `FloodCounts`: this process's own; the server ends the others."""
        return await self._own.sweep()

    async def close(self) -> None:
        """As in `FloodCounts`."""
        await self._own.close()
