"""What a running bot keeps for a while, and what several processes of it share: `State`, and the part of it for each use.

One module a part: its protocol first, then the implementation in this process's memory. `valkey` has each of them on a server
that replicas share; the tests in `tests/runtime/state` hold for both.
"""

from __future__ import annotations

from bot.privacy.boot_clock import boot_clock
from bot.runtime.state.chat_digest import ChatDigest
from bot.runtime.state.claims import CLAIM_SECONDS, Claim, Claims, MemoryClaims
from bot.runtime.state.flood_counts import FloodCounts, MemoryFloodCounts
from bot.runtime.state.left_talks import LeftTalks, MemoryLeftTalks
from bot.runtime.state.newest_message import MemoryNewestMessage, NewestMessage
from bot.runtime.state.pacing import MemoryPacing, Pacing
from bot.runtime.state.sessions import GRAVE_SECONDS, LEASE_SECONDS, TTL, Lease, MemorySessions, SessionStore
from bot.runtime.state.state import MemoryState, State, StateError
from bot.runtime.state.timers import RING_SECONDS, Due, MemoryTimers, Timers
from bot.runtime.state.tombstones import NO_GRAVE, Grave, MemoryTombstones, Tombstones, unpack_grave

__all__ = [
    "CLAIM_SECONDS",
    "GRAVE_SECONDS",
    "LEASE_SECONDS",
    "NO_GRAVE",
    "RING_SECONDS",
    "TTL",
    "ChatDigest",
    "Claim",
    "Claims",
    "Due",
    "FloodCounts",
    "Grave",
    "Lease",
    "LeftTalks",
    "MemoryClaims",
    "MemoryFloodCounts",
    "MemoryLeftTalks",
    "MemoryNewestMessage",
    "MemoryPacing",
    "MemorySessions",
    "MemoryState",
    "MemoryTimers",
    "MemoryTombstones",
    "NewestMessage",
    "Pacing",
    "SessionStore",
    "State",
    "StateError",
    "Timers",
    "Tombstones",
    "boot_clock",
    "unpack_grave",
]
