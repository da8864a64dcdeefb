"""Does the bot come back by itself? Refusals, lost names, closed doors: how long until health is red, and until the next answer.

    python -m benchmarks.outage [--seconds 40] [--minutes 10]

Each case is a real process with a Bot API of its own; all run side by side. In the middle of the trouble somebody writes.
Measured: from the last good answer to red (the health file that a container looks at), and from the end of the trouble to the
person's answer and to green; of a rival's trouble, which stays red for a minute, green is looked for only once it was red.
`--minutes` is how long the case named "outage" lasts. No name can be taken from a machine's
resolver for one process alone, so in the DNS cases `socket.getaddrinfo` of the process asks a file whether the Bot API's name is
known; all else is as in production.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.process import Bot
from benchmarks.support.telegram_server import Fault, Person, TelegramServer
from bot.runtime.health import RIVAL_SECONDS, healthy

RIVALS = ("409", "address taken away")
"""Cases in which somebody else uses the bot's token."""
SECRET = "0123456789abcdef-secret"
NAME = "localhost"  # in clear the bot calls this machine alone
RESOLVER = f"""
import os, socket
_real = socket.getaddrinfo
def getaddrinfo(host, *rest, **more):
    if host == {NAME!r}:
        if not os.path.exists(os.environ["NAME_IS_KNOWN"]):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        host = "127.0.0.1"
    return _real(host, *rest, **more)
socket.getaddrinfo = getaddrinfo
"""


@dataclass(frozen=True)
class Case:
    """`name`: what goes wrong. `seconds`: for how long. `webhook`: whether updates are brought instead of asked for."""

    name: str
    seconds: float
    webhook: bool = False


def cases(seconds: float, outage: float) -> list[Case]:
    """All that is tried."""
    polling = [*("401", "404", "409", "502", "connections dropped"), "no name at the start", "no name while it runs"]
    return [
        *(Case(name, max(seconds, 100) if name == "no name while it runs" else seconds) for name in polling),
        Case("outage", outage),
        Case("502", seconds, webhook=True),
        Case("outage", seconds, webhook=True),
        Case("address taken away", 0.0, webhook=True),
    ]


