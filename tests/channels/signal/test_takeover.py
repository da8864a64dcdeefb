"""Two processes for one account on Signal: one serves, the other connects to nothing, and takes over what was not answered."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from benchmarks.support.signal_daemon import SignalDaemon
from bot.channels.settings import Sharing
from bot.channels.sharing import Shared
from bot.channels.signal import inbox
from bot.channels.signal.app import by_turns
from bot.channels.signal.rpc import Daemon, GoneError
from bot.channels.signal.settings import Settings, SettingsError, from_environment
from bot.channels.signal.takeover import NAME, Turn, in_turn
from bot.engine import Surface, World
from bot.engine.turn import step
from bot.find import build_finder
from bot.privacy.pepper import Peppers
from bot.runtime.state import MemoryState, boot_clock


@pytest.fixture(scope="module")
def signal_world(edition) -> World:
    """The real pack on Signal."""
    return World(edition, build_finder(edition).listen, Surface(name="signal", title="Signal", buttons=False, timers=True))


@pytest.fixture
def found() -> Shared:
    """What both share."""
    return Shared(MemoryState(), Peppers())


@asynccontextmanager
async def process(daemon: SignalDaemon, world: World, found: Shared) -> AsyncIterator[asyncio.Event]:
    """One of them; ended as by SIGTERM once the block ends, or the event is set."""
    stop = asyncio.Event()
    settings = Settings(str(daemon.socket), "", name_cost=2)
    task = asyncio.create_task(by_turns(step, lambda: world, settings, found, stop))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 12)


def subscriptions(daemon: SignalDaemon) -> int:
    """How often somebody has subscribed."""
    return daemon.calls.count("subscribeReceive")


async def test_the_other_connects_to_nothing_until_its_turn(daemon, signal_world, found):
    """At a clean end the other takes over at once; a number chosen then still counts, and what came between is answered."""
    ann = str(uuid.uuid4())
    async with process(daemon, signal_world, found) as first:
        await daemon.until(lambda: subscriptions(daemon) == 1)
        async with process(daemon, signal_world, found):
            daemon.writes(ann, "home")
            await daemon.until(lambda: any("1. " in text for text in daemon.sees(ann)))
            await asyncio.sleep(0.3)
            assert subscriptions(daemon) == 1
            assert len(daemon._writers) == 1
            first.set()
            await daemon.until(lambda: not daemon._writers or subscriptions(daemon) == 2)
            daemon.writes(ann, "2")
            await daemon.until(lambda: any("Violence" in text for text in daemon.sees(ann)))
            assert subscriptions(daemon) == 2


async def test_who_lost_its_turn_says_nothing_more_and_nothing_is_lost(daemon, signal_world, found, monkeypatch):
    """The lease is taken from who serves, in the middle of an answer: the next turn answers what waited."""
    monkeypatch.setattr(inbox, "AGAIN_SECONDS", 0.5)
    ann, bob = str(uuid.uuid4()), str(uuid.uuid4())
    async with process(daemon, signal_world, found):
        await daemon.until(lambda: subscriptions(daemon) == 1)
        daemon.awake.clear()  # the call to come is on its way when the turn ends
        daemon.writes(ann, "home")
        daemon.writes(bob, "home")
        await asyncio.sleep(0.2)
        async with found.state.sessions.lease(NAME, seize=True):
            daemon.awake.set()
            await daemon.until(lambda: not daemon._writers)  # who lost it lets go of the daemon
            before = len(daemon.sends)
            assert before <= 1, "no more than what the daemon already had"
        await daemon.until(lambda: daemon.sees(ann) and daemon.sees(bob))
        await asyncio.sleep(1.0)
        # Only the call that the daemon already had may have been carried out twice: nobody can know of it.
        assert len(daemon.sees(ann)) + len(daemon.sees(bob)) == 2 + before


async def test_what_was_written_before_leave_is_not_answered_after_it(daemon, signal_world, found, monkeypatch):
    """It had come to a process that stood still, and comes back when the chat was left: no screen opens again."""
    monkeypatch.setattr(inbox, "AGAIN_SECONDS", 0.3)
    ann = str(uuid.uuid4())
    async with process(daemon, signal_world, found):
        await daemon.until(lambda: subscriptions(daemon) == 1)
        earlier = daemon.envelope(ann, message="where do i get pep")["envelope"]["timestamp"]
        daemon.writes(ann, "home")
        await daemon.until(lambda: daemon.sees(ann))
        daemon.writes(ann, "leave")
        await daemon.until(lambda: any("stays on this phone" in text for text in daemon.sees(ann)))
        said = len(daemon.said)
        await found.state.owed.arm(b"h" * 16, 0.0, f"{ann} {earlier} text where do i get pep".encode())
        await asyncio.sleep(0.6)
        assert len(daemon.said) == said
        daemon.writes(ann, "where do i get pep")
        await daemon.until(lambda: len(daemon.said) > said)


class _Lease:
    """A lease whose end nobody has told of: as of a process that stood still."""

    def __init__(self, until: float) -> None:
        self.lost, self.until, self.kept = asyncio.Event(), until, True


async def test_a_turn_is_over_by_the_clock_alone():
    """Who stood still for longer than the lease holds nothing when it goes on, before anybody could tell it."""
    assert Turn(_Lease(boot_clock() + 60)).holds()
    late = Turn(_Lease(boot_clock() - 0.001))
    assert not late.holds()
    await asyncio.wait_for(late.over(), 1)


async def test_not_a_word_goes_to_the_daemon_once_the_time_has_run_out(daemon):
    """Not even by what was about to be said when the process stood still, and no new connection is made."""
    holds = [True]
    theirs = Daemon(str(daemon.socket), "", lambda _: None, holds=lambda: holds[0])
    running = asyncio.create_task(theirs.run())
    await asyncio.wait_for(theirs.connected.wait(), 5)
    await theirs.call("version")
    holds[0], before = False, list(daemon.calls)
    with pytest.raises(GoneError):
        await theirs.call("send", recipient=[str(uuid.uuid4())], message="screen")
    assert not theirs.connected.is_set()
    await daemon.stop()
    await asyncio.wait_for(running, 5)
    assert daemon.calls == before


async def test_without_the_store_nobody_serves():
    """A lease that keeps nothing is no turn."""

    class Away(MemoryState):
        @asynccontextmanager
        async def lease(self, name: bytes, *older: bytes, seize: bool = False) -> AsyncIterator[_Lease]:
            lease = _Lease(0.0)
            lease.kept = False
            yield lease

    stop, turns, waits = asyncio.Event(), [], []

    async def serve(turn: Turn) -> None:
        turns.append(turn)

    task = asyncio.create_task(in_turn(Away(), serve, stop, lambda: waits.append(1)))
    await asyncio.sleep(0.2)
    stop.set()
    await asyncio.wait_for(task, 2)
    assert waits
    assert not turns


def test_the_settings_name_what_both_know_each_other_by(tmp_path: Path):
    """A file with a secret, or one clear line."""
    environ = {"CONSTELLATION_SIGNAL_SOCKET": "/s", "CONSTELLATION_VALKEY": "unix:///v"}
    with pytest.raises(SettingsError, match="CONSTELLATION_SIGNAL_JOIN_FILE"):
        from_environment(environ)
    file = tmp_path / "join"
    for secret, good in (("short", False), ("x" * 32, True)):
        file.write_text(secret)
        given = {**environ, "CONSTELLATION_SIGNAL_JOIN_FILE": str(file)}
        if good:
            settings = from_environment(given)
            assert (settings.join_secret, settings.sharing) == ("x" * 32, Sharing("unix:///v"))
        else:
            with pytest.raises(SettingsError, match="CONSTELLATION_SIGNAL_JOIN_FILE"):
                from_environment(given)
