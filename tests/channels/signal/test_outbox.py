"""Calls that Signal refuses for now: they step back, others go on; what is refused for good is let go; nothing is lost."""

from __future__ import annotations

import asyncio
import gc
import uuid
from collections.abc import AsyncIterator

import pytest

from benchmarks.support.signal_daemon import SignalDaemon
from bot.channels.signal import outbox as outbox_module
from bot.channels.signal import rpc
from bot.channels.signal.app import RunningChannel, channel
from bot.channels.signal.settings import Settings
from bot.engine.turn import step
from bot.privacy.session import Session


@pytest.fixture
async def parts(daemon: SignalDaemon) -> AsyncIterator[RunningChannel]:
    """The channel, connected."""
    async with channel(step, lambda: None, Settings(str(daemon.socket), name_cost=2), first_wait=0.05) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        yield parts


def person() -> str:
    """A new ACI."""
    return str(uuid.uuid4())


def send(parts: RunningChannel, aci: str, words: str = "screen") -> asyncio.Task[object]:
    """A screen on its way."""
    return asyncio.create_task(parts.outbox.call("send", recipient=[aci], message=words))


@pytest.mark.parametrize(("code", "kind"), [(-5, "RATE_LIMIT_FAILURE"), (-1, "NETWORK_FAILURE"), (-6, "RATE_LIMIT_FAILURE")])
async def test_one_chat_in_trouble_holds_up_nobody(daemon, parts, code, kind):
    """The others are answered, whatever the one's wait; then it is answered too."""
    bob = person()
    daemon.fails[bob] = (code, kind, 1.0)
    late = send(parts, bob)
    await daemon.until(lambda: bob in daemon.sends)
    people = [person() for _ in range(20)]
    await asyncio.wait_for(asyncio.gather(*(send(parts, aci) for aci in people)), 10)
    assert not late.done()
    daemon.fails.clear()
    assert await asyncio.wait_for(late, 10)
    assert daemon.sees(bob) == ["screen"]


async def test_nobody_is_tried_inside_the_wait_that_signal_asks_for(daemon, parts):
    """Not even when there is nothing else to do."""
    bob = person()
    daemon.fails[bob] = (-5, "RATE_LIMIT_FAILURE", 60.0)
    late = send(parts, bob)
    await daemon.until(lambda: bob in daemon.sends)
    assert await asyncio.wait_for(send(parts, person()), 5)
    await asyncio.sleep(0.3)
    assert daemon.sends.count(bob) == 1
    late.cancel()


@pytest.mark.parametrize(("code", "kind"), [(-5, "RATE_LIMIT_FAILURE"), (-1, "NETWORK_FAILURE")])
async def test_two_chats_in_trouble_hold_up_nobody_for_long(daemon, parts, code, kind):
    """However often the two come back, the others have their turns in between."""
    bad = [person(), person()]
    daemon.fails.update(dict.fromkeys(bad, (code, kind, 0.1)))
    late = [send(parts, aci) for aci in bad]
    await daemon.until(lambda: all(daemon.sends.count(aci) > 1 for aci in bad))
    people = [person() for _ in range(10)]
    await asyncio.wait_for(asyncio.gather(*(send(parts, aci) for aci in people)), 10)
    daemon.fails.clear()
    assert all(await asyncio.wait_for(asyncio.gather(*late), 10))


async def test_the_more_are_refused_the_longer_all_wait(daemon, parts):
    """Then it is no chat's own trouble, and more calls would only make the limit longer."""
    daemon.refuse["send"] = [(-5, 60.0)] * 1000
    answers = [send(parts, person()) for _ in range(30)]
    await daemon.until(lambda: len(daemon.sends) == 4)
    assert parts.outbox.held
    await asyncio.sleep(0.4)  # after four refusals the pause is 0.8 s here
    assert len(daemon.sends) == 4
    daemon.refuse.clear()
    assert all(await asyncio.wait_for(asyncio.gather(*answers[4:]), 10))
    assert not parts.outbox.held
    for answer in answers:
        answer.cancel()


