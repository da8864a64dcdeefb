"""Every talk in tests/talks/ goes where it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.book import Edition
from bot.book.reader import read
from bot.engine.types import Surface, World
from bot.find.building import build_finder
from tests.talks.runner import play

TALKS = sorted((Path(__file__).parent / "talks").glob("*.yaml"))


@pytest.fixture(scope="module")
def talking(edition: Edition) -> World:
    """The real pack with the real finder."""
    return World(edition, build_finder(edition).listen, Surface(title="Telegram", timers=True, layouts=True))


@pytest.mark.parametrize("path", TALKS, ids=[path.stem for path in TALKS])
def test_talk(path: Path, talking: World) -> None:
    """The talk of this file leads where it says at every turn."""
    talk, _ = read(path.name, path.read_bytes())
    play(talking, talk)


def test_there_are_talks_in_every_language(edition: Edition) -> None:
    """Each language of the pack has talks of its own."""
    languages = {read(path.name, path.read_bytes())[0].get("language") for path in TALKS}
    assert set(edition.languages) <= languages
