"""The bot comes back by itself from refusals, lost names and closed doors, by polling, behind a webhook and on Signal."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks import outage_signal
from benchmarks.outage import cases, run

RED, BACK = 30.0, 5.0


@pytest.mark.heavy
def test_it_comes_back() -> None:
    """Side by side, each for half a minute: red within thirty seconds, answered within five once it is over, green again."""
    chosen = [case for case in cases(32, 32) if case.name != "no name while it runs"]
    found = asyncio.run(run(chosen))
    assert len(found) == len(chosen)
    for line in found:
        assert line["answer_after"] is not None, line
        assert line["answer_after"] < BACK, line
        if line["case"] != "409":  # a rival: red for a minute after its last sign, longer than this looks
            assert line["green_after"] is not None, line
            assert line["green_after"] < BACK, line
        assert line["seconds"] == 0 or (line["red_after"] is not None and line["red_after"] < RED), line


@pytest.mark.heavy
def test_it_comes_back_on_signal() -> None:
    """Its daemon dies, stands still, or takes no message."""
    found = asyncio.run(outage_signal.run(32))
    assert len(found) == 3
    for line in found:
        assert line["red_after"] is not None, line
        assert line["red_after"] < RED, line
        assert line["answer_after"] is not None, line
        assert line["answer_after"] < BACK, line
        assert line["green_after"] is not None, line
        assert line["green_after"] < BACK, line
