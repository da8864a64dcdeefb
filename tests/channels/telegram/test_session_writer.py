"""What is written behind the answers: together, by one owner, and never twice."""

from __future__ import annotations

import asyncio

from bot.channels.telegram.pending_update import PendingUpdate
from bot.channels.telegram.session_update import SessionUpdate
from bot.channels.telegram.untracked import LIMIT, UntrackedMessages


async def test_the_first_says_when_and_both_are_one() -> None:
    """Presses of a moment share one writing."""
    pending = PendingUpdate()
    pending.add(SessionUpdate("a", 5, kept=(4,)), 10.0)
    pending.add(SessionUpdate("b", 6, gone=(4,)), 99.0)
    assert pending.due == 10.0
    assert pending.update == SessionUpdate("b", 6, (), (5,), (4,))
    assert [update.token for update in await pending.take_over()] == ["a", "b"]
    assert await pending.take_over() == ()
    pending.add(SessionUpdate("c", 7), 20.0)
    assert pending.due == 20.0


async def test_a_task_that_has_not_begun_is_stopped_and_one_that_has_is_waited_for() -> None:
    """Whoever takes over gets what was not taken, and never works beside the task."""
    for begins in (False, True):
        pending, done, news = PendingUpdate(), [], []
        pending.add(SessionUpdate("a", 5), 0.0)

        async def write(pending=pending, begins=begins, done=done) -> None:
            if not begins:
                await asyncio.sleep(60)
            pending.begin()
            await asyncio.sleep(0.02)
            done.append(True)
            pending.end()

        pending.start(write(), lambda news=news: news.append(True))
        await asyncio.sleep(0)
        assert pending.writing
        taken = await asyncio.wait_for(pending.take_over(), 2)
        assert (not taken, bool(done)) == (begins, begins)
        await asyncio.sleep(0)
        assert news
        assert not pending.writing


def test_untracked_messages_are_bounded_and_in_order() -> None:
    """The newest of a flood; nothing twice; 0 is no message."""
    messages = UntrackedMessages()
    for number in (0, 3, 1, 3, 2):
        messages.add(number)
    assert messages.without({1}) == [3, 2]
    messages.discard(3, 99)
    assert messages.without(()) == [1, 2]
    for number in range(1000, 1000 + LIMIT + 5):
        messages.add(number)
    assert len(messages) == LIMIT
    assert messages.without(())[0] == 1005
    messages.clear()
    assert not messages
