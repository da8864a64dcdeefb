"""What is made when it is first asked for."""

from __future__ import annotations

import threading
import weakref

import pytest

from bot.find.later import Later


class _Thing:
    """Something that can be watched."""


def test_it_is_made_once_whoever_asks() -> None:
    """Threads that ask at once all get the one that the first of them makes."""
    made: list[_Thing] = []
    go = threading.Event()

    def make() -> _Thing:
        go.wait(10)
        made.append(_Thing())
        return made[-1]

    later, got = Later(make), list[_Thing]()
    threads = [threading.Thread(target=lambda: got.append(later.get())) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert made == []
    go.set()
    for thread in threads:
        thread.join(10)
    assert got == made * 4


def test_what_it_was_made_of_is_let_go() -> None:
    """Sentences that something was learned from do not stay."""
    thing = _Thing()
    seen = weakref.ref(thing)
    later = Later(lambda held=thing: len(vars(held)))
    del thing
    assert later.get() == 0
    assert seen() is None


def test_it_is_tried_again_where_it_could_not_be_made() -> None:
    """An error is whoever's who asks."""
    left = [1]

    def make() -> str:
        if left:
            raise ValueError(f"{left.pop()} left")
        return "made"

    later = Later(make)
    with pytest.raises(ValueError, match="1 left"):
        later.get()
    assert later.get() == "made"
