"""Timers on a server: each is given out at least once, whichever replica armed it, and whatever becomes of that one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from secrets import token_bytes
from typing import Any, Final

from bot.privacy.boot_clock import boot_clock
from bot.privacy.sealing import UnsealableError, seal, unseal
from bot.runtime.state.timers import LIMIT, RING_SECONDS, Due
from bot.runtime.state.valkey.keys import TIMER
from bot.runtime.state.valkey.place import Place
from bot.runtime.state.valkey.server import MILLISECONDS, AwayError, Script, ValkeyServer

LOOK_SECONDS: Final = 1.0
"""So often it is looked for timers that others have armed."""
COMPARE_SECONDS: Final = 3.0
"""So often a replica looks whether what it armed is still wanted, and still there."""
KEEP_SECONDS: Final = 3600.0
"""So long after its time a timer that nobody could carry out is kept."""
MARK_BYTES: Final = 8

# KEYS[1]: the handles by the moment they are due at. Behind it and a colon, a handle: "a" (armed) or "g" (given out), the mark of
# this arming, and the sealed payload.
_ARM: Final = Script(
    MILLISECONDS
    + """
local key, life = KEYS[1] .. ':' .. ARGV[1], ARGV[2] + ARGV[5]
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('DEL', key)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('SET', key, 'a' .. ARGV[3], 'PX', life)
if redis.call('PTTL', KEYS[1]) < life then redis.call('PEXPIRE', KEYS[1], life) end
return 1
"""
)
_NEXT: Final = Script(
    MILLISECONDS
    + """
while true do
  local found = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  if #found == 0 then return -1 end
  local wait = tonumber(found[2]) - now
  if wait > 0 then return math.ceil(wait) end
  local key = KEYS[1] .. ':' .. found[1]
  local value = redis.call('GET', key)
  if value then
    redis.call('ZADD', KEYS[1], now + ARGV[1], found[1])
    redis.call('SET', key, 'g' .. string.sub(value, 2), 'KEEPTTL')
    return {found[1], string.sub(value, 2)}
  end
  redis.call('ZREM', KEYS[1], found[1])
