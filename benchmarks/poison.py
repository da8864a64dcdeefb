"""Ten thousand broken updates to the real process: does it fall, does it stick, does it print them, do others wait?

    python -m benchmarks.poison [--updates 10000] [--bot ours|tiny|twin]

They come in bursts of a hundred among the presses of five people, whose delays are measured before and meanwhile. "tiny" is our
channel with cheap names and the tests' small engine: broken words cost a name each, 20 ms, and ten thousand of them minutes. The
twin is a plain python-telegram-bot `Application`: the same run on it has to find something, or it is blind.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from pathlib import Path

from benchmarks.process import centile, running
from benchmarks.support.poison import CANARY, mutated
from benchmarks.support.telegram_server import Person, TelegramServer

STUCK_SECONDS = 60.0
PATIENCE = 3.0
"""Seconds until a press counts as not answered."""


async def _press(server: TelegramServer, one: Person, stop: asyncio.Event, last: dict[int, str]) -> tuple[list[float], int]:
    """Presses every fifth of a second until `stop`; gives the delays and how many presses showed nothing for too long."""
    clock, delays, unanswered = asyncio.get_running_loop().time, [], 0
    while not stop.is_set():
        bubble = one.screen
        # Never the button that was pressed last: it leads to the screen that stands there, and shows nothing.
        buttons = [label for label in bubble.buttons if label not in ("Leave", last.get(one.chat))] or [*bubble.buttons]
        goes = [label for label in buttons if label.startswith("Go ")] or buttons
        before, began, last[one.chat] = len(server.edits_of), clock(), goes[0]
        one.presses(goes[0], bubble)

        def shown(since: int = before) -> bool:
            return any(chat == one.chat for _, chat, _ in server.edits_of[since:])

        while not shown() and clock() - began < PATIENCE:
            await asyncio.sleep(0.002)
        if shown():
            delays.append(clock() - began)
        else:
            unanswered += 1
        await asyncio.sleep(0.2)
    return delays, unanswered


async def _for(
    server: TelegramServer, people: list[Person], work: asyncio.Future[None], last: dict[int, str]
) -> tuple[list[float], int]:
    stop = asyncio.Event()
    pressing = [asyncio.create_task(_press(server, one, stop, last)) for one in people]
    await work
    stop.set()
    found = await asyncio.gather(*pressing)
    return [delay for delays, _ in found for delay in delays], sum(unanswered for _, unanswered in found)


async def _pour(server: TelegramServer, dice: random.Random, updates: int, patience: float) -> None:
    for start in range(0, updates, 100):
        for number in range(start, min(start + 100, updates)):
            server.add_update(mutated(dice, 5000 + number))
        end = time.monotonic() + patience
        while len(server.updates) > 100 and time.monotonic() < end:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)


async def run(updates: int, kind: str = "ours", seed: int = 11) -> dict[str, object]:
    """Figures of one run."""
    server = TelegramServer(api_delay=0.005)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        async with running(kind, server, log=log) as bot:
            people = [server.person(100 + number) for number in range(5)]
            for one in people:
                one.types("/start")
            await server.until(lambda: all(any(message.by_bot for message in one.sees) for one in people), 30)
            await server.quiet(30)
            if kind == "twin":
                # Its one button shows the same screen each time: another label each time keeps edits visible.
                for one in people:
                    one.screen.rows = [[{"text": f"Go {number}", "callback_data": f"go{number}"}] for number in range(7)]
            last: dict[int, str] = {}
            before, _ = await _for(server, people, asyncio.ensure_future(asyncio.sleep(4)), last)
            begin = time.monotonic()
            pouring = asyncio.ensure_future(_pour(server, random.Random(seed), updates, 0.2 if kind == "twin" else 20))
            during, unanswered = await _for(server, people, pouring, last)
            seconds = time.monotonic() - begin
            end = time.monotonic() + (10 if kind == "twin" else STUCK_SECONDS)
            while server.updates and time.monotonic() < end:
                await asyncio.sleep(0.05)
            alive = bot.runs
        printed = log.read_bytes()
    return {
        "updates": updates,
        "crashes": int(not alive),
        "stuck": len(server.updates),
        "content_in_the_log": printed.count(CANARY.encode()),
        "log_bytes": len(printed),
        "presses_meanwhile": len(during) + unanswered,
        "presses_unanswered": unanswered,
        "alone_ms": {"p50": centile(before, 0.5), "p99": centile(before, 0.99)},
        "meanwhile_ms": {"p50": centile(during, 0.5), "p99": centile(during, 0.99)},
        "seconds": round(seconds, 1),
    }


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--bot", choices=["ours", "tiny", "twin"], default="ours")
    args = parser.parse_args()
    print(json.dumps(asyncio.run(run(args.updates, args.bot)), indent=1))


if __name__ == "__main__":
    main()
