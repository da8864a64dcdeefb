"""The worker that hears typed words: in order, one at a time, beside the loop, and nothing kept of a chat that is left."""

from __future__ import annotations

import asyncio
import gc
import threading

import pytest

from bot.channels.turn_worker import TurnWorker


@pytest.fixture
async def worker():
    """A worker, closed at the end."""
    found = TurnWorker()
    yield found
    found.close()


class Words:
    """What somebody typed."""


async def test_work_is_done_beside_the_loop_one_after_the_other(worker):
    order, together, loops = [], [0], threading.get_ident()

    def work(number):
        together[0] += 1
        assert together[0] == 1
        assert threading.get_ident() != loops
        order.append(number)
        together[0] -= 1
        return number

    given = await asyncio.gather(*(worker.run(object(), lambda number=number: work(number)) for number in range(30)))
    assert given == order == list(range(30))


async def test_the_loop_turns_while_one_is_heard(worker):
    going = threading.Event()
    heard = asyncio.create_task(worker.run(object(), lambda: going.wait(5)))
    await asyncio.sleep(0.02)
    assert not heard.done()
    going.set()
    assert await heard


async def test_what_a_chat_that_is_left_waits_for_never_begins_and_is_not_kept(worker):
    going, done = threading.Event(), []
    ann, ben = object(), object()
    first = asyncio.create_task(worker.run(object(), lambda: going.wait(5)))
    await asyncio.sleep(0)

    def hear(words, who):
        done.append(who)
        return words

    async def waits(owner, who):
        words = Words()
        return await worker.run(owner, lambda: hear(words, who))

    tasks = [asyncio.create_task(waits(owner, who)) for owner, who in ((ann, "ann"), (ben, "ben"))]
    await asyncio.sleep(0)
    assert len(worker) == 2
    worker.let_go(ann)
    assert await tasks[0] is None
    assert len(worker) == 1
    gc.collect()
    assert sum(isinstance(each, Words) for each in gc.get_objects()) <= 1  # those of the chat that is not left
    going.set()
    await first
    assert isinstance(await tasks[1], Words)
    assert done == ["ben"]
    tasks.clear()
    gc.collect()
    await asyncio.sleep(0.05)
    assert not any(type(each) is Words for each in gc.get_objects())


async def test_who_is_cut_off_while_waiting_holds_up_nobody(worker, monkeypatch):
    going = threading.Event()
    first = asyncio.create_task(worker.run(object(), lambda: going.wait(5)))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(worker.run(object(), lambda: 1)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    begin_next = worker._next

    def in_the_moment_in_which_its_turn_came():
        begin_next()
        waiting[1].cancel()

    monkeypatch.setattr(worker, "_next", in_the_moment_in_which_its_turn_came)
    going.set()
    await first
    monkeypatch.setattr(worker, "_next", begin_next)
    assert await asyncio.wait_for(waiting[2], 2) == 1
    assert await asyncio.wait_for(worker.run(object(), lambda: 2), 2) == 2


async def test_an_error_is_the_askers_and_the_next_goes_on(worker):
    def breaks():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await worker.run(object(), breaks)
    assert await worker.run(object(), lambda: 3) == 3
