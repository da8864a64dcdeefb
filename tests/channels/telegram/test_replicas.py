"""Replicas that share one state: a Leave at one ends the talk at all, a timer outlives its process, and nobody answers twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from benchmarks.support.telegram_server import Fault, Message
from bot.channels.telegram.chat_queue import ChatQueue
from bot.channels.telegram.intake import AGAIN, DONE, HELD_SECONDS
from bot.channels.telegram.leave import YOUNG_SECONDS
from bot.channels.telegram.updates import Update
from bot.runtime.state import MemoryState
from tests.channels.telegram.replicas import CHAT, Fleet
from tests.channels.telegram.virtual_time import run

Test = Callable[[Fleet], Awaitable[None]]


def on_fleet(main: Test, **settings: Any) -> None:
    """Runs a test on three replicas, in virtual time."""

    async def all_of_it() -> None:
        fleet = Fleet(**settings)
        await fleet.open()
        await main(fleet)
        await fleet.close()

    run(all_of_it())


# --- leave at another replica ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pause", [0.0, 0.1, 0.3, 0.9, 1.0, 1.1, 3.0, 8.0])
@pytest.mark.parametrize("label", ["Go a", "Keep a copy", "Readers"])
def test_a_press_at_one_and_leave_at_another(label: str, pause: float) -> None:
    """The note of the press is written a second later: not any more. Nothing is left in the chat either."""

    async def main(fleet: Fleet) -> None:
        fleet.ann.presses(label)
        fleet.deliver(0)
        await asyncio.sleep(pause)
        fleet.ann.presses("Leave")
        fleet.deliver(1)
        await asyncio.sleep(12)
        assert await fleet.session() is None
        assert fleet.ann.sees == []

    on_fleet(main, delay=0.05)


@pytest.mark.parametrize("tenths", range(0, 12))
@pytest.mark.parametrize("readers", [False, True])
def test_words_in_flight_at_one_and_leave_at_another(tenths: int, *, readers: bool) -> None:
    """Wherever their answer stands: it shows nothing more or takes it back, and no session comes of it."""

    async def main(fleet: Fleet) -> None:
        if readers:
            fleet.ann.presses("Readers")
            fleet.deliver(0)
            await fleet.still()
        bubble = fleet.ann.screen
        fleet.ann.types("something of mine")
        fleet.deliver(0)
        await asyncio.sleep(tenths / 10)
        fleet.ann.presses("Leave", bubble)
        fleet.deliver(1)
        await asyncio.sleep(12)
        assert fleet.ann.sees == []
        assert await fleet.session() is None

    on_fleet(main, delay=0.3)


def test_words_that_come_only_after_leave_are_of_before() -> None:
    """Their holder died or they were told to come again: half a minute after a Leave they open no talk."""

    async def main(fleet: Fleet) -> None:
        bubble = fleet.ann.screen
        fleet.ann.types("something of mine")
        (words,) = fleet.updates()
        fleet.ann.presses("Leave", bubble)
        fleet.deliver(1)
        await asyncio.sleep(30)
        sent = fleet.server.calls["sendMessage"]
        fleet.replicas[2].driver.receive(words)
        await asyncio.sleep(12)
        assert fleet.server.calls["sendMessage"] == sent, "not for a moment"
        assert fleet.ann.sees == []
        assert await fleet.session() is None

    on_fleet(main)


@pytest.mark.parametrize("seconds", [1, 30])
def test_a_press_that_comes_only_after_leave_shows_nothing(seconds: int) -> None:
    """Not for a moment."""

    async def main(fleet: Fleet) -> None:
        bubble = fleet.ann.screen
        fleet.ann.presses("Go a", bubble)
        (press,) = fleet.updates()
        fleet.ann.presses("Leave", bubble)
        fleet.deliver(1)
        await asyncio.sleep(seconds)
        sent = fleet.server.calls["sendMessage"]
        fleet.replicas[2].driver.receive(press)
        await asyncio.sleep(12)
        assert fleet.server.calls["sendMessage"] == sent
        assert fleet.ann.sees == []
        assert await fleet.session() is None

    on_fleet(main)


def test_a_leave_does_not_wait_for_who_hangs_elsewhere() -> None:
    """An answer that takes eight seconds to arrive: the session is gone long before, and the answer as soon as it is there."""

    async def main(fleet: Fleet) -> None:
        fleet.replicas[0].bot.fault = lambda method, _: Fault("slow", seconds=8) if method == "sendMessage" else None
        bubble = fleet.ann.screen
        fleet.ann.types("something of mine")
        fleet.deliver(0)
        await asyncio.sleep(1.2)
        fleet.ann.presses("Leave", bubble)
        fleet.deliver(1)
        await asyncio.sleep(3)
        assert fleet.ann.sees == []
        assert await fleet.session() is None
        await asyncio.sleep(6)
        assert fleet.ann.sees == []
        await asyncio.sleep(6)
        assert await fleet.session() is None

    on_fleet(main)


@pytest.mark.parametrize("label", ["Go a", "Clear later", "Keep a copy"])
def test_a_note_that_waits_is_not_written_after_leave(label: str) -> None:
    """Eight seconds later, when nothing but the tombstone under the slow name tells of it."""

    async def main(fleet: Fleet) -> None:
        fleet.replicas[0].driver._writer._shared = False
        fleet.ann.presses(label)
        fleet.deliver(0)
        await asyncio.sleep(0.3)
        next(iter(fleet.replicas[0].driver.queues._queues.values())).pending.due += 8
        fleet.ann.presses("Leave")
        fleet.deliver(1)
        await asyncio.sleep(20)
        assert await fleet.session() is None
        assert fleet.ann.sees == []
        assert len(fleet.state.timers) == 0

    on_fleet(main)


@pytest.mark.parametrize("seconds", [0.5, 1.2, 2.5])
def test_words_behind_a_leave_that_is_slow_begin_a_new_talk(seconds: float) -> None:
    """The name of the chat takes so long where it is left: the words know nothing of the talk before, and their talk stays."""

    async def main(fleet: Fleet) -> None:
        fleet.ann.presses("Go b")
        fleet.deliver(0)
        await fleet.still()
        fleet.ann.presses("Clear later")
        fleet.deliver(0)
        await fleet.still()
        secret = fleet.replicas[1].sessions._namer.secret

        async def slow(chat: int | str, **more: Any) -> bytes:
            await asyncio.sleep(seconds)
            return await secret(chat, **more)

        fleet.replicas[1].sessions._namer.secret = slow
        fleet.ann.presses("Leave")
        fleet.deliver(1)
        await asyncio.sleep(0.1)
        fleet.ann.types("another question")
        fleet.deliver(2)
        await asyncio.sleep(12)
        (shown,) = fleet.texts
        assert "You said another question in nothing" in shown
        assert (await fleet.session()).bubble == fleet.ann.screen.id
        assert len(fleet.state.timers) == 0

    on_fleet(main)


@pytest.mark.parametrize("tenths", [0, 1, 2, 3, 5, 10, 20])
def test_a_new_talk_at_another_replica_stays(tenths: int) -> None:
    """Words right behind a Leave are of a new talk, which the sweep of the Leave does not take away."""

    async def main(fleet: Fleet) -> None:
        fleet.server.person(99)
        bubble = fleet.ann.screen
        fleet.ann.presses("Leave", bubble)
        fleet.deliver(1)
        await asyncio.sleep(tenths / 10)
        fleet.ann.types("another question")
        fleet.deliver(2)
        await asyncio.sleep(12)
        (shown,) = fleet.texts
        assert "You said another question in nothing" in shown
        session = await fleet.session()
        assert session.bubble == fleet.ann.screen.id
        assert bubble.id not in [message.id for message in fleet.ann.sees]

    on_fleet(main, delay=0.2)


def test_leave_finds_what_another_replica_sent_and_did_not_note_yet() -> None:
    """A copy at one, its process dead before the note: Leave at another looks up to the highest id that any of them knows."""

    async def main(fleet: Fleet) -> None:
        bubble = fleet.ann.screen
        fleet.ann.presses("Keep a copy")
        fleet.deliver(0)
        await asyncio.sleep(0.5)
        fleet.replicas[0].kill()
        assert len(fleet.ann.sees) == 2
        fleet.server._numbers += 500
        fleet.replicas[1].outbox.newest = fleet.server._numbers
        fleet.ann.presses("Leave", bubble)
        fleet.deliver(1)
        await asyncio.sleep(12)
        assert fleet.ann.sees == []

    on_fleet(main)


# --- a process that stood still ----------------------------------------------------------------------------------------


def test_a_late_note_does_not_overwrite_a_newer_answer() -> None:
    """A press at one, whose note is late; words at another meanwhile: the session and the screen stay those of the words."""

    async def main(fleet: Fleet) -> None:
        fleet.replicas[0].driver._writer._shared = False
        fleet.ann.presses("Readers")
        fleet.deliver(0)
        await asyncio.sleep(0.5)
        queue = next(iter(fleet.replicas[0].driver.queues._queues.values()))
        queue.pending.due += 5
        fleet.ann.types("another question")
        fleet.deliver(1)
        await asyncio.sleep(3)
        newer = await fleet.session()
        await asyncio.sleep(12)
        session = await fleet.session()
        assert (session.token, session.bubble) == (newer.token, newer.bubble)
        assert "another question" in session.token
        assert [message.id for message in fleet.ann.sees] == [session.bubble]

    on_fleet(main)


def test_words_right_after_a_press_know_of_it() -> None:
    """At another replica, as soon as somebody can type: its session is that of the press."""

    async def main(fleet: Fleet) -> None:
        fleet.ann.presses("Go b")
        fleet.deliver(0)
        await asyncio.sleep(0.25)
        fleet.ann.types("a word of mine")
        fleet.deliver(1)
        await fleet.still()
        assert "You said a word of mine in b" in fleet.ann.screen.text

    on_fleet(main, delay=0.05)


@pytest.mark.parametrize("words_first", [False, True])
@pytest.mark.parametrize("tenths", [0, 1, 2, 3, 4, 5, 6, 8])
def test_words_and_a_press_at_once_never_leave_the_chat_empty(tenths: int, *, words_first: bool) -> None:
    """Telegram keeps no order between them, and they go to two replicas: each deletes what showed the talk before, not both."""

    async def main(fleet: Fleet) -> None:
        bubble = fleet.ann.screen
        acts = [(lambda: fleet.ann.types("a question"), 0), (lambda: fleet.ann.presses("Go b", bubble), 1)]
        for act, to in acts if words_first else acts[::-1]:
            if bubble.id in fleet.server.chats[CHAT]:
                act()
                fleet.deliver(to)
            await asyncio.sleep(tenths / 10)
        await fleet.still()
        assert fleet.texts
        await fleet.close_chat()
        assert fleet.ann.sees == []

    on_fleet(main, delay=0.3)


# --- timers ------------------------------------------------------------------------------------------------------------


def test_a_timer_of_a_talk_that_was_left_changes_nothing() -> None:
    """Armed at one, left at another, a new talk at the third: it stands there after ten minutes, and nobody keeps the address."""

    async def main(fleet: Fleet) -> None:
        fleet.ann.presses("Clear later")
        fleet.deliver(0)
        await fleet.still()
        assert len(fleet.state.timers) == 1
        fleet.ann.presses("Leave")
        fleet.deliver(1)
        await asyncio.sleep(3)
        assert len(fleet.state.timers) == 0
        fleet.ann.types("another question")
        fleet.deliver(2)
        await asyncio.sleep(700)
        assert len(fleet.texts) == 1
        assert (await fleet.session()) is not None

    on_fleet(main)


def test_an_older_timer_changes_nothing() -> None:
    """One that rings although its chat names another, or none: the talk stays, and it does not come again."""

    async def main(fleet: Fleet) -> None:
        driver = fleet.replicas[1].driver
        await driver.clear_later.arm(5, CHAT, fleet.ann.screen.id, "home")
        await asyncio.sleep(60)
        assert len(fleet.texts) == 1
        assert len(fleet.state.timers) == 0

    on_fleet(main)


def test_a_timer_outlives_its_process() -> None:
    """Killed while it waits, or while it rings: another one clears the chat."""

    async def main(fleet: Fleet) -> None:
        fleet.ann.presses("Clear later")
        fleet.deliver(0)
        await fleet.still()
        fleet.replicas[0].kill()
        await asyncio.sleep(610)
        assert fleet.ann.sees == []
        assert await fleet.session() is None
        assert len(fleet.state.timers) == 0

    on_fleet(main)


def test_a_timer_that_its_process_took_and_never_carried_out_rings_again() -> None:
    """Half a minute later, somewhere else."""

    async def main(fleet: Fleet) -> None:
        fleet.ann.presses("Clear later")
        fleet.deliver(0)
        await fleet.still()
        for replica in fleet.replicas[1:]:
            replica.driver._clearing[0].cancel()

        def killed(_method: str, _chat: int) -> Fault | None:
            fleet.replicas[0].kill()
            raise asyncio.CancelledError

        fleet.replicas[0].bot.fault = killed
        await asyncio.sleep(610)
        assert fleet.replicas[0].bot.dead
        assert fleet.ann.sees
        second = asyncio.create_task(fleet.replicas[1].driver.clear_later.run())
        await asyncio.sleep(60)
        second.cancel()
        assert fleet.ann.sees == []

    on_fleet(main)


# --- claims ------------------------------------------------------------------------------------------------------------


def test_one_update_to_two_replicas_is_answered_once() -> None:
    """The second says that it should come again, and then that it is done."""

    async def main(fleet: Fleet) -> None:
        fleet.ann.types("a question")
        (words,) = fleet.updates()
        first = asyncio.create_task(fleet.bring(words, 0))
        await asyncio.sleep(0.01)
        assert await fleet.bring(words, 1) == AGAIN
        assert await first == DONE
        assert await fleet.bring(words, 1) == DONE
        await fleet.still()
        assert sum(replica.counters.answered for replica in fleet.replicas) == 2  # /start, and this
        assert len(fleet.texts) == 1

    on_fleet(main, delay=0.1)


def test_a_claim_lasts_as_long_as_its_answer() -> None:
    """A chat whose calls fail for half a minute: nobody else answers it meanwhile, and it is told to come again."""

    async def main(fleet: Fleet) -> None:
        failing = [True]
        fleet.replicas[0].bot.fault = lambda method, _: Fault(status=500) if method == "sendMessage" and failing[0] else None
        fleet.ann.types("a question")
        (words,) = fleet.updates()
        first = asyncio.create_task(fleet.bring(words, 0))
        for _ in range(15):
            await asyncio.sleep(1.9)
            assert await fleet.bring(words, 1) == AGAIN
            assert not len(fleet.replicas[1].driver.queues)
        assert await first == AGAIN
        failing[0] = False
        assert await fleet.bring_until_done(words) < 5
        assert sum("You said a question" in text for text in fleet.texts) == 1

    on_fleet(main)


@pytest.mark.parametrize("calls", [0, 1])
def test_a_holder_that_dies_loses_no_question(calls: int) -> None:
    """Before it shows anything, or between its answer and the end: the claim runs out, another one answers."""

    async def main(fleet: Fleet) -> None:
        fleet.ann.types("a question")
        (words,) = fleet.updates()
        left = [calls]

        def fault(_method: str, _chat: int) -> Fault | None:
            if not left[0]:
                fleet.replicas[0].kill()
                raise asyncio.CancelledError
            left[0] -= 1
            return None

        fleet.replicas[0].bot.fault = fault
        dying = asyncio.create_task(fleet.bring(words, 0))
        await asyncio.sleep(2)
        dying.cancel()
        assert fleet.replicas[0].bot.dead
        await fleet.bring_until_done(words, first=1)
        await fleet.still()
        assert any("You said a question" in text for text in fleet.texts)
        session = await fleet.session()
        assert session.token.startswith("said:a question")
        assert not [message for message in fleet.ann.sees if not message.by_bot]

    on_fleet(main, delay=0.1)


def test_a_leave_behind_a_press_is_not_held_up() -> None:
    """A person's presses come in a row: one that hangs is confirmed, and so is one that a dead process has claimed."""

    async def main(fleet: Fleet) -> None:
        fleet.replicas[0].bot.fault = lambda method, _chat: (
            Fault(status=429, retry_after=20) if method == "editMessageText" else None
        )
        bubble = fleet.ann.screen
        fleet.ann.presses("Go a", bubble)
        (press,) = fleet.updates()
        assert await fleet.bring_until_done(press) < 3
        await fleet.state.claims.claim(press.id + 1)
        fleet.ann.presses("Go b", bubble)
        (other,) = fleet.updates()
        assert await fleet.bring_until_done(other, first=1) < 8
        fleet.ann.presses("Leave", bubble)
        (leave,) = fleet.updates()
        await fleet.bring_until_done(leave, first=1)
        await asyncio.sleep(12)
        assert fleet.ann.sees == []
        assert await fleet.session() is None

    on_fleet(main)


