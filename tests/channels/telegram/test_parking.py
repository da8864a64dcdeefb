"""Who is let go of where others have to be served: a chat in trouble of its own, never one that waits for the bot."""

from __future__ import annotations

import asyncio
import time

import pytest

from benchmarks.support.telegram_server import Fault
from bot.channels.telegram.chat_queue import (
    BLOCKED_SECONDS,
    FEW,
    PARK_CHATS,
    PARK_JOBS,
    PARK_SECONDS,
    QUEUE,
    STUCK_SECONDS,
    ChatQueue,
    ChatQueues,
)
from bot.channels.telegram.counters import Counters
from bot.channels.telegram.job import Job
from bot.channels.telegram.trouble import HANG_SECONDS, Trouble
from bot.channels.telegram.update_window import SIZE, UpdateWindow
from bot.channels.telegram.updates import Update
from bot.engine import Leave


class Held:
    """Queues in which nothing is ever done, but for the chats whose number is over `upto`."""

    def __init__(self, upto: int = 10_000) -> None:
        self.gate, self.counters, self.done = asyncio.Event(), Counters(), []

        async def work(job: Job, queue: ChatQueue) -> None:
            if queue.chat <= upto:
                await self.gate.wait()
            self.done.append(job.update.id)

        self.queues = ChatQueues(work, lambda queue, busy, draining: None, self.counters)

    async def ask(self, chat: int, number: int = 0) -> tuple[Job, ChatQueue]:
        """One more question of a chat's; begun, if it is the first."""
        job = Job(Update(number, "typed", chat=chat), asyncio.get_running_loop().time())
        queue = self.queues.submit(job)
        await asyncio.sleep(0)
        return job, queue


@pytest.fixture
async def held():
    """Queues that hang; let go at the end."""
    made = Held()
    yield made
    made.gate.set()
    await made.queues.drain(1)


async def test_a_chat_in_trouble_is_let_go_where_it_holds_up_all_others():
    """Telegram sends a hundred at most from the oldest open one on: where most are done, it is parked after a moment."""
    held, window = Held(upto=1), UpdateWindow()
    jobs: list[Job] = []
    in_trouble = Trouble()
    for number in range(SIZE):
        job, queue = await held.ask(1 if number < 3 else number, number)
        jobs.append(job)
        window.unknown(range(SIZE))
        window.add(number, job)
        if number < 3:
            in_trouble = queue.trouble
    await asyncio.gather(*(job.wait() for job in jobs[3:]))
    assert window.blocked
    jobs[0].arrived -= STUCK_SECONDS - 5
    assert held.queues.park(blocked=True) == 0, "it waits for the bot alone"
    in_trouble._past += BLOCKED_SECONDS + 0.1
    assert held.queues.park() == 0, "it holds up nobody"
    assert held.queues.park(blocked=True) == 3
    assert not window.blocked
    assert window.offset == SIZE
    held.gate.set()
    await held.queues.drain(1)


async def test_it_is_parked_in_the_end_whoever_it_holds_up(held):
    """After twenty seconds of trouble; or after two minutes of hanging in the bot's own hands."""
    _, queue = await held.ask(1)
    stuck, _ = await held.ask(2)
    assert held.queues.park() == 0
    queue.trouble._past += PARK_SECONDS + 0.1
    assert held.queues.park() == 1
    stuck.arrived -= STUCK_SECONDS + 0.1
    assert held.queues.park() == 1


async def test_trouble_before_a_question_is_not_its_own(held):
    """What came later has waited for nothing yet."""
    first, queue = await held.ask(1)
    first.arrived -= BLOCKED_SECONDS + 0.1
    queue.trouble._past += BLOCKED_SECONDS + 0.1
    assert held.queues.park(blocked=True) == 1
    later, _ = await held.ask(1, 1)
    later.arrived -= BLOCKED_SECONDS + 0.1
    assert held.queues.park(blocked=True) == 0
    assert not later.confirmed
    queue.trouble._past += 0.2
    assert held.queues.park(blocked=True) == 1, "the same trouble goes on"


async def test_what_has_just_come_is_not_parked_early(held):
    """However long the trouble of its chat: it may be answered in a moment."""
    job, queue = await held.ask(1)
    queue.trouble._past += BLOCKED_SECONDS + 0.1
    assert held.queues.park(blocked=True) == 0
    job.arrived -= BLOCKED_SECONDS + 0.1
    assert held.queues.park(blocked=True) == 1


async def test_where_many_calls_fail_it_is_telegrams_trouble(held):
    """Then nobody is parked early: the next chat would be as badly off."""
    job, queue = await held.ask(1)
    job.arrived -= BLOCKED_SECONDS + 0.1
    queue.trouble._past += BLOCKED_SECONDS + 0.1
    for number in range(300):
        held.counters.called(failed=number % 5 == 0)
    assert held.counters.failing > FEW
    assert held.queues.park(blocked=True) == 0
    for _ in range(300):
        held.counters.called(failed=False)
    assert held.counters.failing < FEW
    assert held.queues.park(blocked=True) == 1


