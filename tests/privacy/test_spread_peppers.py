"""Replicas share one bundle of secrets through a server that is told nothing: joining, turning, partitions, the end of all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.channels.sessions import Sessions
from bot.privacy import safe_log
from bot.privacy.bundle import BundleError, Mark, new_bundle, unpack_bundle, unpack_mark
from bot.privacy.joining import REQUEST_BYTES, Asking, JoinError, answered, join_key, nonce_of, place_of, read_mark, signed_mark
from bot.privacy.pepper import NoPepperError, Pepper, Peppers
from bot.privacy.pseudonym import Namer, chat_secret, record_keys
from bot.privacy.session import Session
from bot.privacy.spread import MEMBER_SECONDS, Beat, MemorySpread
from bot.privacy.spread_peppers import AHEAD, PERIOD, SpreadPeppers
from bot.runtime.state import MemoryState
from tests.privacy.fleet import KEY, START, Fleet, Server


def _secrets(replica: SpreadPeppers) -> list[bytes]:
    bundle = replica._bundle
    assert bundle
    return [bundle.salt, *(pepper.secret for pepper in bundle.peppers)]


async def test_all_get_the_bundle_of_one() -> None:
    """Three that start at once, and one that comes later; each knows how many there are."""
    fleet = Fleet(3)
    assert not any(one.is_ready for one in fleet.all)
    await fleet.seconds(6)
    assert fleet.shared()
    assert {one.members for one in fleet.all} == {3}
    before = fleet.all[0].current()
    late = fleet.add()
    await fleet.seconds(3)
    assert fleet.shared()
    assert late.current() == before
    assert late.members == 4
    assert len({mark.origin for mark in fleet.marks()}) == 1, "one makes it, not each its own"


async def test_a_replica_without_the_bundle_gives_nothing() -> None:
    """Neither a name nor a key can be had of it; it says so when it has one."""
    fleet = Fleet(2)
    one, two = fleet.all
    await fleet.seconds(5, one)
    for asked in (lambda: two.salt, two.now, two.accepted, two.current, lambda: two.live(1)):
        with pytest.raises(NoPepperError):
            asked()
    with pytest.raises(NoPepperError):
        two.keys(b"a", 1)
    assert not await two.ready(0.01)
    waiting = asyncio.create_task(two.ready(5))
    await asyncio.sleep(0)
    await fleet.seconds(3)
    assert await waiting


async def test_who_lacks_the_bots_secret_gets_nothing() -> None:
    """A replica of somebody else at the same server, and a request that was written by hand: no answer to either."""
    fleet = Fleet(2)
    await fleet.seconds(5)
    stranger = fleet.add(key=join_key("another token"))
    await fleet.seconds(20)
    assert not any(secret in _secrets(fleet.all[0]) for secret in _secrets(stranger))
    assert fleet.all[0].current() == fleet.all[1].current() != stranger.current()
    bundle = new_bundle(1, 2)
    good = Asking(KEY, bundle.mark()).request
    assert answered(KEY, good, bundle)
    for forged in (b"", good[:-1], good[:-1] + bytes([good[-1] ^ 1]), bytes(REQUEST_BYTES), good + b"\0",
                   good[:20] + bytes([good[20] ^ 1]) + good[21:], Asking(join_key("x"), bundle.mark()).request):  # fmt: skip
        with pytest.raises(JoinError):
            answered(KEY, forged, bundle)


def test_an_answer_opens_for_its_own_request_alone() -> None:
    """Not for another one of the same replica (replayed), not for another's key, not when a byte was changed, not without the
    bot's secret; and it tells nothing by its length."""
    bundle, grown = new_bundle(1, 2), new_bundle(1, 2).with_new(3).with_new(4)
    first, second = Asking(KEY, bundle.mark()), Asking(KEY, bundle.mark())
    answer = answered(KEY, first.request, bundle)
    assert answer
    assert first.open(answer) == bundle
    with pytest.raises(JoinError):
        second.open(answer)
    second._private = first._private  # even who reuses the key is not taken in: the nonce is bound too
    with pytest.raises(JoinError):
        second.open(answer)
    for at in (0, 31, 32, 60, len(answer) - 1):
        with pytest.raises(JoinError):
            first.open(answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1 :])
    for broken in (b"", answer[:31], answer[:32], bytes(len(answer))):
        with pytest.raises(JoinError):
            first.open(broken)
    thief = Asking(KEY, bundle.mark())
    thief.__dict__.update(first.__dict__, _key=join_key("guessed"))
    with pytest.raises(JoinError):
        thief.open(answer)
    longer = answered(KEY, (big := Asking(KEY, grown.mark())).request, grown)
    assert longer
    assert len(longer) == len(answer)
    assert big.open(longer) == grown