@pytest.mark.parametrize("newer", ["", "words", "press", "leave"])
def test_a_press_that_was_confirmed_is_answered_though_its_process_dies(newer: str) -> None:
    """Confirmed for Leave to get by, while its answer hangs; killed then: another answers it, unless something newer came."""

    async def main(fleet: Fleet) -> None:
        fleet.replicas[0].bot.fault = lambda method, _chat: Fault(status=500) if method == "editMessageText" else None
        bubble = fleet.ann.screen
        fleet.ann.presses("Go a", bubble)
        (press,) = fleet.updates()
        assert await fleet.bring(press, 0) == DONE
        assert "This is a" not in bubble.text
        await asyncio.sleep(5)
        fleet.replicas[0].kill()
        if newer == "words":
            fleet.ann.types("another question")
        elif newer:
            fleet.ann.presses("Leave" if newer == "leave" else "Go b", bubble)
        for update in fleet.updates():
            await fleet.bring_until_done(update, first=1)
        await asyncio.sleep(60)
        if newer == "leave":
            assert fleet.ann.sees == []
        else:
            (text,) = fleet.texts
            assert {"": "This is a", "words": "another question", "press": "This is b"}[newer] in text
        assert len(fleet.state.owed) == 0

    on_fleet(main)


@pytest.mark.parametrize("lost", [True, False])
def test_leave_finds_what_was_sent_long_before_the_server_lost_all(monkeypatch: pytest.MonkeyPatch, *, lost: bool) -> None:
    """A copy that only the session knew of, fifteen thousand ids ago; the session went with the server. Where nothing was lost,
    all that is in the chat is known, and so far back nothing is looked for."""
    if not lost:
        monkeypatch.setattr(MemoryState, "age", YOUNG_SECONDS + 1)

    async def main(fleet: Fleet) -> None:
        copy = fleet.server.put(CHAT, Message(fleet.server.next_message(), True, "A copy", fleet.server.now()))
        fleet.server._numbers += 15_000
        fleet.ann.types("a question")
        fleet.deliver(1)
        await fleet.still()
        fleet.ann.presses("Leave", fleet.ann.screen)
        fleet.deliver(2)
        await asyncio.sleep(60)
        assert fleet.ann.sees == ([] if lost else [copy])
        assert len(fleet.state.owed) == 0

    on_fleet(main)


