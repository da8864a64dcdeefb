"""Leave under load, the real command with the pack and the encoder: how soon it begins, when words and ids are gone.

    python -m benchmarks.leave_load [--typists 300] [--leavers 20] [--control]

Four runs, each with a process of its own over real HTTP, each with `--leavers` people who type a sentence of unique letters, and
press Leave while it is answered: idle; behind `--typists` who type in the moment before; the same with the pacer on; with 20 % of
the calls failing (429, 500, 502, cut answers). Each is played twice: once for the times, which nothing interrupts, and once for
the searches, which stop the process for seconds. "first effect": from the press until something is deleted there; "delivered":
from the delivery of the press. Telegram delivers a hundred updates at a time, so a press may wait there behind others'
words, which nobody may confirm before they are answered. "words", "ids": found in every readable byte of the process so many
seconds after the last Leave was delivered, while the crowd types on; "owed": of these ids, those whose deletion Telegram
refused and that is tried again in this moment.
`--control`: the same search must find people in a plain bot.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import cycle
from typing import Any

from benchmarks.process import Bot, centile, running
from benchmarks.searching import Canary, Found, canary, memory, search
from benchmarks.support.telegram_server import Fault, Person, TelegramServer

WORDS = "my friend took too many pills and does not answer me any more, what can i do now, we are alone here"
CHECKS = (2.0, 5.0, 10.0, 20.0)
"""Seconds after the last Leave at which the process is searched."""


class Leaver:
    """Somebody who types and leaves. Times are the loop's, 0 for never."""

    def __init__(self, server: TelegramServer, one: Canary) -> None:
        self.one, self.server = one, server
        self.person: Person = server.person(one.chat, "en", one.name, one.username)
        self.pressed = self.delivered = self.effect = self.clean = 0.0
        self.there = 0
        self.update = 0

    def types(self) -> None:
        """A sentence, which holds the mark."""
        self.person.types(f"my {self.one.sentence} hurts")

    def leaves(self) -> None:
        """Leave, on the newest screen."""
        screen = next(message for message in reversed(self.person.sees) if "Leave" in message.buttons)
        self.pressed, self.there = asyncio.get_running_loop().time(), len(self.person.sees)
        self.person.presses("Leave", screen)
        self.update = self.server._update


async def _watch(leavers: list[Leaver], server: TelegramServer) -> None:
    """Notes what happens to each, until cancelled."""
    clock = asyncio.get_running_loop().time
    known: dict[int, set[int]] = {}
    while True:
        for each in leavers:
            if not each.pressed or each.clean:
                continue
            now = {message.id for message in each.person.sees}
            before = known.setdefault(each.person.chat, now)
            if not each.effect and before - now:
                each.effect = clock()
            known[each.person.chat] = before | now if not each.effect else now
            if not now:
                each.clean = clock()
        await asyncio.sleep(0.002)


async def _goes_on(crowd: list[Person]) -> None:
    """Twenty-five of a crowd type in a second, on and on, until cancelled."""
    for person in cycle(crowd):
        person.types(WORDS)
        await asyncio.sleep(0.04)


