"""A finder that is made later: while the first screen is read, or when words are first typed; once in either case."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from bot.book import BookFault, Edition
from bot.channels import terminal
from bot.engine import World
from bot.find import Heard
from bot.runtime import world as world_module
from bot.runtime.world import LaterFinder


class MadeFinder:
    """In place of a finder."""

    def listen(self, text: str, language: str) -> Heard:
        """Says what it was asked."""
        return Heard("unsure", language=f"{text}/{language}")


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads in which a finder was made."""
    threads: list[str] = []

    def build(_edition: Edition) -> MadeFinder:
        threads.append(threading.current_thread().name)
        return MadeFinder()

    monkeypatch.setattr(world_module, "build_finder", build)
    return threads


def test_it_is_made_when_words_are_first_typed_and_never_again(edition: Edition, making: list[str]) -> None:
    """Nothing is made for somebody who only presses."""
    finder = LaterFinder(edition)
    assert making == []
    assert finder.listen("a", "en").language == "a/en"
    assert finder.listen("b", "es").language == "b/es"
    finder.begin()
    assert len(making) == 1


def test_at_a_terminal_it_is_made_while_the_first_screen_is_read(
    edition: Edition, making: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the screen is out, before the first line is asked for; for input that is piped in it waits for words."""
    order: list[str] = []
    finder = LaterFinder(edition)
    stage = World(edition, finder.listen, terminal.SURFACE)

    def ask(_prompt: str) -> str:
        order.append("asked")
        raise EOFError

    def reading() -> None:
        order.append("screen" if shown.getvalue().strip() else "nothing shown")
        finder.begin()

    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n"))
    terminal.run(stage, reading=reading)
    assert order == making == []
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setattr(terminal, "interactive", lambda: True)
    monkeypatch.setattr("builtins.input", ask)
    terminal.run(stage, reading=reading)
    assert order == ["screen", "asked"]
    finder.listen("a", "en")
    assert making == ["finder"]


def test_who_types_is_told_where_none_can_be_made(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    """And does not wait for ever."""

    def breaks(_edition: Edition) -> MadeFinder:
        raise BookFault([])

    monkeypatch.setattr(world_module, "build_finder", breaks)
    finder = LaterFinder(edition)
    with pytest.raises(BookFault):
        finder.listen("a", "en")
