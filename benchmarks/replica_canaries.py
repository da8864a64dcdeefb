"""What Valkey could tell of people: unique names, ids and sentences, then a search for each in all that the server ever had.

    python -m benchmarks.replica_canaries [--people 200] [--replicas 2]

Replicas of the real command behind one webhook, with a real Valkey server. People talk and some leave, as in
`benchmarks.canaries`, while everything is kept that somebody at the server could keep: what MONITOR tells, DUMP of every key ten
times a second, and the memory of the server's process, during the talks and after them. The same search has to find a person
whom a bot would have kept there in clear. What MONITOR tells beyond that is in the threat model.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Collection
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, Final

from benchmarks.canaries import SETTLE, Crowd, _last_count, _talks
from benchmarks.searching import Canary, Presses, canary, memory, search
from benchmarks.support.fleet import Fleet, fleet
from benchmarks.support.telegram_server import TelegramServer

SESSION: Final = 10
LOOK_EVERY: Final = 0.1
MEMORY_EVERY: Final = 2.0
OURS: Final = {"monitor", "dump", "ttl", "scan", "client|setinfo", "hello"}
"""Commands of the search."""
TYPING: Final = 0.5
"""Seconds that words take."""
_ESCAPED: Final = re.compile(rb"\\(x[0-9a-f]{2}|[abnrt\"\\])")
_PLAIN: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b", b'"': b'"', b"\\": b"\\"}


@dataclass
class Spy:
    """Somebody who owns the server. `monitor`: its lines. `dumps`: of keys. `searched`: what was found in its memory."""

    people: Collection[Canary]
    apart: Executor
    monitor: bytearray = field(default_factory=bytearray)
    dumps: bytearray = field(default_factory=bytearray)
    keys: set[bytes] = field(default_factory=set)
    endless: set[bytes] = field(default_factory=set)
    searched: Counter[str] = field(default_factory=Counter)
    megabytes: int = 0
    looks: int = 0
    over: bool = False
    """Set for the end: a client that is cancelled within a call may go on."""

    async def listen(self, made: Fleet) -> None:
        """Keeps what MONITOR tells."""
        assert made.valkey
        reader, writer = await asyncio.open_unix_connection(made.valkey.socket)
        writer.write(b"MONITOR\r\n")
        try:
            while part := await reader.read(1 << 16):
                self.monitor += part
        finally:
            writer.close()

    async def dump(self, made: Fleet) -> None:
        """Keeps what each key holds, again and again."""
        from valkey import asyncio as client

        assert made.valkey
        async with client.Valkey(unix_socket_path=str(made.valkey.socket), socket_timeout=30) as connection:
            while not self.over:
                async for key in connection.scan_iter(count=1000):
                    self.keys.add(key)
                    self.dumps += key + b"\0" + (await connection.dump(key) or b"")
                    if await connection.ttl(key) == -1:
                        self.endless.add(key)
                await asyncio.sleep(LOOK_EVERY)

    async def look(self, made: Fleet) -> None:
        """Searches the server's memory, again and again."""
        while not self.over:
            await self.once(made)
            await asyncio.sleep(MEMORY_EVERY)

    async def once(self, made: Fleet) -> None:
        """Searches the server's memory as it is."""
        assert made.valkey
        assert made.valkey.process
        loop = asyncio.get_running_loop()
        # In a process of its own: a search holds the interpreter, and everybody here would wait for it.
        size, found = await loop.run_in_executor(self.apart, looked_through, made.valkey.process.pid, list(self.people))
        self.megabytes, self.looks = size >> 20, self.looks + 1
        self.searched.update(found)

    def told(self, people: Collection[Canary]) -> dict[str, dict[str, int]]:
        """What lies in MONITOR's lines, as they are and with their escapes undone, and in the dumps."""
        plain = _ESCAPED.sub(lambda at: _PLAIN.get(at[1]) or bytes([int(at[1][1:], 16)]), bytes(self.monitor))
        return {"monitor": search(bytes(self.monitor) + b"\0" + plain).of(people), "dump": search(bytes(self.dumps)).of(people)}


@asynccontextmanager
async def _spying(made: Fleet, people: Collection[Canary]) -> AsyncIterator[Spy]:
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        async with _with(Spy(people, apart), made) as spy:
            yield spy