@pytest.mark.parametrize("kept", [True, False])
def test_a_press_that_its_replica_still_tries_is_not_shown_over_a_newer_one(*, kept: bool) -> None:
    """It was confirmed after a second and a half, so that the next press came, and another replica has answered that. Where
    nobody can be asked, whoever tries goes on: an answer counts for more than its order."""

    async def main(fleet: Fleet) -> None:
        bubble, (first, second, _) = fleet.ann.screen, fleet.replicas
        first.bot.fault = lambda method, _chat: Fault(status=500) if method == "editMessageText" else None
        fleet.ann.presses("Go a")
        (press,) = fleet.updates()
        assert await fleet.bring(press, 0) == DONE
        fleet.state.gone = not kept
        fleet.ann.presses("Go b", bubble)
        second.driver.receive(*fleet.updates())
        await asyncio.sleep(3)
        assert "This is b" in fleet.ann.screen.text
        shown = len(fleet.server.edits_of)
        first.bot.fault = lambda _method, _chat: None
        await asyncio.sleep(8)
        over = ["This is a" in text for _, _, text in fleet.server.edits_of[shown:]]
        assert over == ([] if kept else [True])

    on_fleet(main)


def test_a_press_of_a_dead_replica_is_not_shown_over_a_newer_one_that_cannot_be_read_at_once() -> None:
    """Whoever takes it over asks again where the server was late to answer."""

    async def main(fleet: Fleet) -> None:
        bubble, asked = fleet.ann.screen, list[bool]()
        fleet.replicas[0].bot.fault = lambda method, _chat: Fault(status=500) if method == "editMessageText" else None
        fleet.ann.presses("Go a")
        (press,) = fleet.updates()
        assert await fleet.bring(press, 0) == DONE
        await asyncio.sleep(5)
        fleet.replicas[0].kill()
        fleet.ann.presses("Go b", bubble)
        fleet.replicas[1].driver.receive(*fleet.updates())
        for replica in fleet.replicas[1:]:
            look = replica.driver._is_overtaken

            async def late(queue: ChatQueue, update: Update, look: Any = look) -> bool | None:
                asked.append(True)
                return None if len(asked) == 1 else await look(queue, update)

            replica.driver._is_overtaken = late
        await asyncio.sleep(60)
        assert asked
        assert not any("This is a" in text for _, _, text in fleet.server.edits_of)
        assert "This is b" in fleet.ann.screen.text

    on_fleet(main)


