"""A strict Bot API server, a tiny engine, and the driver between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from benchmarks.support import tiny_engine
from benchmarks.support.telegram_server import TelegramServer
from bot.channels.telegram import app
from bot.channels.telegram.settings import Settings
from bot.privacy import safe_log
from bot.runtime.state import MemorySessions, MemoryState, SessionStore


class Running:
    """A bot that runs. `parts`: what it is made of."""

    def __init__(self, server: TelegramServer, store: SessionStore | None, step: Any, pace: bool) -> None:
        self._server, self._store, self._step, self._pace = server, store, step, pace
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.parts: app.RunningChannel | None = None

    async def start(self) -> Running:
        """Starts it."""
        ready = asyncio.Event()

        async def main() -> None:
            settings = Settings(self._server.token, self._server.url, pace=self._pace, name_cost=2)
            state = MemoryState(self._store, pace=self._pace)
            async with app.channel(self._step, lambda: tiny_engine.WORLD, settings, state) as parts:
                self.parts = parts
                ready.set()
                await app.poll(parts, self._stop)

        self._task = asyncio.create_task(main())
        await asyncio.wait({self._task, asyncio.ensure_future(ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
        return self

    async def stop(self) -> None:
        """Stops it as SIGTERM does."""
        self._stop.set()
        if self._task:
            await asyncio.wait({self._task}, timeout=12)

    async def kill(self) -> None:
        """Ends it in the middle of whatever it does; nothing gets finished, its connections break."""
        assert self.parts
        await self.parts.bot.close_pools()
        everything = [task for task in asyncio.all_tasks() if "bot/channels" in str(task.get_coro()) or _ours(task)]
        for task in [*everything, self._task]:
            if task is not None:
                task.cancel()
        if self._task:
            await asyncio.wait({self._task}, timeout=5)


def _ours(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "/bot/channels/" in code.co_filename


Start = Callable[..., Awaitable[Running]]


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    """The Bot API, on a port of its own."""
    server = TelegramServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def start(server: TelegramServer) -> AsyncIterator[Start]:
    """Starts a bot on the server; all are stopped at the end."""
    running: list[Running] = []

    async def begin(store: SessionStore | None = None, step: Any = tiny_engine.step, pace: bool = False) -> Running:
        one = await Running(server, store or MemorySessions(), step, pace).start()
        running.append(one)
        return one

    yield begin
    for one in running:
        await one.stop()


@pytest.fixture(autouse=True)
def lines() -> Any:
    """What was printed, line by line, in the silenced process."""
    written: list[str] = []
    undo = safe_log.install(written.append)
    yield written
    undo()
