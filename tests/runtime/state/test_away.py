"""A server that is gone, frozen, full or back empty: no call waits long, and each says what is known."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from bot.runtime.state import NO_GRAVE, Claim, Grave, State, StateError
from bot.runtime.state.valkey import ValkeyServer, ValkeyState, left_talks, server, timers
from tests.runtime.state.conftest import Keys
from tests.runtime.state.real_server import RealServer

ANN = b"a" * 20
CHAT = 5_000_000_001
SLACK = 0.15
"""Seconds that a busy machine may add to a call."""


@pytest.fixture
def own_server() -> Iterator[RealServer]:
    """A server that a test may hurt."""
    pytest.importorskip("valkey", reason="no client of Valkey: pip install '.[dev]'")
    made = RealServer().start()
    yield made
    made.stop()


@pytest.fixture
async def shared(own_server: RealServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ValkeyState]:
    """A state on it that was used before."""
    monkeypatch.setattr(timers, "COMPARE_SECONDS", 0.1)
    monkeypatch.setattr(timers, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(left_talks, "COMPARE_SECONDS", 0.0)
    state = ValkeyState(ValkeyServer(own_server.address), Keys(), b"test")
    await state.open()
    assert await state.claims.claim(1) is Claim.MINE
    yield state
    own_server.resume() if own_server.process else None
    await state.close()


async def _lease_keeps_nothing(state: State) -> object:
    async with state.sessions.lease(ANN) as held:
        assert await held.get(ANN) is None
        assert await held.tombstone(ANN) is None
        wrote = [await held.put(ANN, b"x"), await held.delete(ANN), await held.bury(ANN, b"g"), await held.is_held()]
        return held.kept, wrote


async def _seizing_keeps_nothing(state: State) -> object:
    async with state.sessions.lease(ANN, seize=True) as held:
        return held.kept, await held.bury(ANN, b"g")


Call = Callable[[State], Awaitable[object]]
CALLS: list[tuple[str, Call, object]] = [
    ("lease", _lease_keeps_nothing, (False, [False] * 4)),
    ("seize", _seizing_keeps_nothing, (False, False)),
    ("claim", lambda state: state.claims.claim(7), Claim.UNKNOWN),
    ("renew", lambda state: state.claims.renew(1), False),
    ("done", lambda state: state.claims.done(8), None),
    ("claim of what was done here", lambda state: state.claims.claim(8), Claim.DONE),
    ("drop", lambda state: state.claims.drop(7), None),
    ("take", lambda state: state.pacing.take(CHAT), 0.0),
    ("hold", lambda state: state.pacing.hold(-CHAT, 20), None),
    ("flood", lambda state: state.floods.take(ANN), 0.0),
    ("floods clear", lambda state: state.floods.clear(), None),
    ("no tombstone", lambda state: state.tombstones.of(-CHAT), NO_GRAVE),
    ("bury at once", lambda state: state.tombstones.put(CHAT, 50, 3, update=7), None),
    ("own tombstone", lambda state: state.tombstones.of(CHAT), Grave(50, 7)),
    ("left", lambda state: state.left.put(b"n" * 16, 60), True),
    ("has", lambda state: state.left.has(b"n" * 16), True),
    ("has not", lambda state: state.left.has(b"o" * 16), False),
    ("see", lambda state: state.newest.see(900), None),
    ("newest", lambda state: state.newest.get(), 900),
    ("arm", lambda state: state.timers.arm(b"one", 600, b"1"), True),
    ("armed", lambda state: state.timers.is_armed(b"one"), True),
    ("cancel", lambda state: state.timers.cancel(b"two"), None),
    ("sweep", lambda state: state.sweep(), 0),
]


async def _each_call_is_quick(state: ValkeyState) -> None:
    """Each as the first one that meets the server, then all of them in its rest."""
    for name, call, answer in CALLS:
        state.server._rest_until = 0.0
        began = time.monotonic()
        assert await call(state) == answer, name
        assert time.monotonic() - began < server.TIMEOUT + SLACK, name
    await state.claims.claim(7)
    assert state.away
    began = time.monotonic()
    for name, call, answer in CALLS:
        assert await call(state) == answer, name
    assert time.monotonic() - began < SLACK, "nobody waits while it rests"


@pytest.mark.heavy
async def test_a_frozen_server_holds_nobody_up(own_server: RealServer, shared: ValkeyState) -> None:
    """Connections stand open and nothing comes back."""
    own_server.freeze()
    await _each_call_is_quick(shared)
    own_server.resume()
    await asyncio.sleep(server.REST_SECONDS + 0.1)
    assert await shared.claims.claim(9) is Claim.MINE
    assert not shared.away


async def test_a_server_that_is_gone_holds_nobody_up(own_server: RealServer, shared: ValkeyState) -> None:
    """Nothing listens any more."""
    own_server.kill()
    await _each_call_is_quick(shared)


async def test_one_tries_and_the_others_go_on(own_server: RealServer, shared: ValkeyState) -> None:
    """After its rest a frozen server is asked by one call at a time, however many come."""
    own_server.freeze()
    await shared.claims.claim(7)
    before = shared.server.failures
    await asyncio.sleep(server.REST_SECONDS)
    began = time.monotonic()
    asking = [asyncio.create_task(shared.claims.claim(number)) for number in range(50)]
    done, waiting = await asyncio.wait(asking, timeout=SLACK)
    assert len(waiting) <= 1
    assert {task.result() for task in done} == {Claim.UNKNOWN}
    await asyncio.wait(asking)
    assert time.monotonic() - began < server.TIMEOUT + SLACK
    assert shared.server.failures == before + 1


async def test_frozen_in_the_middle_of_a_lease(own_server: RealServer, shared: ValkeyState) -> None:
    """The holder is told that nothing was written, and gets out at once; afterwards the lease is to be had."""
    async with shared.sessions.lease(ANN) as held:
        assert await held.put(ANN, b"before")
        own_server.freeze()
        began = time.monotonic()
        assert not await held.put(ANN, b"after")
        assert await held.is_held(), "nobody else can have it yet"
    assert time.monotonic() - began < server.TIMEOUT + SLACK
    own_server.resume()
    await asyncio.sleep(server.REST_SECONDS)
    async with asyncio.timeout(12), shared.sessions.lease(ANN, seize=True) as held:
        assert held.kept
        assert await held.get(ANN) in (b"before", b"after"), "what was on its way may have arrived, and was its holder's"


async def test_a_server_that_comes_back_empty(own_server: RealServer, shared: ValkeyState) -> None:
    """Sessions and claims are lost, which costs comfort. Timers and left talks are told to it again by who knows of them; a lease
    of before writes nothing."""
    other = ValkeyState(ValkeyServer(own_server.address), Keys(), b"test")
    assert await shared.timers.arm(b"soon", 0.9, b"1")
    assert await shared.timers.arm(b"cancelled", 0.9, b"2")
    assert await shared.left.put(b"n" * 16, 60)
    waiting = asyncio.create_task(shared.timers.next())
    async with shared.sessions.lease(ANN) as held:
        assert await held.put(ANN, b"talk")
        own_server.kill()
        await shared.timers.cancel(b"cancelled")
        own_server.start()
        await asyncio.sleep(server.REST_SECONDS + 0.2)
        assert not await held.put(ANN, b"stale")
    async with shared.sessions.lease(ANN) as held:
        assert held.kept
        assert await held.get(ANN) is None
    await shared.sweep()
    assert await other.left.has(b"n" * 16)
    due = await asyncio.wait_for(waiting, 3)
    assert due[:2] == (b"soon", b"1")
    await shared.timers.done(due)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await other.timers.next()
    await other.close()


async def test_what_is_kept_is_as_old_as_the_servers_run(own_server: RealServer, shared: ValkeyState) -> None:
    """Not as this process, which may have been there before, or come later; nothing is known of one that was never reached."""
    assert ValkeyServer("unix:///nobody").age == 0
    await asyncio.sleep(2.1)
    later = ValkeyServer(own_server.address)
    await later.ping()
    assert later.age >= 2
    assert shared.age >= 2
    before = shared.age
    own_server.kill()
    own_server.start()
    while shared.age >= before:
        await asyncio.sleep(0.1)
        with contextlib.suppress(server.AwayError):
            await shared.server.ping()
    assert shared.age < 2
    await later.close()


async def test_a_timer_rings_without_the_server(own_server: RealServer, shared: ValkeyState) -> None:
    """Where it was armed; what was done meanwhile the server is told once it is back, so that nobody rings it again."""
    await shared.timers.arm(b"one", 0.3, b"1")
    own_server.freeze()
    await shared.timers.arm(b"two", 0.2, b"2")
    async with asyncio.timeout(3):
        first, second = await shared.timers.next(), await shared.timers.next()
    assert (first.payload, second.payload) == (b"2", b"1")
    for due in (first, second):
        await shared.timers.done(due)
    own_server.resume()
    await asyncio.sleep(server.REST_SECONDS + 0.1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await shared.timers.next()
    assert not await shared.timers.is_armed(b"one")


async def test_a_stop_without_the_server_is_given_what_it_alone_has(own_server: RealServer, shared: ValkeyState) -> None:
    """With the server: nothing, the others have it. The last replica's stop is given all: nobody could open it later."""
    await shared.timers.arm(b"one", 600, b"1")
    assert await shared.timers.release() == []
    await shared.timers.arm(b"two", 600, b"2")
    own_server.freeze()
    await shared.timers.arm(b"three", 600, b"3")
    assert sorted(due.payload for due in await shared.timers.release()) == [b"2", b"3"]
    own_server.resume()
    await asyncio.sleep(server.REST_SECONDS + 0.1)
    last = ValkeyState(ValkeyServer(own_server.address), Keys(members=1), b"test")
    assert {due.payload for due in await last.timers.release()} >= {b"1", b"2"}
    assert await last.timers.release() == []
    await last.close()


