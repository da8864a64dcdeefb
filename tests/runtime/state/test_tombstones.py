"""The contract of tombstones: presses on what leave has just deleted are known for what they are, for some seconds."""

from __future__ import annotations

import asyncio

from bot.runtime.state import NO_GRAVE, Grave, MemoryTombstones, State, unpack_grave

ANN, GROUP = 5_000_000_001, -100_123


async def test_a_tombstone_holds_for_its_chat_and_its_seconds(state: State) -> None:
    """Chats without one, and those whose time is over, have none."""
    await state.tombstones.put(ANN, 50, 0.1)
    await state.tombstones.put(GROUP, 9, 30)
    assert (await state.tombstones.of(ANN)).below == 50
    assert (await state.tombstones.of(GROUP)).below == 9
    assert (await state.tombstones.of(-ANN)).below == 0
    await asyncio.sleep(0.15)
    assert (await state.tombstones.of(ANN)).below == 0
    assert (await state.tombstones.of(GROUP)).below == 9


async def test_of_two_leaves_the_higher_message_counts(state: State) -> None:
    """Pressed again on an older message: what was deleted before stays deleted. A leave of long ago counts for nothing."""
    await state.tombstones.put(ANN, 50, 30)
    await state.tombstones.put(ANN, 20, 30)
    assert (await state.tombstones.of(ANN)).below == 50
    await state.tombstones.put(ANN, 60, 0.02)
    assert (await state.tombstones.of(ANN)).below == 60
    await asyncio.sleep(0.05)
    await state.tombstones.put(ANN, 3, 30)
    assert (await state.tombstones.of(ANN)).below == 3


async def test_a_leave_voids_the_updates_before_it(state: State) -> None:
    """What was written or pressed before it, whatever message it was on, and nothing that came after."""
    assert await state.tombstones.of(ANN) == NO_GRAVE
    await state.tombstones.put(ANN, 50, 30, update=700)
    assert await state.tombstones.of(ANN) == Grave(50, 700)
    await state.tombstones.put(ANN, 60, 30, update=650)
    grave = await state.tombstones.of(ANN)
    assert grave == Grave(60, 700)
    assert grave.covers(message=60)
    assert grave.covers(update=699)
    assert grave.covers(message=61, update=699)
    assert not grave.covers(message=61, update=700)
    assert not grave.covers(message=0, update=0)


def test_a_grave_comes_back_from_its_bytes() -> None:
    """Sixteen of them; anything else is no grave, and covers nothing."""
    assert unpack_grave(Grave(50, 700).pack()) == Grave(50, 700)
    assert unpack_grave(b"short") == NO_GRAVE
    assert not NO_GRAVE.covers(message=1, update=1)


async def test_the_memory_holds_no_id_and_forgets() -> None:
    """Under a keyed hash that differs from process to process; what is over goes with the next leave."""
    now = [0.0]
    one, two = MemoryTombstones(lambda: now[0]), MemoryTombstones(lambda: now[0])
    for each in (one, two):
        await each.put(ANN, 50, 3)
    assert one._kept.keys().isdisjoint(two._kept)
    now[0] = 4.0
    await one.put(GROUP, 1, 3)
    assert len(one._kept) == 1
    assert await two.sweep() == 0
