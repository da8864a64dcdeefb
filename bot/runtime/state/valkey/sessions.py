"""Sealed sessions on a server: leases that run out, and writes that count only while the lease is still their holder's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_bytes
from typing import Final

from bot.privacy.boot_clock import boot_clock
from bot.runtime.state.sessions import GRAVE_SECONDS, LEASE_SECONDS, TTL, Lease
from bot.runtime.state.valkey.keys import GRAVE, LEASE, SESSION
from bot.runtime.state.valkey.place import Place
from bot.runtime.state.valkey.server import AwayError, Script, ValkeyServer

WAIT_SECONDS: Final = LEASE_SECONDS + 2
"""So long somebody waits for a lease: longer than one outlives its holder."""
MARK_BYTES: Final = 12
_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.25

# Each script gets first the leases of all names of the chat, then what it reads or writes. ARGV[1]: the holder's mark.
_TAKE: Final = Script("""
local names = #KEYS / 3
if ARGV[3] == '0' then
  for i = 1, names do
    local holder = redis.call('GET', KEYS[i])
    if holder and holder ~= ARGV[1] then return false end
  end
end
local found = {}
for i = 1, names do
  redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2])
  found[i] = redis.call('GET', KEYS[names + i])
  found[names + i] = redis.call('GET', KEYS[2 * names + i])
end
return found
""")
_MINE: Final = """
for i = 1, tonumber(ARGV[2]) do
  if redis.call('GET', KEYS[i]) ~= ARGV[1] then return 0 end
end
"""
_CHECK: Final = Script(_MINE + "return 1")
_RENEW: Final = Script(
    _MINE
    + """
for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], ARGV[3]) end
return 1
"""
)
_PUT: Final = Script(
    _MINE
    + """
