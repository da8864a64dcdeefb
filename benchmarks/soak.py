"""Does memory grow with people? 200,000 updates of people who come and leave, floods among them, through the real process.

    python -m benchmarks.soak [--updates 200000] [--batch 500] [--twin 2000]

After each batch, when everybody has left, two things are read: the heap in use, as the C library counts it inside the process
after a collection of garbage (asked by a signal, several times, of which the least counts; the instrument is a `sitecustomize`
beside the untouched command), and the resident memory from outside. A line is laid through the samples after the first fifth,
by least squares; its slope is bytes a person, which is the same as KB per 1,000 people, with its standard error. A plain
python-telegram-bot Application is measured the same way.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.canaries import TWIN, Bot  # noqa: E402
from benchmarks.support.telegram_server import TelegramServer  # noqa: E402

INSTRUMENT = """
import ctypes, gc, os, signal, sys
class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
                ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")]
libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Info
def tell(*_):
    gc.collect()
    found = libc.mallinfo2()
    with open(os.environ["SOAK_HEAP"] + ".new", "w") as file:
        file.write(str(found.uordblks + found.hblkhd))
    os.replace(os.environ["SOAK_HEAP"] + ".new", os.environ["SOAK_HEAP"])
signal.signal(signal.SIGUSR1, tell)
if os.environ.get("SOAK_LEAK"):
    import importlib.util
    kept = []
    class Watch:
        def find_spec(self, name, path=None, target=None):
            if name != "bot.channels.telegram.driver":
                return None
            # In the moment of the import: a poller that is made later takes the method as it is then.
            sys.meta_path.remove(self)
            spec = importlib.util.find_spec(name)
            run = spec.loader.exec_module
            def exec_module(module):
                run(module)
                before = module.Driver.receive
                module.Driver.receive = lambda self, update: (kept.append(update), before(self, update))[1]
            spec.loader.exec_module = exec_module
            return spec
    sys.meta_path.insert(0, Watch())
