"""One pace for all replicas: no second sees more messages than Telegram allows, whoever sends them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from bot.runtime.state.chat_digest import ChatDigest
from bot.runtime.state.pacing import HELD_SECONDS, MemoryPacing
from bot.runtime.state.valkey.keys import PACE
from bot.runtime.state.valkey.place import Place
from bot.runtime.state.valkey.server import AwayError, Script, ValkeyServer

SECOND: Final = 1_000_000
"""Microseconds in one."""

SPARE: Final = 0.8
"""Spread over the second, so much of it is lent: messages that are on their way bunch before they arrive. Room for a quarter of a
second of that, as one was seen to take on a busy machine."""

_MICROSECONDS: Final = "local t = redis.call('TIME') local now = t[1] * 1000000 + t[2]\n"
# KEYS: when the last messages went out to anybody, the moment from which the chat is free, moments until which it is held.
# ARGV: messages a second to anybody, microseconds between two in a chat, burst, milliseconds that a wait is remembered,
# messages that may have gone out unasked within the last second, microseconds between two to anybody. A number that is kept is
# written whole: Lua would round it.
# Gives the microseconds to wait, and how many messages of the last second are known.
_TAKE: Final = Script(
    _MICROSECONDS
    + """
local overall, chat, burst, held = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
for i = 1, tonumber(ARGV[5]) do redis.call('LPUSH', KEYS[1], string.format('%.0f', now)) end
if tonumber(ARGV[5]) > 0 then
  redis.call('LTRIM', KEYS[1], 0, overall - 1)
  redis.call('PEXPIRE', KEYS[1], 1100)
end
for i = 3, #KEYS do
  local wanted = tonumber(redis.call('GET', KEYS[i]) or '0') - now
  if wanted > 0 then
    redis.call('PEXPIRE', KEYS[i], math.min(held, math.ceil(wanted / 1000)))
    return {wanted, 0}
  end
end
local free = tonumber(redis.call('GET', KEYS[2]) or '0')
if free - now > (burst - 1) * chat then return {free - now - (burst - 1) * chat, 0} end
local since = now - tonumber(redis.call('LINDEX', KEYS[1], 0) or '0')
if since < tonumber(ARGV[6]) then return {tonumber(ARGV[6]) - since, 0} end
local last = tonumber(redis.call('LINDEX', KEYS[1], overall - 1) or '0')
if now - last < 1000000 then return {1000000 - (now - last), overall} end
redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
redis.call('LTRIM', KEYS[1], 0, overall - 1)
redis.call('PEXPIRE', KEYS[1], 1100)
free = math.max(free, now) + chat
redis.call('SET', KEYS[2], string.format('%.0f', free), 'PX', math.ceil((free - now) / 1000))
local used = 1
while used < overall and now - tonumber(redis.call('LINDEX', KEYS[1], used) or '0') < 1000000 do used = used + 1 end
return {0, used}
"""
)
_HOLD: Final = Script(
    _MICROSECONDS
    + """
redis.call('SET', KEYS[1], string.format('%.0f', now + ARGV[1]), 'PX', ARGV[2])
return 1
"""
)


class ValkeyPacing:
    """`Pacing` on a server. `digests`: the hashes that all replicas share, this moment's first, none while this one does not
    have them. `replicas`: how many there are. `overall`, `chat`, `burst`: as for `MemoryPacing`.

    In any second at most `overall` messages are lent, all replicas together. While the server is away each lends its share of
    that; in the first second only of what was left of the second before. `even`: spread over the second, a fifth fewer, so that
    what two bursts lent cannot arrive within one second. Once the server is back, or another one is there, it is
    told what this replica lent, and that the others may have lent as much as they might.
    """

    def __init__(
        self,
        server: ValkeyServer,
        place: Place,
        digests: Callable[[], tuple[ChatDigest, ...]],
        replicas: Callable[[], int],
        overall: int = 30,
        chat: float = 1.0,
        burst: int = 3,
        clock: Callable[[], float] = time.monotonic,
        *,
        even: bool = False,
    ) -> None:
        self._server, self._place, self._digests, self._replicas = server, place, digests, replicas
        self._overall, self._clock = overall, clock
        self._gap = 1 / (SPARE * overall) if even else 0.0
        self._limits = (overall, round(SECOND / chat), burst, round(HELD_SECONDS * 1000))
        self._own = MemoryPacing(0, chat, burst, clock)
        self._lent: deque[float] = deque(maxlen=overall)
        self._unasked: deque[float] = deque(maxlen=overall)
        self._apart = False
        self._run_id = b""
        self._answered, self._left = float("-inf"), overall

    async def take(self, chat: int) -> float:
        """As in `Pacing`."""
        if not (names := [digest(chat) for digest in self._digests()]):
            return await self._alone(chat)
        keys = [self._place.key(PACE), self._place.key(PACE, b"c:" + names[0])]
        keys += [self._place.key(PACE, b"h:" + name) for name in names]
        try:
            wait, used = await self._server.run(_TAKE, keys, (*self._limits, self._unknown(), round(self._gap * SECOND)))
        except AwayError:
            self._apart = True
            return await self._alone(chat)
        self._unasked.clear()
        self._apart = self._run_id not in (b"", self._server.run_id)
        self._run_id = self._server.run_id
        if not wait:
            self._lent.append(self._clock())
        if used:
            self._answered, self._left = self._clock(), self._overall - used
        return int(wait) / SECOND

    def _share(self, of: int) -> int:
        return of // max(1, self._replicas())

    def _unknown(self) -> int:
        """How many messages of the last second the server may not know of."""
        if not self._apart:
            return 0
        now = self._clock()
        own = sum(now - at < 1 for at in self._unasked)
        return min(self._overall, own + self._overall - max(1, self._share(self._overall)))

    async def _alone(self, chat: int) -> float:
        """This replica's share, counted over what it was lent before too."""
        now = self._clock()
        share = max(1, self._share(self._overall))
        if self._lent and (since := now - self._lent[-1]) < (gap := self._gap * max(1, self._replicas())):
            return gap - since
        if len(self._lent) >= share and (since := now - self._lent[-share]) < 1:
            return 1 - since
        if (since := now - self._answered) < 1 and sum(at > self._answered for at in self._unasked) >= self._share(self._left):
            return 1 - since
        if wait := await self._own.take(chat):
            return wait
        self._lent.append(now)
        self._unasked.append(now)
        return 0.0

    async def hold(self, chat: int, seconds: float) -> None:
        """As in `Pacing`."""
        await self._own.hold(chat, seconds)
        if not (digests := self._digests()):
            return
        try:
            lives = round(min(seconds, HELD_SECONDS) * 1000)
            key = self._place.key(PACE, b"h:" + digests[0](chat))
            await self._server.run(_HOLD, (key,), (round(seconds * SECOND), max(1, lives)))
        except AwayError:
            return

    async def sweep(self) -> int:
        """As in `Pacing`: this process's own; the server ends the others."""
        return await self._own.sweep()

    async def close(self) -> None:
        """As in `Pacing`."""
        await self._own.close()
