"""Recovery of lost replies: what is looked through, when, and what must stay."""

from __future__ import annotations

import pytest

from bot.channels.telegram import recovery
from bot.channels.telegram.recovery import GIVE_UP_SECONDS, LOOK_SECONDS, SPAN, Recovery, suspects

ANN, BEN = 11, 12


class Swept:
    """An outbox that writes down what is looked through."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, list[int]]] = []

    async def sweep(self, chat: int, numbers: list[int]) -> list[int]:
        """Nothing stays."""
        self.calls.append((chat, list(numbers)))
        return []


@pytest.fixture
async def found() -> Recovery:
    """A recovery; its outbox is `found._outbox`, its clock the test's."""
    made = Recovery(Swept())
    made._clock = lambda: 100.0
    return made


def test_suspects_are_all_between_two_messages_but_those_known() -> None:
    """Neither end, nothing known, and the newest of a long way."""
    assert suspects((10, 15), {12}) == [11, 13, 14]
    assert suspects((10, 11), ()) == []
    assert suspects(None, ()) == []
    assert suspects((0, 1000), ()) == list(range(1000 - SPAN + 1, 1000))


async def test_it_waits_for_a_delivery_that_was_asked_for_later(found: Recovery) -> None:
    """Words that nobody has delivered yet may stand there: an answer to an earlier question does not tell."""
    earlier = found.asks()
    found.suspect(ANN, [5, 6], ())
    assert found.waits
    assert found.wait(ANN) == LOOK_SECONDS
    found.delivers(earlier)
    assert found.wait(ANN) == LOOK_SECONDS
    await found.look_through(ANN, ())
    assert found._outbox.calls == []
    found.delivers(found.asks())
    assert not found.waits
    assert found.wait(ANN) == 0
    assert found.wait(BEN) is None
    await found.look_through(ANN, {6, 7})
    assert found._outbox.calls == [(ANN, [5])]
    assert found.wait(ANN) is None, "once"


async def test_what_the_talk_has_come_to_stand_in_is_no_suspect(found: Recovery) -> None:
    """More are added, the newest of too many are kept, and the talk's own messages are taken out."""
    found.suspect(ANN, [5, 6], ())
    found.suspect(ANN, [8, 7], (6,))
    found.suspect(ANN, (), (8,))
    found.delivers(found.asks())
    await found.look_through(ANN, ())
    assert found._outbox.calls == [(ANN, [5, 7])]
    found.suspect(ANN, (), (5,))
    assert found.wait(ANN) is None


async def test_it_gives_up_in_time_and_when_somebody_leaves(found: Recovery) -> None:
    """Then leave tries all ids itself; behind a webhook no delivery ever tells."""
    found.suspect(ANN, [5], ())
    found.suspect(BEN, [5], ())
    found.drop(BEN)
    assert found.wait(BEN) is None
    found._clock = lambda: 100.0 + GIVE_UP_SECONDS
    assert found.wait(ANN) is None
    assert not found.waits
    assert recovery.GIVE_UP_SECONDS > LOOK_SECONDS
