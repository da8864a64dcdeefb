"""The bot comes back by itself from refusals, lost names and closed doors, by polling, behind a webhook and on Signal."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks import outage_signal
from benchmarks.outage import RIVALS, cases, run
from bot.runtime.health import RIVAL_SECONDS

RED, BACK = 30.0, 5.0


@pytest.mark.heavy
def test_it_comes_back() -> None:
    """Side by side, each for half a minute: red within thirty seconds, answered within five once it is over, green again; after
    a rival a minute later, and no sooner."""
    chosen = [case for case in cases(32, 32) if case.name != "no name while it runs"]
    found = asyncio.run(run(chosen))
    assert len(found) == len(chosen)
    for line in found:
        assert line["answer_after"] is not None, line
        assert line["answer_after"] < BACK, line
        assert line["red_after"] is not None, line
        assert line["red_after"] < RED, line
        assert line["green_after"] is not None, line
        rivals = RIVAL_SECONDS if str(line["case"]).startswith(RIVALS) else 0.0
        # The last sign of a rival is up to some seconds before its end.
        assert rivals - BACK < line["green_after"] < rivals + BACK, line


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