def looked_through(pid: int, people: Collection[Canary]) -> tuple[int, dict[str, int]]:
    """How many bytes of memory a process has, and how many of `people` lie there."""
    where = memory(pid)
    return len(where), search(where).of(people)


@asynccontextmanager
async def _with(spy: Spy, made: Fleet) -> AsyncIterator[Spy]:
    tasks = [asyncio.create_task(work) for work in (spy.listen(made), spy.dump(made), spy.look(made))]
    try:
        yield spy
    finally:
        spy.over = True
        await asyncio.wait(tasks[1:], timeout=MEMORY_EVERY + 1)
        broken = [task.exception() for task in tasks if task.done() and not task.cancelled() and task.exception()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert not broken, broken


async def over_valkey(people: int, *, replicas: int = 2, session: int = SESSION) -> dict[str, Any]:
    """People talk, leave or fall silent; what Valkey had of them, and what the replicas have at the end."""
    server, presses = TelegramServer(), Presses()
    server.random = presses
    marks = [canary() for _ in range(people)]
    crowd = Crowd(left=marks[: people * 2 // 3], silent=marks[people * 2 // 3 :])
    extra = {"CONSTELLATION_TELEGRAM_PACE": "off", "CONSTELLATION_SESSION_SECONDS": str(session)}
    async with fleet(server, replicas, extra) as made:
        async with _spying(made, marks) as spy:
            await asyncio.gather(
                _talks(server, crowd.silent, crowd, leaves=False, typing=TYPING),
                _talks(server, crowd.left, crowd, leaves=True, typing=TYPING),
            )
            await spy.once(made)
            await asyncio.sleep(SETTLE)
            await spy.once(made)
        at_rest = [looked_through(bot.process.pid, marks)[1] for bot in made.bots if bot.process]
        printed = made.log().encode()
        commands = await _commands(made)
        kinds = Counter(key.partition(b":")[0].decode("ascii", "replace") for key in spy.keys)
        found = {
            "people": people,
            "steps_that_led_nowhere": crowd.stuck,
            "answered_by_each": dict(made.front.taken),
            "valkey": {"megabytes": spy.megabytes, "looks": spy.looks, "memory": dict(spy.searched), **spy.told(marks)},
            "keys_seen": dict(kinds),
            "keys_without_an_end": len(spy.endless),
            "commands": sorted(commands),
            "commands_monitored": spy.monitor.count(b"\r\n"),
            "replicas_at_rest": {"memory": at_rest, "output": search(printed).of(marks)},
            "press_ids": len(search(bytes(spy.monitor) + bytes(spy.dumps)).ids & presses.given),
            "sessions_counted_last": _last_count(printed, "sessions"),
        }
        found["control"] = await _control(made)
    return found


async def _commands(made: Fleet) -> set[str]:
    """The commands that the server was ever asked for, but for those of the search itself."""
    from valkey import asyncio as client

    assert made.valkey
    async with client.Valkey(unix_socket_path=str(made.valkey.socket)) as connection:
        asked = await connection.info("commandstats")
    return {name.removeprefix("cmdstat_").replace("\\|", "|") for name in asked} - OURS


async def _control(made: Fleet) -> dict[str, Any]:
    """One person kept in clear, as a bot would that has not thought of it: each of the three searches has to find them."""
    from valkey import asyncio as client

    assert made.valkey
    planted = canary()
    async with _spying(made, [planted]) as spy:
        await asyncio.sleep(0.5)
        async with client.Valkey(unix_socket_path=str(made.valkey.socket)) as connection:
            await connection.set(f"chat:{planted.chat}", f"{planted.name} {planted.sentence}", ex=60)
            await asyncio.sleep(1.0)
            await spy.once(made)
            await connection.delete(f"chat:{planted.chat}")
    return {"memory": dict(spy.searched), **spy.told([planted])}


def main() -> None:
    """The search and its control."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--replicas", type=int, default=2)
    args = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        print(json.dumps(asyncio.run(over_valkey(args.people, replicas=args.replicas)), indent=1), file=sys.stdout, flush=True)


if __name__ == "__main__":
    main()
