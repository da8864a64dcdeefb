"""Two replicas on a real server: what one does the other sees, who died holds up nobody, and who stood still writes nothing.

Each scenario is run as it is, and once more for each check in the scripts with that check broken: then it has to fail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.runtime.state import Claim, Grave
from bot.runtime.state.valkey import ValkeyState, claims, flood_counts, left_talks, pacing, sessions, timers, tombstones
from bot.runtime.state.valkey.server import Script

Make = Callable[..., ValkeyState]
ANN, BEN, OLD = b"a" * 20, b"b" * 20, b"o" * 20
CHAT = 5_000_000_001
LEASE = 0.4


@pytest.fixture(autouse=True)
def _short_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases, claims and rings that run out while a test waits."""
    monkeypatch.setattr(sessions, "LEASE_SECONDS", LEASE)
    monkeypatch.setattr(sessions, "WAIT_SECONDS", LEASE + 2)
    monkeypatch.setattr(claims, "CLAIM_SECONDS", LEASE)
    monkeypatch.setattr(timers, "RING_SECONDS", LEASE)
    monkeypatch.setattr(timers, "COMPARE_SECONDS", 0.1)
    monkeypatch.setattr(timers, "LOOK_SECONDS", 0.05)


def cut_off(state: ValkeyState) -> None:
    """From now on nothing of this replica reaches the server: as if it had died, or stood still."""
    state.server._rest_until = float("inf")


def back(state: ValkeyState) -> None:
    """It reaches the server again."""
    state.server._rest_until = 0.0


def stand_still(held: Any) -> None:
    """The process of this holder is stopped: it renews nothing, and does not know."""
    held._timer.cancel()


async def _get(state: ValkeyState, name: bytes) -> bytes | None:
    async with asyncio.timeout(3), state.sessions.lease(name) as held:
        assert held.kept
        return await held.get(name)


# --- the scenarios ----------------------------------------------------------------------------------------------------


async def one_holder_over_all(make: Make) -> None:
    """A lease that one replica holds and renews is nobody else's, however long it is held."""
    one, two = make(), make()
    order: list[str] = []

    async def other() -> None:
        async with two.sessions.lease(ANN) as held:
            assert held.kept
            order.append("two")

    async with one.sessions.lease(ANN) as held:
        waiting = asyncio.create_task(other())
        await asyncio.sleep(LEASE * 2.5)
        order.append("one")
        assert await held.is_held()
        assert await held.put(ANN, b"x")
    await asyncio.wait_for(waiting, 2)
    assert order == ["one", "two"]


async def older_name_is_held_too(make: Make) -> None:
    """Who has not turned to the new pepper yet, and knows a chat by its older name alone, waits for who has, and the other way
    round."""
    one, two = make(), make()
    for first, second in (((ANN, OLD), (OLD,)), ((OLD,), (ANN, OLD))):
        async with one.sessions.lease(*first):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(LEASE / 2), two.sessions.lease(*second):
                    pass


async def pause_beyond_the_lease(make: Make) -> None:
    """A holder that stood still longer than its lease writes nothing, whatever it tries, and ends nobody's lease."""
    one, two, three = make(), make(), make()
    async with one.sessions.lease(ANN, OLD) as stale:
        assert await stale.put(OLD, b"old talk")
        stand_still(stale)
        await asyncio.sleep(LEASE * 1.2)
        async with two.sessions.lease(ANN, OLD) as held:
            assert held.kept
            assert await held.put(ANN, b"new talk")
            assert not await stale.is_held()
            stale.lost.clear()  # what the stale holder does not know yet
            assert not await stale.put(ANN, b"stale")
            stale.lost.clear()
            assert not await stale.delete(ANN)
            stale.lost.clear()
            assert not await stale.bury(ANN, b"stale")
            stale.lost.clear()
            await stale._renew()
            assert stale.lost.is_set()
            assert await held.is_held()
    assert await _get(three, ANN) == b"new talk"


async def lease_that_only_ran_out_is_lost(make: Make) -> None:
    """Also where nobody has taken it since: somebody may have, and be gone again."""
    one = make()
    async with one.sessions.lease(ANN) as stale:
        stand_still(stale)
        await asyncio.sleep(LEASE * 1.2)
        assert not await stale.put(ANN, b"stale")
    assert await _get(one, ANN) is None


