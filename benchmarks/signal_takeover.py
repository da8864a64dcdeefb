"""Does a second bot on Signal take over? Two of the real command share a Valkey and a daemon; the one that serves is hurt.

    python -m benchmarks.signal_takeover [--people 30] [--troubles kill pause stop valkey_kill valkey_pause]

While people write, who serves is killed, stands still for 14 seconds (longer than its lease), and is stopped cleanly; each time
the other has to serve. Counted: people without an answer, answers shown twice, and what a bot that stood still says once it goes
on: calls on the connection that it had. "twice" by a kill or a pause may be as many as the daemon had calls in that moment.
Then Valkey itself is killed, an empty one in its place after two seconds, and stands still for 14: whoever served may go on, or
the other serve. `taken_over_after` is None where nobody had to. `answered_in_trouble`: people who wrote while Valkey was away
and had their answer before it was back. `asked_by_both`: whether both bots take messages in the end.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import time
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.process import ROOT
from benchmarks.support.signal_daemon import SignalDaemon
from benchmarks.support.valkey_server import ValkeyServer

PAUSE: Final = 14.0
AWAY: Final = 2.0
"""Seconds until an empty Valkey takes the place of the one that was killed."""
EVERY: Final = 0.25
"""Seconds between two people who write."""


class Pair:
    """Both bots. `serving`: the one that the daemon has a connection of."""

    def __init__(self, folder: Path, daemon: SignalDaemon, valkey: ValkeyServer) -> None:
        self._folder, self._daemon = folder, daemon
        (folder / "join").write_text("x" * 32)
        mine = {"CONSTELLATION_SIGNAL_SOCKET": str(daemon.socket), "CONSTELLATION_SIGNAL_JOIN_FILE": str(folder / "join")}
        self._environ = {**os.environ, **mine, "CONSTELLATION_VALKEY": valkey.address, "PYTHONPATH": str(ROOT)}
        self.processes: list[asyncio.subprocess.Process] = []

    async def start(self) -> asyncio.subprocess.Process:
        """One more, which waits unless it is the first."""
        number = len(self.processes)
        with (self._folder / f"log{number}").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "signal", cwd=ROOT, env=self._environ, stdout=log, stderr=log
            )
        self.processes.append(process)
        async with asyncio.timeout(60):
            while b"started" not in self._log(number):
                await asyncio.sleep(0.05)
        return process

    def _log(self, number: int) -> bytes:
        return (self._folder / f"log{number}").read_bytes()

    def active(self) -> list[int]:
        """Which ones take messages: those that said so, did not take it back and have not stopped."""
        turns = [self._log(number).splitlines() for number in range(len(self.processes))]
        return [
            number
            for number, lines in enumerate(turns)
            if self.processes[number].returncode is None and lines.count(b"active") > lines.count(b"passive")
        ]

    def serving(self) -> int:
        """Which one serves: the first that takes messages. Raises `IndexError` where none does."""
        return self.active()[0]

    async def stop(self) -> None:
        """Ends all."""
        for process in self.processes:
            if process.returncode is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            await process.wait()


async def run(people: int = 30, troubles: tuple[str, ...] = ("kill", "pause", "stop")) -> dict[str, object]:
    """Figures of one run, by trouble."""
    found: dict[str, object] = {}
    with TemporaryDirectory() as folder:
        daemon, valkey = SignalDaemon(Path(folder) / "s", delay=0.02), ValkeyServer(Path(folder))
        await daemon.start()
        await valkey.start()
        pair = Pair(Path(folder), daemon, valkey)
        try:
            await pair.start()
            await daemon.until(lambda: daemon.calls.count("subscribeReceive"), 60)
            await pair.start()
            await asyncio.sleep(3)
            found["connections_of_who_waits"] = daemon.connections - 1
            for trouble in troubles:
                if trouble.startswith("valkey"):
                    found[trouble] = await _valkey_trial(pair, daemon, valkey, people, trouble)
                else:
                    found[trouble] = await _trial(pair, daemon, people, trouble)
        finally:
            await pair.stop()
            await daemon.stop()
            await valkey.kill()
    return found


async def _trial(pair: Pair, daemon: SignalDaemon, people: int, trouble: str) -> dict[str, object]:
    serving = pair.processes[pair.serving()]
    before, connection = daemon.calls.count("subscribeReceive"), daemon.connections
    everybody = [str(uuid.uuid4()) for _ in range(people)]
    begin = returned = 0.0
    seconds: list[float] = []

    async def back() -> None:
        nonlocal returned
        await asyncio.sleep(PAUSE)
        returned = time.monotonic()
        serving.send_signal(signal.SIGCONT)

    works: list[asyncio.Task[None]] = []
    busy = 0
    for number, aci in enumerate(everybody):
        daemon.writes(aci, "home")
        if number == people // 3:
            await asyncio.sleep(0.05)
            begin, busy = time.monotonic(), daemon.busy
            serving.send_signal({"kill": signal.SIGKILL, "pause": signal.SIGSTOP, "stop": signal.SIGTERM}[trouble])
            if trouble == "pause":
                works.append(asyncio.create_task(back()))
        await asyncio.sleep(EVERY)
    with contextlib.suppress(TimeoutError):
        await daemon.until(lambda: daemon.calls.count("subscribeReceive") > before, 60)
        seconds.append(
            round(
                next(at for at, number, method in daemon.log if method == "subscribeReceive" and number > connection) - begin, 1
            )
        )
    with contextlib.suppress(TimeoutError):
        await daemon.until(lambda: all(daemon.sees(aci) for aci in everybody), 60)
    await asyncio.gather(*works)
    await asyncio.sleep(3)
    said = [method for at, number, method in daemon.log if returned and at > returned and number == connection]
    if trouble != "pause":
        await serving.wait()
        await pair.start()
    shown = [daemon.sends.count(aci) for aci in everybody]
    if os.environ.get("TELL"):
        for number in range(len(pair.processes)):
            print(number, pair._log(number).decode(), file=sys.stderr)
    return {
        "people": people,
        "without_an_answer": sum(not daemon.sees(aci) for aci in everybody),
        "sent_twice": sum(max(0, count - 1) for count in shown),
        "calls_at_the_daemon_then": busy,
        "taken_over_after": seconds[0] if seconds else None,
        "said_after_standing_still": len(said) if trouble == "pause" else None,
    }


async def _valkey_trial(pair: Pair, daemon: SignalDaemon, valkey: ValkeyServer, people: int, trouble: str) -> dict[str, object]:
    before, connection = daemon.calls.count("subscribeReceive"), daemon.connections
    everybody = [str(uuid.uuid4()) for _ in range(people)]
    begin = 0.0
    away: list[str] = []
    answered: list[str] = []

    killed = trouble == "valkey_kill"

    async def hurt() -> None:
        if killed:
            await valkey.kill()
        else:
            valkey.pause()
        await asyncio.sleep(AWAY if killed else PAUSE)
        answered.extend(filter(daemon.sees, away))
        if killed:
            await valkey.start()
        else:
            valkey.go_on()

    work: asyncio.Task[None] | None = None
    for number, aci in enumerate(everybody):
        daemon.writes(aci, "home")
        if number == people // 3:
            begin, work = time.monotonic(), asyncio.create_task(hurt())
        elif work and not work.done():
            away.append(aci)
        await asyncio.sleep(EVERY)
    assert work
    await work
    with contextlib.suppress(TimeoutError):
        await daemon.until(lambda: all(daemon.sees(aci) for aci in everybody), 60)
    await asyncio.sleep(15)  # a lease's length and some: who lost it has seen so by now
    turns = [at for at, number, method in daemon.log if method == "subscribeReceive" and number > connection]
    return {
        "people": people,
        "without_an_answer": sum(not daemon.sees(aci) for aci in everybody),
        "sent_twice": sum(max(0, daemon.sends.count(aci) - 1) for aci in everybody),
        "wrote_in_trouble": len(away),
        "answered_in_trouble": len(answered),
        "taken_over_after": round(turns[0] - begin, 1) if turns else None,
        "turns_taken": daemon.calls.count("subscribeReceive") - before,
        "asked_by_both": len(pair.active()) > 1,
    }


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--troubles", nargs="+", default=["kill", "pause", "stop", "valkey_kill", "valkey_pause"])
    args = parser.parse_args()
    print(json.dumps(asyncio.run(run(args.people, tuple(args.troubles))), indent=1))


if __name__ == "__main__":
    main()
