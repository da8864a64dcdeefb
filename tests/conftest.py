"""The real pack for tests, on one pinned day: no test reads the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from bot.book import Book, Edition, build, default_folders, snapshot
from bot.engine.flow_compiler import compile_flows
from bot.engine.types import Surface, World
from bot.find.heard import Heard

TODAY = dt.date(2026, 11, 29)
LATER = dt.date(2028, 11, 23)


def nothing_heard(text: str, language: str) -> Heard:
    """A finder that never understands: for tests that press and do not type."""
    return Heard("unsure", language=language)


@pytest.fixture(scope="session")
def book() -> Book:
    """The pack that ships."""
    return build(snapshot(*default_folders()), compile_flows)


@pytest.fixture(scope="session")
def edition(book: Book) -> Edition:
    """The pack on the pinned day."""
    return Edition(book, TODAY)


@pytest.fixture(scope="session")
def world_on(book: Book) -> Callable[[dt.date], World]:
    """A world on any day, with every ability of a channel and a finder that never understands."""

    def make(date: dt.date) -> World:
        surface = Surface(name="telegram", title="Telegram", timers=True, layouts=True)
        return World(Edition(book, date), nothing_heard, surface)

    return make


@pytest.fixture(scope="session")
def world(world_on: Callable[[dt.date], World]) -> World:
    """The world on the pinned day."""
    return world_on(TODAY)
