"""Replicas of the real command behind one front, with a real Valkey server: to be killed, stopped and replaced one by one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.process import ROOT, Bot
from benchmarks.support.front import Front
from benchmarks.support.telegram_server import TelegramServer
from benchmarks.support.valkey_server import ValkeyServer
from benchmarks.support.webhook_delivery import WebhookDelivery, delivering

SECRET: Final = "0123456789abcdef-secret"


class Fleet:
    """`bots`: the replicas. `front`: what updates come through. `valkey`: None where there is one replica on its own memory."""

    def __init__(self, server: TelegramServer, folder: Path, replicas: int, extra: dict[str, str], root: Path) -> None:
        self.server = server
        self.valkey = ValkeyServer(folder) if replicas > 1 else None
        sockets = [folder / f"bot{number}.sock" for number in range(replicas)]
        # What was sent to a replica that hangs is given up after half a minute: the webhook's own limit is 20 seconds.
        self.front = Front(sockets, read_seconds=30.0)
        self._folder, self._extra, self._root = folder, extra, root
        self.sockets = sockets
        self.bots: list[Bot] = []
        self.delivery: WebhookDelivery

    async def start(self) -> None:
        """The server, then the replicas, one after the other."""
        await self.front.start()
        prefix = "CONSTELLATION_TELEGRAM_"
        found = {prefix + "WEBHOOK_URL": self.front.url, prefix + "WEBHOOK_SECRET": SECRET, prefix + "PACE": "on"}
        if self.valkey:
            await self.valkey.start()
            found["CONSTELLATION_VALKEY"] = self.valkey.address
        for number, socket in enumerate(self.sockets):
            own = {**found, prefix + "HEALTH_FILE": str(self._folder / f"health{number}"), **self._extra}
            bot = Bot("ours", self.server, own, self._folder / f"log{number}", self._root, socket=socket)
            self.bots.append(bot)
            await bot.start()

    async def stop(self) -> None:
        """All of it."""
        await asyncio.gather(*(bot.kill() for bot in self.bots))
        if self.valkey:
            await self.valkey.kill()
        await self.front.stop()

    async def kill(self, number: int, seconds: float) -> None:
        """Kills a replica; another takes its place after `seconds`."""
        await self.bots[number].kill()
        await asyncio.sleep(seconds)
        await self.bots[number].start()

    async def pause(self, number: int, seconds: float) -> None:
        """A replica stands still for `seconds` and goes on as if nothing had been."""
        self.bots[number].pause()
        await asyncio.sleep(seconds)
        self.bots[number].go_on()

    async def kill_valkey(self, seconds: float) -> None:
        """Valkey is killed; an empty one takes its place after `seconds`."""
        assert self.valkey
        await self.valkey.kill()
        await asyncio.sleep(seconds)
        await self.valkey.start()

    async def pause_valkey(self, seconds: float) -> None:
        """Valkey stands still for `seconds`."""
        assert self.valkey
        self.valkey.pause()
        await asyncio.sleep(seconds)
        self.valkey.go_on()

    async def roll(self) -> None:
        """Replaces all replicas, one by one, as an update does: the next once the front sends to the one before again."""
        for bot in self.bots:
            await bot.kill(signal.SIGTERM)
            await bot.start()
            await asyncio.sleep(self.front.rest_seconds)

    def to(self, number: int | None) -> None:
        """Sends all that comes to this replica, None for in turn."""
        self.front.choose = lambda _body: number

    def send_chats(self, where: dict[int, int]) -> None:
        """Sends what comes from some chats to the replica of each, and the rest in turn."""

        def choose(body: bytes) -> int | None:
            update = json.loads(body)
            found = update.get("message") or update.get("callback_query", {}).get("message") or {}
            return where.get(found.get("chat", {}).get("id", 0))

        self.front.choose = choose

    def log(self) -> str:
        """What the replicas have said."""
        found = []
        for number in range(len(self.bots)):
            with contextlib.suppress(FileNotFoundError):
                found.append((self._folder / f"log{number}").read_text())
        return "\n".join(found)


@asynccontextmanager
async def fleet(
    server: TelegramServer, replicas: int = 3, extra: dict[str, str] | None = None, root: Path = ROOT
) -> AsyncIterator[Fleet]:
    """Replicas that take what `server` brings; all is ended after the block."""
    await server.start()
    with TemporaryDirectory() as folder:
        made = Fleet(server, Path(folder), replicas, extra or {}, root)
        async with delivering(server) as made.delivery:
            try:
                await made.start()
                yield made
            finally:
                await made.stop()
                await server.stop()
