"""Leave on Signal while something of the same chat is being done: it waits for no limit, and nothing is shown after it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest

from benchmarks.support.signal_daemon import SignalDaemon
from bot.channels.signal.app import RunningChannel, channel
from bot.channels.signal.driver import QUEUE
from bot.channels.signal.outbox import LATER
from bot.channels.signal.settings import Settings
from bot.engine.turn import step
from bot.engine.types import Surface, World
from bot.find.building import build_finder
from bot.runtime.state import MemoryFloodCounts

FIRST, ANSWER, GOODBYE = "Someone hurt or threatened me", "Violence", "stays on this phone"


@pytest.fixture(scope="module")
def signal_world(edition) -> World:
    """The real pack on Signal."""
    return World(edition, build_finder(edition).listen, Surface(name="signal", title="Signal", buttons=False, timers=True))


@pytest.fixture
async def bot(daemon: SignalDaemon, signal_world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunningChannel]:
    """The channel, connected. Names are waited for: an answer without its session, as on a machine that has no time, leaves its
    screen behind, and here that is not the question."""
    monkeypatch.setattr("bot.channels.sessions.NAME_SECONDS", 60)
    settings = Settings(str(daemon.socket), "", name_cost=2)
    async with channel(step, lambda: signal_world, settings, goodbye=0.05, first_wait=0.05) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        yield parts


async def opened(daemon: SignalDaemon) -> str:
    """The first screen stands in a chat, alone; gives whose."""
    ann = str(uuid.uuid4())
    daemon.writes(ann, "home")
    await daemon.until(lambda: len(daemon.sees(ann)) == 1 and FIRST in daemon.sees(ann)[0])
    return ann


def leave_number(screen: str) -> str:
    """The number beside Leave."""
    choice = next(part for line in screen.splitlines() for part in line.split("   ") if part.endswith(". Leave"))
    return choice.partition(".")[0]


@pytest.mark.parametrize("by", ["leave", "number"])
async def test_an_answer_that_signal_limits_is_not_shown_after_leave(daemon, bot, by):
    """Leave waits neither for the limit nor for the words before it."""
    ann = await opened(daemon)
    says = by if by == "leave" else leave_number(daemon.sees(ann)[0])
    daemon.refuse["send"] = [(-5, 1.0)]
    daemon.writes(ann, "2")
    await daemon.until(lambda: not daemon.refuse["send"])
    daemon.writes(ann, "home")
    daemon.writes(ann, "2")
    daemon.writes(ann, says)
    await daemon.until(lambda: any(GOODBYE in said for said in daemon.said), 0.8)
    await daemon.until(lambda: not daemon.sees(ann) and ann in daemon.forgotten)
    await asyncio.sleep(1.2)
    assert daemon.sees(ann) == []
    assert len(daemon.said) == 2, "the first screen and the goodbye"
    assert not bot.outbox.held


async def test_an_answer_on_its_way_is_not_tried_again(daemon, bot):
    """The daemon has the call when leave comes, and refuses it afterwards."""
    ann = await opened(daemon)
    daemon.refuse["send"] = [(-5, 5.0)]
    daemon.delay = 0.3
    daemon.writes(ann, "2")
    await daemon.until(lambda: daemon.busy)
    daemon.writes(ann, "leave")
    await daemon.until(lambda: not daemon.refuse["send"])
    daemon.delay = 0.0
    await daemon.until(lambda: not daemon.sees(ann) and ann in daemon.forgotten, 3)
    assert not any(ANSWER in said for said in daemon.said)


async def test_a_flood_does_not_push_leave_out(daemon, bot):
    """A queue that is full after leave lets others go."""
    ann = await opened(daemon)
    daemon.awake.clear()
    daemon.writes(ann, "2")
    await daemon.until(lambda: daemon.busy)
    daemon.writes(ann, "leave")
    for _ in range(QUEUE + 5):
        daemon.writes(ann, "home")
    await daemon.until(lambda: len(bot.driver._queues.get(ann, ())) == QUEUE)
    daemon.awake.set()
    await daemon.until(lambda: any(GOODBYE in said for said in daemon.said))


async def test_leave_is_not_slowed_by_a_flood_before_it(daemon, bot):
    """Who wrote too fast waits for screens, not for leave; what waited is not carried out any more."""
    ann = await opened(daemon)
    bot.sessions.state.floods = MemoryFloodCounts(rate=0.2, burst=0)
    daemon.writes(ann, "0")
    await daemon.until(lambda: bot.sessions.state.floods._kept)
    daemon.writes(ann, "leave")
    await daemon.until(lambda: any(GOODBYE in said for said in daemon.said), 1)
    assert ann not in daemon.timers


async def test_no_screen_follows_what_was_on_its_way(daemon, bot):
    """The timer is being set when leave comes: it is set, and the screen that would say so is not sent."""
    ann = await opened(daemon)
    daemon.delay = 0.2
    daemon.writes(ann, "0")
    await daemon.until(lambda: daemon.busy)
    daemon.writes(ann, "leave")
    await daemon.until(lambda: not daemon.sees(ann) and ann in daemon.forgotten)
    assert daemon.timers[ann] == 3600
    assert len(daemon.said) == 2, "the first screen and the goodbye"


async def test_deletions_of_who_left_go_before_others_screens(daemon, bot):
    """One that waited until everybody had their screens does not any more."""
    ann, others = await opened(daemon), [str(uuid.uuid4()) for _ in range(20)]
    (shown,) = daemon.chats[ann]
    daemon.delay = 0.02
    sends = [asyncio.create_task(bot.outbox.call("send", recipient=[aci], message="screen")) for aci in others]
    deletion = asyncio.create_task(bot.outbox.call("remoteDelete", priority=LATER, recipient=[ann], targetTimestamp=shown))
    await asyncio.sleep(0.05)
    bot.outbox.overtake(ann)
    assert await asyncio.wait_for(deletion, 0.02) is None, "nobody waits for it"
    await daemon.until(lambda: not daemon.sees(ann))
    assert not all(send.done() for send in sends)
    await asyncio.gather(*sends)


async def test_one_deletion_that_signal_limits_does_not_hold_up_the_others(daemon, bot):
    """Copies and screen are deleted side by side; the limited one follows."""
    ann = await opened(daemon)
    async with bot.sessions.hold(ann, priority=True) as held:
        extra = (await bot.outbox.call("send", recipient=[ann], message="copy"))["timestamp"]
        await held.save(held.session.owns(extra))
    daemon.refuse["remoteDelete"] = [(-5, 1.0)]
    daemon.writes(ann, "leave")
    await daemon.until(lambda: len(daemon.sees(ann)) == 1, 0.8)
    await daemon.until(lambda: ann in daemon.forgotten and not daemon.sees(ann))
