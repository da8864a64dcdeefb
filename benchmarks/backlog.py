"""Does a backlog survive kills? Hundreds have asked while the bot was down; it starts, calls fail, and it is killed.

Run by `python -m benchmarks.losses --waiting 340`.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from typing import Final

from benchmarks.losses import COMMANDS, FAULTS, SPARED, Chats, Question, questions
from benchmarks.process import Bot
from benchmarks.support.telegram_server import Fault, Message, Person, TelegramServer

FIRST_KILL: Final = 3.0
BETWEEN_KILLS: Final = 8.0
"""Seconds. The first comes while most of them wait: without a failing call all are answered within about ten."""
FIRST: Final = 20_000


def ask_in_rows(server: TelegramServer, chats: Chats, people: list[Person], choice: list[Question], dice: random.Random) -> int:
    """Everybody asks once, half of them up to three times more; commands come first, presses and words after that, mixed.

    A row of one person's stands together, as Telegram keeps it. Gives how many updates wait.
    """
    commands = [question for question in choice if question.says.startswith("/")]
    others = [question for question in choice if not question.says.startswith("/")]
    rows: list[tuple[Person, list[Question]]] = []
    for number, one in enumerate(people):
        size = 1 if number % 2 else dice.choice((1, 1, 2, 4))
        kind = commands if number < len(people) // 3 else [*others, *commands]
        rows.append((one, dice.sample(kind, min(size, len(kind)))))
    for one, row in rows:
        screen = next(message for message in one.sees if message.by_bot)
        for question in row:
            if question.press:
                server.add_press(one, screen, question.says)
            else:
                one.types(question.says)
            chats.asked.setdefault(one.chat, []).append(question)
    return sum(len(row) for _, row in rows)


def failing(server: TelegramServer, share: float, dice: random.Random, hits: Counter[str]) -> None:
    """From now on the `share` of all calls goes wrong; `hits` counts how."""

    def fault(method: str) -> Fault | None:
        if method in SPARED or dice.random() >= share:
            return None
        found = dice.choice(FAULTS)
        hits[f"{found.kind} {found.status}" if found.kind == "status" else found.kind] += 1
        return found

    server.any_fault = fault


async def run(people: int = 340, kills: int = 4, share: float = 0.2, seed: int = 7) -> dict[str, object]:
    """Figures of one run."""
    dice = random.Random(seed)
    server = TelegramServer(api_delay=0.01)
    hits: Counter[str] = Counter()
    await server.start()
    bot = Bot("ours", server)
    everybody = [server.person(FIRST + number, "en") for number in range(people)]
    choice = questions("ours", COMMANDS)
    rows = [[{"text": "Back", "callback_data": next(question.says for question in choice if question.press)}]]
    for one in everybody:  # the screen that a process long gone has left
        server.put(one.chat, Message(server.next_message(), True, "An earlier screen", server.now(), rows))
    chats = Chats(server, choice, dice)
    waiting = ask_in_rows(server, chats, everybody, choice, dice)
    began = time.monotonic()
    failing(server, share, dice, hits)
    try:
        await bot.start()
        for number in range(kills):
            await asyncio.sleep(BETWEEN_KILLS if number else FIRST_KILL)
            await bot.kill()
            await bot.start()
        with contextlib.suppress(AssertionError):
            await server.until(lambda: not server.updates, 120)
        empty = time.monotonic() - began
        failing(server, 0, dice, hits)
        with contextlib.suppress(AssertionError):  # what is lost is counted below
            await server.until(lambda: not chats.lost(), 20)
        lost = [chat for chat in chats.asked if chats.lost_in(chat)]
        return {
            "people": people,
            "updates_waiting": waiting,
            "kills": kills,
            "calls_failing": share,
            "faults": dict(hits),
            "chats_without_their_last_answer": len(lost),
            "of_them": dict(Counter(_kind(chats.asked[chat]) for chat in lost)),
            "typed_questions_never_answered": chats.unanswered(),
            "order_inversions": chats.inversions(),
            "calls_inside_retry_after": server.violations,
            "seconds_until_nothing_waits": round(empty, 1),
        }
    finally:
        await bot.kill()
        await server.stop()


def _kind(row: list[Question]) -> str:
    last = row[-1]
    kind = "press" if last.press else "command" if last.says.startswith("/") else "words"
    return f"{kind}, alone" if len(row) == 1 else f"{kind}, last of a row"