async def test_a_kill_can_take_no_more_than_so_many(held):
    """Eight chats are parked early at the most."""
    for chat in range(PARK_CHATS + 3):
        job, queue = await held.ask(chat)
        job.arrived -= BLOCKED_SECONDS + 0.1
        queue.trouble._past += BLOCKED_SECONDS + 0.1
    assert held.queues.park(blocked=True) == PARK_CHATS
    assert held.queues.park(blocked=True) == 0


async def test_of_a_flood_the_newest_is_kept(held):
    """It comes again after a kill; and where a queue is full, the oldest makes room."""
    jobs = [(await held.ask(1, number))[0] for number in range(PARK_JOBS)]
    assert held.queues.park() == PARK_JOBS - 1
    assert [job.parked for job in jobs[-2:]] == [True, False]
    jobs += [(await held.ask(1, number))[0] for number in range(PARK_JOBS, QUEUE + 5)]
    assert held.counters.dropped == 4
    assert [job.done for job in jobs[:7]] == [False, True, True, True, True, False, False]
    held.gate.set()
    await jobs[-1].wait()
    assert held.done[-1] == QUEUE + 4


async def test_leave_never_makes_room(held):
    """However many words come behind it."""
    await held.ask(1)
    leave = Job(Update(1, "press", chat=1), 0.0)
    leave.turn = type("Turn", (), {"effects": (Leave("", ""),)})()
    held.queues.submit(leave)
    for number in range(QUEUE + 5):
        await held.ask(1, 2 + number)
    assert not leave.done
    assert held.counters.dropped


async def test_seconds_of_trouble():
    """A call that comes back in time is none; one that fails is, all of it; so is one that hangs for more than a second."""
    now, trouble = [100.0], Trouble()
    trouble._clock = lambda: now[0]
    with trouble.spell(HANG_SECONDS):
        now[0] += 0.9
    assert trouble.seconds == 0
    with trouble.spell(HANG_SECONDS):
        now[0] += 3
        assert trouble.seconds == pytest.approx(3)
    with trouble.spell(HANG_SECONDS) as spell:
        now[0] += 0.5
        trouble.worsen(spell, 3)
        now[0] += 0.5
        assert trouble.seconds == pytest.approx(4)
        assert trouble.limited
    now[0] += 5
    assert trouble.seconds == pytest.approx(4)
    assert not trouble.limited


@pytest.mark.parametrize("kind", ["late", "before", "limited", "none"])
async def test_calls_that_fail_or_hang_are_the_trouble_of_their_chat(server, start, kind):
    """A dropped call, a limit and a late answer are counted to the chat whose calls they are, and to no other."""
    ann, ben = server.person(11), server.person(12)
    bot = await start()
    drop, limit, late = [Fault("before")] * 3, [Fault(status=429, retry_after=1)], [Fault("late", seconds=1.5)]
    faults = {"late": late, "before": drop, "limited": limit, "none": []}[kind]
    server.chat_fault = lambda method, chat: faults.pop() if faults and (method, chat) == ("sendMessage", 11) else None
    queues, seen = bot.parts.driver.queues, {}
    submit = queues.submit
    queues.submit = lambda job: seen.setdefault(job.update.chat, submit(job))
    ann.types("hello")
    await server.until(lambda: server.calls["sendMessage"])
    ben.types("hello")
    await server.until(lambda: all(any(message.by_bot for message in person.sees) for person in (ann, ben)))
    await server.quiet()
    assert (seen[11].trouble.seconds > 0.3) == (kind != "none")
    assert seen[12].trouble.seconds < 0.01


async def test_words_that_wait_to_be_heard_survive_a_kill(server, start):
    """They hold up a full window, and most of what is behind them is done: they stay at Telegram, and come again."""
    ann = server.person(11)
    others = [server.person(100 + number) for number in range(SIZE)]
    bot = await start()
    for one in others:
        one.types("/start")
    await server.until(lambda: all(any(message.by_bot for message in one.sees) for one in others), 10)
    await server.quiet(10)
    bot.parts.driver._worker._thread.submit(time.sleep, BLOCKED_SECONDS + 1)
    ann.types("hello")
    for one in others:
        one.presses("Go a")
    await server.until(lambda: sum("This is a" in one.screen.text for one in others) >= SIZE - 1)
    await asyncio.sleep(BLOCKED_SECONDS + 0.3)
    assert bot.parts.counters.parked == 0
    await bot.kill()
    await start()
    await server.until(lambda: any("You said hello" in message.text for message in ann.sees), 10)
