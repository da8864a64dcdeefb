"""Tombstones of a Leave on a server: known to every replica at once, for five seconds at most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.runtime.state.chat_digest import ChatDigest
from bot.runtime.state.tombstones import NO_GRAVE, Grave, MemoryTombstones
from bot.runtime.state.valkey.keys import TOMBSTONE
from bot.runtime.state.valkey.place import Place
from bot.runtime.state.valkey.server import AwayError, Script, ValkeyServer

LONGEST: Final = 5.0
"""Seconds: what is named by a fast hash of a chat's id lives no longer."""

_PUT: Final = Script("""
local below, update = tonumber(ARGV[1]), tonumber(ARGV[2])
local before = redis.call('GET', KEYS[1])
if before then
  local at = string.find(before, ' ', 1, true)
  below = math.max(below, tonumber(string.sub(before, 1, at - 1)))
  update = math.max(update, tonumber(string.sub(before, at + 1)))
end
redis.call('SET', KEYS[1], string.format('%.0f %.0f', below, update), 'PX', ARGV[3])
return 1
""")
_OF: Final = Script("return redis.call('GET', KEYS[1])")


class ValkeyTombstones:
    """`Tombstones` on a server. `digest`: the hash that all replicas share, None while this one does not have it. This process's
    own leaves it knows by itself too, whatever becomes of the server."""

    def __init__(self, server: ValkeyServer, place: Place, digest: Callable[[], ChatDigest | None]) -> None:
        self._server, self._place, self._digest = server, place, digest
        self._own = MemoryTombstones()

    async def put(self, chat: int, below: int, seconds: float, update: int = 0) -> None:
        """As in `Tombstones`."""
        seconds = min(seconds, LONGEST)
        await self._own.put(chat, below, seconds, update)
        if (digest := self._digest()) is None:
            return
        try:
            key = self._place.key(TOMBSTONE, digest(chat))
            await self._server.run(_PUT, (key,), (below, update, max(1, round(seconds * 1000))))
        except AwayError:
            return

    async def of(self, chat: int) -> Grave:
        """As in `Tombstones`."""
        own, found = await self._own.of(chat), None
        if (digest := self._digest()) is not None:
            try:
                found = await self._server.run(_OF, (self._place.key(TOMBSTONE, digest(chat)),), ())
            except AwayError:
                found = None
        if not found:
            return own
        below, update = (int(number) for number in found.split())
        return Grave(max(below, own.below), max(update, own.update)) if own is not NO_GRAVE else Grave(below, update)

    async def sweep(self) -> int:
        """As in `Tombstones`: this process's own; the server ends the others."""
        return await self._own.sweep()

    async def close(self) -> None:
        """As in `Tombstones`."""
        await self._own.close()
