"""The Signal channel over a real socket: one screen that stays, numbers and words, leave, limits, a daemon that dies."""

from __future__ import annotations

import asyncio
import gc
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.support.signal_daemon import SignalDaemon
from bot.channels.signal import rpc
from bot.channels.signal.app import RunningChannel, channel
from bot.channels.signal.envelope import parse
from bot.channels.signal.render import styled
from bot.channels.signal.settings import Settings, SettingsError, from_environment
from bot.engine.turn import step
from bot.engine.types import Span, Surface, World
from bot.find.building import build_finder


@pytest.fixture(scope="module")
def signal_world(edition) -> World:
    """The real pack on Signal."""
    return World(edition, build_finder(edition).listen, Surface(name="signal", title="Signal", buttons=False, timers=True))


@pytest.fixture
async def bot(daemon: SignalDaemon, signal_world: World) -> AsyncIterator[RunningChannel]:
    """The channel, connected."""
    settings = Settings(str(daemon.socket), "", name_cost=2)
    async with channel(step, lambda: signal_world, settings, goodbye=0.05, first_wait=0.05) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        yield parts


def person() -> str:
    """A new ACI."""
    return str(uuid.uuid4())


async def settled(daemon: SignalDaemon, aci: str, has: str) -> str:
    """The one screen left in a chat once it holds some words."""
    await daemon.until(lambda: len(daemon.sees(aci)) == 1 and has in daemon.sees(aci)[0])
    return daemon.sees(aci)[0]


async def test_one_screen_stays_and_numbers_choose(daemon, bot):
    """Each screen replaces the last; a number takes a choice; bold is counted in UTF-16 units."""
    ann = person()
    daemon.writes(ann, "hi there friend")
    await daemon.until(lambda: daemon.sees(ann))
    daemon.writes(ann, "home")
    screen = await settled(daemon, ann, "1. Someone hurt or threatened me")
    assert "0. " in screen
    assert any(daemon.styles.values())
    daemon.writes(ann, "2")
    await settled(daemon, ann, "Violence")
    daemon.writes(ann, "back")
    await settled(daemon, ann, "Someone hurt or threatened me")
    daemon.writes(ann, "urgnt")
    await settled(daemon, ann, "wake up")


async def test_typed_words_find_an_answer_without_a_session(daemon, bot):
    """The first message may be the question."""
    ann = person()
    daemon.writes(ann, "he choked me last night")
    screen = await settled(daemon, ann, "Choked or strangled")
    assert "Emergency room now" in screen  # the card itself, not a button to it


async def test_a_bare_number_without_a_session_is_the_welcome(daemon, bot):
    """Nobody's old number opens a screen that they did not see."""
    ann = person()
    daemon.writes(ann, "7")
    await settled(daemon, ann, "Someone hurt or threatened me")


async def test_a_number_of_an_older_edition_is_the_welcome(daemon, bot, signal_world):
    """After an edit the same number could mean something else."""
    ann = person()
    daemon.writes(ann, "home")
    await settled(daemon, ann, "Someone hurt or threatened me")
    daemon.writes(ann, "2")
    await settled(daemon, ann, "Violence")
    before = signal_world.edition.fingerprint
    try:
        signal_world.edition.fingerprint = "f" * 64
        daemon.writes(ann, "1")
        await settled(daemon, ann, "Someone hurt or threatened me")
    finally:
        signal_world.edition.fingerprint = before


async def test_leave_deletes_everything_and_forgets(daemon, bot):
    """Nothing of the bot's is left, and the daemon forgets the contact."""
    ann = person()
    daemon.writes(ann, "home")
    await settled(daemon, ann, "Someone hurt")
    daemon.writes(ann, "leave")
    await daemon.until(lambda: any("stays on this phone" in text for text in daemon.sees(ann)))
    assert len(daemon.sees(ann)) == 1
    await daemon.until(lambda: not daemon.sees(ann) and ann in daemon.forgotten)


async def test_a_disappearing_timer_is_offered_and_set(daemon, bot):
    """A zero on the first screen."""
    ann = person()
    daemon.writes(ann, "home")
    await settled(daemon, ann, "0. Let messages disappear")
    daemon.writes(ann, "0")
    await settled(daemon, ann, "disappear after 1 hour. You can change")
    assert daemon.timers[ann] == 3600


async def test_limits_delay_and_lose_nothing(daemon, bot, capsys):
    """A rate limit: the answer comes later; the log has a number, not words."""
    daemon.refuse["send"] = [(-5, 0.1), (-6, 0.0), (-1, 0.0)]
    ann = person()
    daemon.writes(ann, "home")
    await settled(daemon, ann, "Someone hurt")
    assert "private words" not in capsys.readouterr().out


async def test_the_daemon_dies_and_comes_back(daemon, bot):
    """The subscription is taken up again; what was asked is answered."""
    ann = person()
    daemon.writes(ann, "home")
    await settled(daemon, ann, "Someone hurt")
    await daemon.stop()
    await asyncio.sleep(0.1)
    await daemon.start()
    await asyncio.wait_for(bot.daemon.connected.wait(), 10)
    daemon.writes(ann, "2")
    await settled(daemon, ann, "Violence")


async def test_a_daemon_that_dies_while_it_owes_an_answer_is_noticed_at_once(daemon, bot):
    """Not only when the answer's time has run out; the next daemon carries out the call."""
    daemon.awake.clear()
    ann = person()
    answer = asyncio.create_task(bot.outbox.call("send", recipient=[ann], message="screen"))
    await daemon.until(lambda: bot.daemon._waiting)
    await daemon.stop()
    await daemon.until(lambda: not bot.daemon.connected.is_set(), 2)
    daemon.awake.set()
    await daemon.start()
    assert await asyncio.wait_for(answer, 5)
    assert daemon.sees(ann) == ["screen"]


