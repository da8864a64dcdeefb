"""The implementations that the contract of the shared state holds for."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.runtime.state import MemoryState, State

STATES = {"memory": MemoryState}
"""Each implementation of the whole, by name. Another one is added here, and every contract runs on it."""


@pytest.fixture(params=sorted(STATES))
async def state(request: pytest.FixtureRequest) -> AsyncIterator[State]:
    """An empty state of each implementation."""
    made: State = STATES[request.param]()
    await made.open()
    yield made
    await made.close()