end
"""
)
_CANCEL: Final = Script("""
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('DEL', KEYS[1] .. ':' .. ARGV[1])
""")
_DONE: Final = Script("""
local value = redis.call('GET', KEYS[1] .. ':' .. ARGV[1])
if value and string.sub(value, 2, 1 + #ARGV[2]) == ARGV[2] then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('DEL', KEYS[1] .. ':' .. ARGV[1])
end
return 1
""")
_IS_ARMED: Final = Script("""
local value = redis.call('GET', KEYS[1] .. ':' .. ARGV[1])
return value and string.sub(value, 1, 1) == 'a' and 1 or 0
""")
_THERE: Final = Script("""
local found = {}
for i = 1, #ARGV do
  local value = redis.call('GET', KEYS[1] .. ':' .. ARGV[i])
  found[i] = value and string.sub(value, 2, 9) or ''
end
return found
""")
_TAKE_ALL: Final = Script("""
local found = {}
for _, handle in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local value = redis.call('GET', KEYS[1] .. ':' .. handle)
  if value and string.sub(value, 1, 1) == 'a' then
    found[#found + 1] = handle
    found[#found + 1] = string.sub(value, 2)
    redis.call('ZREM', KEYS[1], handle)
    redis.call('DEL', KEYS[1] .. ':' .. handle)
  end
end
return found
""")


class ValkeyTimers:
    """`Timers` on a server. `kind`: which of several. `keys`: what payloads are sealed with, the newest first, none while this
    replica lacks them. `alone`: whether there is no other replica.

    Whoever armed a timer keeps it too, sealed with a key of its own memory: it carries it out itself where the server is away,
    and arms it again on a server that came back empty. It lets go of it within seconds once another has cancelled or done it.
    """

    def __init__(
        self,
        server: ValkeyServer,
        place: Place,
        kind: bytes,
        keys: Callable[[], tuple[bytes, ...]],
        alone: Callable[[], bool],
        limit: int = LIMIT,
    ) -> None:
        self._server, self._keys, self._alone, self._limit = server, keys, alone, limit
        self._place = place.key(TIMER, kind)
        self._key = token_bytes(32)
        self._own: dict[bytes, _Own] = {}
        self._ended: dict[bytes, bytes] = {}
        self._news = asyncio.Event()
        self._compare_at = 0.0

    async def arm(self, handle: bytes, seconds: float, payload: bytes) -> bool:
        """As in `Timers`. While the server is away, this process keeps it."""
        self._own.pop(handle, None)
        self._ended.pop(handle, None)
        if len(self._own) >= self._limit:
            await self.cancel(handle)
            return False
        own = _Own(boot_clock() + seconds, seal(self._key, handle, payload))
        self._own[handle] = own
        try:
            armed = await self._send(handle, own)
        except AwayError:
            armed = True
        if not armed:
            self._own.pop(handle, None)
        self._news.set()
        return armed

    async def _send(self, handle: bytes, own: _Own) -> bool:
        """Tells the server of a timer. Raises `AwayError`."""
        keys = self._keys()
        if not keys:
            raise AwayError
        value = own.mark + seal(keys[0], handle, unseal(self._key, handle, own.sealed))
        wait = max(0, round((own.due - boot_clock()) * 1000))
        own.sent = bool(await self._run(_ARM, handle, wait, value, self._limit, round(KEEP_SECONDS * 1000)))
        own.run_id = self._server.run_id
        return own.sent

    async def _run(self, script: Script, *args: bytes | int) -> Any:
        return await self._server.run(script, (self._place,), args)

    async def cancel(self, handle: bytes) -> None:
        """As in `Timers`. While the server is away, it is told later."""
        self._own.pop(handle, None)
        await self._end(handle, b"")

    async def done(self, due: Due) -> None:
        """As in `Timers`."""
        if _is(self._own.get(due.handle), due.mark):
            del self._own[due.handle]
        await self._end(due.handle, due.mark)

    async def _end(self, handle: bytes, mark: bytes) -> None:
        try:
            await self._run(*((_DONE, handle, mark) if mark else (_CANCEL, handle)))
        except AwayError:
            if len(self._ended) < self._limit:
                self._ended[handle] = mark

    async def is_armed(self, handle: bytes) -> bool:
        """As in `Timers`."""
        own = self._own.get(handle)
        try:
            return bool(await self._run(_IS_ARMED, handle)) or (own is not None and not own.sent and not own.given)
        except AwayError:
            return own is not None and not own.given

    async def next(self) -> Due:
        """As in `Timers`: what the server gives; while it is away, what this process has armed itself."""
        while True:
            self._news.clear()
            with contextlib.suppress(AwayError):
                await self._compare()
            try:
                found = await self._run(_NEXT, round(RING_SECONDS * 1000))
            except AwayError:
                found = -1
            if not isinstance(found, list) and (due := self._due_here()) is not None:
                return due
            if isinstance(found, list):
                if (due := self._opened(*found)) is not None:
                    return due
                continue
            wait = LOOK_SECONDS if found == -1 else min(LOOK_SECONDS, int(found) / 1000)
            soonest = min((own.due for _, own in self._here()), default=float("inf"))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.001, min(wait, soonest - boot_clock()))):
                    await self._news.wait()

    def _here(self) -> list[tuple[bytes, _Own]]:
        return [(handle, own) for handle, own in self._own.items() if self._server.away or not own.sent]

    def _due_here(self) -> Due | None:
        """Of those that the server does not have, or cannot give, the one that has been due the longest."""
        now = boot_clock()
        late = [(own.due, handle) for handle, own in self._here() if own.due <= now]
        if not late:
            return None
        handle = min(late)[1]
        own = self._own[handle]
        own.due, own.given = now + RING_SECONDS, True
        return Due(handle, unseal(self._key, handle, own.sealed), own.mark)

    def _opened(self, handle: bytes, value: bytes) -> Due | None:
        """None where its key is gone with all who had it: nobody can carry it out any more."""
        mark, sealed = value[:MARK_BYTES], value[MARK_BYTES:]
        if _is(own := self._own.get(handle), mark) and own is not None:
            own.due, own.given = boot_clock() + RING_SECONDS, True
            return Due(handle, unseal(self._key, handle, own.sealed), mark)
        for key in self._keys():
            with contextlib.suppress(UnsealableError):
                return Due(handle, unseal(key, handle, sealed), mark)
        return None

    async def _compare(self) -> None:
        """Tells the server what it could not be told, and looks what has become of this process's own. Raises `AwayError`."""
        now = boot_clock()
        if now < self._compare_at or not (self._own or self._ended):
            return
        await self._server.ping()
        for handle, mark in list(self._ended.items()):
            await self._run(*((_DONE, handle, mark) if mark else (_CANCEL, handle)))
            self._ended.pop(handle, None)
        handles = [handle for handle, own in self._own.items() if own.sent]
        there = await self._run(_THERE, *handles) if handles else []
        for handle, mark in zip(handles, there, strict=True):
            own = self._own.get(handle)
            if own is None or mark == own.mark:
                continue
            if mark or own.run_id == self._server.run_id:
                # Armed anew, done or cancelled elsewhere.
                del self._own[handle]
            else:
                # Another server, or the same one after a start: it may have lost it.
                own.sent = False
        for handle, own in list(self._own.items()):
            if not own.sent:
                await self._send(handle, own)
            own.run_id = self._server.run_id
        self._compare_at = now + COMPARE_SECONDS

    async def release(self) -> list[Due]:
        """As in `Timers`: what the server could not be told. Where there is no other replica, all: nobody could open it."""
        found: list[bytes] = []
        with contextlib.suppress(AwayError):
            await self._compare()
            if self._alone():
                found = await self._run(_TAKE_ALL)
        left = [self._opened(handle, value) for handle, value in zip(found[::2], found[1::2], strict=True)]
        own = {handle: own for handle, own in self._own.items() if not own.given and (not own.sent or self._server.away)}
        shared = {due.handle for due in left if due is not None}
        left += [
            Due(handle, unseal(self._key, handle, one.sealed), one.mark) for handle, one in own.items() if handle not in shared
        ]
        self._own.clear()
        return [due for due in left if due is not None]

    async def close(self) -> None:
        """As in `Timers`; what is shared stays for the others."""
        self._own.clear()
        self._ended.clear()


class _Own:
    """A timer that this process armed. `due`: by `boot_clock`. `sent`: whether the server has it. `run_id`: that server."""

    __slots__ = ("due", "given", "mark", "run_id", "sealed", "sent")

    def __init__(self, due: float, sealed: bytes) -> None:
        self.due, self.sealed, self.run_id = due, sealed, b""
        self.mark = token_bytes(MARK_BYTES)
        self.given = self.sent = False


def _is(own: _Own | None, mark: bytes) -> bool:
    """Whether `own` is the arming of that mark."""
    return own is not None and own.mark == mark
