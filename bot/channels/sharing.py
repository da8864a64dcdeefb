"""What a channel keeps its state in: this process's memory, or the server where replicas meet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bot.channels.settings import Sharing
from bot.privacy.pepper import Peppers
from bot.runtime.state import MemoryState, State

READY_SECONDS: Final = 3.0
"""So long a replica waits at its start for what the others share; then it answers without sessions until it has that."""


async def _alone() -> None:
    """Nobody to part from."""


@dataclass(frozen=True, slots=True)
class Shared:
    """`state`: to be closed by whoever asked for it, after `part`, which tells the others that this process goes."""

    state: State
    peppers: Peppers
    part: Callable[[], Awaitable[None]] = _alone


@asynccontextmanager
async def shared(sharing: Sharing | None, secret: str, *, pace: bool = True, state: State | None = None) -> AsyncIterator[Shared]:
    """The state, and the peppers that go with it. `sharing`: where replicas meet; None for this process alone, with
    `state` where one is given. `secret`: what all replicas of one bot have, and nobody else. `pace`: as for `MemoryState`.

    Raises `StateError` where the server must not be used as it is set up.
    """
    if sharing is None:
        yield Shared(state or MemoryState(pace=pace), Peppers())
        return
    from bot.privacy.joining import join_key, place_of
    from bot.privacy.spread_peppers import SpreadPeppers
    from bot.runtime.state.valkey import ValkeyServer, ValkeyState
    from bot.runtime.state.valkey.spread import ValkeySpread

    key = join_key(secret)
    server = ValkeyServer(sharing.address, unsafe=sharing.unsafe)
    peppers = SpreadPeppers(ValkeySpread(server, place_of(key)), key)
    state = ValkeyState(server, peppers, place_of(key), replicas=sharing.replicas, pace=pace, even=True)
    await state.open()
    meeting = asyncio.create_task(peppers.run())

    async def part() -> None:
        meeting.cancel()
        await asyncio.gather(meeting, return_exceptions=True)

    try:
        await peppers.ready(READY_SECONDS)
        yield Shared(state, peppers, part)
    finally:
        await part()
