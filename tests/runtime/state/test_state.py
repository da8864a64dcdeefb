"""The contract of the whole: one sweep and one end for all its parts."""

from __future__ import annotations

import asyncio

import pytest

from bot.runtime.state import MemorySessions, MemoryState, State

ANN = 5_000_000_001


async def _filled(state: State, sessions: int = 2) -> None:
    for number in range(sessions):
        await state.sessions.put(bytes([number]) * 20, b"x", 30)
    await state.seen.add(7)
    await state.pacing.hold(ANN, 30)
    await state.floods.take(b"a" * 20)
    await state.timers.arm(b"handle", 0.02, b"")
    await state.tombstones.put(ANN, 50, 0.01)


async def test_a_sweep_counts_the_sessions(state: State) -> None:
    """And what has not come to its end is still there."""
    await _filled(state)
    assert await state.sweep() == 2
    assert await state.seen.has(7)
    assert await state.pacing.take(ANN) > 29


async def test_a_sweep_reaches_each_part() -> None:
    """What is past its time goes from memory, not only from sight."""
    state = MemoryState()
    await _filled(state, sessions=0)
    parts = (state.seen, state.pacing, state.floods, state.tombstones)
    for part in parts:
        part._clock = lambda: 1e9  # type: ignore[attr-defined]
    await state.sweep()
    left = [part.__dict__[name] for part in parts for name in ("_ends", "_held_until", "_kept") if name in part.__dict__]
    assert len(left) == len(parts)
    assert not any(left)


async def test_nothing_of_this_process_is_left_at_the_end() -> None:
    """Each part is closed."""
    state = MemoryState()
    await _filled(state)
    await state.close()
    assert await state.sweep() == 0
    assert not await state.seen.has(7)
    assert await state.pacing.take(ANN) == 0
    assert await state.tombstones.below(ANN) == 0
    assert await state.floods.sweep() == 0
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await state.timers.next()


async def test_replicas_may_share_their_sessions_alone() -> None:
    """A store of their own, everything else in memory; without pace, nobody waits."""
    shared = MemorySessions()
    one, two = MemoryState(shared), MemoryState(shared, pace=False)
    await one.sessions.put(b"n" * 20, b"x")
    assert await two.sessions.get(b"n" * 20) == b"x"
    assert [await two.pacing.take(ANN) for _ in range(50)] == [0.0] * 50
