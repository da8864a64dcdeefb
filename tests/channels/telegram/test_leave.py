"""Leave: what can be deleted is gone after one press, whatever the bot still knows."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks import leaving
from benchmarks.support.tiny_engine import NEUTRAL, REMAINS

HOURS = 3600


async def opened(server, ann):
    """The welcome stands in the chat, alone."""
    ann.types("/start")
    await server.until(lambda: len(ann.sees) == 1 and ann.sees[0].by_bot)


async def test_leave_deletes_bubble_and_copies(server, start):
    """One press, and the chat is empty; the press is acknowledged without a pop-up."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    ann.presses("Keep a copy")
    await server.until(lambda: len(ann.sees) == 2)
    await server.quiet()
    query = ann.presses("Leave")
    await server.until(lambda: not ann.sees and query in server.acknowledged)
    assert ann.popups == []


async def test_the_pressed_message_goes_first(server, start):
    """The first call after the press deletes; nothing is looked up before."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    await server.quiet()
    seen = len(server.log)
    ann.presses("Leave")
    await server.until(lambda: not ann.sees)
    methods = [method for _, method, _ in server.log[seen:] if method not in ("getUpdates",)]
    assert methods[0] == "deleteMessage"


async def test_leave_after_a_restart_finds_copies_without_a_session(server, start):
    """A new process knows nothing, yet leave clears the copies too."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    ann.presses("Keep a copy")
    await server.until(lambda: len(ann.sees) == 2)
    await server.quiet()
    await bot.stop()
    await start()
    ann.presses("Leave")
    await server.until(lambda: not ann.sees)


async def test_old_messages_turn_neutral_and_the_person_is_told(server, start):
    """What is older than 48 hours cannot be deleted: its words and buttons go, a pop-up says so."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    ann.presses("Keep a copy")
    await server.until(lambda: len(ann.sees) == 2)
    await server.quiet()
    ann.sees[0].date -= 49 * HOURS
    query = ann.presses("Leave")
    await server.until(lambda: [message.text for message in ann.sees] == [NEUTRAL])
    await server.until(lambda: query in server.acknowledged)
    assert ann.popups == [REMAINS]
    assert not ann.sees[0].buttons


async def test_all_old_without_a_session(server, start):
    """A bubble of last week, after a restart: neutral, and told."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    await bot.stop()
    ann.sees[0].date -= 100 * HOURS
    await start()
    ann.presses("Leave")
    await server.until(lambda: [message.text for message in ann.sees] == [NEUTRAL] and ann.popups == [REMAINS])


@pytest.mark.parametrize("words", ["/leave", "Salir", "leave.", "exit"])
async def test_the_leave_command_clears_too(server, start, words):
    """/leave does what the button does, the command included; so does the button's name, typed in a hurry."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    await server.quiet()
    ann.types(words)
    await server.until(lambda: not ann.sees)


async def test_leave_overtakes_everything_and_nothing_comes_after(server, start):
    """Typed words and presses that wait are dropped, and a press just after it shows nothing."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    await server.quiet()
    bubble = ann.screen
    server.api_delay = 0.05
    ann.presses("Go a", bubble)
    ann.types("one more thing")
    ann.presses("Leave", bubble)
    ann.presses("Go b", bubble)
    await server.quiet()
    await server.until(lambda: not ann.sees)
    server.api_delay = 0
    ann.presses("Go c", bubble)
    await server.quiet()
    assert ann.sees == []


async def test_leave_is_at_once_while_telegram_limits_the_chat(server, start):
    """A screen that waits for its turn does not hold leave up."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    await server.quiet()
    from benchmarks.support.telegram_server import Fault

    server.faults["editMessageText"] = [Fault(status=429, retry_after=20)]
    bubble = ann.screen
    ann.presses("Go a", bubble)
    await server.until(lambda: not server.faults["editMessageText"])
    ann.presses("Leave", bubble)
    await server.until(lambda: not ann.sees, 3)
    assert server.violations == 0


async def test_clear_later_clears_and_never_mind_does_not(server, start, monkeypatch):
    """The timer empties the chat; taken back, it does not."""
    ann, ben = server.person(11), server.person(12)
    bot = await start()
    for person in (ann, ben):
        await opened(server, person)
        person.presses("Clear later")
    await server.until(lambda: len(bot.parts.state.timers) == 2)
    ben.presses("Never mind")
    await server.until(lambda: len(bot.parts.state.timers) == 1)
    await bot.parts.driver.clear_later.clear_all()
    await server.until(lambda: not ann.sees)
    assert len(ben.sees) == 1


async def test_a_clean_stop_keeps_the_promise_to_clear(server, start):
    """When the bot stops, chats that asked to be cleared are cleared early rather than never."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    ann.presses("Clear later")
    await server.until(lambda: len(bot.parts.state.timers) == 1)
    await bot.stop()
    assert ann.sees == []


async def test_blocking_the_bot_forgets_the_session(server, start):
    """Nothing is kept of somebody who blocked the bot."""
    from bot.runtime.state import MemorySessions

    store, ann = MemorySessions(), server.person(11)
    await start(store)
    await opened(server, ann)
    await server.quiet()
    assert await store.sweep() == 1
    ann.blocks()
    await server.quiet()
    assert await store.sweep() == 0


async def test_screens_of_killed_processes_go_with_leave(server, start):
    """Each killed process left its screen, far apart among those of other chats; leave finds them without a session."""
    ann = server.person(11)
    for number in range(3):
        bot = await start()
        ann.types(f"question {number}")
        await server.until(lambda n=number: any(f"question {n} " in message.text for message in ann.sees))
        await server.quiet()
        await bot.kill()
        server._numbers += 400
    await start()
    assert len(ann.sees) == 3
    ann.presses("Leave", ann.screen)
    await server.until(lambda: not ann.sees)


async def test_presses_on_a_screen_that_is_gone_leave_one(server, start):
    """Each of several presses on a message that went away shows a new one; together they leave the last."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    bubble = ann.screen
    del server.chats[11][bubble.id]
    for label in ("Go a", "Go b", "Go c"):
        ann.presses(label, bubble)
        await server.until(lambda label=label: any(f"This is {label[-1]}." in message.text for message in ann.sees))
    await server.until(lambda: [message.text[-11:] for message in ann.sees] == [ann.screen.text[-11:]])
    assert "This is c" in ann.screen.text


@pytest.mark.heavy
def test_the_table_of_leave_holds() -> None:
    """Every case, on a process of its own: nothing left but what no bot may delete, that neutral, and the person told."""
    found = asyncio.run(leaving.table())
    assert len(found) == len(leaving.CASES)
    assert [result for result in found if not result.holds] == []
    assert sum(result.forbidden > 0 for result in found) >= 4
