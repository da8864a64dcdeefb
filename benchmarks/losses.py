"""Is a question ever lost? The real process is killed six times while people ask, and one call in ten goes wrong.

    python -m benchmarks.losses [--people 200] [--rounds 10] [--kills 6] [--bot ours|twin] [--store memory|valkey]
    python -m benchmarks.losses --waiting 340 [--kills 4] [--failing 0.2] [--seed 7]

Questions are typed words and presses, no two alike in a chat, and each answer has a line that no other has. A question is
answered when what a chat shows last is the answer to its last question; every earlier one may be overtaken, but its answer must
never be shown after a later one. Messages too many are told apart: left by a kill, by a send whose outcome nobody knew, by
neither. At the end everybody leaves, and what is still in the chats is counted. The twin is a plain python-telegram-bot
`Application`: there the same run has to find losses, or it is blind.

With `--waiting`, so many people have written and pressed, some of them several times in a row, while the bot was down: commands
come first. Then it is started, and killed every eight seconds while the share `--failing` of all calls goes wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import bisect
import contextlib
import datetime as dt
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.process import running
from benchmarks.support.telegram_rules import shown_text
from benchmarks.support.telegram_server import Fault, Person, TelegramServer
from benchmarks.support.valkey_server import ValkeyServer
from bot.book import Edition

TYPED = (
    *("where do i get pep", "where can i get narcan", "my landlord is evicting me", "cps came to my house"),
    *("how do i use fentanyl test strips", "i need plan b", "bank closed my account", "how do i clear my record"),
)
COMMANDS = (
    *("/urgent", "/start en_cutting-down", "/start en_debt-and-bad-credit", "/start en_health-cover"),
    *("/start en_drugs-and-alcohol-support", "/start en_school-and-training", "/start en_other-income", "/start"),
)
PRESSED = (
    *("how do i start prep", "syphilis test", "hepatitis c treatment", "methadone or suboxone", "i have an abscess"),
    *("hormones without a doctor", "where can i sleep tonight", "i am behind on taxes", "my visa runs out"),
    *("how do i screen clients", "i cant sleep after nights", "i want to learn a trade", "getting an abortion"),
)
FAULTS = (
    Fault("status", 429, retry_after=1),
    Fault("status", 500),
    Fault("status", 502),
    Fault("before"),
    Fault("after"),
    Fault("truncated"),
)
SPARED = ("getUpdates", "deleteWebhook", "getMe")


@dataclass(frozen=True)
class Question:
    """`says`: the words, or what the button holds. `mark`: a line that stands in its answer alone. `press`: which of the two."""

    says: str
    mark: str
    press: bool


def questions(kind: str, commands: tuple[str, ...] = ()) -> list[Question]:
    """What people ask a bot of a kind, `commands` first. Ours: the answers are those of the real engine and pack, today."""
    if kind == "twin":
        return [Question(f"q{number}", f"answer q{number}", number % 2 == 1) for number in range(20)]
    from bot.book import build, default_folders, snapshot
    from bot.channels.telegram.render import screen_message
    from bot.channels.telegram.turns import UpdateTurns
    from bot.channels.telegram.updates import Update
    from bot.engine.flow_compiler import compile_flows
    from bot.engine.turn import step
    from bot.engine.types import Press, Surface, Typed
    from bot.runtime.world import world

    here = world(
        Edition(build(snapshot(*default_folders()), compile_flows), dt.date.today()),
        Surface(name="telegram", title="Telegram", timers=True, layouts=True),
        steady=True,  # two answers are compared: only the harmless first line may differ from the bot's
    )
    turns = UpdateTurns(step, lambda: here)

    def answer(update: Update, token: str) -> tuple[str, str]:
        """What is shown, and the state after it."""
        turn = turns.answer(update, token)
        return (shown_text(screen_message(turn.screen).parameters()), turn.token) if turn else ("", "")

    asked: list[tuple[str, bool, str]] = []
    for words in commands:
        asked.append((words, False, answer(Update(0, "typed", text=words, language="en"), "")[0]))
    for words in (*TYPED, *PRESSED):
        turn = step(here, "", Typed(words))
        press = words in PRESSED
        says = turn.token if press else words
        screen = step(here, "", Press(says)).screen if press else turn.screen
        asked.append((says, press, shown_text(screen_message(screen).parameters())))
    lines = Counter(line for _, _, text in asked for line in set(text.splitlines()))
    found = []
    probes = [(words, answer(Update(0, "typed", text=words), "")[0]) for words in TYPED[:2]]
    for says, press, text in asked:
        after = answer(Update(0, "press" if press else "typed", text=says, language="en"), "")[1]
        words, alone = probes[says == TYPED[0]]
        if answer(Update(0, "typed", text=words), after)[0] != alone:
            continue  # a screen that hears words in its own way: what comes after it is answered otherwise
        mark = next((line for line in text.splitlines() if len(line) > 11 and lines[line] == 1), "")
        if mark and not any(mark in other for _, _, other in asked if other is not text):
            found.append(Question(says, mark, press))
    return found


@asynccontextmanager
async def stored(store: str) -> AsyncIterator[dict[str, str]]:
    """The environment of a store that outlives the bot, or nothing. Needs the `heavy` extra."""
    if store == "memory":
        yield {}
        return
    with tempfile.TemporaryDirectory() as folder:
        server = ValkeyServer(Path(folder))
        await server.start()
        try:
            yield {"CONSTELLATION_VALKEY": server.address}
        finally:
            await server.kill()


class Chats:
    """What was asked in each chat and what it shows. `apart`: presses and words come in a row each, as a webhook's do: the
    answer to the last of either may then stand, and only within a row is there an order."""

    def __init__(self, server: TelegramServer, choice: list[Question], dice: random.Random, *, apart: bool = False) -> None:
        self._server, self._choice, self._dice, self._apart = server, choice, dice, apart
        self.asked: dict[int, list[Question]] = {}

    def ask(self, one: Person) -> None:
        """One more question of this person's, by a press where a screen is there to be pressed."""
        before = self.asked.setdefault(one.chat, [])
        fresh = [question for question in self._choice if question not in before]
        screens = [message for message in one.sees if message.by_bot and message.rows]
        question = self._dice.choice([question for question in fresh if screens or not question.press] or fresh)
        if question.press and screens:
            self._server.add_press(one, screens[-1], question.says)
        else:
            question = replace(question, press=False)
            one.types(question.says)
        before.append(question)

    def shown(self) -> dict[int, list[int]]:
        """For each chat, which of its questions each screen answered, in the order in which screens were shown."""
        found: dict[int, list[int]] = {chat: [] for chat in self.asked}
        for _, chat, text in self._server.edits_of:
            found[chat] += [at for at, question in enumerate(self.asked[chat]) if question.mark in text][:1]
        return found

    def lost(self) -> int:
        """Chats that do not show the answer to their last question last."""
        shown = self.shown()
        return sum(self._is_lost(chat, shown[chat]) for chat in self.asked)

    def lost_in(self, chat: int) -> bool:
        """Whether a chat does not show the answer to its last question last."""
        return self._is_lost(chat, self.shown()[chat])

    def _is_lost(self, chat: int, shown: list[int]) -> bool:
        asked = self.asked[chat]
        if self._apart:
            return not any(self._stands(chat, question) for question in {question.press: question for question in asked}.values())
        return (shown[-1] if shown else -1) != len(asked) - 1 or not self._stands(chat, asked[-1])

    def _stands(self, chat: int, question: Question) -> bool:
        return any(question.mark in message.text for message in self._server.chats[chat].values() if message.by_bot)

    def unanswered(self) -> int:
        """Typed questions whose answer was never shown; a press may be overtaken, words may not."""
        shown = self.shown()
        return sum(
            not question.press and at not in shown[chat]
            for chat, asked in self.asked.items()
            for at, question in enumerate(asked)
        )

    def inversions(self) -> int:
        """Answers shown after the answer to a later question of the same chat, or of the same row of it."""
        return sum(self._inversions(chat, shown) for chat, shown in self.shown().items())

    def inverted(self) -> list[int]:
        """The chats with such answers."""
        return [chat for chat, shown in self.shown().items() if self._inversions(chat, shown)]

    def _inversions(self, chat: int, shown: list[int]) -> int:
        found, last = 0, {True: -1, False: -1}
        for at in shown:
            row = self._apart and self.asked[chat][at].press
            found += at < last[row]
            last[row] = max(at, last[row])
        return found

    def too_many(self, deaths: list[int]) -> Counter[str]:
        """Bot messages beside the one that shows the answer, by what left them. `deaths`: the newest id at each kill."""
        found: Counter[str] = Counter({"by_a_kill": 0, "by_an_unknown_outcome": 0, "by_neither": 0})
        for chat in self.asked:
            *left, _ = sorted(message.id for message in self._server.chats[chat].values() if message.by_bot) or [0]
            for number in left:
                killed = bisect.bisect_left(deaths, number) < len(deaths)
                doubt = number in self._server.unknown
                found["by_an_unknown_outcome" if doubt else "by_a_kill" if killed else "by_neither"] += 1
        return found


