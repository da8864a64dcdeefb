"""The contract of timers: each is given out once, in its time, unless it was taken back."""

from __future__ import annotations

import asyncio
import gc
import weakref
from contextvars import ContextVar

import pytest

from bot.runtime.state import RING_SECONDS, Due, MemoryTimers, State
from tests.channels.telegram import virtual_time


async def _soon(state: State) -> Due:
    async with asyncio.timeout(2):
        return await state.timers.next()


async def _nothing(state: State) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.15):
            await state.timers.next()


async def test_timers_come_in_their_time_with_what_they_hold(state: State) -> None:
    """The sooner one first, each once, and not before."""
    assert await state.timers.arm(b"late", 0.12, b"\0late\xff")
    assert await state.timers.arm(b"soon", 0.02, b"")
    assert await state.timers.is_armed(b"late")
    clock = asyncio.get_running_loop().time
    began = clock()
    soon = await _soon(state)
    assert soon[:2] == (b"soon", b"")
    assert not await state.timers.is_armed(b"soon")
    assert (await _soon(state))[:2] == (b"late", b"\0late\xff")
    assert clock() - began > 0.1
    await _nothing(state)


async def test_a_timer_taken_back_never_comes(state: State) -> None:
    """Also one that is due and that nobody has fetched yet."""
    await state.timers.arm(b"one", 0.05, b"1")
    await state.timers.arm(b"two", 0.01, b"2")
    await asyncio.sleep(0.03)
    await state.timers.cancel(b"one")
    await state.timers.cancel(b"two")
    await state.timers.cancel(b"never there")
    assert not await state.timers.is_armed(b"two")
    await _nothing(state)


async def test_armed_again_it_is_the_new_one_alone(state: State) -> None:
    """Whether the earlier one is still to come, or due already."""
    await state.timers.arm(b"one", 0.01, b"old")
    await asyncio.sleep(0.03)
    await state.timers.arm(b"one", 0.1, b"older")
    await state.timers.arm(b"one", 0.15, b"new")
    began = asyncio.get_running_loop().time()
    assert (await _soon(state)).payload == b"new"
    assert asyncio.get_running_loop().time() - began > 0.12
    await _nothing(state)


async def test_two_who_wait_get_different_ones(state: State) -> None:
    """Whoever shares the timers, nothing is carried out twice."""
    waiting = [asyncio.create_task(state.timers.next()) for _ in range(3)]
    await asyncio.sleep(0.01)
    waiting.pop().cancel()
    for handle in (b"one", b"two"):
        await state.timers.arm(handle, 0.02, handle)
    assert {due.handle for due in await asyncio.wait_for(asyncio.gather(*waiting), 2)} == {b"one", b"two"}
    await _nothing(state)


async def test_what_is_done_is_gone_and_what_was_armed_again_meanwhile_stays(state: State) -> None:
    """A late word about the timer before says nothing about the new one."""
    await state.timers.arm(b"one", 0.01, b"old")
    old = await _soon(state)
    await state.timers.arm(b"one", 0.1, b"new")
    await state.timers.done(old)
    assert await state.timers.is_armed(b"one")
    new = await _soon(state)
    assert new.payload == b"new"
    await state.timers.done(new)
    await state.timers.done(new)
    assert not await state.timers.is_armed(b"one")
    await _nothing(state)


async def test_a_timer_taken_back_while_it_is_carried_out_is_gone(state: State) -> None:
    """It is not given out again, and saying that it is done is harmless."""
    await state.timers.arm(b"one", 0.01, b"1")
    due = await _soon(state)
    await state.timers.cancel(b"one")
    await state.timers.done(due)
    assert not await state.timers.is_armed(b"one")


def test_what_is_not_done_is_given_out_again() -> None:
    """In memory, on a clock that leaps: whoever was to carry it out may have died."""

    async def ring() -> None:
        timers, clock = MemoryTimers(), asyncio.get_running_loop().time
        await timers.arm(b"one", 10, b"1")
        first = await timers.next()
        at = clock()
        again = await timers.next()
        assert again == first
        assert RING_SECONDS <= clock() - at < RING_SECONDS + 1
        await timers.done(again)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(RING_SECONDS * 3):
                await timers.next()
        assert len(timers) == 0

    virtual_time.run(ring())


async def test_a_stop_is_given_what_would_be_lost() -> None:
    """In memory: all of them, once, also those that are due."""
    timers = MemoryTimers()
    await timers.arm(b"later", 600, b"1")
    await timers.arm(b"due", 0, b"2")
    await asyncio.sleep(0.02)
    await timers.arm(b"given", 0, b"3")
    await timers.arm(b"given before", -1, b"4")
    await asyncio.sleep(0.02)
    given = [await timers.next() for _ in range(3)]
    assert {due.handle for due in given} == {b"due", b"given", b"given before"}
    await timers.arm(b"due", 0, b"2")
    assert sorted(due[:2] for due in await timers.release()) == [(b"due", b"2"), (b"later", b"1")]
    assert await timers.release() == []
    for due in given:
        await timers.done(due)
    assert len(timers) == 0


async def test_the_memory_is_bounded_and_holds_nothing_open() -> None:
    """Too many are refused; what lies there is sealed; closed, nothing comes any more."""
    timers = MemoryTimers(limit=2)
    assert await timers.arm(b"1", 0.02, b"whose chat")
    assert await timers.arm(b"2", 600, b"another")
    assert not await timers.arm(b"3", 600, b"too many")
    assert await timers.arm(b"2", 600, b"in its own place")
    assert not any(b"whose" in armed.sealed for armed in timers._kept.values())
    await timers.close()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await timers.next()


async def test_a_timer_holds_nothing_of_the_chat_that_armed_it() -> None:
    """What is in the context of an answer goes with the answer, however late its timer is due."""
    timers, held = MemoryTimers(), ContextVar[object]("held")

    class Queue:
        """What an answer has in its context."""

    async def answer() -> weakref.ref[Queue]:
        queue = Queue()
        held.set(queue)
        await timers.arm(b"one", 600, b"1")
        return weakref.ref(queue)

    gone = await asyncio.create_task(answer())
    await asyncio.sleep(0)
    gc.collect()
    assert gone() is None
    await timers.close()
