"""What do replicas cost? One replica on its own memory and three on Valkey, both up, asked by turns in one run.

Run by `python -m benchmarks.replicas load`. Each turn everybody asks once, half by typing and half by pressing, `--rate` a
second; nothing fails, pacing is on. "ms": from the moment an update is with Telegram until its answer is shown. "cpu_ms":
processor time of all replicas and of Valkey for each question, which the rest of the machine does not change much; the
latency it does.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable
from typing import Any, Final

from benchmarks.losses import Question, questions
from benchmarks.process import centile, cpu_seconds
from benchmarks.support.fleet import Fleet, fleet
from benchmarks.support.telegram_server import TelegramServer

TURNS: Final = 2


def _processes(made: Fleet) -> Iterable[tuple[str, int]]:
    for bot in made.bots:
        assert bot.process
        yield "replicas", bot.process.pid
    if made.valkey and made.valkey.process:
        yield "valkey", made.valkey.process.pid


def _spent(made: Fleet) -> dict[str, float]:
    found = {"replicas": 0.0, "valkey": 0.0}
    for name, pid in _processes(made):
        found[name] += cpu_seconds(pid)
    return found


async def _turn(made: Fleet, choice: list[Question], first: int, people: int, rate: float, found: dict[str, list[float]]) -> None:
    """One turn of one fleet; adds the waits in seconds, by kind."""
    server, begin = made.server, time.monotonic()
    typed = [question for question in choice if not question.press]
    pressed = [question for question in choice if question.press]
    waiting: list[tuple[float, int, Question]] = []
    for number in range(people):
        one = server.people.get(first + number) or server.person(first + number, "en")
        screens = [message for message in one.sees if message.by_bot and message.rows]
        if number % 2 and screens:
            # Not the one whose answer is shown: Telegram takes no edit that changes nothing.
            question = random.choice([each for each in pressed if each.mark not in screens[-1].text])
        else:
            question = random.choice(typed)
        waiting.append((time.monotonic(), one.chat, question))
        if question.press:
            server.add_press(one, screens[-1], question.says)
        else:
            one.types(question.says)
        await asyncio.sleep(max(0.0, begin + (number + 1) / rate - time.monotonic()))
    await server.quiet(30)
    for at, chat, question in waiting:
        shown = (when for when, where, text in server.edits_of if where == chat and when >= at and question.mark in text)
        if (when := next(shown, None)) is not None:
            found["press" if question.press else "typed"].append(when - at)


async def run(people: int, rate: float) -> dict[str, Any]:
    """Figures of both, side by side."""
    choice, one, three = questions("ours"), TelegramServer(api_delay=0.01), TelegramServer(api_delay=0.01)
    async with fleet(one, 1) as alone, fleet(three, 3) as together:
        both = {"one": alone, "three": together}
        waits: dict[str, dict[str, list[float]]] = {name: {"typed": [], "press": []} for name in both}
        spent: dict[str, dict[str, float]] = {name: {"replicas": 0.0, "valkey": 0.0} for name in both}
        for turn in range(TURNS + 1):  # the first warms up, gives everybody a screen to press, and is not counted
            for name, made in both.items():
                kept = waits[name] if turn else {"typed": [], "press": []}
                before = _spent(made)
                await _turn(made, choice, 40_000, people, rate, kept)
                if turn:
                    for part, seconds in _spent(made).items():
                        spent[name][part] += seconds - before[part]
    asked = TURNS * people
    return {
        name: {
            "questions": asked,
            "answered": sum(map(len, waits[name].values())),
            **{kind: {"p50_ms": centile(found, 0.5), "p99_ms": centile(found, 0.99)} for kind, found in waits[name].items()},
            "cpu_ms": {part: round(seconds / asked * 1000, 1) for part, seconds in spent[name].items()},
        }
        for name in both
    }