async def one_of_the_names_is_lost(make: Make) -> None:
    """A leave by a replica that knows the chat by its older name alone: the holder of both has lost both."""
    one, two = make(), make()
    async with one.sessions.lease(ANN, OLD) as stale:
        async with two.sessions.lease(OLD, seize=True) as leaving:
            assert await leaving.delete(OLD)
        assert not await stale.put(ANN, b"stale")
    assert await _get(two, ANN) is None


async def end_of_a_stale_holder(make: Make) -> None:
    """Who lost its lease and ends does not end the new holder's."""
    one, two, three = make(), make(), make()
    stale = one.sessions.lease(ANN)
    stand_still(await stale.__aenter__())
    await asyncio.sleep(LEASE * 1.2)
    async with two.sessions.lease(ANN) as held:
        await stale.__aexit__(None, None, None)
        assert await held.is_held()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(LEASE / 2), three.sessions.lease(ANN):
                pass


async def leave_elsewhere(make: Make) -> None:
    """The session of a chat that one replica is answering, left at another: gone, and the tombstone is read by the next."""
    one, two, three = make(), make(), make()
    for number in range(8):
        name = bytes([number]) * 20
        async with one.sessions.lease(name) as held:
            await held.put(name, b"talk")
        async with one.sessions.lease(name) as held:
            async with asyncio.timeout(LEASE), two.sessions.lease(name, seize=True) as leaving:
                assert await leaving.get(name) == b"talk"
                assert await leaving.delete(name)
                assert await leaving.bury(name, b"grave")
            assert not await held.put(name, b"stale")
        async with three.sessions.lease(name) as held:
            assert await held.get(name) is None
            assert await held.tombstone(name) == b"grave"


async def claim_of_the_dead(make: Make) -> None:
    """An update has one replica at a time; one that died loses it, is told so when it comes back, and ends nobody's claim."""
    one, two, three = make(), make(), make()
    assert await one.claims.claim(7) is Claim.MINE
    assert await one.claims.claim(8) is Claim.MINE
    assert await two.claims.claim(7) is Claim.BUSY
    await two.claims.drop(7)
    assert not await two.claims.renew(7)
    assert await two.claims.claim(7) is Claim.BUSY
    await asyncio.sleep(LEASE * 0.7)
    assert await one.claims.renew(7)
    await asyncio.sleep(LEASE * 0.7)
    assert await two.claims.claim(7) is Claim.BUSY
    await asyncio.sleep(LEASE * 0.7)
    assert await two.claims.claim(8) is Claim.AGAIN
    assert not await one.claims.renew(7)
    assert await two.claims.claim(7) is Claim.AGAIN
    assert not await one.claims.renew(7)
    await one.claims.drop(7)
    assert await three.claims.claim(7) is Claim.BUSY
    await two.claims.done(7)
    await two.claims.drop(7)
    await one.claims.drop(7)
    assert await three.claims.claim(7) is Claim.DONE


async def timer_of_the_dead(make: Make) -> None:
    """A timer outlives who armed it, and who was to carry it out; a late word about an older arming says nothing."""
    one, two, three = make(), make(), make()
    assert await one.timers.arm(b"clear", 0.1, b"whose")
    cut_off(one)
    async with asyncio.timeout(2):
        first = await two.timers.next()
    assert first[:2] == (b"clear", b"whose")
    assert not await three.timers.is_armed(b"clear")
    cut_off(two)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(LEASE / 2):
            await three.timers.next()
    async with asyncio.timeout(2):
        again = await three.timers.next()
    assert again == first
    assert await three.timers.arm(b"clear", 30, b"new")
    back(two)
    await two.timers.done(first)
    assert await three.timers.is_armed(b"clear")
    await three.timers.cancel(b"clear")
    assert not await two.timers.is_armed(b"clear")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(LEASE * 1.5):
            await three.timers.next()


async def timer_cancelled_elsewhere(make: Make) -> None:
    """A leave on another replica: the one that armed lets go of the sealed id within moments, and never rings."""
    one, two = make(), make()
    await one.timers.arm(b"clear", 0.3, b"whose")
    waiting = asyncio.create_task(one.timers.next())
    await two.timers.cancel(b"clear")
    async with asyncio.timeout(2):
        while one.timers._own:
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.4)
    assert not waiting.done()
    waiting.cancel()


