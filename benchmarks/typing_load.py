"""People type at once while others press, to the real command with the pack and the encoder that ship, over real HTTP, pacer off.

    python -m benchmarks.typing_load [--typists 200] [--beside 50] [--pressing 50]

First `--typists` type one question each at once. Then `--beside` type, and `--pressing` others press a button each
in the same moment.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence

from benchmarks.process import running
from benchmarks.support.telegram_server import Person, TelegramServer

WORDS = "my friend took too many pills and does not answer me any more, what can i do now, we are alone here"


async def _answered(
    server: TelegramServer, people: Sequence[Person], before: dict[Person, object], limit: float = 60
) -> list[float]:
    """Milliseconds until each of `people` sees another screen than `before`."""
    clock, waits, left = asyncio.get_running_loop().time, [], list(people)
    began = clock()
    while left and clock() - began < limit:
        await asyncio.sleep(0.002)
        for person in [each for each in left if _seen(each) != before[each]]:
            waits.append(1000 * (clock() - began))
            left.remove(person)
    assert not left, f"{len(left)} were never answered"
    return sorted(waits)


def _seen(person: Person) -> object:
    found = [message for message in person.sees if message.by_bot]
    return (found[-1].id, found[-1].text) if found else None


def _said(name: str, waits: list[float]) -> None:
    print(
        f"{name}: {len(waits)} people, p50 {waits[len(waits) // 2]:.0f} ms, p99 {waits[int(len(waits) * 0.99) - 1]:.0f} ms",
        flush=True,
    )


async def measure(typists: int, beside: int, pressing: int) -> None:
    """One start of the bot."""
    server = TelegramServer()
    async with running("ours", server):
        people = [server.person(1_000_000_001 + number, "en") for number in range(max(typists, beside + pressing))]
        for person in people:
            person.types("/start")
        await server.until(lambda: all(_seen(person) for person in people), 120)
        people[0].types(WORDS)
        await server.until(lambda: not server.updates, 60)
        await asyncio.sleep(8)
        crowd = people[:typists]
        before = {person: _seen(person) for person in people}
        for person in crowd:
            person.types(WORDS)
        _said("typed words, all at once", await _answered(server, crowd, before))
        await asyncio.sleep(8)
        some, others = people[:beside], people[beside : beside + pressing]
        before = {person: _seen(person) for person in people}
        for person in some:
            person.types(WORDS)
        for person in others:
            person.presses("Home", [message for message in person.sees if message.by_bot][-1])
        waits = await asyncio.gather(_answered(server, some, before), _answered(server, others, before))
        _said(f"typed words of {beside}", waits[0])
        _said("presses of others meanwhile", waits[1])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--typists", type=int, default=200)
    parser.add_argument("--beside", type=int, default=50)
    parser.add_argument("--pressing", type=int, default=50)
    args = parser.parse_args()
    asyncio.run(measure(args.typists, args.beside, args.pressing))


if __name__ == "__main__":
    main()