class Trial:
    """One case, from the start of its process to its end."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case, self._folder = case, folder
        self.server = TelegramServer()
        self.health, self._known = folder / "health", folder / "known"
        self._paused = False
        self._last_good = 0.0

    async def run(self) -> dict[str, object]:
        """Figures; None where something did not happen."""
        server, case = self.server, self.case
        await server.start()
        late = case.name == "no name at the start"
        if not late:
            self._known.touch()
        bot = Bot("ours", server, self._environ(), self._folder / "log")
        watching = [asyncio.create_task(self._watch_polls())]
        if case.webhook:
            watching.append(asyncio.create_task(self._bring()))
        try:
            ann = server.person(11)
            await bot.start(wait=False)
            if late:
                await server.until(lambda: b"poll_failed" in (self._folder / "log").read_bytes(), 120)
            else:
                ann.types("/start")
                await server.until(lambda: any(message.by_bot for message in ann.sees), 120)
                # Typed words wait for the finder, made behind the first answers: that is the start, not the coming back.
                ann.types("hello")
                await server.until(lambda: all(message.by_bot for message in ann.sees), 120)
                await server.until(lambda: healthy(self.health), 20)
            return await self._measured(ann)
        finally:
            for task in watching:
                task.cancel()
            await bot.kill(signal.SIGTERM)
            await server.stop()

    async def _measured(self, ann: Person) -> dict[str, object]:
        case = self.case
        await self._trouble()
        begin, red = time.monotonic(), None
        asked = False
        while time.monotonic() - begin < case.seconds:
            if red is None and not healthy(self.health):
                red = time.monotonic() - max(self._last_good, begin if case.name == "no name at the start" else 0.0)
            if not asked and time.monotonic() - begin > case.seconds / 2:
                asked = True
                ann.types("where do i get pep")
            await asyncio.sleep(0.1)
        if not asked:
            ann.types("where do i get pep")
        await self._end()
        back = time.monotonic()
        answer = await self._until(lambda: any("PEP" in message.text for message in ann.sees), back)
        if red is None and case.name in RIVALS and await self._until(lambda: not healthy(self.health), back) is not None:
            red = time.monotonic() - back
        green = await self._until(lambda: healthy(self.health), back, RIVAL_SECONDS + 30)
        return {
            "case": f"{case.name}{' (webhook)' if case.webhook else ''}",
            "seconds": case.seconds,
            "red_after": None if red is None else round(red, 1),
            "answer_after": answer,
            "green_after": green,
        }

    async def _until(self, true: Callable[[], bool], since: float, longest: float = 60) -> float | None:
        with contextlib.suppress(AssertionError):
            await self.server.until(true, longest)
            return round(time.monotonic() - since, 2)
        return None

    async def _trouble(self) -> None:
        match self.case.name:
            case "outage":
                self._paused = True
                await self.server.stop()
            case "connections dropped":
                self.server.down = True
            case "address taken away":
                await self.server._do_deleteWebhook({})
            case "no name at the start" | "no name while it runs":
                self._known.unlink(missing_ok=True)
            case code:
                self.server.any_fault = lambda _method: Fault("status", int(code))

    async def _end(self) -> None:
        self._paused = self.server.down = False
        self.server.any_fault = lambda _method: None
        self._known.touch()
        if self.case.name == "outage":
            await self.server.start()

    async def _watch_polls(self) -> None:
        """Notes the last moment at which Telegram may have answered: polls that are waiting end with the trouble."""
        seen = 0
        while True:
            calls = self.server.calls["getUpdates"] + self.server.calls["getWebhookInfo"]
            troubled = (
                self._paused or self.server.down or not self._known.exists() or self.server.any_fault("getUpdates") is not None
            )
            if calls != seen and not troubled:
                seen, self._last_good = calls, time.monotonic()
            await asyncio.sleep(0.05)

    async def _bring(self) -> None:
        """Telegram's half of a webhook: each update again and again, twice a second, until it is answered with 200."""
        async with aiohttp.ClientSession() as session:
            while True:
                url = self.server.profile.get(("webhook", ""), {}).get("url")
                for number, content in list(self.server.updates) if url and not self._paused else []:
                    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
                        async with session.post(url, json=content, headers=headers, timeout=aiohttp.ClientTimeout(25)) as answer:
                            if answer.status == 200:
                                self.server.updates = [update for update in self.server.updates if update[0] != number]
                await asyncio.sleep(0.5)

    def _environ(self) -> dict[str, str]:
        prefix = "CONSTELLATION_TELEGRAM_"
        found = {prefix + "HEALTH_FILE": str(self.health)}
        if self.case.webhook:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                listen = f"127.0.0.1:{free.getsockname()[1]}"
            found |= {prefix + "WEBHOOK_URL": f"http://{listen}/", prefix + "LISTEN": listen, prefix + "WEBHOOK_SECRET": SECRET}
        if self.case.name.startswith("no name"):
            (self._folder / "sitecustomize.py").write_text(RESOLVER)
            path = f"{self._folder}:{Path(__file__).resolve().parents[1]}"
            api = f"http://{NAME}:{self.server.port}/bot"
            found |= {"PYTHONPATH": path, "NAME_IS_KNOWN": str(self._known), prefix + "API_URL": api}
        return found


async def run(chosen: list[Case]) -> list[dict[str, object]]:
    """All cases, side by side."""
    with tempfile.TemporaryDirectory() as folder:

        async def one(number: int, case: Case) -> dict[str, object]:
            own = Path(folder) / str(number)
            own.mkdir()
            await asyncio.sleep(number * 0.5)
            return await Trial(case, own).run()

        return list(await asyncio.gather(*(one(number, case) for number, case in enumerate(chosen))))


def main() -> None:
    """Prints a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--minutes", type=float, default=10)
    args = parser.parse_args()
    for line in asyncio.run(run(cases(args.seconds, args.minutes * 60))):
        print(json.dumps(line))


if __name__ == "__main__":
    main()