@pytest.mark.parametrize("kind", ["UNREGISTERED_FAILURE", "IDENTITY_FAILURE", "INVALID_PRE_KEY_FAILURE"])
async def test_what_no_waiting_mends_is_let_go(daemon, parts, kind):
    """A number that is gone would otherwise be tried for a day."""
    bob = person()
    daemon.fails[bob] = (-1, kind, 0.0)
    assert await asyncio.wait_for(send(parts, bob), 5) is None
    assert daemon.sends == [bob]
    assert not parts.outbox.held


async def test_after_a_long_outage_the_answer_is_there_soon(daemon, parts, monkeypatch):
    """However long Signal's servers were out of reach, tries stay close together. What needs none of them is no sign of them."""
    monkeypatch.setattr(outbox_module, "NETWORK_WAIT", 0.1)
    ann = person()
    daemon.fails[ann] = (-1, "NETWORK_FAILURE", 0.0)
    answer = send(parts, ann)
    await daemon.until(lambda: len(daemon.sends) > 8)
    await parts.outbox.call("removeContact", recipient=person(), forget=True)
    assert parts.outbox.held
    daemon.fails.clear()
    assert await asyncio.wait_for(answer, 5)
    assert not parts.outbox.held


async def test_a_call_is_given_up_after_a_day(daemon, parts, monkeypatch, capfd):
    """Telegram does not keep words for longer either; the person has long put the phone away."""
    monkeypatch.setattr(outbox_module, "LIFETIME", 0.2)
    ann = person()
    daemon.fails[ann] = (-1, "NETWORK_FAILURE", 0.05)
    assert await asyncio.wait_for(send(parts, ann), 5) is None
    assert len(daemon.sends) > 1
    assert not parts.outbox.held
    assert "gave_up" in capfd.readouterr().out


async def test_calls_of_a_dying_connection_wait_for_the_next(daemon, parts, capfd):
    """They are not tried again and again on the one that is going down."""
    for _ in range(3):
        daemon.awake.clear()
        answers = [send(parts, person()) for _ in range(20)]
        await daemon.until(lambda: parts.daemon._waiting)
        await daemon.stop()
        daemon.awake.set()
        await asyncio.sleep(0.05)
        await daemon.start()
        assert all(await asyncio.wait_for(asyncio.gather(*answers), 20))
    assert "gave_up" not in capfd.readouterr().out


async def test_a_call_that_is_never_answered_is_tried_three_times(daemon, parts, monkeypatch):
    """Each try may show the screen once more; meanwhile the others are answered."""
    monkeypatch.setattr(rpc, "ANSWER_SECONDS", 0.2)
    bob = person()
    daemon.silent.add(bob)
    late = send(parts, bob)
    await daemon.until(lambda: bob in daemon.sends)
    assert await asyncio.wait_for(asyncio.gather(*(send(parts, person()) for _ in range(5))), 5)
    assert await asyncio.wait_for(late, 10) is None
    assert daemon.sends.count(bob) == outbox_module.ODD_TRIES
    assert not parts.outbox.held


async def test_nothing_of_a_refused_call_is_left_to_the_garbage_collector(daemon, parts):
    """An error that holds its frame, and the frame the error, would keep to whom it was until some later collection."""
    marks = [f"sealed-{uuid.uuid4()}" for _ in range(3)]
    gc.collect()
    gc.disable()
    try:
        for kind, mark in zip(("UNREGISTERED_FAILURE", "NETWORK_FAILURE", "RATE_LIMIT_FAILURE"), marks, strict=True):
            bob = person()
            daemon.fails[bob] = (-5 if kind == "RATE_LIMIT_FAILURE" else -1, kind, 0.05)
            answer = send(parts, bob, mark)
            await daemon.until(lambda bob=bob: bob in daemon.sends)
            daemon.fails.clear()
            await asyncio.wait_for(answer, 5)
            daemon.chats.clear()
            del answer
        await send(parts, person(), "what the tests' daemon heard last")
        await parts.outbox.drain()
        await asyncio.sleep(0.1)
        left = [one for one in gc.get_objects() if isinstance(one, dict) and one.get("message") in marks]
        assert not left
    finally:
        gc.enable()


