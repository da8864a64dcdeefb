"""Does the bot on Signal come back by itself? Its daemon dies, stands still (as a stopped process) or takes no message.

    python -m benchmarks.outage_signal [--seconds 40]

The real command against the tests' daemon, all cases side by side. Measured as in `benchmarks.outage`: from the beginning of the
trouble to red, and from its end to green, and to the answer of somebody who writes then.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks.process import ROOT
from benchmarks.support.signal_daemon import SignalDaemon
from bot.channels.signal import CHANNEL
from bot.runtime.health import healthy

CASES = ("daemon gone", "daemon frozen", "no message taken")


async def _trouble(case: str, daemon: SignalDaemon) -> Callable[[], Awaitable[None]]:
    """Begins it; gives what ends it."""
    match case:
        case "daemon gone":
            await daemon.stop()
        case "daemon frozen":
            daemon.awake.clear()
        case _:
            daemon.refuse["send"] = [(-1, 1.0)] * 1000
            daemon.writes(str(uuid.uuid4()), "home")

    async def end() -> None:
        daemon.awake.set()
        daemon.refuse.clear()
        if case == "daemon gone":
            await daemon.start()

    return end


async def trial(case: str, seconds: float, folder: Path) -> dict[str, object]:
    """Figures of one case; None where something did not happen."""
    daemon, health = SignalDaemon(folder / "socket"), folder / "health"
    await daemon.start()
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "CONSTELLATION_SIGNAL_SOCKET": str(folder / "socket")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "signal", cwd=ROOT, env={**environ, CHANNEL.health: str(health)},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await daemon.until(lambda: healthy(health), 120)
        begin, red = time.monotonic(), None
        end = await _trouble(case, daemon)
        while time.monotonic() - begin < seconds:
            if red is None and not healthy(health):
                red = round(time.monotonic() - begin, 1)
            await asyncio.sleep(0.1)
        await end()
        back, ann = time.monotonic(), str(uuid.uuid4())

        async def after(true: Callable[[], object]) -> float | None:
            with contextlib.suppress(TimeoutError):
                await daemon.until(true, 60)
                return round(time.monotonic() - back, 1)
            return None

        green = await after(lambda: healthy(health))
        daemon.writes(ann, "home")  # before, nobody could hand the words to the bot
        answer = await after(lambda: daemon.sees(ann))
        return {"case": case, "seconds": seconds, "red_after": red, "green_after": green, "answer_after": answer}
    finally:
        process.terminate()
        await process.wait()
        await daemon.stop()


async def run(seconds: float) -> list[dict[str, object]]:
    """All cases, side by side."""
    with tempfile.TemporaryDirectory() as folder:
        folders = [Path(folder) / str(number) for number in range(len(CASES))]
        for own in folders:
            own.mkdir()
        return list(await asyncio.gather(*(trial(case, seconds, own) for case, own in zip(CASES, folders, strict=True))))


def main() -> None:
    """Prints a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=40)
    for line in asyncio.run(run(parser.parse_args().seconds)):
        print(json.dumps(line))


if __name__ == "__main__":
    main()