def test_words_that_another_replica_has_answered_meanwhile_are_not_answered_again() -> None:
    """A replica stood still with an answer on its way, beyond its claim and its lease: it looks before it shows anything."""

    async def main(fleet: Fleet) -> None:
        first = fleet.replicas[0]
        first.bot.fault = lambda method, _chat: Fault(status=500) if method == "sendMessage" else None
        fleet.ann.types("a question")
        (words,) = fleet.updates()
        asking = asyncio.create_task(fleet.bring(words, 0))
        await asyncio.sleep(9)
        fleet.state.sessions.take_away()
        other = fleet.replicas[1].driver.receive(words)
        other.again = True
        await other.wait()
        first.bot.fault = lambda _method, _chat: None
        assert await asking == DONE
        await fleet.still()
        assert [text for _, _, text in fleet.server.edits_of if "You said a question" in text] == fleet.texts
        assert (await fleet.session()).bubble == fleet.ann.screen.id
        assert len(fleet.ann.sees) == 1

    on_fleet(main)


def test_a_clean_stop_gives_back_what_is_not_done() -> None:
    """An update whose answer hangs is another's a moment later, not after its claim has run out."""

    async def main(fleet: Fleet) -> None:
        fleet.replicas[0].bot.fault = lambda method, _chat: Fault(status=500) if method == "sendMessage" else None
        fleet.ann.types("a question")
        (words,) = fleet.updates()
        first = asyncio.create_task(fleet.bring(words, 0))
        await asyncio.sleep(0.5)
        fleet.replicas[0].intake.refuse()
        await fleet.replicas[0].driver.stop(1)
        await fleet.replicas[0].intake.stop()
        assert await first == AGAIN
        assert await fleet.bring(words, 1) == DONE
        assert any("You said a question" in text for text in fleet.texts)

    on_fleet(main)


