"""One question about very many things, shared out among processes that each hold a copy of the pack."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from math import ceil
from typing import TypeVar, cast

Answer = TypeVar("Answer")

FEWEST = 2_000
"""Below this many things a second process costs more than it saves."""
_PARTS = 8
"""Portions for each process: the last ones are not all with the slowest."""

_asked: Callable[[int], object] | None = None


def _take(ask: Callable[[int], object]) -> None:
    global _asked
    _asked = ask


def _answer(number: int) -> object:
    assert _asked is not None
    return _asked(number)


def shared(ask: Callable[[int], Answer], count: int, workers: int) -> list[Answer]:
    """`ask` of 0 to `count` - 1, in this order. `workers`: processes; 1 where others run beside this thread.

    Only Linux forks safely with all that is loaded; elsewhere, and where the machine gives no second process, everything is
    asked here. An exception of `ask` is raised as it is.
    """
    if workers > 1 and count >= FEWEST and sys.platform == "linux":
        try:
            pool = multiprocessing.get_context("fork").Pool(workers, _take, (ask,))
        except OSError:
            pass
        else:
            with pool:
                return cast(list[Answer], pool.map(_answer, range(count), ceil(count / workers / _PARTS)))
    return [ask(number) for number in range(count)]