async def test_health_is_that_of_what_can_be_sent(daemon, signal_world, tmp_path, monkeypatch):
    """Green while the daemon answers; red when it is silent, and when it talks but takes no message; green again by itself."""
    monkeypatch.setattr(rpc, "PING_SECONDS", 0.05)
    now = [0.0]
    settings = Settings(str(daemon.socket), health_file=tmp_path / "health", name_cost=2)
    async with channel(step, lambda: signal_world, settings, first_wait=0.3) as parts:
        parts.health._clock = lambda: now[0]
        await daemon.until(lambda: (tmp_path / "health").exists())
        now[0] = 100.0
        await daemon.until(lambda: not parts.health.red)
        daemon.refuse["send"] = [(-6, 0.0)] * 1000
        daemon.writes(person(), "home")
        await daemon.until(lambda: parts.outbox.held)
        now[0] = 200.0
        pings = daemon.calls.count("version")
        await daemon.until(lambda: daemon.calls.count("version") > pings + 2)
        assert parts.health.red
        daemon.refuse.clear()
        await daemon.until(lambda: not parts.health.red)
        assert not parts.outbox.held
        await daemon.stop()
        await daemon.until(lambda: not parts.daemon.connected.is_set())
        now[0] = 300.0
        await asyncio.sleep(0.1)
        assert parts.health.red
        await daemon.start()
        await daemon.until(lambda: not parts.health.red)


async def test_what_is_not_answered(daemon, bot):
    """Groups, reactions, receipts, typing, stories, calls, edits, timer changes: no answer; a picture: a kind one."""
    ann = person()
    for data in (
        {"message": "hi", "groupInfo": {"groupId": "x"}},
        {"reaction": {"emoji": "x"}},
        {"remoteDelete": {"timestamp": 1}},
        {"isExpirationUpdate": True},
    ):
        daemon.push(daemon.envelope(ann, **data))
    for other in ("editMessage", "receiptMessage", "typingMessage", "syncMessage", "storyMessage", "callMessage"):
        received = daemon.envelope(ann)
        del received["envelope"]["dataMessage"]
        received["envelope"][other] = {"timestamp": 1}
        daemon.push(received)
    daemon.push({"exception": {"message": "x", "type": "y"}})
    daemon.push(daemon.envelope(ann, attachments=[{"id": "x"}]))
    await daemon.until(lambda: daemon.sees(ann))
    await asyncio.sleep(0.1)
    assert daemon.calls.count("send") == 1


@pytest.mark.parametrize(
    "received", [{}, {"envelope": None}, {"envelope": {"sourceUuid": 5, "dataMessage": {}}}, {"envelope": {"sourceUuid": "x"}}]
)
def test_nonsense_is_nothing(received):
    """Nothing that the daemon hands over raises."""
    assert parse(received) is None


async def test_calls_go_one_after_the_other(daemon, bot):
    """Twenty people at once, never two calls at a time."""
    daemon.delay = 0.005
    people = [person() for _ in range(20)]
    for aci in people:
        daemon.writes(aci, "home")
    await daemon.until(lambda: all(len(daemon.sees(aci)) == 1 for aci in people), 20)
    assert daemon.most_busy == 1


async def test_nothing_of_a_person_is_left_after_leave(daemon, bot, capfd):
    """Neither the words, nor the name, nor the ACI in any object of ours, nor in the output."""
    ann = person()
    canary = "".join(reversed("yranac-lufwa"))
    daemon.writes(ann, f"my {canary} hurts")
    await daemon.until(lambda: daemon.sees(ann))
    daemon.writes(ann, "leave")
    await daemon.until(lambda: ann in daemon.forgotten)
    await bot.outbox.drain()
    await asyncio.sleep(0.1)
    gc.collect()
    state = bot.sessions.state
    parts = [state.timers._kept, bot.driver.contacts._over, bot.driver._exits, bot.driver._queues]
    assert not any((*parts, state.sessions._kept, bot.daemon._waiting))
    out = capfd.readouterr()
    assert canary not in out.out + out.err
    assert ann not in out.out + out.err


async def test_an_idle_contact_is_forgotten(daemon, signal_world):
    """The daemon's own database should keep no one."""
    ann = person()
    settings = Settings(str(daemon.socket), "", name_cost=2)
    async with channel(step, lambda: signal_world, settings, idle=0.1, sweep=0.05) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        daemon.writes(ann, "home")
        await daemon.until(lambda: ann in daemon.forgotten)


def test_bold_is_counted_in_utf16_units():
    """An emoji is two."""
    text, styles = styled([Span("🌙 "), Span("Bold", "bold"), Span(" x", "link", "https://example.org")])
    assert styles == ["3:4:BOLD"]
    assert text.endswith("x (https://example.org)")


def test_settings_say_what_is_missing():
    """And never hold a value in their words."""
    with pytest.raises(SettingsError, match="CONSTELLATION_SIGNAL_SOCKET"):
        from_environment({})
    assert from_environment({"CONSTELLATION_SIGNAL_SOCKET": "/run/x"}).socket == "/run/x"
    health = {"CONSTELLATION_SIGNAL_SOCKET": "/run/x", "CONSTELLATION_SIGNAL_HEALTH_FILE": "/run/y"}
    assert from_environment(health).health_file == Path("/run/y")
