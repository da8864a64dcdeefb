"""Leave while something of the same chat is still being done: nothing of it stays, and nothing comes after."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from benchmarks.support import tiny_engine
from benchmarks.support.telegram_server import Fault
from bot.channels.telegram.chat_queue import QUEUE
from bot.engine.types import Leave

OTHERS = 2500
"""How many messages others exchange with the bot meanwhile: more than the sweep of leave reaches, so ids have to be known."""


async def opened(server, ann):
    """The welcome stands in the chat, alone."""
    ann.types("/start")
    await server.until(lambda: len(ann.sees) == 1 and ann.sees[0].by_bot)
    await server.quiet()


def others(server, messages=OTHERS):
    """Other chats get messages: ids rise over all of them."""
    server._numbers += messages


async def begins(server, ann, words="he is coming", method="sendMessage"):
    """The words are typed, and the call that answers them is under way."""
    before = server.calls[method]
    others(server)
    number = ann.types(words)
    await server.until(lambda: server.calls[method] > before)
    return number


async def leaves(server, ann, bubble, seconds=3.0):
    """Leave is pressed on `bubble`, and the chat is empty then and ever after."""
    others(server)
    query = ann.presses("Leave", bubble)
    await server.until(lambda: not ann.sees, seconds)
    await server.until(lambda: query in server.acknowledged, 10)
    await server.quiet(10)
    await asyncio.sleep(0.2)
    assert ann.sees == []
    assert server.violations == 0


async def test_words_whose_answer_telegram_limits(server, start):
    """429: the answer is not shown any more, the words go."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    bubble = ann.screen
    server.faults["sendMessage"] = [Fault(status=429, retry_after=20)]
    await begins(server, ann)
    await leaves(server, ann, bubble)


async def test_words_whose_answer_is_slow(server, start):
    """The call hangs: words and screen go at once, and the answer as soon as it stands there."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    bubble = ann.screen
    server.faults["sendMessage"] = [Fault("slow", seconds=1.2)]
    await begins(server, ann)
    began = time.monotonic()
    others(server)
    ann.presses("Leave", bubble)
    await server.until(lambda: not ann.sees, 1)
    assert time.monotonic() - began < 0.5
    await server.until(lambda: any("he is coming" in text for _, _, text in server.edits_of))
    await server.until(lambda: not ann.sees)
    await server.quiet()
    assert ann.sees == []


async def test_words_that_wait_for_a_name_behind_others(server, start):
    """One thread makes all names; while it is busy with others, leave's first effect does not wait for it."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    bubble = ann.screen
    bot.parts.sessions._namer._now._thread.submit(time.sleep, 1.5)
    others(server)
    ann.types("he is coming")
    await server.until(lambda: any(queue.running for queue in bot.parts.driver.queues._queues.values()))
    began = time.monotonic()
    ann.presses("Leave", bubble)
    await server.until(lambda: not ann.sees, 3)
    assert time.monotonic() - began < 0.5
    await server.quiet(10)
    assert ann.sees == []
    assert not any("he is coming" in text for _, _, text in server.edits_of)


async def test_words_that_wait_for_the_pacer_behind_others(server, start):
    """The bot sends thirty messages a second; those of a crowd stand before this chat's."""
    ann = server.person(11)
    bot = await start(pace=True)
    await opened(server, ann)
    bubble = ann.screen
    bot.parts.state.pacing._next = asyncio.get_running_loop().time() + 30
    others(server)
    ann.types("he is coming")
    await server.until(lambda: any(queue.running for queue in bot.parts.driver.queues._queues.values()))
    await asyncio.sleep(0.1)
    await leaves(server, ann, bubble)


@pytest.mark.parametrize("how", ["press", "command"])
async def test_a_full_queue(server, start, how):
    """Words that wait, and those for which there was no room any more; /leave itself is never let go."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    bubble = ann.screen
    server.faults["sendMessage"] = [Fault(status=429, retry_after=20)]
    await begins(server, ann)
    for number in range(QUEUE + 10):
        others(server, 300)
        ann.types(f"and {number}")
    await server.until(lambda: bot.parts.counters.dropped == 10)
    if how == "press":
        await leaves(server, ann, bubble)
    else:
        ann.types("/leave")
        await server.until(lambda: not ann.sees, 3)
        await server.quiet()
        assert ann.sees == []


async def refused(server, ann):
    """The words have been typed, and Telegram has refused their answer for good."""
    before = server.calls["sendMessage"]
    server.faults["sendMessage"] = [Fault(status=400), Fault(status=400)]
    await begins(server, ann)
    await server.until(lambda: server.calls["sendMessage"] >= before + 2)
    await server.quiet()
    assert len(ann.sees) == 2, "the words stay for the person to see that nobody answered them"


@pytest.mark.parametrize("between", [0.0, 0.5], ids=["at once", "later"])
async def test_words_whose_answer_was_refused(server, start, between):
    """The words of an answer that failed go, however long ago: the session knows of them."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    bubble = ann.screen
    await refused(server, ann)
    if between:
        await server.until(lambda: not len(bot.parts.driver.queues))
    await leaves(server, ann, bubble)