async def test_each_replica_keeps_to_its_share_without_the_server(own_server: RealServer, shared: ValkeyState) -> None:
    """Three of them: ten a second each, what was lent just before counted in, and told once the server is back."""
    assert await shared.pacing.take(1) == 0
    own_server.freeze()
    lent = [await shared.pacing.take(chat) == 0 for chat in range(2, 40)]
    assert sum(lent) == 9
    wait = await shared.pacing.take(100)
    assert 0 < wait <= 1
    own_server.resume()
    shared.server._rest_until = 0.0
    assert not any([await shared.pacing.take(chat) == 0 for chat in range(200, 240)]), "the others may have lent twenty"
    await asyncio.sleep(1)
    assert [await shared.pacing.take(chat) == 0 for chat in range(240, 280)].count(True) == 30
    for chat in range(300, 303):
        await shared.pacing.hold(chat, 30)
    own_server.freeze()
    await asyncio.sleep(1)
    assert await shared.pacing.take(300) > 20, "what Telegram said is known here too"


@pytest.mark.heavy
async def test_no_second_sees_more_however_the_server_comes_and_goes(own_server: RealServer) -> None:
    """Three replicas with more to send than is allowed, while the server freezes, goes on, dies and comes back empty."""
    replicas = [ValkeyState(ValkeyServer(own_server.address), Keys(members=3), b"test") for _ in range(3)]
    lent: list[float] = []
    ended = False

    async def send(state: ValkeyState, chat: int) -> None:
        while not ended:
            if wait := await state.pacing.take(chat):
                await asyncio.sleep(min(wait, 0.1))
            else:
                lent.append(time.monotonic())
                chat += 1

    sending = [
        asyncio.create_task(send(state, 10_000 * (number % 3) + 1000 * number)) for number, state in enumerate(replicas * 4)
    ]
    for hurt in (own_server.freeze, own_server.resume, own_server.kill, own_server.start):
        await asyncio.sleep(1.3)
        hurt()
    await asyncio.sleep(1.5)
    ended = True
    await asyncio.gather(*sending)
    for state in replicas:
        await state.close()
    assert len(lent) > 60
    assert max(sum(start <= at < start + 0.98 for at in lent) for start in lent) <= 30


