"""The contract of pacing: one chat's rate, everybody's rate, and Telegram's own wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.runtime.state import MemoryPacing, State

ANN, BEN = 5_000_000_001, 5_000_000_002


async def test_a_chat_gets_a_short_burst_and_then_waits(state: State) -> None:
    """Three at once, the fourth in about a second; another chat does not wait for it. Asking lends nothing."""
    assert [await state.pacing.take(ANN) for _ in range(3)] == [0, 0, 0]
    for _ in range(5):
        assert 0.5 < await state.pacing.take(ANN) <= 1
    assert await state.pacing.take(BEN) == 0


async def test_what_telegram_says_holds_for_its_chat_alone(state: State) -> None:
    """The whole wait, and nobody else's."""
    await state.pacing.hold(ANN, 20)
    assert 19 < await state.pacing.take(ANN) <= 20
    assert await state.pacing.take(BEN) == 0


async def test_all_chats_together_are_held_to_one_rate(state: State) -> None:
    """About thirty a second, however many chats there are."""
    lent = [await state.pacing.take(chat) == 0 for chat in range(100)]
    assert 30 <= sum(lent) <= 33
    assert 0 < await state.pacing.take(1000) < 1


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 0.5)), max_size=150))
async def test_no_second_ever_holds_more_than_the_rates_allow(asks: list[tuple[int, float]]) -> None:
    """Whoever asks and whenever: in each second of a chat its burst and one more at most, of all chats twice the rate."""
    now = [0.0]
    pacing = MemoryPacing(overall=5, chat=1, burst=3, clock=lambda: now[0])
    lent: list[tuple[float, int]] = []
    for chat, pause in asks:
        now[0] += pause
        wait = await pacing.take(chat)
        assert wait >= 0
        if wait == 0:
            lent.append((now[0], chat))
    for start, chat in lent:
        second = [other for at, other in lent if start <= at < start + 0.999]
        assert len(second) <= 11
        assert second.count(chat) <= 4


async def test_the_memory_forgets_chats_that_need_not_wait() -> None:
    """After their burst is whole again, and Telegram's wait over."""
    now = [0.0]
    pacing = MemoryPacing(clock=lambda: now[0])
    await pacing.take(ANN)
    await pacing.hold(BEN, 5)
    assert await pacing.sweep() == 2
    now[0] = 2.0
    assert await pacing.sweep() == 1
    now[0] = 6.0
    assert await pacing.sweep() == 0
    unlimited = MemoryPacing(0, 0, clock=lambda: now[0])
    assert [await unlimited.take(ANN) for _ in range(100)] == [0.0] * 100
