"""No question is lost: the real process is killed twice while people ask and one call in ten goes wrong."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.losses import run


@pytest.mark.heavy
def test_no_question_is_lost() -> None:
    """Every chat ends on the answer to its last question; no call inside a `retry_after` window."""
    found = asyncio.run(run(people=40, rounds=4, kills=2))
    assert found["faults"] > 0
    assert found["chats_without_their_last_answer"] == 0
    assert found["calls_inside_retry_after"] == 0
