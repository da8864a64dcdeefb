"""Where replicas meet on a Valkey server: marks, requests and sealed answers, each for seconds."""

from __future__ import annotations

import contextlib
from typing import Any, Final

from bot.privacy.spread import ENVELOPE_SECONDS, MEMBER_SECONDS, Beat

SPREAD: Final = b"b:"
MOST: Final = 64
"""Members and requests that are looked at: somebody else's noise is not read for ever."""
_BEAT: Final = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
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
_ASK: Final = """
local t = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], string.format('%015d', t[1] * 1000 + math.floor(t[2] / 1000)) .. ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
"""
_MEMBER: Final = int(MEMBER_SECONDS * 1000)
_ENVELOPE: Final = int(ENVELOPE_SECONDS * 1000)


class ValkeySpread:
    """A `Spread` on a server. `client`: an asyncio client of it. `place`: of `place_of`, so that several bots may meet there.

    Marks and requests lie in one hash each, which runs out with the last of them; answers and elections under keys of their own.
    """

    def __init__(self, client: Any, place: bytes) -> None:
        from valkey.exceptions import ValkeyError

        self._client = client
        self._faults: tuple[type[Exception], ...] = (ValkeyError, OSError, TimeoutError)
        self._place = SPREAD + place
        self._beat = client.register_script(_BEAT)
        self._ask = client.register_script(_ASK)

    async def beat(self, member: bytes, mark: bytes) -> Beat | None:
        """As in `Spread`."""
        try:
            told, marks, requests = await self._beat(
                keys=[self._place + b":m", self._place + b":j"], args=[member, mark, _MEMBER, _ENVELOPE, MOST]
            )
        except self._faults:
            return None
        asked = (request for asker, request in _pairs(requests).items() if asker != member)
        return Beat(told / 1e6, _pairs(marks), tuple(asked))

    async def ask(self, member: bytes, request: bytes) -> None:
        """As in `Spread`."""
        with contextlib.suppress(*self._faults):
            await self._ask(keys=[self._place + b":j"], args=[member, request, _ENVELOPE])

    async def answer(self, nonce: bytes, envelope: bytes) -> None:
        """As in `Spread`."""
        with contextlib.suppress(*self._faults):
            await self._client.set(self._place + b":a:" + nonce, envelope, nx=True, px=_ENVELOPE)

    async def take(self, nonce: bytes) -> bytes | None:
        """As in `Spread`."""
        try:
            found = await self._client.getdel(self._place + b":a:" + nonce)
        except self._faults:
            return None
        return found if isinstance(found, bytes) else None

    async def elect(self, what: bytes) -> bool:
        """As in `Spread`."""
        try:
            return bool(await self._client.set(self._place + b":e:" + what, b"", nx=True, px=_ENVELOPE))
        except self._faults:
            return False

    async def part(self, member: bytes) -> None:
        """As in `Spread`."""
        with contextlib.suppress(*self._faults):
            await self._client.hdel(self._place + b":m", member)
            await self._client.hdel(self._place + b":j", member)


def _pairs(flat: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=False))
