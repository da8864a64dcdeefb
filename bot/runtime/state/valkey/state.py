"""The whole state on a server, for replicas that share it."""

from __future__ import annotations

from bot.privacy.pepper import NoPepperError
from bot.runtime.state.chat_digest import ChatDigest
from bot.runtime.state.claims import Claims
from bot.runtime.state.flood_counts import FloodCounts
from bot.runtime.state.left_talks import LeftTalks
from bot.runtime.state.newest_message import NewestMessage
from bot.runtime.state.pacing import MemoryPacing, Pacing
from bot.runtime.state.sessions import SessionStore
from bot.runtime.state.timers import Timers
from bot.runtime.state.tombstones import Tombstones
from bot.runtime.state.valkey.claims import ValkeyClaims
from bot.runtime.state.valkey.flood_counts import ValkeyFloodCounts
from bot.runtime.state.valkey.left_talks import ValkeyLeftTalks
from bot.runtime.state.valkey.newest_message import ValkeyNewestMessage
from bot.runtime.state.valkey.pacing import ValkeyPacing
from bot.runtime.state.valkey.place import Place, SharedKeys
from bot.runtime.state.valkey.server import ValkeyServer
from bot.runtime.state.valkey.sessions import ValkeySessions
from bot.runtime.state.valkey.timers import KEEP_SECONDS, ValkeyTimers
from bot.runtime.state.valkey.tombstones import LONGEST, ValkeyTombstones


class ValkeyState:
    """A `State` on `server`. `keys`: the secrets that all replicas share. `place`: what tells this bot's keys from another's
    there. `replicas`: how many there are at the least; each lends its share of messages while the server is away. `pace`: as for
    `MemoryState`. `even`: messages are spread over each second."""

    def __init__(
        self, server: ValkeyServer, keys: SharedKeys, place: bytes, *, replicas: int = 3, pace: bool = True, even: bool = False
    ) -> None:
        self.server, self._keys, self._replicas = server, keys, replicas
        self._digests: dict[bytes, ChatDigest] = {}
        here = Place(place)
        self.sessions: SessionStore = ValkeySessions(server, here)
        self.claims: Claims = ValkeyClaims(server, here)
        shared = ValkeyPacing(server, here, self._chat_digests, self._members, even=even)
        self.pacing: Pacing = shared if pace else MemoryPacing(0, 0)
        self.floods: FloodCounts = ValkeyFloodCounts(server, here)
        self.timers: Timers = ValkeyTimers(server, here, b"c", self._timer_keys, self._is_alone)
        self.owed: Timers = ValkeyTimers(server, here, b"o", self._timer_keys, self._is_alone)
        self.tombstones: Tombstones = ValkeyTombstones(server, here, self._chat_digests)
        self.left: LeftTalks = ValkeyLeftTalks(server, here)
        self.newest: NewestMessage = ValkeyNewestMessage(server, here)

    @property
    def away(self) -> bool:
        """As in `State`."""
        return self.server.away

    @property
    def age(self) -> float:
        """As in `State`: as old as the server's run."""
        return self.server.age

    def _chat_digests(self) -> tuple[ChatDigest, ...]:
        """The hash of this moment, then those that what is five seconds old may be filed under; none without the keys."""
        try:
            keys = self._keys.keys(b"chat-digest", LONGEST)
        except NoPepperError:
            return ()
        self._digests = {key: self._digests.get(key) or ChatDigest(key) for key in keys}
        return tuple(self._digests.values())

    def _timer_keys(self) -> tuple[bytes, ...]:
        try:
            return self._keys.keys(b"timers", KEEP_SECONDS)
        except NoPepperError:
            return ()

    def _members(self) -> int:
        return max(self._replicas, self._keys.members)

    def _is_alone(self) -> bool:
        return self._keys.members <= 1

    async def open(self) -> None:
        """As in `State`. A server that is away is looked at when it is there: until it was, nothing is kept there."""
        await self.server.open()

    async def sweep(self) -> int:
        """As in `State`: what this process keeps beside the server. How many sessions there are is not known."""
        for part in (self.claims, self.pacing, self.floods, self.tombstones, self.left):
            await part.sweep()
        return await self.sessions.sweep()

    async def close(self) -> None:
        """As in `State`; what is shared stays for the others."""
        for part in (self.claims, self.pacing, self.floods, self.timers, self.owed, self.tombstones, self.left, self.newest):
            await part.close()
        await self.sessions.close()
        await self.server.close()
