"""The state that several processes of a bot share: one object that hands out all its parts. Protocol and memory."""

from __future__ import annotations

from typing import Final, Protocol

from bot.privacy.boot_clock import boot_clock
from bot.runtime.state.claims import Claims, MemoryClaims
from bot.runtime.state.flood_counts import FloodCounts, MemoryFloodCounts
from bot.runtime.state.left_talks import LeftTalks, MemoryLeftTalks
from bot.runtime.state.newest_message import MemoryNewestMessage, NewestMessage
from bot.runtime.state.pacing import MemoryPacing, Pacing
from bot.runtime.state.sessions import MemorySessions, SessionStore
from bot.runtime.state.timers import MemoryTimers, Timers
from bot.runtime.state.tombstones import MemoryTombstones, Tombstones

_BEGAN: Final = boot_clock()


class State(Protocol):
    """All that outlives one answer. Channels keep none of it themselves, so that another process can take over.

    What a channel does keep dies with the work at hand: an update on its way, a chat's queue, a call that waits for its turn.
    """

    sessions: SessionStore
    claims: Claims
    pacing: Pacing
    floods: FloodCounts
    timers: Timers
    owed: Timers
    tombstones: Tombstones
    left: LeftTalks
    newest: NewestMessage

    @property
    def away(self) -> bool:
        """Whether those who share the state could not be reached when they were last asked."""

    @property
    def age(self) -> float:
        """For how many seconds nothing that is kept here was lost; 0 where that is not known."""

    async def open(self) -> None:
        """Begins: to be called once, before all else. Raises `StateError` where the state must not be used as it is set up."""

    async def sweep(self) -> int:
        """Drops what is past its time in each part; gives how many sessions are left."""

    async def close(self) -> None:
        """Lets go of connections, and of everything held in this process."""


class StateError(Exception):
    """The state must not be used as it is set up. `why`: one of a few words, for which the channel has a sentence that says how
    to mend it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class MemoryState:
    """A `State` of this process alone. `sessions`: another store of sessions. `pace`: whether messages are held to Telegram's
    limits."""

    def __init__(self, sessions: SessionStore | None = None, *, pace: bool = True) -> None:
        self.sessions: SessionStore = sessions or MemorySessions()
        self.claims: Claims = MemoryClaims()
        self.pacing: Pacing = MemoryPacing() if pace else MemoryPacing(0, 0)
        self.floods: FloodCounts = MemoryFloodCounts()
        self.timers: Timers = MemoryTimers()
        self.owed: Timers = MemoryTimers()
        self.tombstones: Tombstones = MemoryTombstones()
        self.left: LeftTalks = MemoryLeftTalks()
        self.newest: NewestMessage = MemoryNewestMessage()

    @property
    def away(self) -> bool:
        """As in `State`: never."""
        return False

    @property
    def age(self) -> float:
        """As in `State`: as old as this process."""
        return boot_clock() - _BEGAN

    async def open(self) -> None:
        """As in `State`: nothing has to be reached."""

    async def sweep(self) -> int:
        """As in `State`."""
        for part in (self.claims, self.pacing, self.floods, self.tombstones, self.left):
            await part.sweep()
        return await self.sessions.sweep()

    async def close(self) -> None:
        """As in `State`."""
        for part in (self.claims, self.pacing, self.floods, self.timers, self.owed, self.tombstones, self.left, self.newest):
            await part.close()
        await self.sessions.close()
