"""The contract of left talks: each stays closed for its time, none gives way to another, and a full memory says so."""

from __future__ import annotations

import asyncio

from bot.runtime.state import MemoryLeftTalks, State

ONE, TWO, THREE = b"1" * 16, b"2" * 16, b"3" * 16


async def test_a_talk_is_left_for_its_seconds(state: State) -> None:
    """And no other is."""
    assert await state.left.put(ONE, 0.1)
    assert await state.left.put(TWO, 30)
    assert await state.left.has(ONE)
    assert await state.left.has(TWO)
    assert not await state.left.has(THREE)
    await asyncio.sleep(0.15)
    assert not await state.left.has(ONE)
    assert await state.left.has(TWO)


async def test_left_again_it_never_opens_earlier(state: State) -> None:
    """A second leave with less time leaves the first one's."""
    await state.left.put(ONE, 30)
    await state.left.put(ONE, 0.01)
    await asyncio.sleep(0.03)
    assert await state.left.has(ONE)


async def test_none_gives_way_and_a_full_memory_says_so() -> None:
    """What is past its time makes room; what is not never does."""
    now = [0.0]
    left = MemoryLeftTalks(2, lambda: now[0])
    assert await left.put(ONE, 10)
    now[0] = 5.0
    assert await left.put(TWO, 10)
    assert not await left.put(THREE, 10)
    assert await left.put(TWO, 10)
    assert await left.has(ONE)
    now[0] = 11.0
    assert await left.put(THREE, 10)
    assert await left.sweep() == 2
    await left.clear()
    assert not await left.has(THREE)
