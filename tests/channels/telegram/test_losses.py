"""No question is lost to kills and faults, and nobody waits for the trouble of another."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks import backlog, losses, neighbours


@pytest.mark.heavy
def test_no_question_is_lost() -> None:
    """Typed or pressed: each chat ends on its last answer, none is shown after a later one, and leave clears all."""
    found = asyncio.run(losses.run(people=30, rounds=4, kills=2))
    assert found["faults"]
    assert found["pressed"]
    assert found["chats_without_their_last_answer"] == 0
    assert found["typed_questions_never_answered"] == 0
    assert found["order_inversions"] == 0
    assert found["calls_inside_retry_after"] == 0
    assert found["messages_too_many"]["by_neither"] == 0
    assert found["left_after_leave"] == {"messages": 0, "chats": 0}


@pytest.mark.heavy
@pytest.mark.parametrize(("kills", "share"), [(2, 0.2), (1, 0.0)])
def test_no_chat_of_a_backlog_is_lost(kills: int, share: float) -> None:
    """Asked in rows while the bot was down, answered over kills: each chat ends on its last answer."""
    found = asyncio.run(backlog.run(people=200, kills=kills, share=share))
    assert bool(found["faults"]) == bool(share)
    assert found["chats_without_their_last_answer"] == 0
    assert found["typed_questions_never_answered"] == 0
    assert found["order_inversions"] == 0
    assert found["calls_inside_retry_after"] == 0


@pytest.mark.heavy
def test_the_plain_twin_loses_some() -> None:
    """The same kind of run on a plain Application finds losses: it can see them. Long enough that 429 falls on many chats."""
    found = asyncio.run(losses.run(people=20, rounds=19, kills=2, kind="twin"))
    assert found["typed_questions_never_answered"] > 0
    assert found["calls_inside_retry_after"] > 0


@pytest.mark.heavy
def test_nobody_waits_for_the_trouble_of_another() -> None:
    """One chat is limited and one takes seconds; the others are answered as before, within what a busy machine adds."""
    found = asyncio.run(neighbours.run(people=15, seconds=6, rounds=1))
    assert found["calls_inside_retry_after"] == 0
    assert found["beside_ms"]["p50"] - found["alone_ms"]["p50"] < 50
    assert found["beside_ms"]["p99"] < 500
