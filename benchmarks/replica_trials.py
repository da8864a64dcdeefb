"""What replicas must not do to each other's talks: eight trials of each, on three replicas of the real command and a real Valkey.

Run by `python -m benchmarks.replicas trials`. `leave_elsewhere`: a press on one replica and, 0.3 s later, Leave on another;
counted are the chats with a session afterwards, and what is left in them. `stale_writes`: a replica holds the session for
typed words whose answer is on its way, and stands still for 14 seconds; a press in the same chat is answered by another
meanwhile. Back again, the first must not write its session over the newer one, nor delete that one's screen: a chat that does
not show the answer to the press alone was written over. `stale_writes_without_fences` is the same with the check taken out of
the scripts (whoever lost a lease writes all the same): it has to fail, or the trial shows nothing. `timers` ("clear after 10
minutes", made 6 seconds here): the replica that armed it is killed, stands still over its time, or just lives; or Leave comes on
another and a new talk begins on the third. Missed: what is not cleared within 50 seconds. Erased: new talks that an old timer
has cleared, at once or again later. `valkey_frozen`: milliseconds until each kind of update is answered while Valkey stands
still, with how many of eight were. `pace`: the most messages in any second while 120 people press at once, with Valkey and
without it.
"""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.losses import COMMANDS, Question, questions
from benchmarks.process import centile
from benchmarks.support.fleet import Fleet, fleet
from benchmarks.support.telegram_server import Fault, Person, TelegramServer

NAMES: Final = ("leave", "stale", "timers", "frozen", "pace")
TRIALS: Final = 8
PAUSE: Final = 14.0
CLEAR_SECONDS: Final = 6.0
CLEARED_WITHIN: Final = 50.0
"""Seconds until a timer must have rung: its time, a lease of 30 seconds of a replica that died with it, and the rest for a busy
machine."""
SHORTER = f"import bot.engine.turn\nbot.engine.turn.CLEAR_AFTER = {CLEAR_SECONDS}\n"
NO_FENCES: Final = """
from bot.runtime.state.valkey import sessions
from bot.runtime.state.valkey.server import Script
for _name in ("_CHECK", "_RENEW", "_PUT", "_DELETE"):
    _text = getattr(sessions, _name).text
    assert "then return 0 end" in _text
    setattr(sessions, _name, Script(_text.replace("then return 0 end", "then end")))
"""
"""What a replica runs at its start, for the control: it writes whether its lease is still its own or not."""
SESSIONS: Final = "s:*"
CROWD: Final = 120
SHOWN: Final = ("sendMessage", "editMessageText")


def _people(server: TelegramServer, first: int) -> list[Person]:
    return [server.person(first + number, "en") for number in range(TRIALS)]


async def _begin(server: TelegramServer, people: list[Person]) -> None:
    """Everybody has a first screen, and its session is stored."""
    for one in people:
        one.types("/start")
    await server.until(lambda: all(any(message.by_bot for message in one.sees) for one in people), 60)
    await server.quiet(60)
    await asyncio.sleep(2)  # the session is stored a second behind the answer


def _shows(one: Person, question: Question) -> bool:
    return any(message.by_bot and question.mark in message.text for message in one.sees)


async def _within(server: TelegramServer, true: Callable[[], object], seconds: float) -> bool:
    try:
        await server.until(true, seconds)
    except AssertionError:
        return False
    return True


async def leave_elsewhere(made: Fleet, choice: list[Question]) -> dict[str, int]:
    """Figures of the first trial."""
    server, people = made.server, _people(made.server, 30_000)
    press = next(question for question in choice if question.press)
    count = len(made.bots)
    made.send_chats({one.chat: number % count for number, one in enumerate(people)})
    await _begin(server, people)
    assert made.valkey
    before = len(await made.valkey.ask("KEYS", SESSIONS))
    for one in people:
        server.add_press(one, one.screen, press.says)
    await asyncio.sleep(0.3)
    made.send_chats({one.chat: (number + 1) % count for number, one in enumerate(people)})
    for one in people:
        one.presses("Leave", one.screen)
    await _within(server, lambda: not any(one.sees for one in people), 20)
    await asyncio.sleep(5)
    after = len(await made.valkey.ask("KEYS", SESSIONS))
    left = sum(map(len, (one.sees for one in people)))
    return {"trials": TRIALS, "sessions_before": before, "sessions_after_leave": after, "messages_left": left}


