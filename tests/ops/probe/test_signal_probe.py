"""The probe on Signal, between two accounts: a bot that is well, dead, slow, wrong, or that leaves something behind."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from benchmarks.support.signal_bridge import BOT, Bridge
from bot.channels.signal.app import channel
from bot.channels.signal.phone import SignalPhone
from bot.channels.signal.settings import Settings
from bot.engine.turn import step
from bot.engine.types import Surface, World
from bot.find.building import build_finder
from bot.ops.probe.conversation import Outcome, play
from bot.ops.probe.script import NoScriptError, Script, scripts
from bot.privacy.log_grammar import PROBE_STEPS, parse

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def signal_world(edition) -> World:
    """The real pack on Signal."""
    return World(edition, build_finder(edition).listen, Surface(name="signal", title="Signal", buttons=False, timers=True))


@pytest.fixture(scope="module")
def talks(signal_world) -> tuple[Script, ...]:
    """What it should show."""
    return scripts(signal_world)


@pytest.fixture
async def bridge(tmp_path: Path) -> AsyncIterator[Bridge]:
    """Two accounts."""
    made = Bridge(tmp_path)
    await made.start()
    yield made
    await made.stop()


@asynccontextmanager
async def running(bridge: Bridge, world: World) -> AsyncIterator[None]:
    """The real channel on the bot's account."""
    settings = Settings(str(bridge.bot.socket), name_cost=2)
    async with channel(step, lambda: world, settings, goodbye=0.05, first_wait=0.05) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        yield


def phone(bridge: Bridge) -> SignalPhone:
    """The probe's end; the channel's goodbye is short here."""
    return SignalPhone(str(bridge.probe.socket), "", BOT, lingers=0.5)


async def test_a_bot_that_is_well(bridge, signal_world, talks):
    """Every step is done and timed; the chat is empty on both sides."""
    async with running(bridge, signal_world):
        for _ in range(2):
            outcome = await play(phone(bridge), talks, 5)
            assert outcome.failed == ""
            assert tuple(outcome.took) == PROBE_STEPS
            assert 0 < sum(outcome.took.values()) < 10_000
    assert not [text for chat in bridge.bot.chats.values() for text in chat.values()]
    assert not [text for chat in bridge.probe.chats.values() for text in chat.values()]


async def test_nobody_answers(bridge, talks):
    """A dead bot fails at the start, and nothing else was shown."""
    outcome = await play(phone(bridge), talks, 0.5)
    assert (outcome.failed, outcome.other, tuple(outcome.took)) == ("start", False, ("connect",))
    assert outcome.waited >= 500


async def test_no_daemon(tmp_path, talks, monkeypatch):
    """The probe's own side is told apart: it fails to connect."""
    monkeypatch.setattr("bot.channels.signal.phone.CONNECT_SECONDS", 0.3)
    outcome = await play(SignalPhone(str(tmp_path / "none"), "", BOT), talks, 0.3)
    assert outcome.failed == "connect"


def garbled(when: str) -> Callable[[str], str]:
    """Changes the words of one screen: a number that is another."""
    return lambda text: text.replace(when, "555 0199") if when in text else text


@pytest.mark.parametrize("failing", ["start", "urgent", "question"])
async def test_a_bot_that_says_something_else(bridge, signal_world, talks, failing):
    """Another edition's words, on one screen: that step is named, and that something was shown."""
    script = talks[0]
    screen = {"start": script.welcome, "urgent": script.urgent, "question": script.answer}[failing]
    last = screen.text.strip().splitlines()[-1]
    bridge.bot.alter = garbled(last)
    async with running(bridge, signal_world):
        outcome = await play(phone(bridge), talks, 1.5)
    assert (outcome.failed, outcome.other) == (failing, True)


async def test_a_slow_bot(bridge, signal_world, talks):
    """Slower than a step may take is not there."""
    bridge.bot.delay = 1.0
    async with running(bridge, signal_world):
        outcome = await play(phone(bridge), talks, 0.6)
    assert outcome.failed == "start"


async def test_something_stays_after_leave(bridge, signal_world, talks):
    """Deletions that never arrive are found, at the step where the screen should go."""
    bridge.bot.loses = "remoteDelete"
    async with running(bridge, signal_world):
        outcome = await play(phone(bridge), talks, 1.5)
    assert outcome.failed == "leave"


