"""Calls that Signal refuses for now: they step back, others go on; what is refused for good is let go; nothing is lost."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator

import pytest

from bot.channels.signal import outbox as outbox_module
from bot.channels.signal.app import Channel, channel
from bot.channels.signal.settings import Settings
from bot.engine.step import step
from bot.privacy.session import Session
from tests.fakes.signal_daemon import SignalDaemon


@pytest.fixture
async def parts(daemon: SignalDaemon) -> AsyncIterator[Channel]:
    """The channel, connected."""
    async with channel(step, lambda: None, Settings(str(daemon.socket), name_cost=2), first_wait=0.05) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        yield parts


def person() -> str:
    """A new ACI."""
    return str(uuid.uuid4())


def send(parts: Channel, aci: str, words: str = "screen") -> asyncio.Task[object]:
    """A screen on its way."""
    return asyncio.create_task(parts.outbox.call("send", recipient=[aci], message=words))


@pytest.mark.parametrize(("code", "kind"), [(-5, "RATE_LIMIT_FAILURE"), (-3, "NETWORK_FAILURE")])
async def test_one_chat_in_trouble_holds_up_nobody(daemon, parts, code, kind):
    """The others are answered at once; the one is not tried inside its wait, and is answered after it."""
    bob, begin = person(), time.monotonic()
    daemon.fails[bob] = (code, kind, 1.0)
    late = send(parts, bob)
    await daemon.until(lambda: bob in daemon.sends)
    del daemon.fails[bob]
    people = [person() for _ in range(20)]
    await asyncio.wait_for(asyncio.gather(*(send(parts, aci) for aci in people)), 0.9)
    assert daemon.sends.count(bob) == 1
    assert await asyncio.wait_for(late, 5)
    assert time.monotonic() - begin >= 1.0
    assert daemon.sees(bob) == ["screen"]


async def test_a_chat_that_is_refused_again_and_again_holds_up_nobody(daemon, parts):
    """Its second refusal is no second chat's."""
    bob = person()
    daemon.fails[bob] = (-5, "RATE_LIMIT_FAILURE", 0.3)
    late = send(parts, bob)
    await daemon.until(lambda: daemon.sends.count(bob) == 3)
    daemon.fails[bob] = (-5, "RATE_LIMIT_FAILURE", 30.0)
    await daemon.until(lambda: daemon.sends.count(bob) == 4)
    assert await asyncio.wait_for(send(parts, person()), 1)
    late.cancel()


async def test_more_refused_in_a_row_make_all_wait(daemon, parts):
    """Then it is no chat's own trouble, and more calls would only make the limit longer."""
    daemon.refuse["send"] = [(-5, 0.5), (-5, 0.5)]
    people = [person() for _ in range(10)]
    answers = [send(parts, aci) for aci in people]
    await daemon.until(lambda: len(daemon.sends) == 2)
    assert parts.outbox.held
    await asyncio.sleep(0.3)
    assert len(daemon.sends) == 2
    assert all(await asyncio.wait_for(asyncio.gather(*answers), 5))
    assert not parts.outbox.held
    assert sorted(set(daemon.sends)) == sorted(people)


@pytest.mark.parametrize("kind", ["UNREGISTERED_FAILURE", "IDENTITY_FAILURE", "INVALID_PRE_KEY_FAILURE"])
async def test_what_no_waiting_mends_is_let_go(daemon, parts, kind):
    """A number that is gone would otherwise be tried for a day."""
    bob = person()
    daemon.fails[bob] = (-3, kind, 0.0)
    assert await asyncio.wait_for(send(parts, bob), 2) is None
    assert daemon.sends == [bob]
    assert not parts.outbox.held


async def test_after_a_long_outage_the_answer_is_there_soon(daemon, parts, monkeypatch):
    """However long Signal's servers were out of reach, tries stay close together."""
    monkeypatch.setattr(outbox_module, "NETWORK_WAIT", 0.1)
    ann = person()
    daemon.fails[ann] = (-3, "NETWORK_FAILURE", 0.0)
    answer = send(parts, ann)
    await daemon.until(lambda: len(daemon.sends) > 8)
    assert parts.outbox.held
    del daemon.fails[ann]
    assert await asyncio.wait_for(answer, 1)
    assert not parts.outbox.held


async def test_a_call_is_given_up_after_a_day(daemon, parts, monkeypatch, capfd):
    """Telegram does not keep words for longer either; the person has long put the phone away."""
    monkeypatch.setattr(outbox_module, "LIFETIME", 0.2)
    ann = person()
    daemon.fails[ann] = (-3, "NETWORK_FAILURE", 0.05)
    assert await asyncio.wait_for(send(parts, ann), 5) is None
    assert not parts.outbox.held


async def test_sessions_end_while_a_limit_holds_up_forgetting(daemon):
    """The daemon cannot be told to forget for now; what the bot itself holds goes in time."""
    settings = Settings(str(daemon.socket), name_cost=2, session_seconds=0.3)
    async with channel(step, lambda: None, settings, idle=0.05, sweep=0.05) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        daemon.refuse["removeContact"] = [(-5, 60.0)] * 5
        for _ in range(2):
            async with parts.sessions.hold(person(), hurry=True) as held:
                await held.save(Session("home", 1))
        parts.driver._ends[person()] = 0.0
        await daemon.until(lambda: "removeContact" in daemon.calls)
        assert parts.sessions.store._kept
        await daemon.until(lambda: not parts.sessions.store._kept)


async def test_a_stop_leaves_no_call_behind(daemon):
    """Who waited for a refused call is told that it was cut off."""
    async with channel(step, lambda: None, Settings(str(daemon.socket), name_cost=2)) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        ann = person()
        daemon.fails[ann] = (-5, "RATE_LIMIT_FAILURE", 60.0)
        answer = send(parts, ann)
        await daemon.until(lambda: parts.outbox.held)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(answer, 2)
    assert not parts.outbox._back
