"""The processes that share a state: how many there are, and which secrets each of them has. Protocol and memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from secrets import token_bytes
from typing import Final, Protocol

BEAT_SECONDS: Final = 3.0
"""Seconds between two signs of life."""
MEMBER_SECONDS: Final = 10.0
"""Seconds without a sign of life after which a process counts as gone."""
ID_BYTES: Final = 8


class Members(Protocol):
    """Who shares the state. `id`: the random name of this process among them. `fingerprint`: what the others are told about this
    one's secrets, up to 16 bytes of a hash; set it whenever they change, and `beat` says so at once.

    Losing a count costs a pace that is too slow or, for some seconds, too fast.
    """

    id: bytes
    fingerprint: bytes

    @property
    def replicas(self) -> int:
        """How many there are, as last known: this one and what is set for it at the least."""

    async def beat(self) -> bool:
        """Gives a sign of life, and counts. False where those who share the state could not be reached."""

    async def all(self) -> dict[bytes, bytes]:
        """The fingerprint of each member by its id, as of the last `beat`."""

    def now(self) -> float:
        """Seconds since 1970 by the one clock that all members share, as well as the last `beat` knows."""

    async def close(self) -> None:
        """Leaves the others at once."""


class MemoryMembers:
    """`Members` with this process alone. `clock`: seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.id, self.fingerprint = token_bytes(ID_BYTES), b""
        self._clock = clock

    @property
    def replicas(self) -> int:
        """As in `Members`."""
        return 1

    async def beat(self) -> bool:
        """As in `Members`."""
        return True

    async def all(self) -> dict[bytes, bytes]:
        """As in `Members`."""
        return {self.id: self.fingerprint}

    def now(self) -> float:
        """As in `Members`: this machine's own clock."""
        return self._clock()

    async def close(self) -> None:
        """As in `Members`."""
