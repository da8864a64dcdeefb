"""Where replicas meet: the contract of it, in memory and on a real server, and what a server could tell of it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from functools import partial

import pytest

from bot.channels.sessions import Sessions
from bot.privacy import spread as protocol
from bot.privacy.joining import join_key, place_of
from bot.privacy.pseudonym import Namer
from bot.privacy.session import Session
from bot.privacy.spread import MemorySpread, Spread
from bot.privacy.spread_peppers import SpreadPeppers
from bot.runtime.state.valkey import ValkeyServer, ValkeyState
from bot.runtime.state.valkey import spread as valkey_spread
from bot.runtime.state.valkey.server import REST_SECONDS
from tests.runtime.state.real_server import RealServer

KEY = join_key("123:a token that nobody knows")


@pytest.fixture(params=["memory", "valkey"])
async def spread(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Spread]:
    """An empty meeting of each implementation, where members live for 0.2 and envelopes for 0.4 seconds."""
    if request.param == "memory":
        monkeypatch.setattr(protocol, "MEMBER_SECONDS", 0.2)
        monkeypatch.setattr(protocol, "ENVELOPE_SECONDS", 0.4)
        yield MemorySpread()
        return
    monkeypatch.setattr(valkey_spread, "_MEMBER", 200)
    monkeypatch.setattr(valkey_spread, "_ENVELOPE", 400)
    server = ValkeyServer(request.getfixturevalue("server").address)
    yield valkey_spread.ValkeySpread(server, place_of(KEY))
    await server.close()


async def test_members_meet_and_are_forgotten(spread: Spread) -> None:
    """Each says what it has, sees what the others have, and is gone when it is silent or parts."""
    one = await spread.beat(b"member-1", b"mark-1")
    two = await spread.beat(b"member-2", b"")
    assert one
    assert two
    assert dict(one.marks) == {b"member-1": b"mark-1"}
    assert dict(two.marks) == {b"member-1": b"mark-1", b"member-2": b""}
    assert 0 <= two.time - one.time < 5
    await spread.part(b"member-2")
    again = await spread.beat(b"member-1", b"mark-2")
    assert again
    assert dict(again.marks) == {b"member-1": b"mark-2"}
    await asyncio.sleep(0.25)
    later = await spread.beat(b"member-3", b"x")
    assert later
    assert dict(later.marks) == {b"member-3": b"x"}


async def test_a_request_is_read_by_the_others_and_answered_once(spread: Spread) -> None:
    """Its answer is taken once, the first one counts, and all of it runs out."""
    await spread.ask(b"member-1", b"request")
    own, other = await spread.beat(b"member-1", b""), await spread.beat(b"member-2", b"m")
    assert own
    assert own.requests == ()
    assert other
    assert other.requests == (b"request",)
    await spread.ask(b"member-1", b"another")
    other = await spread.beat(b"member-2", b"m")
    assert other
    assert other.requests == (b"another",)
    await spread.answer(b"nonce-1", b"first")
    await spread.answer(b"nonce-1", b"second")
    assert await spread.take(b"nonce-1") == b"first"
    assert await spread.take(b"nonce-1") is None
    await spread.answer(b"nonce-2", b"late")
    await asyncio.sleep(0.45)
    assert await spread.take(b"nonce-2") is None
    other = await spread.beat(b"member-2", b"m")
    assert other
    assert other.requests == ()


async def test_one_of_all_is_elected(spread: Spread) -> None:
    """For each thing, and again when its time is over."""
    assert sorted(await asyncio.gather(*(spread.elect(b"pepper") for _ in range(5)))) == [False] * 4 + [True]
    assert await spread.elect(b"another")
    await asyncio.sleep(0.45)
    assert await spread.elect(b"pepper")


async def test_a_server_that_is_away_is_no_fault(server: RealServer) -> None:
    """Nothing raises, nobody is elected, and the next beat after its return is met."""
    asked = ValkeyServer(server.address)
    spread = valkey_spread.ValkeySpread(asked, place_of(KEY))
    assert await spread.beat(b"member-1", b"mark")
    server.freeze()
    try:
        assert await spread.beat(b"member-1", b"mark") is None
        assert await spread.take(b"nonce") is None
        assert not await spread.elect(b"pepper")
        await spread.ask(b"member-1", b"request")
        await spread.answer(b"nonce", b"answer")
        await spread.part(b"member-1")
    finally:
        server.resume()
    await asyncio.sleep(REST_SECONDS + 0.05)
    assert await spread.beat(b"member-1", b"mark")
    await asked.close()


@pytest.mark.heavy
async def test_replicas_share_over_a_real_server_and_it_holds_no_secret(server: RealServer) -> None:
    """Three join over a real server; each value that it ever showed is looked through, and each has an end."""
    from valkey import asyncio as client

    asked = [ValkeyServer(server.address) for _ in range(3)]
    spreads = [valkey_spread.ValkeySpread(each, place_of(KEY)) for each in asked]
    own = f"unix://{server.socket}"  # may do all, unlike the bot
    looking, listening = client.Valkey.from_url(own), client.Valkey.from_url(own)
    seen: list[bytes] = []
    monitored: list[str] = []

    async def look() -> None:
        while True:
            for key in await looking.keys("*"):
                kind = await looking.type(key)
                values = (await looking.hgetall(key)).items() if kind == b"hash" else [(await looking.get(key),)]
                seen.extend((key, *(part for value in values for part in value if part), await looking.dump(key) or b""))
                assert -1 != await looking.pttl(key) <= 10_000
            await asyncio.sleep(0.01)

    async def monitor() -> None:
        async with listening.monitor() as told:
            async for command in told.listen():
                monitored.append(str(command))

    peppers = [SpreadPeppers(each, KEY) for each in spreads]
    tasks = [asyncio.create_task(look()), asyncio.create_task(monitor())]
    tasks += [asyncio.create_task(each.run()) for each in peppers[:2]]
    assert all([await each.ready(10) for each in peppers[:2]])
    tasks.append(asyncio.create_task(peppers[2].run()))
    assert await peppers[2].ready(10)
    assert peppers[0].current() == peppers[1].current() == peppers[2].current()
    assert peppers[0].salt == peppers[2].salt
    await asyncio.sleep(0.1)
    for task in tasks[1:]:
        task.cancel()
    await asyncio.gather(*tasks[1:], return_exceptions=True)
    assert not tasks[0].done(), tasks[0].exception()
    tasks[0].cancel()
    everything = b"\0".join(seen) + "\0".join(monitored).encode("utf-8", "surrogateescape")
    bundle = peppers[0]._bundle
    assert bundle
    assert bundle.mark().identity in b"\0".join(seen), "what is looked through must be what was sent"
    for secret in (bundle.salt, *(pepper.secret for pepper in bundle.peppers), KEY):
        for part in (secret, secret[:8], secret.hex().encode(), repr(secret[:8])[2:-1].encode()):
            assert part not in everything
    for each in (*asked, looking, listening):
        await (each.close() if isinstance(each, ValkeyServer) else each.aclose())


@pytest.mark.heavy
async def test_sessions_outlive_turns_under_load_whatever_the_clocks_say(server: RealServer) -> None:
    """Three replicas on a real server, their clocks a day apart, the pepper turning every seven seconds, thirty people who write
    all the time, each to any of them: whoever holds a session finds what was saved last, and no chat has two."""
    sessions, tasks, asked = [], [], []
    for shift in (-86_400.0, 0.0, 86_400.0):
        asked.append(ValkeyServer(server.address))
        clock = partial(lambda by: time.monotonic() + by, shift)
        peppers = SpreadPeppers(valkey_spread.ValkeySpread(asked[-1], place_of(KEY)), KEY, clock, period=7)
        tasks.append(asyncio.create_task(peppers.run()))
        sessions.append(Sessions(ValkeyState(asked[-1], peppers, place_of(KEY)), Namer(peppers, "test", cost=2), ttl=6))
    assert all([await each.peppers.ready(10) for each in sessions])
    turned: set[int] = set()
    dice, end = random.Random(3), time.monotonic() + 15
    held = refused = 0

    async def talk(chat: int) -> None:
        nonlocal held, refused
        last, number = "", 0
        while time.monotonic() < end:
            one = dice.choice(sessions)
            async with one.hold(chat, priority=True, count=False) as lease:
                if not lease.kept:
                    refused += 1
                else:
                    assert (lease.session.token if lease.session else "") == last
                    number += 1
                    if await lease.save(Session(str(number))):
                        held, last = held + 1, str(number)
                        turned.add(one.peppers.current().epoch)
            await asyncio.sleep(dice.random() * 0.2)

    await asyncio.gather(*(talk(chat) for chat in range(5_000_000_000, 5_000_000_030)))
    from valkey.asyncio import Valkey

    looking = Valkey.from_url(f"unix://{server.socket}")
    assert len(await looking.keys("s:*")) <= 30
    await looking.aclose()
    assert len(turned) >= 3
    assert held > 300
    assert refused < held / 10
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for each in sessions:
        await each.close()