# --- the server is gone ------------------------------------------------------------------------------------------------


def test_presses_and_urgent_are_answered_without_the_server() -> None:
    """At once, and unclaimed."""

    async def main(fleet: Fleet) -> None:
        fleet.state.gone = True
        for label, shown in (("Go a", "This is a"), ("Urgent", "This is urgent")):
            fleet.ann.presses(label)
            (press,) = fleet.updates()
            assert await fleet.bring_until_done(press) < 0.5
            assert shown in fleet.ann.screen.text
        fleet.ann.types("/urgent")
        (command,) = fleet.updates()
        assert await fleet.bring_until_done(command) < 1.5  # the fourth message in a chat, at one a second
        assert "This is urgent" in fleet.ann.screen.text

    on_fleet(main)


def test_leave_empties_the_chat_without_the_server_and_the_session_once_it_is_back() -> None:
    """What can be deleted is; what the server still has goes as soon as it can be asked."""

    async def main(fleet: Fleet) -> None:
        fleet.state.gone = True
        fleet.ann.presses("Leave")
        (leave,) = fleet.updates()
        assert await fleet.bring_until_done(leave) < 4
        assert fleet.ann.sees == []
        await asyncio.sleep(20)
        fleet.state.gone = False
        assert await fleet.session() is not None
        await asyncio.sleep(60)
        assert await fleet.session() is None

    on_fleet(main)


