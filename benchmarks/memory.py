"""What the bot needs at rest: the real command with the pack that ships, once it has answered its first talk.

    python -m benchmarks.memory [--runs 3] [--settle 20]

It starts `constellation run telegram` against the tests' Bot API server over real HTTP, waits until one person has got the first
screen, waits `--settle` seconds more, and reads /proc/PID/smaps_rollup (in kB of 1,024 bytes; printed as MB of 1,000,000).
The command forbids its memory to others, so this needs root, as the kernel gives that file to nobody else.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.process import running  # noqa: E402
from benchmarks.support.telegram_server import TelegramServer  # noqa: E402

FIELDS = ("Rss", "Pss", "Anonymous", "Locked")


def rollup(text: str) -> dict[str, float]:
    """The `FIELDS` of a smaps_rollup, in MB. Raises `KeyError` where one is missing."""
    found = {line.split(":")[0]: line.split()[1] for line in text.splitlines() if line.endswith(" kB")}
    return {field: round(int(found[field]) * 1024 / 1e6, 1) for field in FIELDS}


async def measure(settle: float) -> dict[str, float]:
    """One start: megabytes of the process at rest, after it has answered one person."""
    server = TelegramServer()
    async with running("ours", server) as bot:
        ann = server.person(1_000_000_001, "en")
        ann.types("/start")
        await server.until(lambda: any(message.by_bot for message in ann.sees), 60)
        await asyncio.sleep(settle)
        assert bot.process is not None
        return rollup(Path(f"/proc/{bot.process.pid}/smaps_rollup").read_text())


def main() -> None:
    """A line of JSON for each run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--settle", type=float, default=20, help="seconds of rest before it is read")
    args = parser.parse_args()
    for _ in range(args.runs):
        print(json.dumps(asyncio.run(measure(args.settle))), flush=True)


if __name__ == "__main__":
    main()
