"""Work that is shared out among processes comes back whole, in order, and with its exceptions."""

import multiprocessing
import os
import sys

import pytest

from bot.authoring.lint.workers import FEWEST, shared


def _who(number: int) -> tuple[int, int]:
    return number, os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks; elsewhere everything is asked in this process")
def test_much_is_shared_out_and_keeps_its_order():
    base = 3  # what is asked for may be anything that stands in this process: nothing is written down for the others
    found = shared(lambda number: (number + base, os.getpid()), FEWEST + 7, 2)
    assert [number for number, _ in found] == list(range(base, FEWEST + 7 + base))
    pids = {pid for _, pid in found}
    assert os.getpid() not in pids


@pytest.mark.parametrize(("count", "workers"), [(FEWEST - 1, 2), (FEWEST, 1), (0, 2)])
def test_little_or_alone_stays_here(count, workers):
    assert shared(_who, count, workers) == [(number, os.getpid()) for number in range(count)]


def test_a_machine_without_a_second_process_asks_here(monkeypatch):
    def none(_how):
        raise OSError("no semaphores")

    monkeypatch.setattr(multiprocessing, "get_context", none)
    assert shared(_who, FEWEST, 2) == [(number, os.getpid()) for number in range(FEWEST)]


def test_an_exception_is_the_same_exception():
    def fails(number: int) -> int:
        if number == FEWEST - 1:
            raise KeyError("the last one")
        return number

    with pytest.raises(KeyError, match="the last one"):
        shared(fails, FEWEST, 2)