async def stale_writes(made: Fleet, choice: list[Question]) -> dict[str, int]:
    """Figures of the second trial, or of its control."""
    server, people = made.server, _people(made.server, 31_000)
    press = next(question for question in choice if question.press)
    words, after = [question for question in choice if not question.press][:2]
    made.send_chats({one.chat: 0 for one in people})
    await _begin(server, people)
    bubbles = {one.chat: one.screen for one in people}
    slow = set(bubbles)
    server.chat_fault = lambda method, chat: Fault("late", seconds=1.5) if method == "sendMessage" and chat in slow else None
    for one in people:
        one.types(words.says)
    asked = server.calls["sendMessage"] + len(people)
    await server.until(lambda: server.calls["sendMessage"] >= asked, 20)
    paused = asyncio.create_task(made.pause(0, PAUSE))
    made.send_chats({one.chat: 1 for one in people})
    await asyncio.sleep(2.0)
    slow.clear()
    for one in people:
        server.add_press(one, bubbles[one.chat], press.says)
    answered = await _within(server, lambda: all(_shows(one, press) for one in people), PAUSE)
    await paused
    await asyncio.sleep(8)
    over = sum(not _shows(one, press) or sum(message.by_bot for message in one.sees) > 1 for one in people)
    made.send_chats({one.chat: 2 for one in people})
    for one in people:
        one.types(after.says)
    await _within(server, lambda: all(_shows(one, after) and len(one.sees) == 1 for one in people), 20)
    beside = sum(not _shows(one, after) or len(one.sees) > 1 for one in people)
    return {"trials": TRIALS, "all_answered_meanwhile": answered, "stale_writes": over, "wrong_afterwards": beside}


async def timers(made: Fleet) -> dict[str, int]:
    """Figures of the third trial."""
    server = made.server
    killed, paused, lives, leaves = (_people(server, 32_000 + 100 * number) for number in range(4))
    everybody = [*killed, *paused, *lives, *leaves]
    where = {one.chat: number for number, those in enumerate((killed, paused, lives, leaves)) for one in those}
    count = len(made.bots)
    made.send_chats({chat: number % count for chat, number in where.items()})
    await _begin(server, everybody)
    for label in ("Something else", "About this bot", "Language, place, settings", "Clear after 10 minutes"):
        for one in everybody:
            one.presses(label, one.screen)
        await server.quiet(60)
    armed, first = time.monotonic(), {one.chat: one.screen.id for one in everybody}
    await asyncio.sleep(1.5)  # the session that names the timer is stored a second behind
    troubles = [asyncio.create_task(made.kill(0, 4.0)), asyncio.create_task(made.pause(1, PAUSE))]
    made.send_chats({one.chat: 2 for one in everybody})
    for one in leaves:
        one.presses("Leave", one.screen)
    await _within(server, lambda: not any(one.sees for one in leaves), 10)
    for one in leaves:
        one.types("/start")
    waiting = [*killed, *paused, *lives]

    def cleared(one: Person) -> bool:
        return first[one.chat] not in {message.id for message in one.sees}

    new: set[int] = set()
    while time.monotonic() - armed < CLEARED_WITHIN and len(new) < len(waiting):
        for one in waiting:
            if one.chat not in new and cleared(one):
                new.add(one.chat)
                one.types("/start")
        await asyncio.sleep(0.2)
    missed = {
        name: sum(not cleared(one) for one in those) for name, those in (("killed", killed), ("paused", paused), ("lives", lives))
    }
    late = time.monotonic() - armed
    await asyncio.gather(*troubles)
    begun = [one for one in everybody if one.chat in new or one in leaves]
    await _within(server, lambda: all(any(message.by_bot for message in one.sees) for one in begun), 20)
    await asyncio.sleep(max(0.0, CLEARED_WITHIN - (time.monotonic() - armed)))
    erased = sum(not any(message.by_bot for message in one.sees) for one in begun)
    return {
        "armed": len(everybody),
        **{f"missed_{name}": number for name, number in missed.items()},
        "last_cleared_after": round(late),
        "new_talks": len(begun),
        "new_talks_erased": erased,
    }


