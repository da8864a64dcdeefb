"""Bots as processes of their own, to be killed and started again: the real command, and the plain twin it is held against."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from benchmarks.support.front import listens
from benchmarks.support.telegram_server import TelegramServer

ROOT = Path(__file__).resolve().parents[1]

TWIN = """
import sys
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, MessageHandler, filters
rows = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
async def words(update, _):
    await update.effective_chat.send_message("answer " + update.message.text, reply_markup=rows)
async def press(update, _):
    await update.callback_query.answer()
    await update.callback_query.edit_message_text("answer " + update.callback_query.data, reply_markup=rows)
app = ApplicationBuilder().token("123:TEST").base_url(sys.argv[1]).build()
app.add_handler(MessageHandler(filters.TEXT, words)); app.add_handler(CallbackQueryHandler(press))
app.run_polling()
"""
"""What most bots are: it answers words and presses, and leaves all else to the library."""

_TINY = """
import sys
from bot.channels.telegram.app import run
from bot.channels.telegram.settings import Settings
from bot.privacy import hardening
from benchmarks.support.tiny_engine import WORLD, step
hardening.restart_with_switches()
run(step, lambda: WORLD, Settings("123:TEST", sys.argv[1], pace=False, name_cost=2))
"""


class Bot:
    """A bot of a `kind`: "ours" (the real command and pack), "tiny" (our channel with the tests' engine, cheap names) or "twin".

    `extra`: more environment. `log`: where its output goes, None for nowhere. `root`: the checkout whose command it is. `pack`:
    the folder of `content` and `flows` to run with, None for its own. `socket`: where it takes updates, None where it polls.
    """

    def __init__(
        self,
        kind: str,
        server: TelegramServer,
        extra: dict[str, str] | None = None,
        log: Path | None = None,
        root: Path = ROOT,
        pack: Path | None = None,
        socket: Path | None = None,
    ) -> None:
        prefix = "CONSTELLATION_TELEGRAM_"
        mine = {prefix + "TOKEN": server.token, prefix + "API_URL": server.url, prefix + "PACE": "off"}
        self.kind, self._server, self._log, self._root, self._pack = kind, server, log, root, pack
        self._environ = {**os.environ, **mine, "PYTHONPATH": str(root), **(extra or {})}
        self._socket = socket
        if socket:
            self._environ[prefix + "LISTEN"] = str(socket)
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *, wait: bool = True) -> None:
        """Starts it; with `wait`, returns once it asks for updates, or takes them."""
        polled = self._server.calls["getUpdates"]
        pack = ["--content", str(self._pack / "content"), "--flows", str(self._pack / "flows")] if self._pack else []
        words = {
            "ours": ["-m", "bot", "run", "telegram", *pack],
            "tiny": ["-c", _TINY, self._server.url],
            "twin": ["-c", TWIN, self._server.url],
        }
        sink: IO[bytes] | int = self._log.open("ab") if self._log else asyncio.subprocess.DEVNULL
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, *words[self.kind], env=self._environ, cwd=self._root, stdout=sink, stderr=sink
        )
        if not isinstance(sink, int):
            sink.close()
        if not wait:
            return
        if self._socket is None:
            await self._server.until(lambda: self._server.calls["getUpdates"] > polled, 60)
            return
        async with asyncio.timeout(60):
            while not await listens(self._socket):
                await asyncio.sleep(0.05)

    async def kill(self, how: int = signal.SIGKILL) -> None:
        """Ends it, by default without a word of warning."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(how)
            try:
                await asyncio.wait_for(self.process.wait(), 20)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
        self.process = None

    def pause(self) -> None:
        """Stops it where it stands, as a machine that hangs; `go_on` ends that."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Lets it go on as if nothing had been."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGCONT)

    @property
    def runs(self) -> bool:
        """Whether it is still there."""
        return self.process is not None and self.process.returncode is None


@asynccontextmanager
async def running(
    kind: str,
    server: TelegramServer,
    extra: dict[str, str] | None = None,
    log: Path | None = None,
    root: Path = ROOT,
    pack: Path | None = None,
) -> AsyncIterator[Bot]:
    """A bot that asks for updates; whatever happens in the block, it and the server are ended after it."""
    await server.start()
    bot = Bot(kind, server, extra, log, root, pack)
    try:
        await bot.start()
        yield bot
    finally:
        await bot.kill(signal.SIGTERM)
        await server.stop()


def cpu_seconds(pid: int) -> float:
    """Seconds of the processor that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def centile(waits: list[float], part: float) -> float:
    """The value below which `part` of `waits` lie, in milliseconds; 0 where there are none."""
    return round(sorted(waits)[min(len(waits) - 1, int(len(waits) * part))] * 1000, 1) if waits else 0.0
