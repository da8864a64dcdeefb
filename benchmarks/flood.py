"""What others feel while one person floods the bot, and while very many come at once; whether the flooder is answered afterwards.

    python -m benchmarks.flood [--messages 5000] [--people 5000] [--others 40]

The real command over real HTTP, pacer off, so that the waits are the bot's own: Telegram's limit of 30 messages a second comes on
top. Others press a button now and then, and type now and then; their waits are compared with a quiet time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.canaries import Bot  # noqa: E402
from benchmarks.support.telegram_server import Person, TelegramServer  # noqa: E402
from benchmarks.telegram_load import memory as resident  # noqa: E402

FIRST = 70_000_000_000
HOME, AREA = "Home", "Tips to stay safer"


class Others:
    """People who go on as usual. Each step's wait, in seconds."""

    def __init__(self, server: TelegramServer, count: int) -> None:
        self.server = server
        self.people: list[Person] = [server.person(FIRST + number, "en") for number in range(count)]
        self.presses: list[float] = []
        self.words: list[float] = []

    async def arrive(self) -> None:
        """Everybody gets the first screen."""
        for one in self.people:
            one.types("/start")
        await self.server.until(lambda: all(any(m.by_bot for m in one.sees) for one in self.people), 60)
        await self.server.until(lambda: not self.server.updates, 60)

    async def during(self, seconds: float) -> dict[str, float]:
        """Figures of `seconds` in which each of them does something every two seconds or so."""
        self.presses, self.words = [], []
        end = time.monotonic() + seconds
        await asyncio.gather(*(self._evening(one, number, end) for number, one in enumerate(self.people)))
        return {**_spread("press", self.presses), **_spread("typed", self.words)}

    async def _evening(self, one: Person, number: int, end: float) -> None:
        await asyncio.sleep(2 * number / len(self.people))
        steps = 0
        while time.monotonic() < end:
            steps += 1
            before = [(message.id, message.text) for message in one.sees if message.by_bot]
            begin = time.monotonic()
            label = next((label for label in (AREA, HOME) if any(label in message.buttons for message in one.sees)), None)
            if steps % 5 == number % 5 or label is None:
                one.types("where can i get narcan" if steps % 2 else "i need plan b")
                waits = self.words
            else:
                one.presses(label)
                waits = self.presses
            await self.server.until(lambda before=before: self._moved(one, before), 120)
            waits.append(time.monotonic() - begin)
            await asyncio.sleep(2)

    def _moved(self, one: Person, before: list[tuple[int, str]]) -> bool:
        shown = [(message.id, message.text) for message in one.sees if message.by_bot]
        return bool(shown) and shown != before


def _spread(name: str, waits: list[float]) -> dict[str, float]:
    waits = sorted(waits)
    if not waits:
        return {}
    return {
        f"{name}_p50_ms": round(1000 * waits[len(waits) // 2]),
        f"{name}_p99_ms": round(1000 * waits[min(len(waits) - 1, int(len(waits) * 0.99))]),
        f"{name}_longest_ms": round(1000 * waits[-1]),
    }


async def run(messages: int, people: int, others: int, seconds: float) -> dict[str, Any]:
    """Quiet, a flood by one, quiet, a flood by many."""
    server = TelegramServer()
    await server.start()
    with tempfile.TemporaryDirectory() as name:
        environ = {**os.environ, "CONSTELLATION_TELEGRAM_TOKEN": server.token, "CONSTELLATION_TELEGRAM_API_URL": server.url,
                   "CONSTELLATION_TELEGRAM_PACE": "off", "PYTHONPATH": str(ROOT)}  # fmt: skip
        bot = Bot([sys.executable, "-m", "bot", "run", "telegram"], environ, Path(name))
        await bot.start()
        try:
            crowd = Others(server, others)
            await crowd.arrive()
            found: dict[str, Any] = {"quiet": await crowd.during(seconds), "megabytes_before": round(resident(bot.pid))}
            eve = server.person(FIRST - 1, "en", "Eve")
            for number in range(messages):
                eve.types(f"flood {number}")
            found["one_floods"] = await crowd.during(seconds)
            found["megabytes_after_one"] = round(resident(bot.pid))
            begin = time.monotonic()
            eve.types("where can i get narcan")
            await server.until(lambda: any("Naloxone" in message.text for message in eve.sees if message.by_bot), 180)
            found["one_floods"]["flooder_answered_after_s"] = round(time.monotonic() - begin, 1)
            await server.until(lambda: not server.updates, 60)
            many = [server.person(FIRST + 100_000 + number, "en") for number in range(people)]
            begin = time.monotonic()
            for one in many:
                one.types("my landlord is evicting me")
            coming = asyncio.create_task(_answered(server, many, begin))
            found["many_come"] = await crowd.during(seconds)
            found["many_come"] |= {"all_answered_after_s": await coming}
            found["megabytes_after_many"] = round(resident(bot.pid))
        finally:
            await bot.end(15)
            await server.stop()
        counts = [line for line in (Path(name) / "out").read_text().splitlines() if line.startswith("counts")]
        found["counts"] = counts[-1] if counts else ""
    return found


async def _answered(server: TelegramServer, people: list[Person], begin: float) -> float:
    waiting = set(range(len(people)))
    while waiting:
        waiting -= {number for number in waiting if any(message.by_bot for message in people[number].sees)}
        if time.monotonic() - begin > 600:
            break
        await asyncio.sleep(0.25)
    return round(time.monotonic() - begin, 1) if not waiting else -len(waiting)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--others", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=25.0)
    args = parser.parse_args()
    print(json.dumps(asyncio.run(run(args.messages, args.people, args.others, args.seconds)), indent=1))


if __name__ == "__main__":
    main()