async def valkey_frozen(made: Fleet, choice: list[Question]) -> dict[str, object]:
    """Figures of the fourth trial."""
    server, people = made.server, _people(made.server, 33_000)
    press = next(question for question in choice if question.press)
    words = next(question for question in choice if not question.press)
    made.to(None)
    found: dict[str, object] = {}

    async def timed(name: str, act: Callable[[Person], object], seen: Callable[[Person], bool], seconds: float = 20) -> None:
        begin, times = time.monotonic(), {}
        for one in people:
            act(one)
        while time.monotonic() - begin < seconds and len(times) < len(people):
            for one in people:
                if one.chat not in times and seen(one):
                    times[one.chat] = time.monotonic() - begin
            await asyncio.sleep(0.005)
        waits = list(times.values())
        found[name] = {"answered": len(waits), "p50_ms": centile(waits, 0.5), "max_ms": centile(waits, 1.0)}

    await _begin(server, people)
    assert made.valkey
    made.valkey.pause()
    await timed("press", lambda one: server.add_press(one, one.screen, press.says), lambda one: _shows(one, press))
    urgent = next(question for question in questions("ours", COMMANDS) if question.says == "/urgent")
    await timed("urgent", lambda one: one.types(urgent.says), lambda one: _shows(one, urgent))
    danger = "he choked me last night"
    await timed(
        "danger_words", lambda one: one.types(danger), lambda one: any("strangled" in message.text for message in one.sees)
    )
    await timed("other_words", lambda one: one.types(words.says), lambda one: _shows(one, words))
    await timed("leave", lambda one: one.presses("Leave", one.screen), lambda one: not one.sees)
    made.valkey.go_on()
    with contextlib.suppress(AssertionError):
        await server.quiet(30)
    found["updates_left"] = len(server.updates)
    return found


async def pace(made: Fleet, choice: list[Question]) -> dict[str, int]:
    """Figures of the fifth trial: the most messages in any second while `CROWD` people press at once."""
    server, people = made.server, [made.server.person(34_000 + number, "en") for number in range(CROWD)]
    press, other = [question for question in choice if question.press][:2]
    found = {"people": CROWD}
    made.to(None)
    await _begin(server, people)

    async def crowd(name: str, question: Question) -> None:
        server.log.clear()
        for one in people:
            server.add_press(one, one.screen, question.says)
        found[f"{name}_answered"] = 0
        await _within(server, lambda: all(_shows(one, question) for one in people), 30)
        found[f"{name}_answered"] = sum(_shows(one, question) for one in people)
        found[f"{name}_most_in_a_second"] = most_in_a_second(server)

    await crowd("with_valkey", press)
    assert made.valkey
    await made.valkey.kill()
    await asyncio.sleep(1)
    await crowd("without", other)
    await made.valkey.start()
    return found


def most_in_a_second(server: TelegramServer) -> int:
    """The most messages sent and edited in any second, over all replicas."""
    times = [at for at, method, _ in server.log if method in SHOWN]
    return max((bisect.bisect_left(times, at + 1.0) - number for number, at in enumerate(times)), default=0)


async def run(root: Path, names: tuple[str, ...] = NAMES) -> dict[str, object]:
    """Figures of the trials in `names`; "stale" has its control beside it, on replicas of its own."""
    choice = questions("ours")
    trials: dict[str, tuple[str, Callable[[Fleet], Coroutine[Any, Any, object]]]] = {
        "leave": ("leave_elsewhere", lambda made: leave_elsewhere(made, choice)),
        "stale": ("stale_writes", lambda made: stale_writes(made, choice)),
        "timers": ("timers", timers),
        "frozen": ("valkey_frozen", lambda made: valkey_frozen(made, choice)),
        "pace": ("pace", lambda made: pace(made, choice)),
    }
    found: dict[str, object] = {}
    async with _made(root, SHORTER) as made:
        for name in names:
            title, trial = trials[name]
            found[title] = await trial(made)
    if "stale" in names:
        async with _made(root, SHORTER + NO_FENCES) as made:
            found["stale_writes_without_fences"] = await stale_writes(made, choice)
    return found


@asynccontextmanager
async def _made(root: Path, start: str) -> AsyncIterator[Fleet]:
    """Three replicas that run `start` before all else."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "sitecustomize.py").write_text(start)
        async with fleet(TelegramServer(api_delay=0.01), 3, {"PYTHONPATH": f"{folder}:{root}"}, root) as made:
            yield made
