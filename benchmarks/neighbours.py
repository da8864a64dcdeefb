"""Does anybody wait for somebody else's trouble? One chat is limited by Telegram, every call of another takes seconds.

    python -m benchmarks.neighbours [--people 40] [--seconds 15] [--rounds 3]

The others press once a second; from the press to the screen is measured, with the two in trouble and without them, turn about in
one process. Both of them go on writing and pressing all the while.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random

from benchmarks.process import centile, running
from benchmarks.support.telegram_server import Fault, Message, Person, TelegramServer

LIMITED, SLOW = 901, 902


class Presses:
    """Presses in many chats, and how long each took to show."""

    def __init__(self, server: TelegramServer, people: list[Person]) -> None:
        self._server, self._people = server, people
        self._count = 0

    async def delays(self, seconds: float, pause: float = 1.0) -> list[float]:
        """Lets each person press every `pause` seconds; gives the delays in seconds, one for each press that showed."""
        found = await asyncio.gather(*(self._one(person, seconds, pause) for person in self._people))
        return [delay for delays in found for delay in delays]

    async def _one(self, person: Person, seconds: float, pause: float) -> list[float]:
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(random.random() * pause)
        end, delays = clock() + seconds, []
        while clock() < end:
            bubble = person.screen
            before, began = bubble.versions, clock()
            person.presses(f"Go {'ab'[before % 2]}", bubble)
            while bubble.versions == before and clock() - began < 30:
                await asyncio.sleep(0.002)
            delays.append(clock() - began)
            await asyncio.sleep(max(0.0, pause - (clock() - began)))
        return delays


async def opened(server: TelegramServer, people: list[Person]) -> None:
    """The first screen stands in everybody's chat."""
    for person in people:
        person.types("/start")
    await server.until(lambda: all(any(message.by_bot for message in person.sees) for person in people), 60)
    await server.quiet(60)


def trouble(method: str, chat: int) -> Fault | None:
    """Telegram limits one chat again and again, and answers for another only after two seconds."""
    if chat == LIMITED and random.random() < 0.5 and method != "answerCallbackQuery":
        return Fault("status", 429, retry_after=3)
    return Fault("late", seconds=2.0) if chat == SLOW else None


async def _insist(server: TelegramServer, person: Person) -> None:
    while True:
        bubbles: list[Message] = [message for message in person.sees if message.by_bot]
        if bubbles and random.random() < 0.5:
            person.presses("Go c", bubbles[-1])
        else:
            person.types("and now?")
        await asyncio.sleep(0.4)


async def run(people: int, seconds: float, rounds: int) -> dict[str, object]:
    """Figures of `rounds` turns of each kind."""
    server = TelegramServer(api_delay=0.02)
    quiet: list[float] = []
    beside: list[float] = []
    async with running("tiny", server):
        others = [server.person(1000 + number) for number in range(people)]
        troubled = [server.person(LIMITED), server.person(SLOW)]
        await opened(server, [*others, *troubled])
        presses = Presses(server, others)
        await presses.delays(3)
        for _ in range(rounds):
            quiet += await presses.delays(seconds)
            server.chat_fault = trouble
            insisting = [asyncio.create_task(_insist(server, person)) for person in troubled]
            beside += await presses.delays(seconds)
            for task in insisting:
                task.cancel()
            server.chat_fault = lambda _method, _chat: None
            await asyncio.sleep(8)
    return {
        "presses": [len(quiet), len(beside)],
        "alone_ms": {"p50": centile(quiet, 0.5), "p99": centile(quiet, 0.99)},
        "beside_ms": {"p50": centile(beside, 0.5), "p99": centile(beside, 0.99)},
        "p99_more_ms": round(centile(beside, 0.99) - centile(quiet, 0.99), 1),
        "calls_inside_retry_after": server.violations,
    }


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    print(json.dumps(asyncio.run(run(args.people, args.seconds, args.rounds)), indent=1))


if __name__ == "__main__":
    main()
