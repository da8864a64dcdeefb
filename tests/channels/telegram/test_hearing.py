"""Typed words are heard beside the loop: others' presses and Leave go on, a chat's order stays, and left words are gone."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from benchmarks.support import tiny_engine
from bot.engine.types import Typed
from tests.channels.held_words import holders, left_words


class Ear:
    """The tests' engine, that hears as long as it is let: `going` set, at once."""

    def __init__(self) -> None:
        self.going, self.begun = threading.Event(), 0

    def step(self, world, token, event):
        """The turn."""
        if isinstance(event, Typed):
            self.begun += 1
            self.going.wait(10)
        return tiny_engine.step(world, token, event)


@pytest.fixture
def ear():
    """An ear; nobody waits for it at the end."""
    found = Ear()
    yield found
    found.going.set()


def shown(person, words):
    """Whether a message of the bot's shows the words."""
    return any(message.by_bot and words in message.text for message in person.sees)


async def opened(server, people):
    for person in people:
        person.types("/start")
    await server.until(lambda: all(any(message.by_bot for message in person.sees) for person in people))
    await server.quiet()


async def test_presses_urgent_and_leave_of_others_go_on_meanwhile(server, start, ear):
    ann, ben, eva = (server.person(number) for number in (21, 22, 23))
    await start(step=ear.step)
    await opened(server, (ann, ben, eva))
    ann.types("he is at the door")
    await server.until(lambda: ear.begun)
    ben.presses("Go a", ben.screen)
    await server.until(lambda: shown(ben, "This is a"), 2)
    ben.types("/urgent")
    await server.until(lambda: shown(ben, "urgent"), 2)
    eva.presses("Leave", eva.screen)
    await server.until(lambda: not eva.sees, 2)
    assert not shown(ann, "You said")
    ear.going.set()
    await server.until(lambda: shown(ann, "You said he is at the door"))


async def test_the_order_in_a_chat_stays(server, start, ear):
    ann, ben = server.person(24), server.person(25)
    await start(step=ear.step)
    await opened(server, (ann, ben))
    ben.types("one of another chat")
    await server.until(lambda: ear.begun)
    ann.types("first")
    ann.types("second")
    await asyncio.sleep(0.1)
    ear.going.set()
    await server.until(lambda: shown(ann, "You said second in said:first"))


async def test_leave_ends_the_waiting_of_its_chat_and_its_words_are_gone(server, start, ear):
    """Behind a line that does not move: the chat is empty, and nothing in the process holds what was typed in it."""
    crowd = [server.person(100 + number) for number in range(40)]
    ann = server.person(26)
    await start(step=ear.step)
    await opened(server, (*crowd, ann))
    for person in crowd:
        person.types("somebody else's words")
    await server.until(lambda: ear.begun == 1)
    ann.types(left_words())
    await asyncio.sleep(0.3)
    began = time.monotonic()
    ann.presses("Leave", next(message for message in ann.sees if message.by_bot))
    await server.until(lambda: not ann.sees, 2)
    await asyncio.sleep(max(0.0, began + 1.5 - time.monotonic()))
    assert ear.begun == 1, "the line did not move"
    server.updates.clear()  # Telegram's own copies, which the others' words keep there
    assert holders() == []
    ear.going.set()
    await server.until(lambda: all(shown(person, "You said somebody") for person in crowd), 20)
    assert ann.sees == []