async def test_without_the_keys_it_is_as_without_the_server(own_server: RealServer) -> None:
    """Nothing that is named or sealed by what all share goes there; what has other names does."""

    class NoKeys(Keys):
        def keys(self, purpose: bytes, seconds: float) -> tuple[bytes, ...]:
            from bot.privacy.pepper import NoPepperError

            raise NoPepperError

    state = ValkeyState(ValkeyServer(own_server.address), NoKeys(), b"test")
    assert await state.pacing.take(CHAT) == 0
    await state.pacing.hold(CHAT, 9)
    await state.tombstones.put(CHAT, 5, 3)
    assert await state.tombstones.of(CHAT) == Grave(5)
    assert await state.timers.arm(b"one", 0.05, b"1")
    assert own_server.ask("DBSIZE") == b":0"
    async with asyncio.timeout(2):
        assert (await state.timers.next()).payload == b"1"
    assert await state.claims.claim(7) is Claim.MINE
    await state.close()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--save", "60 1"), "snapshots"),
        (("--appendonly", "yes"), "append_only"),
        (("--slowlog-log-slower-than", "10000"), "slow_log"),
        (("--commandlog-request-larger-than", "1048576"), "command_log"),
        (("--commandlog-reply-larger-than", "1048576"), "command_log"),
    ],
)
async def test_a_server_that_writes_things_down_is_refused(more: tuple[str, ...], why: str) -> None:
    """At the start, and where it is met later; told to, it is used all the same."""
    pytest.importorskip("valkey", reason="no client of Valkey: pip install '.[dev]'")
    loud = RealServer(more)
    state = ValkeyState(ValkeyServer(loud.address), Keys(), b"test")
    await state.open()
    assert state.away, "not there yet, and no reason not to start"
    loud.start()
    try:
        state.server._rest_until = 0.0
        assert await state.claims.claim(7) is Claim.UNKNOWN
        with pytest.raises(StateError) as told:
            await ValkeyState(ValkeyServer(loud.address), Keys(), b"test").open()
        assert told.value.why == why
        assert loud.ask("DBSIZE") == b":0"
        unsafe = ValkeyState(ValkeyServer(loud.address, unsafe=True), Keys(), b"test")
        await unsafe.open()
        assert await unsafe.claims.claim(7) is Claim.MINE
        await unsafe.close()
        await state.close()
    finally:
        loud.stop()


