"""Claims on updates, on a server: one replica answers each, and a claim outlives its holder by seconds only."""

from __future__ import annotations

from secrets import token_hex
from typing import Final

from bot.runtime.state.claims import CLAIM_SECONDS, DONE_SECONDS, Claim, MemoryClaims
from bot.runtime.state.valkey.keys import CLAIM
from bot.runtime.state.valkey.place import Place
from bot.runtime.state.valkey.server import MILLISECONDS, AwayError, Script, ValkeyServer

# A key holds "done", or the holder's mark and the moment at which its claim runs out. ARGV[1]: the mark.
_DONE_WORD: Final = "done"
_HELD: Final = """
local function held(value)
  local at = value and string.find(value, ' ', 1, true)
  if not at then return false end
  return tonumber(string.sub(value, at + 1)), string.sub(value, 1, at - 1)
end
local value = redis.call('GET', KEYS[1])
local ends, mark = held(value)
"""
_CLAIM: Final = Script(
    MILLISECONDS
    + _HELD
    + """
if value and not ends then return 'done' end
if ends and ends > now then return 'busy' end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. string.format('%.0f', now + ARGV[2]), 'PX', ARGV[3])
if ends then return 'again' end
return 'mine'
"""
)
_RENEW: Final = Script(
    MILLISECONDS
    + _HELD
    + """
if not ends or ends <= now or mark ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. string.format('%.0f', now + ARGV[2]), 'PX', ARGV[3])
return 1
"""
)
_DONE: Final = Script("redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return 1")
_DROP: Final = Script(_HELD + "if mark == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1")


class ValkeyClaims:
    """`Claims` on a server. What this process has done itself it knows by itself too, whatever becomes of the server."""

    def __init__(self, server: ValkeyServer, place: Place) -> None:
        self._server, self._place = server, place
        self._mark = token_hex(8)
        self._own = MemoryClaims()
        self._lives = (round(CLAIM_SECONDS * 1000), round(DONE_SECONDS * 1000))

    async def claim(self, update: int) -> Claim:
        """As in `Claims`."""
        if self._own.is_done(update):
            return Claim.DONE
        try:
            return Claim((await self._server.run(_CLAIM, self._keys(update), (self._mark, *self._lives))).decode())
        except AwayError:
            return Claim.UNKNOWN

    async def renew(self, update: int) -> bool:
        """As in `Claims`."""
        try:
            return bool(await self._server.run(_RENEW, self._keys(update), (self._mark, *self._lives)))
        except AwayError:
            return False

    async def done(self, update: int) -> None:
        """As in `Claims`."""
        await self._own.done(update)
        try:
            await self._server.run(_DONE, self._keys(update), (_DONE_WORD, self._lives[1]))
        except AwayError:
            return

    async def drop(self, update: int) -> None:
        """As in `Claims`."""
        try:
            await self._server.run(_DROP, self._keys(update), (self._mark,))
        except AwayError:
            return

    def _keys(self, update: int) -> tuple[bytes]:
        return (self._place.key(CLAIM, str(update).encode()),)

    async def sweep(self) -> int:
        """As in `Claims`: this process's own; the server ends the others."""
        return await self._own.sweep()

    async def close(self) -> None:
        """As in `Claims`."""
        await self._own.close()