async def timers_have_two_kinds(make: Make) -> None:
    """What leave owes is not what somebody asked to have cleared; and another bot's are another bot's."""
    one, two, other = make(), make(), make(place=b"other")
    await one.owed.arm(b"owed", 0.01, b"o")
    await one.timers.arm(b"clear", 0.01, b"c")
    await other.timers.arm(b"theirs", 0.01, b"t")
    async with asyncio.timeout(2):
        assert (await two.owed.next()).handle == b"owed"
        assert (await two.timers.next()).handle == b"clear"
        assert (await other.timers.next()).handle == b"theirs"


async def tombstones_for_all(make: Make) -> None:
    """Left at one, known at the other, the higher numbers of two leaves; around a turn of the keys too."""
    one, two = make(), make()
    await one.tombstones.put(CHAT, 50, 3, update=700)
    await two.tombstones.put(CHAT, 40, 3, update=800)
    await make().tombstones.put(CHAT, 45, 3, update=650)
    assert await make().tombstones.of(CHAT) == Grave(50, 800)
    assert await make().tombstones.of(-CHAT) == Grave(0, 0)


async def one_pace_over_all(make: Make) -> None:
    """Three replicas together lend thirty in any second, and a chat its burst; a wait that one is told holds for all."""
    loop = asyncio.get_running_loop()
    replicas = [make() for _ in range(3)]
    assert [await each.pacing.take(CHAT) for each in replicas] == [0, 0, 0]
    assert 0.5 < await replicas[0].pacing.take(CHAT) <= 1
    lent: list[float] = []

    async def send(state: ValkeyState, first: int) -> None:
        for chat in range(first, first + 25):
            while wait := await state.pacing.take(chat):
                await asyncio.sleep(wait)
            lent.append(loop.time())

    await asyncio.gather(*(send(state, 1000 * (number + 1)) for number, state in enumerate(replicas)))
    most = max(sum(start <= at < start + 0.97 for at in lent) for start in lent)
    assert 25 <= most <= 30
    await replicas[0].pacing.hold(-CHAT, 20)
    assert 19 < await replicas[1].pacing.take(-CHAT) <= 20
    assert await replicas[1].pacing.take(-CHAT - 1) < 1


async def floods_over_all(make: Make) -> None:
    """Whoever writes to three replicas in turn is slowed as by one; when one turns the epoch, all forget."""
    replicas = [make() for _ in range(3)]
    waits = [await replicas[number % 3].floods.take(ANN) for number in range(60)]
    assert waits[:20] == [0] * 20
    assert 3 < waits[59] <= 5
    assert await replicas[0].floods.take(BEN) == 0
    await replicas[1].floods.clear()
    assert await replicas[2].floods.take(ANN) == 0


async def left_over_all(make: Make) -> None:
    """A talk left at one is closed at the other, never for less than it was; forgotten by one, forgotten by all."""
    one, two = make(), make()
    assert await one.left.put(b"n" * 16, 0.6)
    assert await two.left.put(b"n" * 16, 0.05)
    await asyncio.sleep(0.3)
    assert await make().left.has(b"n" * 16)
    assert not await make().left.has(b"o" * 16)
    await two.left.clear()
    assert not await make().left.has(b"n" * 16)


async def newest_over_all(make: Make) -> None:
    """What one has seen the other knows within a second; it never falls."""
    one, two = make(), make()
    await one.newest.see(900)
    await one.newest.see(800)
    await two.newest.see(5)
    async with asyncio.timeout(1):
        while await two.newest.get() < 900:
            await asyncio.sleep(0.05)