def test_an_answer_is_given_for_the_bundle_that_is_wanted_alone() -> None:
    """Who asks for the older of two is not told the younger."""
    old, young = new_bundle(1, 7), new_bundle(2, 7)
    asking = Asking(KEY, old.mark())
    assert answered(KEY, asking.request, young) is None
    assert answered(KEY, asking.request, old)


def test_a_mark_is_its_members_own() -> None:
    """One that was copied from another member, changed or made up is none."""
    mark = new_bundle(5, 6).mark()
    signed = signed_mark(KEY, b"member-1", mark)
    assert read_mark(KEY, b"member-1", signed) == mark
    for member, key, text in ((b"member-2", KEY, signed), (b"member-1", join_key("x"), signed), (b"member-1", KEY, b""),
                              (b"member-1", KEY, signed[:-1]), (b"member-1", KEY, b"\1" + signed[1:])):  # fmt: skip
        assert read_mark(key, member, text) is None
    assert len(place_of(KEY)) == 8


def test_bundles_are_read_as_written_or_not_at_all() -> None:
    """Any other bytes raise one error."""
    bundle = new_bundle(3, 4).with_new(5)
    assert unpack_bundle(bundle.pack()) == bundle
    assert unpack_mark(bundle.mark().pack()) == bundle.mark()
    for raw in (b"", bundle.pack()[:-1], bundle.pack() + b"\0", b"\7" + bundle.pack()[1:], new_bundle(1, 1).around(9).pack()):
        with pytest.raises(BundleError):
            unpack_bundle(raw)
    with pytest.raises(BundleError):
        unpack_mark(b"short")
    assert "secret" not in repr(bundle)


def test_of_two_bundles_the_older_wins_and_of_two_peppers_one() -> None:
    """Whoever looks, in whatever order: everybody ends with the same."""
    old, young = new_bundle(1, 7), new_bundle(2, 7)
    assert old.mark().beats(young.mark())
    assert not young.mark().beats(old.mark())
    assert young.joined(old) == old
    one, two = old.with_new(8), old.with_new(8)
    first, second = (one, two) if one.mark().beats(two.mark()) else (two, one)
    assert not second.mark().beats(first.mark())
    assert second.joined(first).mark() == first.mark()
    assert one.mark().beats(old.mark())
    assert old.joined(one.around(9)).of(7) == old.of(7), "what the other has forgotten or never had is not lost"
    assert not Mark(*one.mark()).beats(one.mark())


async def test_all_turn_at_the_same_instant_of_the_servers_clock() -> None:
    """With clocks of their own that are a day off in both directions; the pepper is there before it is needed."""
    fleet = Fleet(3)
    await fleet.seconds(6)
    before = fleet.all[0].current()
    fleet.server.time = START + PERIOD - AHEAD + 1
    await fleet.seconds(5)
    assert all(len(one._bundle.peppers) == 2 for one in fleet.all if one._bundle)
    assert all(one.current() == before for one in fleet.all)
    fleet.server.time = START + PERIOD - 0.001
    assert {one.current().epoch for one in fleet.all} == {before.epoch}
    assert [pepper.epoch - before.epoch for pepper in fleet.all[0].live(1800)] == [0, 1]
    fleet.server.time = START + PERIOD
    assert fleet.shared()
    assert fleet.all[0].current().epoch == before.epoch + 1
    assert fleet.all[0].accepted()[1] == before
    fleet.server.time = START + 2 * PERIOD + 1
    assert before.secret not in _secrets(fleet.all[0]) or not fleet.all[0].is_ready


