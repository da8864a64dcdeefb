"""The line before a thread: who leaves goes first, who is let go leaves nothing, and who waits too long has no session."""

from __future__ import annotations

import asyncio
import gc
import threading

import pytest

from bot.channels import sessions as sessions_module
from bot.channels.sessions import Sessions
from bot.privacy.pepper import Peppers
from bot.privacy.pseudonym import Namer
from bot.privacy.thread_line import ThreadLine
from bot.runtime.state import MemoryState


class Held:
    """A thread that does nothing until `going` is set."""

    def __init__(self, line: ThreadLine) -> None:
        self.going, self.done = threading.Event(), list[object]()
        self.tasks = [asyncio.create_task(line.run(lambda: self.going.wait(10))) for _ in range(line._ahead)]

    def work(self, name: object) -> object:
        """What somebody waits for."""
        self.done.append(name)
        return name


@pytest.fixture
async def line():
    """A line, closed at the end."""
    found = ThreadLine("test")
    yield found
    found.close()


async def test_who_leaves_goes_before_all_who_wait(line):
    held = Held(line)
    await asyncio.sleep(0)
    crowd = [asyncio.create_task(line.run(lambda number=number: held.work(number))) for number in range(20)]
    await asyncio.sleep(0)
    leaves = [asyncio.create_task(line.run(lambda name=name: held.work(name), first=True)) for name in ("ann", "ben")]
    await asyncio.sleep(0)
    held.going.set()
    await asyncio.gather(*crowd, *leaves)
    assert held.done == ["ann", "ben", *range(20)]


class Id:
    """Somebody's id."""


async def test_who_is_cut_off_while_waiting_leaves_nothing_and_holds_up_nobody(line):
    held = Held(line)
    await asyncio.sleep(0)

    async def waits():
        mine = Id()
        await line.run(lambda: held.work(mine))

    cut, other = asyncio.create_task(waits()), asyncio.create_task(line.run(lambda: held.work("ben")))
    await asyncio.sleep(0)
    cut.cancel()
    await asyncio.wait([cut])
    del cut
    gc.collect()
    assert not any(type(each) is Id for each in gc.get_objects())
    assert len(line) == 1
    held.going.set()
    assert await other == "ben"
    assert held.done == ["ben"]


async def test_who_is_cut_off_in_the_moment_of_its_turn_hands_it_on(line):
    held = Held(line)
    await asyncio.sleep(0)
    first, second = (asyncio.create_task(line.run(lambda name=name: held.work(name))) for name in ("ann", "ben"))
    await asyncio.sleep(0)
    held.going.set()
    while not line._rest[0].done() if line._rest else False:
        await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.wait_for(second, 5) == "ben"
    assert await asyncio.wait_for(line.run(lambda: 1), 5) == 1


async def test_an_answer_that_waits_too_long_for_a_name_comes_without_a_session(monkeypatch):
    """It costs comfort, never an answer; leave waits for its name, and what can be done later too."""
    monkeypatch.setattr(sessions_module, "NAME_SECONDS", 0.02)
    sessions = Sessions(MemoryState(), Namer(Peppers(), "test", cost=2))
    async with sessions.hold(1, priority=True) as lease:
        assert lease.kept
    held = Held(sessions._namer._now)
    await asyncio.sleep(0)
    async with sessions.hold(1, priority=True) as lease:
        assert not lease.kept
        assert lease.wait == 0
    assert len(sessions._namer._now) == 0, "nobody waits in the line who has gone on"
    leaving = asyncio.create_task(_kept(sessions))
    await asyncio.sleep(0.1)
    assert not leaving.done()
    held.going.set()
    assert await asyncio.wait_for(leaving, 5)
    async with sessions.hold(1, priority=False) as lease:
        assert lease.kept
    await sessions.close()


async def _kept(sessions):
    async with sessions.hold(1, priority=True, leaves=True) as lease:
        return lease.kept