async def leave(server: TelegramServer, people: list[Person]) -> dict[str, int]:
    """Everybody presses Leave in the newest message; what is still there afterwards."""
    for one in people:
        with contextlib.suppress(StopIteration, IndexError):  # a chat that shows nothing is counted as lost
            one.presses("Leave", one.screen)
    with contextlib.suppress(AssertionError):
        await server.until(lambda: not server.updates and not any(server.chats[one.chat] for one in people), 90)
    left = [len(server.chats[one.chat]) for one in people]
    return {"messages": sum(left), "chats": sum(map(bool, left))}


async def run(
    people: int, rounds: int, kills: int, seed: int = 7, kind: str = "ours", store: str = "memory"
) -> dict[str, object]:
    """Figures of one run."""
    dice = random.Random(seed)
    server = TelegramServer(api_delay=0.01)
    hits: Counter[str] = Counter()
    faults = True

    def fault(method: str) -> Fault | None:
        if not faults or method in SPARED or dice.random() >= 0.1:
            return None
        found = dice.choice(FAULTS)
        hits[f"{found.kind} {found.status}" if found.kind == "status" else found.kind] += 1
        return found

    def mangle(updates: list[dict[str, object]]) -> list[dict[str, object]]:
        mixed = updates + [dice.choice(updates) for _ in range(len(updates) // 10 + 1) if updates]
        hits["doubled or reordered deliveries"] += len(updates) > 1
        dice.shuffle(mixed)
        return mixed

    server.any_fault, server.mangle = fault, mangle
    begin = time.monotonic()
    async with stored(store) as extra, running(kind, server, extra) as bot:
        everybody = [server.person(10_000 + number, "en") for number in range(people)]
        chats = Chats(server, questions(kind), dice)
        total, asked, deaths = rounds * people, 0, []
        doomed = {int(total * (at + 1) / (kills + 1)) for at in range(kills)}
        for number in range(rounds):
            if number == 1:  # nobody presses before a screen is there, and on a busy machine the first one takes seconds
                await server.until(lambda: any(message.by_bot for one in everybody for message in one.sees), 60)
            dice.shuffle(everybody)
            for one in everybody:
                chats.ask(one)
                asked += 1
                if asked in doomed:
                    await asyncio.sleep(0.3)
                    await bot.kill()
                    deaths.append(server.next_message())
                    await bot.start()
                if asked % 20 == 0:
                    await asyncio.sleep(0.4)
        await asyncio.sleep(3)
        faults = False
        patience = 60 if kind == "ours" else 10  # seconds; the twin never mends what it lost or left
        with contextlib.suppress(AssertionError, TimeoutError):  # what is lost is counted below
            await server.until(lambda: not server.updates and not chats.lost(), patience)
        settling = time.monotonic()
        with contextlib.suppress(AssertionError):  # sessions are named and stored behind the answers
            await server.until(lambda: not chats.too_many(deaths)["by_neither"], patience)
        figures: dict[str, object] = {
            "questions": asked,
            "pressed": sum(question.press for those in chats.asked.values() for question in those),
            "people": people,
            "kills": kills,
            "faults": dict(hits),
            "expired_at_telegram": server.expired,
            "chats_without_their_last_answer": chats.lost(),
            "typed_questions_never_answered": chats.unanswered(),
            "order_inversions": chats.inversions(),
            "calls_inside_retry_after": server.violations,
            "messages_too_many": dict(chats.too_many(deaths)),
            "seconds_until_so": round(time.monotonic() - settling, 1),
            "typed_words_left": sum(not message.by_bot for one in everybody for message in one.sees),
        }
        if kind == "ours":
            figures["left_after_leave"] = await leave(server, everybody)
    return {**figures, "seconds": round(time.monotonic() - begin, 1)}


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--bot", choices=["ours", "twin"], default="ours")
    parser.add_argument("--store", choices=["memory", "valkey"], default="memory")
    parser.add_argument("--waiting", type=int, default=0)
    parser.add_argument("--failing", type=float, default=0.2)
    args = parser.parse_args()
    if args.waiting:
        from benchmarks import backlog

        print(json.dumps(asyncio.run(backlog.run(args.waiting, args.kills, args.failing, args.seed)), indent=1))
        return
    print(json.dumps(asyncio.run(run(args.people, args.rounds, args.kills, args.seed, args.bot, args.store)), indent=1))


if __name__ == "__main__":
    main()
