"""The contract of flood counts: slowed by what one writes oneself, never banned."""

from __future__ import annotations

from bot.runtime.state import MemoryFloodCounts, State

ANN, BEN = b"a" * 20, b"b" * 20


async def test_a_flood_is_slowed_more_and_more_and_nobody_else(state: State) -> None:
    """The first are free, then waits grow to some seconds and no further."""
    waits = [await state.floods.take(ANN) for _ in range(200)]
    assert waits[:10] == [0] * 10
    assert 0 < waits[30] <= waits[199] <= 10
    assert await state.floods.take(BEN) == 0


async def test_an_epoch_forgets_all_names(state: State) -> None:
    """The names are noise from then on."""
    for _ in range(100):
        await state.floods.take(ANN)
    await state.floods.clear()
    assert await state.floods.take(ANN) == 0


async def test_the_memory_rests_and_is_bounded() -> None:
    """A rest makes up for a flood; full buckets are swept; the longest unused give way."""
    now = [0.0]
    floods = MemoryFloodCounts(rate=2, burst=4, most=3, limit=2, clock=lambda: now[0])
    assert [await floods.take(ANN) for _ in range(6)] == [0, 0, 0, 0, 0.5, 1.0]
    for _ in range(50):
        assert await floods.take(ANN) <= 3
    now[0] = 2.0
    assert await floods.take(ANN) == 1.5, "three seconds owed, two rested, one more event"
    assert await floods.take(ANN) == 2, "the same rest counts once"
    await floods.take(BEN)
    await floods.take(b"c" * 20)
    assert len(floods._kept) == 2
    assert ANN not in floods._kept
    now[0] = 2.4
    assert await floods.sweep() == 2, "nobody has rested enough"
    now[0] = 10.0
    assert await floods.sweep() == 0
