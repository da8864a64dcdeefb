"""Is a question ever lost? The real process is killed six times while people ask, and one call in ten goes wrong.

    python -m benchmarks.losses [--people 200] [--rounds 10] [--kills 6]

A question is answered when the final screen of the chat is the one that its last message asks for. Counted too: messages in a
chat that nobody needs (a send whose outcome was not known may leave one), and calls inside a `retry_after` window.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.fakes.telegram_server import Fault, TelegramServer  # noqa: E402

QUESTIONS = {
    "where do i get pep": "PEP (after",
    "where can i get narcan": "Naloxone (Narcan)",
    "my landlord is evicting me": "Housing rights",
    "cps came to my house": "Child welfare",
    "how do i use fentanyl test strips": "test strips",
    "i need plan b": "Emergency contraception",
    "bank closed my account": "Bank accounts",
    "how do i clear my record": "Clearing a record",
}


FAULTS = (
    Fault("status", 429, retry_after=1),
    Fault("status", 500),
    Fault("status", 502),
    Fault("before"),
    Fault("after"),
    Fault("truncated"),
)


class Bot:
    """The real command, which can be killed and started again."""

    def __init__(self, url: str, token: str) -> None:
        self._environ = {**os.environ, "CONSTELLATION_TELEGRAM_TOKEN": token, "CONSTELLATION_TELEGRAM_API_URL": url,
                         "CONSTELLATION_TELEGRAM_PACE": "off", "PYTHONPATH": str(ROOT)}  # fmt: skip
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Starts it."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "telegram",
            env=self._environ,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def kill(self, how: int = signal.SIGKILL) -> None:
        """Ends it, by default without a word of warning."""
        if self._process:
            self._process.send_signal(how)
            await self._process.wait()


async def run(people: int, rounds: int, kills: int, seed: int = 7) -> dict[str, float]:
    """Figures of one run."""
    dice = random.Random(seed)
    server = TelegramServer(api_delay=0.01)
    await server.start()
    hits = 0

    def fault(method: str) -> Fault | None:
        nonlocal hits
        if method in ("getUpdates", "deleteWebhook") or dice.random() >= 0.1:
            return None
        hits += 1
        return dice.choice(FAULTS)

    server.any_fault = fault
    server.mangle = lambda updates: updates + ([dice.choice(updates)] if updates and dice.random() < 0.1 else [])
    bot = Bot(server.url, server.token)

    async def up() -> None:
        polled = server.calls["getUpdates"]
        await bot.start()
        await server.until(lambda: server.calls["getUpdates"] > polled, 30)

    await up()
    everybody = [server.person(10_000 + number, "en") for number in range(people)]
    wanted: dict[int, str] = {}
    begin = time.monotonic()
    questions = list(QUESTIONS)
    total = rounds * people
    deaths = {int(total * (at + 1) / (kills + 1)) for at in range(kills)}
    asked = 0
    for _ in range(rounds):
        dice.shuffle(everybody)
        for one in everybody:
            text = dice.choice(questions)
            one.types(text)
            wanted[one.chat] = text
            asked += 1
            if asked in deaths:
                await asyncio.sleep(0.3)
                await bot.kill()
                await up()
            if asked % 20 == 0:
                await asyncio.sleep(0.2)
    await asyncio.sleep(3)
    server.any_fault = lambda _method: None

    def right(chat: int) -> bool:
        shown = [message.text for message in server.chats[chat].values() if message.by_bot]
        return any(QUESTIONS[wanted[chat]].lower() in text.lower() for text in shown)

    with contextlib.suppress(AssertionError, TimeoutError):  # what is lost is counted below
        await server.until(lambda: all(right(one.chat) for one in everybody) and not server.updates, 90)
    await asyncio.sleep(2)
    lost = sum(not right(one.chat) for one in everybody)
    doubled = sum(max(0, sum(message.by_bot for message in server.chats[one.chat].values()) - 1) for one in everybody)
    await bot.kill(signal.SIGTERM)
    await server.stop()
    return {
        "questions": asked, "people": people, "kills": kills, "faults": hits, "chats_without_their_last_answer": lost,
        "messages_too_many": doubled, "calls_inside_retry_after": server.violations,
        "seconds": round(time.monotonic() - begin, 1),
    }  # fmt: skip


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--kills", type=int, default=6)
    args = parser.parse_args()
    print(json.dumps(asyncio.run(run(args.people, args.rounds, args.kills)), indent=1))


if __name__ == "__main__":
    main()