async def test_refused_words_are_known_where_nothing_else_was(server, start):
    """Without a session before, too; and what is asked next is answered as ever."""
    ann = server.person(11)
    bot = await start()
    await refused_first(server, ann)
    await server.until(lambda: not len(bot.parts.driver.queues))
    others(server, 5000)
    ann.types("again")
    await server.until(lambda: any("again" in message.text for message in ann.sees if message.by_bot))
    await server.quiet()
    await leaves(server, ann, ann.screen)


async def refused_first(server, ann):
    """The very first words, refused."""
    server.faults["sendMessage"] = [Fault(status=400), Fault(status=400)]
    ann.types("he is coming")
    await server.until(lambda: server.calls["sendMessage"] >= 2)
    await server.quiet()
    assert len(ann.sees) == 1


async def test_words_that_a_fault_of_ours_left(server, start, monkeypatch):
    """An error in the middle of an answer: the words stay, leave knows of them."""
    ann = server.person(11)
    bot = await start()
    await opened(server, ann)
    bubble = ann.screen

    async def breaks(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(bot.parts.driver._bubble, "below", breaks)
    others(server)
    ann.types("he is coming")
    await server.until(lambda: bot.parts.counters.faults == 1)
    await server.quiet()
    await leaves(server, ann, bubble)


async def test_a_copy_whose_screen_is_limited(server, start):
    """The copy stands, the screen after it does not come: leave takes the copy."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    bubble = ann.screen
    others(server)
    server.any_fault = lambda method: (
        Fault(status=429, retry_after=20) if method == "sendMessage" and len(ann.sees) == 2 else None
    )
    ann.presses("Keep a copy", bubble)
    await server.until(lambda: len(ann.sees) == 2)
    await server.until(lambda: 11 in server.held_until)
    others(server)
    ann.presses("Leave", bubble)
    await server.until(lambda: not ann.sees, 3)
    await server.quiet()
    assert ann.sees == []


async def test_a_copy_that_is_limited(server, start):
    """Leave does not wait for a copy's turn, and the copy does not come after it."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    bubble = ann.screen
    server.faults["sendMessage"] = [Fault(status=429, retry_after=2)]
    ann.presses("Keep a copy", bubble)
    await server.until(lambda: 11 in server.held_until)
    await leaves(server, ann, bubble)
    await asyncio.sleep(2.2)
    assert not any("Keep this" in text for _, _, text in server.edits_of)


async def test_an_answer_that_arrived_although_its_call_failed(server, start):
    """Nobody knows its number; it stands far above the words, and goes."""
    ann, ben = server.person(11), server.person(12)
    await start()
    await opened(server, ann)
    await opened(server, ben)
    bubble = ann.screen

    def lost(method, chat):
        if method != "sendMessage" or chat != 11:
            return None
        others(server, 700)
        return Fault("after") if len(ann.sees) == 2 else Fault(status=500)

    server.chat_fault = lost
    ann.types("he is coming")
    await server.until(lambda: len(ann.sees) == 3)
    ben.types("hello")
    await server.until(lambda: any("hello" in message.text for message in ben.sees if message.by_bot))
    await leaves(server, ann, bubble)


async def test_words_after_leave_are_a_new_talk(server, start):
    """What is typed while leave still clears is answered; leave does not take it before that."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    bubble = ann.screen
    server.faults["deleteMessage"] = [Fault("slow", seconds=0.5)]
    ann.presses("Leave", bubble)
    await server.until(lambda: not server.faults["deleteMessage"])
    number = ann.types("hello again")
    await server.until(lambda: any("hello again" in message.text for message in ann.sees if message.by_bot), 15)
    taken = [p["message_ids"] for _, method, p in server.log if method == "deleteMessages" and number in p["message_ids"]]
    assert taken == []
    await server.until(lambda: len(ann.sees) == 1)


async def test_the_command_overtakes_the_words_before_it(server, start):
    """Typed /leave does not wait behind an answer that Telegram limits."""
    ann = server.person(11)
    await start()
    await opened(server, ann)
    server.faults["sendMessage"] = [Fault(status=429, retry_after=20)]
    await begins(server, ann)
    ann.types("/leave@a_bot now")
    await server.until(lambda: not ann.sees, 3)
    await server.quiet()
    assert ann.sees == []


async def test_the_command_speaks_the_language_that_was_chosen(server, start):
    """The session's, not the phone's: what cannot be deleted reads so."""

    def step(world, token, event):
        turn = tiny_engine.step(world, token, event)
        return replace(turn, effects=(Leave(f"Nothing in {token}.", ""),)) if turn.token == "left" else turn

    ann = server.person(11)
    await start(step=step)
    await opened(server, ann)
    ann.presses("Go b")
    await server.until(lambda: "This is b" in ann.screen.text)
    await asyncio.sleep(1.2)  # the session is stored a second behind the answer
    ann.sees[0].date -= 49 * 3600
    ann.types("/leave")
    await server.until(lambda: [message.text for message in ann.sees] == ["Nothing in b."])