async def test_a_pepper_is_forgotten_everywhere_when_its_time_is_over() -> None:
    """After two turns no replica has it, and nothing but live secrets is held."""
    fleet = Fleet(3)
    await fleet.seconds(6)
    first = fleet.all[0].current().secret
    for turn in range(1, 4):
        fleet.server.time = START + turn * PERIOD - AHEAD / 2
        await fleet.seconds(4)
        fleet.server.time = START + turn * PERIOD + 1
        await fleet.seconds(2)
        assert fleet.shared()
        assert all((first in _secrets(one)) == (turn < 2) for one in fleet.all)
        assert all(len(one.accepted()) == 2 for one in fleet.all)
    assert [mark.newest for mark in fleet.marks()] == sorted({mark.newest for mark in fleet.marks()}), "each was made once"


async def test_people_keep_their_sessions_over_turns_on_any_replica() -> None:
    """A hundred people, each message on the next replica, a message every 40 seconds over three turns: no session is lost, and
    none lies there twice."""
    fleet = Fleet(3)
    await fleet.seconds(6)
    state = MemoryState()
    each = [Sessions(state, Namer(one, "test", cost=2)) for one in fleet.all]
    people = range(5_000_000_000, 5_000_000_100)
    for round_ in range(3 * PERIOD // 40):
        for chat in people[round_ % 10 :: 10]:
            async with each[(chat + round_) % 3].hold(chat, priority=True) as lease:
                assert lease.kept
                told = lease.session.token if lease.session else ""
                assert told == ("" if round_ < 10 else str(round_ - 10)), "lost, or an older one"
                await lease.save(Session(str(round_)))
        await fleet.seconds(40)
    for one in each:
        one._namer.close()


async def test_a_partition_heals_to_the_older_bundle() -> None:
    """Two halves that could not see each other made one each; the younger half is without sessions until it has the other's."""
    fleet = Fleet(4)
    left, right = fleet.all[:2], fleet.all[2:]
    fleet.move(*right, to=fleet.elsewhere)
    await fleet.seconds(6, *left)
    fleet.elsewhere.time = fleet.server.time
    await fleet.seconds(6, *right)
    assert left[0].current() != right[0].current()
    older = _secrets(left[0])
    fleet.move(*right, to=fleet.server)
    fleet.server.held_back = True
    await fleet.seconds(3)
    assert [one.is_ready for one in fleet.all] == [True, True, False, False]
    fleet.server.held_back = False
    await fleet.seconds(4)
    assert fleet.shared()
    assert _secrets(right[0]) == older


async def test_two_peppers_of_one_epoch_become_one() -> None:
    """A partition of replicas that share a bundle, over a turn: both halves made the next pepper."""
    fleet = Fleet(2)
    one, two = fleet.all
    await fleet.seconds(6)
    fleet.move(two, to=fleet.elsewhere)
    fleet.server.time = fleet.elsewhere.time = START + PERIOD - 60
    await fleet.seconds(70)
    assert one.salt == two.salt
    assert one.current() != two.current()
    fleet.move(two, to=fleet.server)
    fleet.server.held_back = True
    await fleet.seconds(2)
    assert sorted(each.is_ready for each in fleet.all) == [False, True], "who has the wrong one knows that"
    fleet.server.held_back = False
    await fleet.seconds(4)
    assert fleet.shared()


async def test_all_gone_and_nothing_can_be_opened() -> None:
    """With the last replica the bundle is gone: whoever comes then, with the same token and all that the server ever had."""
    fleet = Fleet(3)
    await fleet.seconds(6)
    old = _secrets(fleet.all[0])
    keys = record_keys(fleet.all[0].current(), chat_secret(fleet.all[0].salt, "test", 1, 2))
    fleet.all.clear()
    new = fleet.add()
    await fleet.seconds(MEMBER_SECONDS + 6)
    assert new.is_ready
    assert not set(old) & set(_secrets(new))
    assert keys != record_keys(new.current(), chat_secret(new.salt, "test", 1, 2))


async def test_a_paused_member_has_forgotten_and_joins_again() -> None:
    """It slept through two turns: it opens nothing with what it had, and gets what the others have."""
    fleet = Fleet(3)
    *awake, sleeper = fleet.all
    await fleet.seconds(6)
    first = sleeper.current()
    for turn in (1, 2):
        fleet.server.time = START + turn * PERIOD - AHEAD / 2
        await fleet.seconds(4, *awake)
        fleet.server.time = START + turn * PERIOD + 5
        await fleet.seconds(2, *awake)
    with pytest.raises(NoPepperError):
        sleeper.current()
    assert first.secret not in [pepper.secret for pepper in sleeper._bundle.peppers] if sleeper._bundle else True
    held = awake[0].current()
    late = fleet.add()
    await fleet.seconds(1, late)
    await fleet.seconds(3)
    assert fleet.shared()
    assert sleeper.current() == held


async def test_a_turn_that_all_missed_is_made_up_for() -> None:
    """The server was away when the next pepper was due: no sessions meanwhile, then one new pepper and the old one still read."""
    fleet = Fleet(3)
    await fleet.seconds(6)
    before = fleet.all[0].current()
    fleet.server.away = {one._member for one in fleet.all}
    fleet.server.time = START + PERIOD + 1
    await fleet.seconds(3)
    assert not any(one.is_ready for one in fleet.all)
    fleet.server.away = set()
    await fleet.seconds(8)
    assert fleet.shared()
    assert fleet.all[2].accepted()[1] == before


async def test_a_server_that_is_away_takes_nothing() -> None:
    """The bundle lies in the replicas: they go on with it, over the next turn too, and meet again later."""
    fleet = Fleet(2)
    await fleet.seconds(6)
    fleet.server.time = START + PERIOD - 300
    await fleet.seconds(4)
    fleet.server.away = {one._member for one in fleet.all}
    fleet.server.time = START + PERIOD + 60
    await fleet.seconds(2)
    assert fleet.shared()
    emptied = Server()
    emptied.time = fleet.server.time
    fleet.server = emptied
    for one in fleet.all:
        one._spread, one._clock = emptied, lambda: emptied.time
        one._offset = None
    await fleet.seconds(1, fleet.add())
    await fleet.seconds(5)
    assert fleet.shared()
    assert len({mark.origin for mark in fleet.marks()}) == 1, "who came first to the empty server has waited for the others"


async def test_the_server_is_never_told_a_secret() -> None:
    """Each byte string it was given over joins, turns and a late comer holds no secret, and nothing that opens one."""
    fleet = Fleet(3)
    secrets: set[bytes] = set()
    for turn in range(1, 3):
        await fleet.seconds(6)
        fleet.add()
        fleet.server.time = START + turn * PERIOD - AHEAD / 2
        await fleet.seconds(6)
        secrets |= {secret for one in fleet.all for secret in _secrets(one)}
        fleet.server.time = START + turn * PERIOD
    seen = b"".join(fleet.server.seen)
    assert len(secrets) == 4
    assert len(seen) > 5000
    for secret in secrets:
        for part in (secret, secret[:8], secret[-8:], secret.hex().encode()):
            assert part not in seen
    assert KEY[:8] not in seen


async def test_it_runs_by_itself_and_parts_at_its_end() -> None:
    """As a task, on a real clock; a fault of the server's does not end it."""

    class Faulty(MemorySpread):
        faults = 1

        async def beat(self, member: bytes, mark: bytes) -> Beat | None:
            if self.faults:
                self.faults -= 1
                raise OSError
            return await super().beat(member, mark)

    spread = Faulty()
    peppers = SpreadPeppers(spread, KEY)
    beats: Mapping[str, Any] = {"bot.privacy.spread_peppers.BEAT_SECONDS": 0.01}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in beats.items():
            patch.setattr(name, value)
        task = asyncio.create_task(peppers.run())
        assert await peppers.ready(5)
        assert spread._members
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert not spread._members


def test_keys_of_purposes_are_apart_and_turn_with_the_pepper() -> None:
    """One process's peppers give the same kinds of keys."""
    now = [50.0]
    peppers = Peppers(lambda: now[0], 100)
    web = peppers.keys(b"web", 30)
    assert len({*web, *peppers.keys(b"timers", 30), peppers.salt, peppers.current().secret}) == 4
    now[0] = 110.0
    assert peppers.keys(b"web", 30)[1:] == web
    assert len(peppers.keys(b"web", 5)) == 1
    assert peppers.now() == 110.0
    assert isinstance(peppers.current(), Pepper)


def test_a_request_says_which_it_is() -> None:
    """Its nonce is where its answer will lie."""
    asking = Asking(KEY, new_bundle(1, 1).mark())
    assert nonce_of(asking.request) == asking.nonce


async def test_without_a_pepper_people_are_answered_without_a_session() -> None:
    """A replica that has not joined keeps nothing and reports no fault; a leave waits for the pepper, and finds the session."""
    fleet = Fleet(2)
    one, two = fleet.all
    await fleet.seconds(5, one)
    state, lines = MemoryState(), []
    here, there = Sessions(state, Namer(one, "test", cost=2)), Sessions(state, Namer(two, "test", cost=2))
    undo = safe_log.install(lines.append)
    try:
        async with here.hold(7, priority=True) as lease:
            await lease.save(Session("kept"))
        async with there.hold(7, priority=True) as lease:
            assert not lease.kept
            assert await lease.save(Session("nowhere"))
        joining = asyncio.create_task(_later(fleet))
        async with there.hold(7, priority=True, leaves=True) as lease:
            assert lease.kept
            assert lease.session
            assert lease.session.token == "kept"
            await lease.forget()
        await joining
        assert not state.sessions._kept
    finally:
        undo()
        here._namer.close()
        there._namer.close()
    assert lines == []


async def _later(fleet: Fleet) -> None:
    await asyncio.sleep(0.1)
    await fleet.seconds(4)


async def test_a_leave_does_not_wait_for_ever() -> None:
    """Half a second without a pepper, then it goes on: it finds its messages by trying ids."""
    fleet = Fleet(1)
    sessions = Sessions(MemoryState(), Namer(fleet.all[0], "test", cost=2))
    begun = asyncio.get_running_loop().time()
    async with sessions.hold(7, priority=True, leaves=True) as lease:
        assert not lease.kept
    assert 0.4 < asyncio.get_running_loop().time() - begun < 2
    sessions._namer.close()


async def test_nothing_is_kept_under_a_name_of_two_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bundle changes while a name is worked out: the salt of one and the pepper of the other would lead nowhere."""
    fleet = Fleet(1)
    await fleet.seconds(5)
    (one,) = fleet.all
    state = MemoryState()
    sessions = Sessions(state, Namer(one, "test", cost=2))
    secret = sessions._namer.secret

    async def changes(*args: Any, **more: Any) -> bytes:
        found = await secret(*args, **more)
        one._bundle = new_bundle(1, one.current().epoch)
        return found

    monkeypatch.setattr(sessions._namer, "secret", changes)
    async with sessions.hold(7, priority=True) as lease:
        assert not lease.kept
    sessions._namer.close()


async def test_a_clock_that_runs_fast_changes_nothing() -> None:
    """One per cent, more than any machine's: the distance to the server's clock is measured at each beat."""
    fleet = Fleet(2)
    fleet.all[1]._clock = lambda: fleet.server.time * 1.01 + 5
    await fleet.seconds(PERIOD)
    assert abs(fleet.all[1].now() - fleet.server.time) < 0.1
    assert fleet.shared()


async def test_an_answer_that_was_lost_is_asked_for_again() -> None:
    """With another request, after ten seconds."""
    fleet = Fleet(1)
    await fleet.seconds(5)
    late = fleet.add()
    fleet.server.lost = True
    await fleet.seconds(5)
    fleet.server.lost = False
    await fleet.seconds(3)
    assert not late.is_ready
    await fleet.seconds(8)
    assert fleet.shared()


async def test_a_server_sees_a_chat_under_one_name_for_half_an_hour_at_most() -> None:
    """So long, and no longer, can whoever watches it tell that messages are one person's: docs/threat-model.md."""
    assert PERIOD <= 1800
    fleet = Fleet(2)
    await fleet.seconds(6)
    names: list[set[bytes]] = []
    for turn in range(1, 4):
        chat = chat_secret(fleet.all[0].salt, "test", 7, 2)
        names.append({record_keys(one.current(), chat).name for one in fleet.all} | set(fleet.all[0].keys(b"chat-digest", 0)))
        fleet.server.time = START + turn * PERIOD - AHEAD / 2
        await fleet.seconds(4)
        fleet.server.time = START + turn * PERIOD
    assert [len(each) for each in names] == [2, 2, 2]
    assert len(set.union(*names)) == 6
    page = (Path(__file__).resolve().parents[2] / "docs/threat-model.md").read_text("utf-8")
    assert "for replicas half an hour, not the six of one process" in page
