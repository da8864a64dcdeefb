"""Words typed on Signal are heard beside the loop: others are answered meanwhile, and leave waits for no line."""

from __future__ import annotations

import asyncio
import threading
import uuid

import pytest

from bot.channels.signal.app import channel
from bot.channels.signal.settings import Settings
from bot.engine import Surface, World, step
from bot.find import Heard
from tests.channels.held_words import holders, left_words

FIRST, ANSWER, GOODBYE = "Someone hurt or threatened me", "Violence", "stays on this phone"


@pytest.fixture
def going():
    """Set: words are heard at once."""
    found = threading.Event()
    yield found
    found.set()


@pytest.fixture
async def bot(daemon, edition, going):
    """The channel with an ear that hears once it may; gives how many it began to hear, as a list of one number."""
    begun = [0]

    def listen(_text, language):
        begun[0] += 1
        going.wait(10)
        return Heard("unsure", language=language)

    world = World(edition, listen, Surface(name="signal", title="Signal", buttons=False, timers=True))
    settings = Settings(str(daemon.socket), "", name_cost=2)
    async with channel(step, lambda: world, settings, goodbye=0.05, first_wait=0.05) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        yield begun


async def test_others_are_answered_and_leave_waits_for_no_line(daemon, bot, going):
    ann, ben, eva = (str(uuid.uuid4()) for _ in range(3))
    for each in (ann, ben, eva):
        daemon.writes(each, "home")
    await daemon.until(lambda: all(len(daemon.sees(each)) == 1 for each in (ann, ben, eva)))
    daemon.writes(ann, "where can I get tested")
    await daemon.until(lambda: bot[0] == 1)
    daemon.writes(eva, left_words())
    daemon.writes(ben, "2")
    await daemon.until(lambda: any(ANSWER in said for said in daemon.sees(ben)), 3)
    daemon.writes(eva, "leave")
    await daemon.until(lambda: any(GOODBYE in said for said in daemon.said), 2)
    assert bot[0] == 1, "the line did not move"
    assert holders() == []
    going.set()
    await daemon.until(lambda: len(daemon.sees(ann)) == 1 and FIRST not in daemon.sees(ann)[0])