"""
FIRST_FIFTH = 5
FLOOD = 25
LABELS = (
    "Tips to stay safer",
    "Home",
    "Change something, or stop",
    "Home",
    "A legal question, no police",
    "Home",
    "Urgent",
    "Home",
)
AT_ONCE = 40
SETTLE = 7.0
READINGS, BETWEEN = 8, 0.4


@dataclass(frozen=True)
class Slope:
    """A line through samples. `each`: bytes a person; `error`: its standard error."""

    each: float
    error: float


def slope(people: list[int], sizes: list[float]) -> Slope:
    """Least squares. Raises `ValueError` for fewer than three samples."""
    count = len(people)
    if count < 3:
        raise ValueError("a slope needs three samples")
    mean_x, mean_y = sum(people) / count, sum(sizes) / count
    spread = sum((x - mean_x) ** 2 for x in people)
    each = sum((x - mean_x) * (y - mean_y) for x, y in zip(people, sizes, strict=True)) / spread
    rest = sum((y - mean_y - each * (x - mean_x)) ** 2 for x, y in zip(people, sizes, strict=True))
    return Slope(each, (rest / (count - 2) / spread) ** 0.5)


class Process(Bot):
    """The command with the instrument beside it."""

    def __init__(self, words: list[str], environ: dict[str, str], folder: Path) -> None:
        (folder / "sitecustomize.py").write_text(INSTRUMENT)
        self.heap_file = folder / "heap"
        path = f"{folder}{os.pathsep}{ROOT}"
        super().__init__(words, {**environ, "PYTHONPATH": path, "SOAK_HEAP": str(self.heap_file)}, folder)

    async def sizes(self) -> tuple[float, float]:
        """Bytes of heap in use, the least of several readings (what is at hand for a moment is no growth), and bytes resident."""
        least = min([await self._heap() for _ in range(READINGS)])
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return least, float(pages * os.sysconf("SC_PAGE_SIZE"))

    async def _heap(self) -> float:
        self.heap_file.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        for _ in range(400):
            if self.heap_file.exists():
                break
            await asyncio.sleep(0.05)
        await asyncio.sleep(BETWEEN)
        return float(self.heap_file.read_text())


async def _evening(server: TelegramServer, chat: int, *, ours: bool, floods: bool) -> int:
    """One person comes, looks around, leaves; gives how many updates that was."""
    before = server._update
    ann = server.person(chat, "en", f"N{chat}", f"u{chat}")

    def shown() -> list[tuple[int, str, int]]:
        return [(message.id, message.text, message.versions) for message in ann.sees if message.by_bot]

    async def moved(was: list[tuple[int, str, int]]) -> None:
        await server.until(lambda: shown() and shown() != was, 120)

    ann.types("/start")
    await moved([])
    if not ours:
        ann.presses("Go")
        was = shown()
        ann.types(f"hello {chat}")
        await moved(was)
    for label in LABELS if ours else ():
        if not any(label in message.buttons for message in ann.sees):
            continue
        was = shown()
        ann.presses(label)
        await moved(was)
    if floods:
        was = shown()
        for number in range(FLOOD):
            ann.types(f"flood {number} {chat}")
        await moved(was)
    if ours:
        await server.until(lambda: any("Leave" in message.buttons for message in ann.sees), 120)
        ann.presses("Leave", next(message for message in reversed(ann.sees) if "Leave" in message.buttons))
        await server.until(lambda: not any(message.by_bot for message in ann.sees), 120)
    server.chats.pop(chat, None)
    server.people.pop(chat, None) if not floods else None
    return server._update - before


async def run(updates: int, batch: int, *, ours: bool = True, leak: bool = False, seed: int = 3) -> dict[str, Any]:
    """Figures of one process. `leak`: each update is kept on purpose, to show that it would be seen."""
    dice, server, begin = random.Random(seed), TelegramServer(), time.monotonic()
    await server.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {**os.environ, "CONSTELLATION_TELEGRAM_TOKEN": server.token, "CONSTELLATION_TELEGRAM_API_URL": server.url,
                   "CONSTELLATION_TELEGRAM_PACE": "off", **({"SOAK_LEAK": "1"} if leak else {})}  # fmt: skip
        words = [sys.executable, "-m", "bot", "run", "telegram"] if ours else [sys.executable, "-c", TWIN, server.url]
        bot = Process(words, environ, folder)
        await bot.start()
        people, sent, at = 0, 0, [0]
        heaps: list[float] = []
        residents: list[float] = []
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(chat: int, floods: bool) -> None:
            async with gate:
                await _evening(server, chat, ours=ours, floods=floods)
            server.log.clear()
            server.edits_of.clear()
            server.presses.clear()
            server.acknowledged.clear()

        try:
            while sent < updates:
                before = server._update
                chats = [2_000_000_000 + people + number for number in range(batch)]
                # Press ids are looked up by the server, so they are only forgotten between batches of it.
                await asyncio.gather(*(one(chat, ours and dice.random() < 0.01) for chat in chats))
                await server.until(lambda: not server.updates, 120)
                people, sent = people + batch, sent + server._update - before
                await asyncio.sleep(SETTLE)
                heap, resident = await bot.sizes()
                at.append(people)
                heaps.append(heap)
                residents.append(resident)
        finally:
            await bot.end(signal.SIGTERM)
            await server.stop()
    if os.environ.get("SOAK_SHOW"):
        print(heaps)
    from_ = max(1, len(heaps) // FIRST_FIFTH)
    found: dict[str, Any] = {"updates": sent, "people": people, "seconds": round(time.monotonic() - begin)}
    for kind, sizes in (("heap", heaps), ("resident", residents)):
        line = slope(at[1:][from_:], sizes[from_:])
        found[kind] = {
            "bytes_a_person": round(line.each, 2), "standard_error": round(line.error, 2),
            "first_mb": round(sizes[from_] / 1e6, 2), "last_mb": round(sizes[-1] / 1e6, 2),
        }  # fmt: skip
    return found


def main() -> None:
    """The bot, then the twin."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=200_000)
    parser.add_argument("--batch", type=int, default=500, help="people between two samples")
    parser.add_argument("--twin", type=int, default=6000, help="updates of the twin")
    args = parser.parse_args()
    print(json.dumps({"ours": asyncio.run(run(args.updates, args.batch))}, indent=1), flush=True)
    print(json.dumps({"twin": asyncio.run(run(args.twin, max(100, args.twin // 30), ours=False))}, indent=1))


if __name__ == "__main__":
    main()
