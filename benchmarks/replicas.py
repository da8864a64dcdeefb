"""Do three replicas on Valkey lose a question? Each is killed and stopped in turn, Valkey too, while people ask and calls fail.

    python -m benchmarks.replicas [losses|rolling|trials|load] [--people 200] [--rounds 10] [--rate 12] [--seed 7] [--only stale]

The real command three times, a real valkey-server, updates brought as Telegram brings them (`support.webhook_delivery`) through
one address (`support.front`), pacing on. `losses`: a call in ten fails, an answer to Telegram in fifty gets lost; every replica
is killed and stands still for 14 seconds, longer than any lease; Valkey is killed (its successor is empty) and stands still.
Questions, and what "lost" is, as in `benchmarks.losses`; Telegram keeps the order of a chat's words and of its presses, not
between them. At the end everybody leaves. `rolling`: replicas are replaced one by one. `trials`: see
`benchmarks.replica_trials`; `--only` some of them. `load`: see `benchmarks.replica_load`. `--root`: the checkout whose command
is tried, this one if not given.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

from benchmarks import replica_trials
from benchmarks.backlog import failing
from benchmarks.losses import Chats, leave, questions
from benchmarks.process import ROOT
from benchmarks.replica_trials import most_in_a_second
from benchmarks.support.fleet import Fleet, fleet
from benchmarks.support.telegram_server import TelegramServer

PAUSE: Final = 14.0
"""Seconds that a replica stands still: a lease is ten."""


def troubles(made: Fleet, few: bool) -> list[Coroutine[Any, Any, None]]:
    """What happens, in this order: every replica dies and hangs, and Valkey does; with `few` one of each."""
    if few:
        return [made.pause(1, PAUSE), made.kill(0, 2.0), made.kill_valkey(1.0)]
    count, found = len(made.bots), []
    for number in range(count):
        found.append(made.kill(number % count, 2.0))
        if number % count == 0:
            found.append(made.pause_valkey(2.0))
        if number % count == 1:
            found.append(made.kill_valkey(1.0))
        found.append(made.pause((number + 1) % count, PAUSE))
    return found


async def ask_all(
    server: TelegramServer, chats: Chats, people: int, rounds: int, rate: float, dice: random.Random, then: list[Any]
) -> tuple[int, list[int]]:
    """Everybody asks, once a round, `rate` a second over all; what is in `then` begins at equal distances. Gives how many
    questions, and the newest message at each beginning."""
    everybody = [server.person(10_000 + number, "en") for number in range(people)]
    total, asked = people * rounds, 0
    at = {int(total * (number + 1) / (len(then) + 1)): work for number, work in enumerate(then)}
    running, deaths = [], []
    begin = time.monotonic()
    for _ in range(rounds):
        dice.shuffle(everybody)
        for one in everybody:
            chats.ask(one)
            asked += 1
            if asked in at:
                deaths.append(server.next_message())
                running.append(asyncio.create_task(at[asked]))
            await asyncio.sleep(max(0.0, begin + asked / rate - time.monotonic()))
    await asyncio.gather(*running)
    return asked, deaths


def _tell(server: TelegramServer, chats: Chats, chat: int, begin: float) -> None:
    """What happened in a chat that is lost, on the standard error: for whoever looks for the cause."""
    asked = [f"{'press' if question.press else 'words'} {question.mark[:24]!r}" for question in chats.asked[chat]]
    calls = [
        f"{at - begin:.2f} {method} {parameters.get('message_id', parameters.get('message_ids', ''))}"
        for at, method, parameters in server.log
        if int(parameters.get("chat_id", 0)) == chat
    ]
    there = [(message.id, message.by_bot, message.text[:24]) for message in server.chats[chat].values()]
    print(json.dumps({"asked": asked, "shown": chats.shown()[chat], "calls": calls[-40:], "there": there}), file=sys.stderr)


def _tell_left(server: TelegramServer, begin: float) -> None:
    """Which messages Leave has left, for whoever looks for the cause."""
    for chat, there in server.chats.items():
        for message in there.values():
            since = [(round(at - begin, 2), method) for at, method, more in server.log if int(more.get("chat_id", 0)) == chat]
            doubtful = message.id in server.unknown
            found = {"left": message.id, "of": server.next_message(), "unknown_outcome": doubtful, "calls": since[-8:]}
            print(json.dumps(found), file=sys.stderr)


async def run(
    people: int,
    rounds: int,
    rate: float,
    seed: int = 7,
    *,
    rolling: bool = False,
    few: bool = False,
    share: float = 0.1,
    root: Path = ROOT,
) -> dict[str, object]:
    """Figures of one run. `rolling`: replicas are replaced one by one, and nothing else happens to them. `few`: see
    `troubles`."""
    dice = random.Random(seed)
    server = TelegramServer(api_delay=0.01)
    hits: Counter[str] = Counter()
    begin = time.monotonic()
    async with fleet(server, root=root) as made:
        if not rolling:
            made.front.loses = lambda: dice.random() < 0.02
        failing(server, 0.0 if rolling else share, dice, hits)
        chats = Chats(server, questions("ours"), dice, apart=True)
        work = [made.roll()] if rolling else troubles(made, few)
        asked, deaths = await ask_all(server, chats, people, rounds, rate, dice, work)
        settling = time.monotonic()
        failing(server, 0.0, dice, hits)
        with contextlib.suppress(AssertionError):  # what is lost is counted below
            await server.until(lambda: not server.updates and not chats.lost(), 90)
        settled = time.monotonic() - settling
        for chat in [*(chat for chat in chats.asked if chats.lost_in(chat)), *chats.inverted()]:
            _tell(server, chats, chat, begin)
        with contextlib.suppress(AssertionError):
            await server.until(lambda: not sum(chats.too_many(deaths).values()), 5)
        figures: dict[str, object] = {
            "questions": asked,
            "pressed": sum(question.press for those in chats.asked.values() for question in those),
            "people": people,
            "troubles": len(work),
            "faults": dict(hits),
            "statuses": dict(made.delivery.statuses),
            "answered_by_each": dict(sorted(made.front.taken.items())),
            "expired_at_telegram": server.expired,
            "chats_without_their_last_answer": chats.lost(),
            "chats_that_show_nothing": sum(not any(message.by_bot for message in one.sees) for one in server.people.values()),
            "typed_questions_never_answered": chats.unanswered(),
            "order_inversions": chats.inversions(),
            "calls_inside_retry_after": server.violations,
            "most_messages_in_a_second": most_in_a_second(server),
            "messages_too_many": dict(chats.too_many(deaths)),
            "seconds_until_settled": round(settled, 1),
            "typed_words_left": sum(not message.by_bot for one in server.people.values() for message in one.sees),
            "left_after_leave": await leave(server, list(server.people.values())),
        }
        _tell_left(server, begin)
    return {**figures, "seconds": round(time.monotonic() - begin, 1)}


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["losses", "rolling", "trials", "load"], default="losses")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--rate", type=float, default=12.0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--only", choices=list(replica_trials.NAMES), action="append", help="of the trials, those named")
    args = parser.parse_args()
    if args.what == "trials":
        found = asyncio.run(replica_trials.run(args.root, tuple(args.only or replica_trials.NAMES)))
    elif args.what == "load":
        from benchmarks import replica_load

        found = asyncio.run(replica_load.run(args.people, args.rate))
    else:
        found = asyncio.run(run(args.people, args.rounds, args.rate, args.seed, rolling=args.what == "rolling", root=args.root))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