async def test_a_server_that_does_not_say_how_it_is_set_up_is_refused(own_server: RealServer) -> None:
    """Its user may not ask."""
    assert own_server.ask("ACL", "SETUSER", "constellation", "-config|get") == b"+OK"
    with pytest.raises(StateError) as told:
        await ValkeyState(ValkeyServer(own_server.address), Keys(), b"test").open()
    assert told.value.why == "unseen"


async def test_a_full_server_refuses_and_is_not_away(own_server: RealServer, shared: ValkeyState) -> None:
    """Nothing that lives is thrown out; the talk goes on without a session; a left talk that has no room says so."""
    async with shared.sessions.lease(ANN) as held:
        assert await held.put(ANN, b"talk")
        assert own_server.ask("CONFIG", "SET", "maxmemory", "1") == b"+OK"
        assert not await held.put(ANN, b"more")
        assert await held.delete(ANN), "to forget needs no room"
    async with shared.sessions.lease(ANN) as held:
        assert not held.kept
    assert not await shared.left.put(b"n" * 16, 60)
    assert await shared.claims.claim(1) is Claim.BUSY
    assert not shared.away


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("valkey://10.0.0.7:6379", "plain"),
        ("redis://user:word@valkey.example", "plain"),
        ("valkey+sentinel://127.0.0.1:1,10.0.0.7:2/bot", "plain"),
        ("valkeys://10.0.0.7:6379", ""),
        ("valkey://127.0.0.1:6379", ""),
        ("unix:///run/valkey/socket", ""),
        ("valkeys+sentinel://10.0.0.7:1,10.0.0.8:2/bot", ""),
        ("http://10.0.0.7", "address"),
        ("unix://", "address"),
        ("valkey://", "address"),
        ("valkey://127.0.0.1:port", "address"),
        ("valkey+sentinel://127.0.0.1:1", "address"),
    ],
)
async def test_an_address_of_another_machine_needs_tls(address: str, why: str) -> None:
    """What is told to the server tells of people: not over a network in clear."""
    pytest.importorskip("valkey", reason="no client of Valkey: pip install '.[dev]'")

    async def told() -> str:
        try:
            await ValkeyServer(address).open()
        except StateError as error:
            return str(error)
        return ""

    assert await told() == why


async def test_messages_are_spread_over_the_second(own_server: RealServer) -> None:
    """Three replicas with more to send than is allowed: one after the other, with the server and without."""
    replicas = [ValkeyState(ValkeyServer(own_server.address), Keys(members=3), b"test", even=True) for _ in range(3)]
    lent: dict[int, list[float]] = {0: [], 1: [], 2: []}
    ended = False

    async def send(number: int) -> None:
        chat = 1000 * number
        while not ended:
            if wait := await replicas[number].pacing.take(chat):
                await asyncio.sleep(wait)
            else:
                lent[number].append(time.monotonic())
                chat += 1

    sending = [asyncio.create_task(send(number)) for number in range(3)]
    await asyncio.sleep(1.5)
    own_server.freeze()
    frozen = time.monotonic()
    await asyncio.sleep(2.5)
    own_server.resume()
    ended = True
    await asyncio.gather(*sending)
    for state in replicas:
        await state.close()
    # Lent in one go it would be thirty in an instant, and ten for each without the server; a busy machine bunches a few.
    before = sorted(at for found in lent.values() for at in found if at < frozen)
    assert len(before) > 5
    assert max(sum(start <= at < start + 0.25 for at in before) for start in before) <= 15
    for found in lent.values():
        alone = [at for at in found if at > frozen + 1]
        assert len(alone) > 2
        assert max(sum(start <= at < start + 0.3 for at in alone) for start in alone) <= 6