async def test_sessions_end_while_a_limit_holds_up_forgetting(daemon):
    """The daemon cannot be told to forget for now; what the bot itself holds goes in time."""
    settings = Settings(str(daemon.socket), name_cost=2, session_seconds=2)
    async with channel(step, lambda: None, settings, idle=0.05, sweep=0.05) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        daemon.refuse["removeContact"] = [(-5, 60.0)] * 5
        for _ in range(2):
            async with parts.sessions.hold(person(), priority=True) as held:
                await held.save(Session("home", 1))
        await parts.driver.contacts.talks(person())
        await daemon.until(lambda: "removeContact" in daemon.calls)
        assert parts.sessions.state.sessions._kept
        await daemon.until(lambda: not parts.sessions.state.sessions._kept)


async def test_somebody_who_leaves_meanwhile_does_not_end_the_forgetting(daemon):
    """The list of those to forget is old by the time that the daemon has answered."""
    async with channel(step, lambda: None, Settings(str(daemon.socket), name_cost=2), idle=0.05, first_wait=0.05) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        daemon.awake.clear()
        first, second, third, fourth = people = [person() for _ in range(4)]
        contacts = parts.driver.contacts
        for aci in people:
            await contacts.talks(aci)
        await daemon.until(lambda: len(contacts._over) == 3)
        await contacts.leaves(second, 0)
        contacts._idle = 60
        await contacts.talks(fourth)
        daemon.awake.set()
        await daemon.until(lambda: len(daemon.forgotten) > 1)
        await parts.outbox.drain()
        assert daemon.forgotten == [first, third]


async def test_a_stop_that_comes_with_an_answer_is_a_stop(daemon, parts):
    """Both in one moment: the call ends as cancelled, or whoever made it would go on for ever."""
    daemon.awake.clear()
    asked = asyncio.create_task(parts.daemon.call("version"))
    await daemon.until(lambda: parts.daemon._waiting)
    next(iter(parts.daemon._waiting.values())).set_result({})
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_a_stop_leaves_no_call_behind(daemon):
    """Who waited, for a refused call or for one in the queue, is told that it was cut off."""
    async with channel(step, lambda: None, Settings(str(daemon.socket), name_cost=2)) as parts:
        await asyncio.wait_for(parts.daemon.connected.wait(), 5)
        ann = person()
        daemon.fails[ann] = (-6, "RATE_LIMIT_FAILURE", 60.0)
        answers = [send(parts, ann)]
        await daemon.until(lambda: parts.outbox.held)
        daemon.awake.clear()
        answers += [send(parts, person()) for _ in range(3)]
        await daemon.until(lambda: parts.daemon._waiting)
    found = await asyncio.wait_for(asyncio.gather(*answers, return_exceptions=True), 5)
    assert all(isinstance(one, asyncio.CancelledError) for one in found)
    assert not parts.outbox._back


async def test_a_refused_subscription_is_not_health(daemon, tmp_path):
    """A daemon that answers, and hands over nothing, is of no use."""
    daemon.refuse["subscribeReceive"] = [(-32602, 0.0)] * 1000
    settings = Settings(str(daemon.socket), health_file=tmp_path / "health", name_cost=2)
    async with channel(step, lambda: None, settings):
        await daemon.until(lambda: daemon.calls.count("subscribeReceive") > 1)
        assert not (tmp_path / "health").exists()
        daemon.refuse.clear()
        await daemon.until(lambda: (tmp_path / "health").exists())