def _delivered(server: TelegramServer, leavers: list[Leaver]) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """Notes when the press of each is first brought."""
    by_update = {}

    def mangle(updates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        by_update.update({each.update: each for each in leavers if each.update})
        for update in updates:
            each = by_update.get(update["update_id"])
            if each is not None and not each.delivered:
                each.delivered = asyncio.get_running_loop().time()
        return updates

    return mangle


TRYING_SECONDS = 4.0
"""A chat to which a call went so short a time ago is being tried again: a try takes two seconds, and a connection is kept for up
to one and a half."""


def _found(pid: int) -> tuple[float, Found]:
    """The search, in a process that stands still; and when it stood still. For a process of its own: it would keep the server
    from hearing for seconds."""
    os.kill(pid, signal.SIGSTOP)
    stopped = time.monotonic()
    try:
        where = memory(pid)
    finally:
        os.kill(pid, signal.SIGCONT)
    return stopped, search(where)


async def _looked(bot: Bot, people: list[Canary], server: TelegramServer) -> dict[str, int]:
    """What was found, and whose deletions were being tried."""
    assert bot.process
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
        stopped, found = await asyncio.get_running_loop().run_in_executor(beside, _found, bot.process.pid)
    counts = found.of(people)
    last = {int(parameters.get("chat_id", 0)): at for at, _, parameters in server.log if at < stopped}
    tried = [one for one in people if stopped - last.get(one.chat, 0.0) < TRYING_SECONDS]
    return {"words": counts["texts"], "ids": counts["ids"], "owed": found.of(tried)["ids"]}


async def run(name: str, typists: int, count: int, *, searched: bool, pace: bool = False, failing: float = 0.0) -> dict[str, Any]:
    """One run; what it measured: times, or with `searched` what was found."""
    server, clock = TelegramServer(), asyncio.get_running_loop().time
    dice = random.Random(7)
    async with running("ours", server, {"CONSTELLATION_TELEGRAM_PACE": "" if pace else "off"}) as bot:
        crowd = [server.person(1_000_000_001 + number, "en") for number in range(typists)]
        leavers = [Leaver(server, canary()) for _ in range(count)]
        for person in [*crowd, *(each.person for each in leavers)]:
            person.types("/start")
        await server.until(lambda: not server.updates, 180)
        leavers[0].person.types(WORDS)  # the finder is made when words first come
        await server.until(lambda: not server.updates, 60)
        await asyncio.sleep(5)
        ways = (Fault(status=429, retry_after=2), Fault(status=500), Fault(status=502), Fault("truncated"), Fault("after"))
        if failing:
            server.any_fault = lambda method: dice.choice(ways) if method != "getUpdates" and dice.random() < failing else None
        server.mangle = _delivered(server, leavers)
        watching = asyncio.create_task(_watch(leavers, server))
        for person in crowd:
            person.types(WORDS)
        for number, each in enumerate(leavers):
            # Some leave in the next moment, some while they are answered, some after.
            each.types()
            await asyncio.sleep(0.01 * (number % 12))
            each.leaves()
        going = asyncio.create_task(_goes_on(crowd if searched else []))
        while searched and not all(each.delivered for each in leavers):
            await asyncio.sleep(0.02)
        last = clock()
        looks: dict[str, dict[str, int]] = {}
        for seconds in CHECKS if searched else ():
            await asyncio.sleep(max(0.0, last + seconds - clock()))
            people = [each.one for each in leavers if each.delivered and clock() - each.delivered >= seconds]
            looks[f"{seconds:.0f} s"] = {
                **await _looked(bot, people, server),
                "of": len(people),
            }
        going.cancel()
        for _ in range(600):
            if all(each.clean for each in leavers):
                break
            await asyncio.sleep(0.1)
        watching.cancel()
        server.any_fault = lambda _method: None
        await server.until(lambda: not server.updates, 120)
        rest = await _looked(bot, [each.one for each in leavers], server)
        left = sum(len(each.person.sees) for each in leavers)

    if searched:
        return {
            "run": f"{name}, searched",
            "found so long after the last Leave was delivered": looks,
            "found at rest": rest,
            "messages left in the end": left,
        }

    def centiles(times: list[float]) -> list[float]:
        return [centile(times, 0.5), centile(times, 0.99), round(1000 * max(times, default=0), 1)]

    return {
        "run": name,
        "first effect, ms from the press (p50, p99, max)": centiles([e.effect - e.pressed for e in leavers if e.effect]),
        "first effect, ms from the delivery": centiles([e.effect - e.delivered for e in leavers if e.effect and e.delivered]),
        "chat empty, ms from the press": centiles([e.clean - e.pressed for e in leavers if e.clean]),
        "never begun": sum(not each.effect for each in leavers),
        "messages left in the end": left,
    }


async def control() -> dict[str, int]:
    """A plain bot, searched alike."""
    server = TelegramServer()
    people = [canary() for _ in range(10)]
    async with running("twin", server) as bot:
        for one in people:
            server.person(one.chat, "en", one.name, one.username).types(f"my {one.sentence} hurts")
        await server.until(lambda: not server.updates, 60)
        await asyncio.sleep(2)
        return await _looked(bot, people, server)


async def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--typists", type=int, default=300)
    parser.add_argument("--leavers", type=int, default=20)
    parser.add_argument("--control", action="store_true")
    args = parser.parse_args()
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    if args.control:
        print(json.dumps({"control": await control()}), flush=True)
    count = args.leavers
    for searched in (False, True):
        for work in (
            partial(run, "idle", 0, count),
            partial(run, f"behind {args.typists} typists", args.typists, count),
            partial(run, f"behind {args.typists} typists, pacer on", args.typists, count, pace=True),
            partial(run, "20 % of calls fail", 40, count, failing=0.2),
        ):
            print(json.dumps(await work(searched=searched), indent=1), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
