"""The implementations that the contract of the shared state holds for: memory, and a real server where there is one."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator, Callable, Iterator
from hashlib import blake2b

import pytest

from bot.runtime.state import MemoryState, State
from bot.runtime.state.valkey import ValkeyServer, ValkeyState
from tests.runtime.state.real_server import RealServer


class Keys:
    """The secrets that replicas share, as they stand on a quiet day. `members`: how many replicas there are."""

    def __init__(self, *roots: bytes, members: int = 2) -> None:
        self.roots, self.members = roots or (b"r" * 32,), members

    def keys(self, purpose: bytes, seconds: float) -> tuple[bytes, ...]:
        """As in `SharedKeys`."""
        return tuple(blake2b(key=root, digest_size=32, person=purpose).digest() for root in self.roots)


@pytest.fixture(scope="session")
def one_server() -> Iterator[RealServer]:
    """A real server for all tests of this process. Skips where there is none."""
    if importlib.util.find_spec("valkey") is None:
        pytest.skip("no client of Valkey: pip install '.[dev]'")
    server = RealServer().start()
    yield server
    refused = server.ask("ACL", "LOG")
    server.stop()
    assert refused == b"*0", "the bot's user lacks a command or a kind of key: deploy/valkey/users.acl"


@pytest.fixture
def server(one_server: RealServer) -> RealServer:
    """The same, empty."""
    one_server.clear()
    return one_server


@pytest.fixture
async def replica(server: RealServer) -> AsyncIterator[Callable[..., ValkeyState]]:
    """Makes replicas that share the server."""
    made: list[ValkeyState] = []

    def make(keys: Keys | None = None, place: bytes = b"test") -> ValkeyState:
        made.append(ValkeyState(ValkeyServer(server.address), keys or Keys(), place))
        return made[-1]

    yield make
    for state in made:
        await state.close()


@pytest.fixture(params=["memory", "valkey"])
async def state(request: pytest.FixtureRequest) -> AsyncIterator[State]:
    """An empty state of each implementation."""
    if request.param == "memory":
        made: State = MemoryState()
    else:
        made = ValkeyState(ValkeyServer(request.getfixturevalue("server").address), Keys(), b"test")
    await made.open()
    yield made
    await made.close()
