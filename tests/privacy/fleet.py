"""Replicas that share peppers over a server in memory, whose clock tests set: each `step` of theirs is taken by hand."""

from __future__ import annotations

import asyncio

from bot.privacy.bundle import MARK_BYTES, Mark, unpack_mark
from bot.privacy.joining import join_key
from bot.privacy.spread import Beat, MemorySpread
from bot.privacy.spread_peppers import PERIOD, SpreadPeppers

KEY = join_key("123:a token that nobody knows")
START = 1_000_000.0 * PERIOD


class Server(MemorySpread):
    """The server, with a clock that tests set. `away`: members it cannot be reached by. `seen`: each byte string it was given.
    `held_back`, `lost`: what becomes of answers."""

    def __init__(self) -> None:
        self.time = START + 100
        super().__init__(lambda: self.time)
        self.away: set[bytes] = set()
        self.seen: list[bytes] = []
        self.held_back = self.lost = False

    async def beat(self, member: bytes, mark: bytes) -> Beat | None:
        self.seen += [member, mark]
        await asyncio.sleep(0)
        return None if member in self.away else await super().beat(member, mark)

    async def ask(self, member: bytes, request: bytes) -> None:
        self.seen.append(request)
        await super().ask(member, request)

    async def answer(self, nonce: bytes, envelope: bytes) -> None:
        self.seen += [nonce, envelope]
        if not self.lost:
            await super().answer(nonce, envelope)

    async def take(self, nonce: bytes) -> bytes | None:
        return None if self.held_back else await super().take(nonce)


class Fleet:
    """Replicas on one server, each with a clock of its own that starts anywhere."""

    def __init__(self, count: int = 3) -> None:
        self.server = Server()
        self.elsewhere = Server()
        self.all: list[SpreadPeppers] = []
        for _ in range(count):
            self.add()

    def add(self, shift: float | None = None, key: bytes = KEY) -> SpreadPeppers:
        shift = 86_400.0 * (len(self.all) - 1) if shift is None else shift
        self.all.append(SpreadPeppers(self.server, key, lambda: self.server.time + shift))
        return self.all[-1]

    def move(self, *replicas: SpreadPeppers, to: MemorySpread) -> None:
        """Those meet at another server from now on."""
        for replica in replicas:
            replica._spread = to

    async def seconds(self, count: float, *replicas: SpreadPeppers) -> None:
        """Lets time pass; those replicas beat once a second (all, where none is named)."""
        for _ in range(round(count)):
            await asyncio.gather(*(replica.step() for replica in replicas or self.all))
            self.server.time += 1
            self.elsewhere.time += 1

    def marks(self) -> list[Mark]:
        """All that were ever told, the first first."""
        known = (each[:MARK_BYTES] for each in self.server.seen if len(each) == MARK_BYTES + 16)
        return [unpack_mark(raw) for raw in dict.fromkeys(known)]

    def shared(self) -> bool:
        """Whether all hold the same, and are ready."""
        held = {(one.salt, one.live(PERIOD)) for one in self.all if one.is_ready}
        return len(held) == 1 and all(one.is_ready for one in self.all)
