"""Signal against the tests' daemon, 50 ms a call: how long 200 people who write at once wait, and how soon a dead daemon is back.

    python -m benchmarks.signal_load [--people 200]

Calls go one after the other, as signal-cli wants them, so the last person waits for all the others.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import sys
import tempfile
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.support.signal_daemon import SignalDaemon  # noqa: E402
from bot.book import Edition, build, default_folders, snapshot  # noqa: E402
from bot.channels.signal.app import channel  # noqa: E402
from bot.channels.signal.settings import Settings  # noqa: E402
from bot.engine.flow_compiler import compile_flows  # noqa: E402
from bot.engine.turn import step  # noqa: E402
from bot.engine.types import Surface, World  # noqa: E402
from bot.find.building import build_finder  # noqa: E402


async def main(people: int) -> None:
    """Prints each figure on a line of its own."""
    edition = Edition(build(snapshot(*default_folders()), compile_flows), dt.date(2026, 11, 24))
    world = World(edition, build_finder(edition).listen, Surface(name="signal", title="Signal", buttons=False, timers=True))
    with tempfile.TemporaryDirectory() as folder:
        daemon = SignalDaemon(Path(folder) / "s", 0.05)
        await daemon.start()
        async with channel(step, lambda: world, Settings(str(daemon.socket))) as parts:
            await parts.daemon.connected.wait()
            everybody = [str(uuid.uuid4()) for _ in range(people)]
            begin = time.perf_counter()
            answered: dict[str, float] = {}
            for aci in everybody:
                daemon.writes(aci, "home")
            while len(answered) < people:
                await asyncio.sleep(0.005)
                now = time.perf_counter() - begin
                for aci in everybody:
                    if aci not in answered and daemon.chats[aci]:
                        answered[aci] = now
            waits = sorted(answered.values())
            print(f"{people} people at once: half answered in {waits[people // 2]:.1f} s, all in {waits[-1]:.1f} s, "
                  f"{people / waits[-1]:.1f} answers a second; never more than {daemon.most_busy} call at a time")  # fmt: skip
            daemon.delay = 0.0
            await asyncio.sleep(1)
            await daemon.stop()
            await asyncio.sleep(1)
            await daemon.start()
            begin = time.perf_counter()
            await parts.daemon.connected.wait()
            print(f"back {time.perf_counter() - begin:.1f} s after the daemon is")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=200)
    asyncio.run(main(arguments.parse_args().people))
