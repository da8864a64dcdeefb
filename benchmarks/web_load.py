"""People on the page at once, through the real command: how long each answer takes, and whether memory stays flat.

    python -m benchmarks.web_load [--people 300] [--seconds 60] [--think 5]

Each person opens the first page, begins, presses and sometimes types, with so many seconds of thinking between two actions,
leaves after some time and comes again. One client process; the times are those that the client sees on this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.support.browser import Browser, browsers

ROOT = Path(__file__).resolve().parents[1]
LEAVE = ("Leave", "Salir")
ASKED = (
    "where do I get condoms",
    "he choked me",
    "police stopped me",
    "I want to stop",
    "necesito hablar con alguien",
    "a fever after",
)


def _memory(pid: int) -> float:
    """Megabytes that the process has in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def _person(browser: Browser, number: int, think: float, until: float, took: dict[str, list[float]]) -> None:
    chance = random.Random(number)
    await asyncio.sleep(chance.random() * think)

    async def does(kind: str, work: Any) -> None:
        began = time.perf_counter()
        page = await work
        took[kind].append((time.perf_counter() - began) * 1000)
        assert page.status == 200

    while time.monotonic() < until:
        await does("first page", browser.open("en/us-ny"))
        await asyncio.sleep(think * (0.5 + chance.random()))
        await does("press", browser.press("Begin"))
        for _ in range(chance.randrange(3, 9)):
            await asyncio.sleep(think * (0.5 + chance.random()))
            if time.monotonic() > until:
                break
            typing = any(form.lines for form in browser.page.forms) and chance.random() < 0.15
            labels = [label for label in browser.page.labels if label not in (*LEAVE, "Send", "Enviar")]
            if typing:
                await does("typed words", browser.type(chance.choice(ASKED)))
            else:
                await does("press", browser.press(chance.choice(labels)))
        await does("leave", browser.press(next(label for label in browser.page.labels if label in LEAVE)))


async def load(people: int, seconds: float, think: float) -> dict[str, Any]:
    """The figures of one run."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "CONSTELLATION_WEB_LISTEN": f"127.0.0.1:{port}", "PYTHONPATH": str(ROOT)}
        out = (Path(folder) / "out").open("wb")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "web", env=environ, stdout=out, stderr=out, cwd=folder
        )
        try:
            async with browsers() as session:
                one = Browser(session, f"http://127.0.0.1:{port}/")
                for _ in range(300):
                    try:
                        await one.open("en")
                        break
                    except OSError:
                        await asyncio.sleep(0.1)
                await one.press("Begin")
                await one.type(ASKED[0])  # the finder is there
                took: dict[str, list[float]] = {"first page": [], "press": [], "typed words": [], "leave": []}
                until = time.monotonic() + seconds
                crowd = [
                    asyncio.create_task(_person(Browser(session, one.address), number, think, until, took))
                    for number in range(people)
                ]
                memory = []
                while time.monotonic() < until:
                    await asyncio.sleep(min(5.0, seconds / 6))
                    memory.append(round(_memory(process.pid), 1))
                await asyncio.gather(*crowd)
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), 20)
            out.close()
        printed = (Path(folder) / "out").read_text().splitlines()
    every = [wait for waits in took.values() for wait in waits]
    return {
        "people": people, "seconds": seconds, "think": think, "answers": len(every),
        "ms": {kind: _times(waits) for kind, waits in {"all": every, **took}.items() if waits},
        "memory_mb": memory, "printed": printed, "cores": os.cpu_count(), "load": [round(each, 1) for each in os.getloadavg()],
    }  # fmt: skip


def _times(waits: list[float]) -> dict[str, float]:
    return {"n": len(waits), "p50": round(statistics.median(waits), 1), "p99": round(sorted(waits)[int(len(waits) * 0.99)], 1)}


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=5)
    args = parser.parse_args()
    print(json.dumps(asyncio.run(load(args.people, args.seconds, args.think)), indent=2))


if __name__ == "__main__":
    main()