async def test_the_goodbye_stays(bridge, signal_world, talks):
    """And at the last step where only the goodbye does."""
    settings = Settings(str(bridge.bot.socket), name_cost=2)
    async with channel(step, lambda: signal_world, settings, goodbye=60) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        outcome = await play(phone(bridge), talks, 1.5)
    assert outcome.failed == "empty"


async def test_a_talk_that_was_cut_off_is_left_first(bridge, signal_world, talks):
    """A probe that died in the middle makes no alarm the next time."""
    async with running(bridge, signal_world):
        first = phone(bridge)
        await first.open()
        await first.types("home")
        while not await first.sees():
            await asyncio.sleep(0.05)
        await first.close()
        outcome = await play(phone(bridge), talks, 3)
    assert outcome.failed == ""


async def test_what_others_write_is_dropped(bridge, signal_world, talks):
    """Nothing of another's message, nor its sender, is kept."""
    other = str(uuid.uuid4())
    end = phone(bridge)
    await end.open()
    bridge.probe.push(bridge.probe.envelope(other, message="private words"))
    await asyncio.sleep(0.1)
    assert await end.sees() == ()
    assert other not in repr(vars(end))
    await end.close()


def test_words_that_lead_nowhere_are_refused(signal_world):
    """A question without a topic is no test of anything."""
    with pytest.raises(NoScriptError):
        scripts(signal_world, "qwxz vbnq")
    assert {script.words for script in scripts(signal_world, "he choked me")} == {"he choked me"}


def test_every_outcome_is_a_line_of_the_grammar(capfd):
    """And its numbers hold no id."""
    outcomes = [Outcome(dict.fromkeys(PROBE_STEPS, 12.5))]
    outcomes += [Outcome({"connect": 1.5}, name, 15_000.2, True) for name in PROBE_STEPS]
    for outcome in outcomes:
        outcome.say()
    lines = capfd.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["probe_ok", *(f"probe_failed_{name}" for name in PROBE_STEPS)]
    assert all(parse(line) for line in lines)


@pytest.mark.heavy
async def test_the_real_processes(bridge, tmp_path):
    """`constellation run signal` and `constellation ops probe signal --tell`, each a process of its own: up, then down."""
    told = tmp_path / "told"
    told_by = tmp_path / "tell.py"
    told_by.write_text(f"import sys\nopen({str(told)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n")
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CONSTELLATION")}
    environ = {**clean, "PYTHONPATH": str(ROOT), "CONSTELLATION_SIGNAL_SOCKET": str(bridge.bot.socket)}
    environ |= {"CONSTELLATION_PROBE_SOCKET": str(bridge.probe.socket), "CONSTELLATION_PROBE_BOT": BOT}

    async def start(*words: str) -> asyncio.subprocess.Process:
        pipe, gone = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, env=environ, cwd=ROOT, stdout=pipe, stderr=gone
        )

    bot = await start("run", "signal", "--date", "2026-11-23")
    probe = None
    try:
        await bridge.bot.until(lambda: "subscribeReceive" in bridge.bot.calls, 30)
        probe = await start(
            *("ops", "probe", "signal", "--date", "2026-11-23", "--within", "3", "--every", "10s"),
            *("--tell", f"{sys.executable} {told_by} $HOME;x"),
        )
        out = await _line(probe, "probe_ok")
        bot.kill()
        out += await _line(probe, "probe_failed_start")
        out += await _line(probe, "probe_failed_start")
        probe.terminate()
        more, _ = await asyncio.wait_for(probe.communicate(), 20)
        assert probe.returncode == 1
    finally:
        for process in (bot, *([probe] if probe else [])):
            if process.returncode is None:
                process.kill()
    for line in (out + more.decode()).splitlines():
        assert parse(line), line
    assert told.read_text() == "$HOME;x down start\n"


async def _line(process: asyncio.subprocess.Process, kind: str) -> str:
    """What it prints up to a line of this kind."""
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(70):
        while not said.splitlines() or not said.splitlines()[-1].startswith(kind):
            line = (await process.stdout.readline()).decode()
            assert line, said
            said += line
    return said
