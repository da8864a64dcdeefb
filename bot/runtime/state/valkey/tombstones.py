"""Tombstones of a Leave on a server: known to every replica at once, for five seconds at most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.runtime.state.chat_digest import ChatDigest
from bot.runtime.state.tombstones import Grave, MemoryTombstones
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
_OF: Final = Script("""
local found = {}
for i = 1, #KEYS do found[#found + 1] = redis.call('GET', KEYS[i]) or nil end
return found
""")


class ValkeyTombstones:
    """`Tombstones` on a server. `digests`: the hashes that all replicas share, this moment's first, none while this one does not
    have them. This process's own leaves it knows by itself too, whatever becomes of the server."""

    def __init__(self, server: ValkeyServer, place: Place, digests: Callable[[], tuple[ChatDigest, ...]]) -> None:
        self._server, self._place, self._digests = server, place, digests
        self._own = MemoryTombstones()

    async def put(self, chat: int, below: int, seconds: float, update: int = 0) -> None:
        """As in `Tombstones`."""
        seconds = min(seconds, LONGEST)
        await self._own.put(chat, below, seconds, update)
        if not (digests := self._digests()):
            return
        try:
            key = self._place.key(TOMBSTONE, digests[0](chat))
            await self._server.run(_PUT, (key,), (below, update, max(1, round(seconds * 1000))))
        except AwayError:
            return

    async def of(self, chat: int) -> Grave:
        """As in `Tombstones`."""
        below, update = await self._own.of(chat)
        keys = [self._place.key(TOMBSTONE, digest(chat)) for digest in self._digests()]
        try:
            found = await self._server.run(_OF, keys, ()) if keys else []
        except AwayError:
            found = []
        for each in found:
            numbers = each.split()
            below, update = max(below, int(numbers[0])), max(update, int(numbers[1]))
        return Grave(below, update)

    async def sweep(self) -> int:
        """As in `Tombstones`: this process's own; the server ends the others."""
        return await self._own.sweep()

    async def close(self) -> None:
        """As in `Tombstones`."""
        await self._own.close()
