"""The contract of a store of sessions: what is put comes back for its time, and a lease has one holder."""

from __future__ import annotations

import asyncio

from bot.runtime.state import MemorySessions, SessionStore

ANN, BEN = b"a" * 20, b"b" * 20


async def test_what_is_put_comes_back_under_its_name_alone(store: SessionStore) -> None:
    """The newest bytes, and nothing for another name."""
    assert await store.get(ANN) is None
    await store.put(ANN, b"first\0")
    await store.put(ANN, b"second\xff")
    assert await store.get(ANN) == b"second\xff"
    assert await store.get(BEN) is None


async def test_a_deleted_session_is_gone_and_others_stay(store: SessionStore) -> None:
    """Deleting what is not there is harmless."""
    await store.put(ANN, b"x")
    await store.put(BEN, b"y")
    await store.delete(ANN)
    await store.delete(ANN)
    assert await store.get(ANN) is None
    assert await store.get(BEN) == b"y"


async def test_a_session_ends_after_its_seconds_however_often_it_is_read(store: SessionStore) -> None:
    """Reading does not lengthen a life; putting it again does."""
    await store.put(ANN, b"x", 0.15)
    await store.put(BEN, b"y", 0.15)
    for _ in range(4):
        await asyncio.sleep(0.02)
        assert await store.get(ANN) == b"x"
    await store.put(BEN, b"z", 30)
    await asyncio.sleep(0.15)
    assert await store.get(ANN) is None
    assert await store.get(BEN) == b"z"


async def test_a_lease_has_one_holder_and_holds_up_no_other_name(store: SessionStore) -> None:
    """Ten at once, one after the other; who holds another name does not wait for them."""
    inside = most = 0

    async def hold() -> None:
        nonlocal inside, most
        async with store.lease(ANN):
            inside += 1
            most = max(most, inside)
            async with asyncio.timeout(1), store.lease(BEN):
                await asyncio.sleep(0.005)
            inside -= 1

    await asyncio.wait_for(asyncio.gather(*(hold() for _ in range(10))), 10)
    assert most == 1


async def test_a_lease_ends_with_its_block_whatever_happens_in_it(store: SessionStore) -> None:
    """A fault, and a holder that is cut off, hold up nobody."""
    try:
        async with store.lease(ANN):
            raise RuntimeError
    except RuntimeError:
        pass

    async def stuck() -> None:
        async with store.lease(ANN):
            await asyncio.sleep(60)

    task = asyncio.create_task(stuck())
    await asyncio.sleep(0.05)
    waiting = asyncio.create_task(stuck())
    await asyncio.sleep(0.05)
    for each in (waiting, task):
        each.cancel()
    await asyncio.gather(task, waiting, return_exceptions=True)
    async with asyncio.timeout(2), store.lease(ANN):
        pass


async def test_the_memory_is_bounded_and_swept() -> None:
    """The oldest give way; what is past its time is gone; no name of a lease stays."""
    now = [0.0]
    store = MemorySessions(limit=3, clock=lambda: now[0])
    for number in range(5):
        await store.put(bytes([number]), b"x", 10)
    assert [bool(await store.get(bytes([number]))) for number in range(5)] == [False, False, True, True, True]
    now[0] = 5.0
    await store.put(b"late", b"x", 10)
    now[0] = 11.0
    assert await store.sweep() == 1
    async with store.lease(ANN):
        assert list(store._leases) == [ANN]
    assert not store._leases