def test_danger_is_heard_without_the_server() -> None:
    """Typed words in which triage hears it are answered at once; never a 503."""

    async def main(fleet: Fleet) -> None:
        fleet.state.gone = True
        fleet.ann.types("he has a knife")
        (words,) = fleet.updates()
        assert await fleet.bring(words, 2) == DONE
        assert "You said he has a knife" in fleet.ann.screen.text
        assert not [message for message in fleet.ann.sees if not message.by_bot]

    on_fleet(main)


def test_other_words_come_again_and_are_answered() -> None:
    """By whoever they come to once the server is back; or after some seconds without it, for danger may be behind them."""

    async def main(fleet: Fleet) -> None:
        fleet.state.gone = True
        fleet.ann.types("a question")
        (words,) = fleet.updates()
        for replica in (0, 1, 2, 0):
            assert await fleet.bring(words, replica) == AGAIN
            await asyncio.sleep(0.3)
        fleet.state.gone = False
        assert await fleet.bring(words, 1) == DONE
        assert "You said a question" in fleet.ann.screen.text
        await fleet.still()
        fleet.state.gone = True
        fleet.ann.types("another question")
        (words,) = fleet.updates()
        assert HELD_SECONDS - 1 < await fleet.bring_until_done(words) < HELD_SECONDS + 4
        assert "You said another question" in fleet.ann.screen.text

    on_fleet(main)


@pytest.mark.parametrize("danger", [False, True])
@pytest.mark.parametrize("pause", [0.0, 0.1, 0.3, 0.5, 2.0])
def test_nothing_lands_in_a_chat_that_was_left_without_the_server(pause: float, *, danger: bool) -> None:
    """Nobody can tell the others of a Leave; but Leave deletes the words, and who answers them looks whether they are there."""

    async def main(fleet: Fleet) -> None:
        fleet.state.gone = True
        bubble = fleet.ann.screen
        fleet.ann.types("he has a knife" if danger else "a question")
        (words,) = fleet.updates()
        fleet.ann.presses("Leave", bubble)
        (leave,) = fleet.updates()
        asking = asyncio.create_task(fleet.bring_until_done(words))
        await asyncio.sleep(pause)
        await fleet.bring_until_done(leave, first=1)
        await asking
        await asyncio.sleep(40)
        assert fleet.ann.sees == []

    on_fleet(main, delay=0.2)
