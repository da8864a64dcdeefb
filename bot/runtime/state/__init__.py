"""What a running bot keeps for a while, and several processes will have to share: `State`, and the part of it for each use.

One module a part: its protocol first, then the implementation in this process's memory. `valkey_sessions` keeps sessions in a
server; what else replicas are to share gets its own implementation beside it, behind the tests in `tests/runtime/state`.
"""

from __future__ import annotations

from bot.runtime.state.chat_digest import ChatDigest
from bot.runtime.state.flood_counts import FloodCounts, MemoryFloodCounts
from bot.runtime.state.left_talks import LeftTalks, MemoryLeftTalks
from bot.runtime.state.pacing import MemoryPacing, Pacing
from bot.runtime.state.seen_updates import MemorySeenUpdates, SeenUpdates
from bot.runtime.state.sessions import TTL, MemorySessions, SessionStore
from bot.runtime.state.state import MemoryState, State
from bot.runtime.state.timers import Due, MemoryTimers, Timers
from bot.runtime.state.tombstones import MemoryTombstones, Tombstones

__all__ = [
    "TTL",
    "ChatDigest",
    "Due",
    "FloodCounts",
    "LeftTalks",
    "MemoryFloodCounts",
    "MemoryLeftTalks",
    "MemoryPacing",
    "MemorySeenUpdates",
    "MemorySessions",
    "MemoryState",
    "MemoryTimers",
    "MemoryTombstones",
    "Pacing",
    "SeenUpdates",
    "SessionStore",
    "State",
    "Timers",
    "Tombstones",
]
