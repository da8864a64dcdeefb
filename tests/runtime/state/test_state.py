"""The contract of the whole: one sweep and one end for all its parts."""

from __future__ import annotations

import asyncio

import pytest

from bot.runtime.state import NO_GRAVE, Claim, MemorySessions, MemoryState, State

ANN = 5_000_000_001


async def _filled(state: State, sessions: int = 2) -> None:
    for number in range(sessions):
        async with state.sessions.lease(bytes([number]) * 20) as held:
            await held.put(bytes([number]) * 20, b"x", 30)
    await state.claims.done(7)
    await state.claims.claim(8)
    await state.newest.see(50)
    await state.pacing.hold(ANN, 30)
    await state.floods.take(b"a" * 20)
    await state.timers.arm(b"handle", 0.02, b"")
    await state.tombstones.put(ANN, 50, 0.01)


async def test_what_has_not_come_to_its_end_outlives_a_sweep(state: State) -> None:
    """In each part."""
    await _filled(state)
    assert await state.sweep() in (2, 0), "on a server nobody counts them"
    for number in range(2):
        async with state.sessions.lease(bytes([number]) * 20) as held:
            assert await held.get(bytes([number]) * 20) == b"x"
    assert await state.claims.claim(7) is Claim.DONE
    assert await state.pacing.take(ANN) > 29
    assert await state.newest.get() == 50


async def test_the_memory_counts_its_sessions() -> None:
    """What a bot of one process says in its log."""
    state = MemoryState()
    await _filled(state)
    assert await state.sweep() == 2


async def test_a_sweep_reaches_each_part() -> None:
    """What is past its time goes from memory, not only from sight."""
    state = MemoryState()
    await _filled(state, sessions=0)
    parts = (state.claims, state.pacing, state.floods, state.tombstones)
    for part in parts:
        part._clock = lambda: 1e9
    await state.sweep()
    left = [part.__dict__[name] for part in parts for name in ("_open", "_done", "_held_until", "_kept") if name in part.__dict__]
    assert len(left) == len(parts) + 1
    assert not any(left)


async def test_nothing_of_this_process_is_left_at_the_end() -> None:
    """Each part is closed."""
    state = MemoryState()
    await _filled(state)
    await state.close()
    assert await state.sweep() == 0
    assert await state.claims.claim(7) is Claim.MINE
    assert await state.newest.get() == 0
    assert await state.pacing.take(ANN) == 0
    assert await state.tombstones.of(ANN) == NO_GRAVE
    assert await state.floods.sweep() == 0
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await state.timers.next()


async def test_two_may_share_their_sessions_alone() -> None:
    """A store of their own, everything else in memory; without pace, nobody waits."""
    shared, name = MemorySessions(), b"n" * 20
    one, two = MemoryState(shared), MemoryState(shared, pace=False)
    async with one.sessions.lease(name) as held:
        await held.put(name, b"x")
    async with two.sessions.lease(name) as held:
        assert await held.get(name) == b"x"
    assert [await two.pacing.take(ANN) for _ in range(50)] == [0.0] * 50


async def test_the_newest_message_only_rises(state: State) -> None:
    """Whoever saw it."""
    assert await state.newest.get() == 0
    for number in (5, 9, 7):
        await state.newest.see(number)
    assert await state.newest.get() == 9
