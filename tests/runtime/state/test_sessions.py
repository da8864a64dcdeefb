"""The contract of sessions: what is put comes back for its time, a lease has one holder, and who lost it writes nothing."""

from __future__ import annotations

import asyncio

import pytest

from bot.runtime.state import MemorySessions, SessionStore, State, boot_clock

ANN, BEN, OLD = b"a" * 20, b"b" * 20, b"o" * 20


@pytest.fixture
def store(state: State) -> SessionStore:
    """The sessions of each implementation."""
    return state.sessions


async def _get(store: SessionStore, name: bytes) -> bytes | None:
    async with store.lease(name) as held:
        return await held.get(name)


async def _put(store: SessionStore, name: bytes, sealed: bytes, ttl: float = 30) -> None:
    async with store.lease(name) as held:
        assert held.kept
        assert await held.put(name, sealed, ttl)


async def test_what_is_put_comes_back_under_its_name_alone(store: SessionStore) -> None:
    """The newest bytes, to who holds the lease and to the next; and nothing for another name."""
    assert await _get(store, ANN) is None
    async with store.lease(ANN) as held:
        assert await held.put(ANN, b"first\0")
        assert await held.get(ANN) == b"first\0"
        assert await held.put(ANN, b"second\xff")
        assert await held.get(ANN) == b"second\xff"
    assert await _get(store, ANN) == b"second\xff"
    assert await _get(store, BEN) is None


async def test_a_deleted_session_is_gone_and_others_stay(store: SessionStore) -> None:
    """Deleting what is not there is harmless."""
    await _put(store, ANN, b"x")
    await _put(store, BEN, b"y")
    async with store.lease(ANN) as held:
        assert await held.delete(ANN)
        assert await held.get(ANN) is None
        assert await held.delete(ANN)
    assert await _get(store, ANN) is None
    assert await _get(store, BEN) == b"y"


async def test_a_session_ends_after_its_seconds_however_often_it_is_read(store: SessionStore) -> None:
    """Reading does not lengthen a life; putting it again does."""
    await _put(store, ANN, b"x", 0.25)
    await _put(store, BEN, b"y", 0.25)
    for _ in range(4):
        await asyncio.sleep(0.02)
        assert await _get(store, ANN) == b"x"
    await _put(store, BEN, b"z", 30)
    await asyncio.sleep(0.25)
    assert await _get(store, ANN) is None
    assert await _get(store, BEN) == b"z"


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
    with pytest.raises(RuntimeError):
        async with store.lease(ANN):
            raise RuntimeError

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


async def test_a_lease_holds_the_older_names_too(store: SessionStore) -> None:
    """Around the turn of an epoch one process may still know a chat by its older name alone: they wait for each other, and what
    lies under the older name can be moved."""
    await _put(store, OLD, b"x")
    order: list[str] = []

    async def behind() -> None:
        async with store.lease(OLD) as held:
            order.append("behind")
            assert await held.get(OLD) is None

    async with store.lease(ANN, OLD) as held:
        waiting = asyncio.create_task(behind())
        await asyncio.sleep(0.05)
        assert await held.get(OLD) == b"x"
        assert await held.put(ANN, b"moved")
        assert await held.delete(ANN, OLD)
        assert await held.put(ANN, b"moved")
        order.append("ahead")
    await asyncio.wait_for(waiting, 2)
    assert order == ["ahead", "behind"]
    assert await _get(store, ANN) == b"moved"


async def test_who_was_seized_from_writes_nothing(store: SessionStore) -> None:
    """A leave takes the session at once from whoever holds it: no put, no delete and no tombstone of theirs counts from then on,
    neither while the leave works nor afterwards."""
    await _put(store, ANN, b"talk")
    async with store.lease(ANN) as held:
        assert await held.is_held()
        assert held.until > boot_clock()
        async with asyncio.timeout(1), store.lease(ANN, seize=True) as leaving:
            assert await leaving.get(ANN) == b"talk"
            assert await leaving.delete(ANN)
            assert await leaving.bury(ANN, b"grave")
            assert not await held.put(ANN, b"stale")
            assert not await held.is_held()
            assert await leaving.get(ANN) is None
            assert await leaving.is_held()
        assert not await held.put(ANN, b"stale")
        assert not await held.bury(ANN, b"stale")
        assert held.lost.is_set()
    async with store.lease(ANN) as after:
        assert await after.get(ANN) is None
        assert await after.tombstone(ANN) == b"grave"
        assert await after.put(ANN, b"new talk")
        assert not await held.delete(ANN)
        assert not await held.put(ANN, b"stale")
    assert await _get(store, ANN) == b"new talk"


async def test_who_lost_one_of_their_names_has_lost_them_all(store: SessionStore) -> None:
    """The names are one chat's; and the lease that was seized is nobody's hindrance afterwards."""
    async with store.lease(ANN, OLD) as held:
        async with asyncio.timeout(1), store.lease(OLD, seize=True):
            assert not await held.put(ANN, b"stale")
        assert not await held.put(ANN, b"stale")
    async with asyncio.timeout(2), store.lease(ANN, OLD) as after:
        assert await after.get(ANN) is None
        assert await after.put(ANN, b"x")


async def test_the_end_of_a_lost_lease_does_not_end_the_new_one(store: SessionStore) -> None:
    """Who was seized from lets go of nothing."""
    entered = False

    async def third() -> None:
        nonlocal entered
        async with store.lease(ANN):
            entered = True

    async with store.lease(ANN):
        leaving = store.lease(ANN, seize=True)
        held = await leaving.__aenter__()
    waiting = asyncio.create_task(third())
    await asyncio.sleep(0.1)
    assert not entered
    assert await held.put(ANN, b"x")
    await leaving.__aexit__(None, None, None)
    await asyncio.wait_for(waiting, 2)


async def test_a_tombstone_is_found_by_whoever_comes_next(store: SessionStore) -> None:
    """Under its name, for its seconds."""
    async with store.lease(ANN, OLD) as held:
        assert await held.tombstone(ANN) is None
        assert await held.bury(ANN, b"short", 0.2)
        assert await held.bury(OLD, b"long", 30)
    async with store.lease(ANN, OLD) as held:
        assert await held.tombstone(ANN) == b"short"
        assert await held.tombstone(OLD) == b"long"
    async with store.lease(BEN) as held:
        assert await held.tombstone(BEN) is None
    await asyncio.sleep(0.25)
    async with store.lease(ANN, OLD) as held:
        assert await held.tombstone(ANN) is None
        assert await held.tombstone(OLD) == b"long"


async def test_the_memory_is_bounded_and_swept() -> None:
    """The oldest give way; what is past its time is gone; no name of a lease stays."""
    now = [0.0]
    store = MemorySessions(limit=3, clock=lambda: now[0])
    for number in range(5):
        await _put(store, bytes([number]), b"x", 10)
    assert [bool(await _get(store, bytes([number]))) for number in range(5)] == [False, False, True, True, True]
    now[0] = 5.0
    await _put(store, b"late", b"x", 10)
    async with store.lease(ANN) as held:
        await held.bury(ANN, b"grave", 5)
    assert store._graves
    now[0] = 11.0
    assert await store.sweep() == 1
    assert not store._graves
    async with store.lease(ANN, OLD):
        waiting = asyncio.create_task(_get(store, OLD))
        await asyncio.sleep(0)
        assert sorted(store._leases) == [ANN, OLD]
        assert list(store._waiting) == [OLD]
    await waiting
    assert not store._leases
    assert not store._waiting
