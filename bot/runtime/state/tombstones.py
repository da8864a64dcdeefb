"""Tombstones of a Leave: up to which message, and before which update, a chat was just cleared. Protocol and memory."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from bot.runtime.state.chat_digest import ChatDigest

_FORM: Final = struct.Struct(">qq")


class Grave(NamedTuple):
    """What a leave has ended: messages up to the number `below`, and updates before the number `update` (0: not known)."""

    below: int = 0
    update: int = 0

    def covers(self, *, message: int = 0, update: int = 0) -> bool:
        """Whether that `message`, or that `update`, is of before the leave. 0 is a number that is not known: it tells nothing."""
        return 0 < message <= self.below or 0 < update < self.update

    def pack(self) -> bytes:
        """16 bytes, for `unpack_grave`."""
        return _FORM.pack(*self)


NO_GRAVE: Final = Grave()
"""No leave."""


def unpack_grave(raw: bytes) -> Grave:
    """What `Grave.pack` wrote. Anything else reads as `NO_GRAVE`."""
    return Grave(*_FORM.unpack(raw)) if len(raw) == _FORM.size else NO_GRAVE


class Tombstones(Protocol):
    """After a leave, presses on what was just deleted come too late: they must not bring a screen back.

    These are known at once and for seconds only, since they lie under a fast hash of the chat. What takes longer to come finds
    the tombstone under the chat's slow name (`Lease.bury`). Losing one costs a screen in a chat that somebody has just emptied;
    they would have to leave again.
    """

    async def put(self, chat: int, below: int, seconds: float, update: int = 0) -> None:
        """Messages of `chat` up to the number `below` are gone, and updates before the number `update` are void, for `seconds`
        from now, 5 at most. Of two leaves that live, the higher numbers count."""

    async def of(self, chat: int) -> Grave:
        """What a leave has just ended in `chat`; `NO_GRAVE` where there was none, or none is known."""

    async def sweep(self) -> int:
        """Forgets what is past its time; gives how many are left."""

    async def close(self) -> None:
        """Forgets what this process alone holds."""


class MemoryTombstones:
    """`Tombstones` in this process, under a keyed hash of the chat. `clock`: seconds, from anywhere."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._digest = ChatDigest()
        self._kept: dict[bytes, tuple[float, Grave]] = {}

    async def put(self, chat: int, below: int, seconds: float, update: int = 0) -> None:
        """As in `Tombstones`."""
        await self.sweep()
        before = await self.of(chat)
        grave = Grave(max(below, before.below), max(update, before.update))
        self._kept[self._digest(chat)] = (self._clock() + seconds, grave)

    async def of(self, chat: int) -> Grave:
        """As in `Tombstones`."""
        end, grave = self._kept.get(self._digest(chat), (0.0, NO_GRAVE))
        return grave if end > self._clock() else NO_GRAVE

    async def sweep(self) -> int:
        """As in `Tombstones`."""
        now = self._clock()
        for name in [name for name, (end, _) in self._kept.items() if end <= now]:
            del self._kept[name]
        return len(self._kept)

    async def close(self) -> None:
        """As in `Tombstones`."""
        self._kept.clear()
