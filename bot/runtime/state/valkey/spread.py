"""Where replicas meet on a Valkey server: marks, requests and sealed answers, each for seconds."""

from __future__ import annotations

import contextlib
from typing import Final

from bot.privacy.spread import ENVELOPE_SECONDS, MEMBER_SECONDS, Beat
from bot.runtime.state.valkey.keys import SPREAD
from bot.runtime.state.valkey.place import Place
from bot.runtime.state.valkey.server import MILLISECONDS, AwayError, Script, ValkeyServer

MOST: Final = 64
"""Members and requests that are looked at: somebody else's noise is not read for ever."""

# KEYS[1]: marks by member. KEYS[2]: requests by member. Each begins with the time it was written at, in 15 digits, and is dropped
# after ARGV[3] and ARGV[4] milliseconds.
_BEAT: Final = Script(
    MILLISECONDS
    + """
redis.call('HSET', KEYS[1], ARGV[1], string.format('%015d', now) .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local found = {t[1] * 1000000 + t[2]}
for key = 1, 2 do
  local life = tonumber(ARGV[2 + key])
  local all = redis.call('HGETALL', KEYS[key])
  local live = {}
  for at = 1, #all, 2 do
    local since = now - tonumber(string.sub(all[at + 1], 1, 15))
    if since > life or since < -life or #live >= tonumber(ARGV[5]) * 2 then
      redis.call('HDEL', KEYS[key], all[at])
    else
      live[#live + 1] = all[at]
      live[#live + 1] = string.sub(all[at + 1], 16)
    end
  end
  found[key + 1] = live
end
return found
"""
)
_ASK: Final = Script(
    MILLISECONDS
    + """
redis.call('HSET', KEYS[1], ARGV[1], string.format('%015d', now) .. ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
"""
)
_ANSWER: Final = Script("""
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
""")
_TAKE: Final = Script("""
return redis.call('GETDEL', KEYS[1])
""")
_PART: Final = Script("""
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('HDEL', KEYS[2], ARGV[1])
""")
_MEMBER: Final = int(MEMBER_SECONDS * 1000)
_ENVELOPE: Final = int(ENVELOPE_SECONDS * 1000)


class ValkeySpread:
    """A `Spread` on `server`. `place`: of `place_of`, so that several bots may meet there.

    Marks and requests lie in one hash each, which runs out with the last of them; answers and elections under keys of their own.
    """

    def __init__(self, server: ValkeyServer, place: bytes) -> None:
        self._server = server
        here = Place(place)
        self._marks, self._requests = here.key(SPREAD, b"m"), here.key(SPREAD, b"j")
        self._answers, self._elected = here.key(SPREAD, b"a:"), here.key(SPREAD, b"e:")

    async def beat(self, member: bytes, mark: bytes) -> Beat | None:
        """As in `Spread`."""
        try:
            told, marks, requests = await self._server.run(
                _BEAT, (self._marks, self._requests), (member, mark, _MEMBER, _ENVELOPE, MOST)
            )
        except AwayError:
            return None
        asked = (request for asker, request in _pairs(requests).items() if asker != member)
        return Beat(told / 1e6, _pairs(marks), tuple(asked))

    async def ask(self, member: bytes, request: bytes) -> None:
        """As in `Spread`."""
        with contextlib.suppress(AwayError):
            await self._server.run(_ASK, (self._requests,), (member, request, _ENVELOPE))

    async def answer(self, nonce: bytes, envelope: bytes) -> None:
        """As in `Spread`."""
        with contextlib.suppress(AwayError):
            await self._server.run(_ANSWER, (self._answers + nonce,), (envelope, _ENVELOPE))

    async def take(self, nonce: bytes) -> bytes | None:
        """As in `Spread`."""
        try:
            found = await self._server.run(_TAKE, (self._answers + nonce,), ())
        except AwayError:
            return None
        return found if isinstance(found, bytes) else None

    async def elect(self, what: bytes) -> bool:
        """As in `Spread`."""
        try:
            return bool(await self._server.run(_ANSWER, (self._elected + what,), (b"", _ENVELOPE)))
        except AwayError:
            return False

    async def part(self, member: bytes) -> None:
        """As in `Spread`."""
        with contextlib.suppress(AwayError):
            await self._server.run(_PART, (self._marks, self._requests), (member,))


def _pairs(flat: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=False))
