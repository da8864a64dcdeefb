"""The real server on a free port, with the real pack and the real finder, and browsers without scripts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from benchmarks.support.browser import Browser, browsers
from bot.book import Edition
from bot.channels.web import SURFACE, app
from bot.channels.web.seals import Seals
from bot.channels.web.settings import Settings
from bot.engine import World, step
from bot.find import build_finder
from bot.privacy import safe_log


@pytest.fixture(scope="session")
def page_world(edition: Edition) -> World:
    """The real pack with the real finder, as the page shows it."""
    finder = build_finder(edition)
    return World(edition, finder.listen, SURFACE, finder.deaf, nets=finder.by_nets)


class Clock:
    """Seconds that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """What the seals look at."""
    return Clock()


Start = Callable[..., Awaitable[app.RunningChannel]]


@pytest.fixture
async def start(page_world: World, clock: Clock) -> AsyncIterator[Start]:
    """Starts a channel; all are stopped at the end."""
    running: list[Any] = []

    async def begin(made: Any = step, world: World = page_world, **settings: Any) -> app.RunningChannel:
        opened = app.channel(made, lambda: world, Settings(**settings), seals=Seals(clock))
        parts = await opened.__aenter__()
        running.append(opened)
        return parts

    yield begin
    for opened in running:
        await opened.__aexit__(None, None, None)


@pytest.fixture
async def parts(start: Start) -> app.RunningChannel:
    """A channel that runs."""
    return await start()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Connections."""
    async with browsers() as made:
        yield made


@pytest.fixture
def browser(parts: app.RunningChannel, session: aiohttp.ClientSession) -> Browser:
    """One person."""
    return Browser(session, parts.address)


@pytest.fixture(autouse=True)
def lines() -> Any:
    """What was printed, line by line, in the silenced process."""
    written: list[str] = []
    undo = safe_log.install(written.append)
    yield written
    undo()
