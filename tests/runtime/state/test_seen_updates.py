"""The contract of seen updates: a number that is done is known for its time, and no number is invented."""

from __future__ import annotations

from bot.runtime.state import MemorySeenUpdates, State


async def test_a_number_is_known_once_it_was_added(state: State) -> None:
    """And only that number; adding it says whether it was new."""
    assert not await state.seen.has(7)
    assert await state.seen.add(7)
    assert await state.seen.has(7)
    assert not await state.seen.add(7)
    assert not await state.seen.has(8)


async def test_the_memory_is_bounded_and_forgets() -> None:
    """The oldest give way, and each number in its time: numbers start again after a quiet week."""
    now = [100.0]
    seen = MemorySeenUpdates(limit=3, seconds=10, clock=lambda: now[0])
    for number in range(5):
        assert await seen.add(number)
    assert [await seen.has(number) for number in range(5)] == [False, False, True, True, True]
    now[0] = 105.0
    assert not await seen.add(2), "known, and now for longer"
    now[0] = 111.0
    assert [await seen.has(number) for number in (2, 3, 4)] == [True, False, False]
    assert await seen.sweep() == 1
    assert await seen.add(3)
    await seen.close()
    assert not await seen.has(2)