redis.call('SET', KEYS[#KEYS], ARGV[3], 'PX', ARGV[4])
return 1
"""
)
_DELETE: Final = Script(
    _MINE
    + """
for i = ARGV[2] + 1, #KEYS do redis.call('DEL', KEYS[i]) end
return 1
"""
)
# Only what is still the holder's ends: another may have taken it since.
_RELEASE: Final = Script("""
for i = 1, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('DEL', KEYS[i]) end
end
return 1
""")


class ValkeySessions:
    """A `SessionStore` on a server. One that is away is a cache that is empty: people are answered as if they came first."""

    def __init__(self, server: ValkeyServer, place: Place) -> None:
        self._server, self._place = server, place
        self._ending: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lease(self, name: bytes, *older: bytes, seize: bool = False) -> AsyncIterator[Lease]:
        """As in `SessionStore`; the session and the tombstones come with the lease, in one call."""
        held = _ValkeyLease(self._server, self._place, (name, *older))
        try:
            await self._take(held, seize)
            yield held
        finally:
            if task := held.end():
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)
                # Whoever is cut off ends at once, and the server is told all the same.
                await asyncio.shield(task)

    async def _take(self, held: _ValkeyLease, seize: bool) -> None:
        end, pause = boot_clock() + WAIT_SECONDS, _PAUSE
        while not await held.take(seize=seize) and held.asked and boot_clock() < end:
            # Many chats may wait for the leases of a replica that died: asking fifty times a second each would stop the rest.
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 1.5)

    async def sweep(self) -> int:
        """Nothing to do, and nothing that could be counted: the server ends what has come to its end."""
        return 0

    async def close(self) -> None:
        """As in `SessionStore`; what is kept stays for the other replicas."""
        if self._ending:
            await asyncio.wait(self._ending, timeout=1)


class _ValkeyLease:
    """A `Lease` on the server. `asked`: whether the server was asked for it, and answered or may have."""

    __slots__ = ("_graves", "_leases", "_mark", "_place", "_renewing", "_server", "_sessions", "_timer", "asked", "kept", "lost",
                 "names", "until")  # fmt: skip

    def __init__(self, server: ValkeyServer, place: Place, names: tuple[bytes, ...]) -> None:
        self._server, self._place, self.names = server, place, names
        self._leases = [place.key(LEASE, name) for name in names]
        self._mark = token_bytes(MARK_BYTES)
        self._sessions: dict[bytes, bytes | None] = {}
        self._graves: dict[bytes, bytes | None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._renewing: asyncio.Task[None] | None = None
        self.lost = asyncio.Event()
        self.until = 0.0
        self.asked = self.kept = False

    async def take(self, *, seize: bool) -> bool:
        """Asks for the lease once; False where somebody else has it, or the server is away."""
        begun = boot_clock()
        keys = [*self._leases, *(self._place.key(kind, name) for kind in (SESSION, GRAVE) for name in self.names)]
        self.asked = True
        try:
            found = await self._server.run(_TAKE, keys, (self._mark, _milliseconds(LEASE_SECONDS), int(seize)))
        except AwayError:
            # It may have been given all the same, where only the answer did not come.
            self.asked = False
            return False
        if found is None:
            return False
        size = len(self.names)
        self._sessions = dict(zip(self.names, found[:size], strict=True))
        self._graves = dict(zip(self.names, found[size:], strict=True))
        self.kept = True
        self.until = begun + LEASE_SECONDS
        self._later(LEASE_SECONDS / 3)
        return True

    async def is_held(self) -> bool:
        """As in `Lease`. Where the server does not answer, up to `until`."""
        try:
            found = await self._server.run(_CHECK, self._leases, (self._mark, len(self._leases)))
        except AwayError:
            return self.kept and not self.lost.is_set() and boot_clock() < self.until
        return self._told(found)

    async def get(self, name: bytes) -> bytes | None:
        """As in `Lease`: as it was when the lease was taken, or as its holder has written it since."""
        return self._sessions.get(name)

    async def put(self, name: bytes, sealed: bytes, ttl: float = TTL) -> bool:
        """As in `Lease`."""
        done = await self._write(_PUT, [self._place.key(SESSION, name)], sealed, _milliseconds(ttl))
        if done:
            self._sessions[name] = sealed
        return done

    async def delete(self, *names: bytes) -> bool:
        """As in `Lease`."""
        done = await self._write(_DELETE, [self._place.key(SESSION, name) for name in names])
        if done:
            self._sessions.update(dict.fromkeys(names))
        return done

    async def tombstone(self, name: bytes) -> bytes | None:
        """As in `Lease`."""
        return self._graves.get(name)

    async def bury(self, name: bytes, sealed: bytes, seconds: float = GRAVE_SECONDS) -> bool:
        """As in `Lease`."""
        done = await self._write(_PUT, [self._place.key(GRAVE, name)], sealed, _milliseconds(seconds))
        if done:
            self._graves[name] = sealed
        return done

    async def _write(self, script: Script, keys: list[bytes], *args: bytes | int) -> bool:
        if not self.kept or self.lost.is_set():
            return False
        try:
            return self._told(await self._server.run(script, [*self._leases, *keys], (self._mark, len(self._leases), *args)))
        except AwayError:
            return False

    def _told(self, found: object) -> bool:
        if not found:
            self.lost.set()
        return bool(found)

    def _later(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._renew_now)

    def _renew_now(self) -> None:
        self._renewing = asyncio.ensure_future(self._renew())

    async def _renew(self) -> None:
        begun = boot_clock()
        try:
            args = (self._mark, len(self._leases), _milliseconds(LEASE_SECONDS))
            if self._told(await self._server.run(_RENEW, self._leases, args)):
                self.until = begun + LEASE_SECONDS
        except AwayError:
            if boot_clock() >= self.until:
                self.lost.set()
        if not self.lost.is_set():
            self._later(min(LEASE_SECONDS / 3, max(0.5, (self.until - boot_clock()) / 3)))

    def end(self) -> asyncio.Task[None] | None:
        """Renews it no more; gives what is still to be told to the server."""
        if self._timer is not None:
            self._timer.cancel()
        if self._renewing is not None:
            self._renewing.cancel()
        return asyncio.ensure_future(self._release()) if self.asked or self.kept else None

    async def _release(self) -> None:
        try:
            await self._server.run(_RELEASE, self._leases, (self._mark,))
        except AwayError:
            return


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