Scenario = Callable[[Make], Awaitable[None]]
SCENARIOS: list[Scenario] = [
    one_holder_over_all,
    older_name_is_held_too,
    pause_beyond_the_lease,
    lease_that_only_ran_out_is_lost,
    one_of_the_names_is_lost,
    end_of_a_stale_holder,
    leave_elsewhere,
    claim_of_the_dead,
    timer_of_the_dead,
    timer_cancelled_elsewhere,
    timers_have_two_kinds,
    tombstones_for_all,
    one_pace_over_all,
    floods_over_all,
    left_over_all,
    newest_over_all,
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_replicas_hold_to(scenario: Scenario, replica: Make) -> None:
    """As the scenario says."""
    await scenario(replica)


# --- and with each check broken ---------------------------------------------------------------------------------------

Mutant = tuple[Any, str, str, str, Scenario]
MUTANTS: list[Mutant] = [
    (sessions, "_TAKE", "if holder and holder ~= ARGV[1] then return false end", "", one_holder_over_all),
    (sessions, "_TAKE", "for i = 1, names do\n    local holder", "for i = 1, 1 do\n    local holder", older_name_is_held_too),
    (sessions, "_TAKE", "if ARGV[3] == '0' then", "if true then", leave_elsewhere),
    (sessions, "_TAKE", "redis.call('SET', KEYS[i]", "redis.call('SET', KEYS[1]", older_name_is_held_too),
    (sessions, "_PUT", "then return 0 end", "then end", pause_beyond_the_lease),
    (sessions, "_PUT", "then return 0 end", "then end", lease_that_only_ran_out_is_lost),
    (sessions, "_PUT", "tonumber(ARGV[2])", "1", one_of_the_names_is_lost),
    (sessions, "_DELETE", "then return 0 end", "then end", pause_beyond_the_lease),
    (sessions, "_RENEW", "then return 0 end", "then end", pause_beyond_the_lease),
    (sessions, "_RENEW", "redis.call('PEXPIRE', KEYS[i], ARGV[3])", "", one_holder_over_all),
    (sessions, "_CHECK", "then return 0 end", "then end", pause_beyond_the_lease),
    (sessions, "_RELEASE", "== ARGV[1]", "", end_of_a_stale_holder),
    (claims, "_CLAIM", "if ends and ends > now then return 'busy' end", "", claim_of_the_dead),
    (claims, "_CLAIM", "if value and not ends then return 'done' end", "", claim_of_the_dead),
    (claims, "_CLAIM", "now + ARGV[2]", "now + 100000", claim_of_the_dead),
    (claims, "_RENEW", " or mark ~= ARGV[1]", "", claim_of_the_dead),
    (claims, "_RENEW", " or ends <= now", "", claim_of_the_dead),
    (claims, "_DROP", "mark == ARGV[1]", "true", claim_of_the_dead),
    (timers, "_NEXT", "redis.call('ZADD', KEYS[1], now + ARGV[1], found[1])", "", timer_of_the_dead),
    (timers, "_NEXT", "redis.call('ZADD', KEYS[1], now + ARGV[1], found[1])", "redis.call('ZREM', KEYS[1], found[1])",
     timer_of_the_dead),
    (timers, "_DONE", "== ARGV[2]", "", timer_of_the_dead),
    (timers, "_CANCEL", "redis.call('ZREM', KEYS[1], ARGV[1])\nreturn redis.call('DEL', KEYS[1] .. ':' .. ARGV[1])", "return 1",
     timer_cancelled_elsewhere),
    (tombstones, "_PUT", "below = math.max(below, ", "local no = math.max(below, ", tombstones_for_all),
    (tombstones, "_PUT", "update = math.max(update, ", "local no = math.max(update, ", tombstones_for_all),
    (pacing, "_TAKE", "if now - last < 1000000 then", "if false then", one_pace_over_all),
    (pacing, "_TAKE", "if free - now > (burst - 1) * chat then", "if false then", one_pace_over_all),
    (pacing, "_TAKE", "return {wanted, 0}", "", one_pace_over_all),
    (flood_counts, "_TAKE", "redis.call('GET', KEYS[1]) or '0'", "'0'", floods_over_all),
    (flood_counts, "_TAKE", "level, before = tonumber", "local a, b = tonumber", floods_over_all),
    (left_talks, "_PUT", "if redis.call('PTTL', key) < tonumber(ARGV[1]) then", "if true then", left_over_all),
    (left_talks, "_HAS", "redis.call('GET', KEYS[1]) or '0'", "'0'", left_over_all),
]  # fmt: skip


@pytest.mark.heavy
@pytest.mark.parametrize(
    "mutant", MUTANTS, ids=lambda mutant: f"{mutant[0].__name__.rpartition('.')[2]}{mutant[1]}-{mutant[2][:20]}"
)
async def test_a_broken_check_is_seen(mutant: Mutant, replica: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenario fails, by what it asserts."""
    module, name, sound, broken, scenario = mutant
    text = getattr(module, name).text
    assert sound in text
    monkeypatch.setattr(module, name, Script(text.replace(sound, broken)))
    with pytest.raises((AssertionError, TimeoutError, pytest.fail.Exception)):
        await scenario(replica)
