"""What is left of people in the memory of the real process: unique names, usernames, ids and sentences, then a search for each.

    python -m benchmarks.canaries [--people 10000] [--signal 200]

People talk with the real command over real HTTP: /start, presses, a word of their own, a place, a copy, a sentence. The
process is brought down by SIGSEGV, by SIGKILL and by SIGTERM and started again. At the end some have left, some were silent until
their session ended (`CONSTELLATION_SESSION_SECONDS`, the operators' own setting, makes that a minute), and some talk still. Then
everything is searched: each readable byte of the process, a core dump that root takes with gcore, what it printed, each file
written anywhere since the start. The same search on a plain python-telegram-bot Application must find people, or it is blind.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.searching import Canary, Presses, canary, dumped, memory, search, written_since  # noqa: E402
from benchmarks.support.signal_daemon import SignalDaemon  # noqa: E402
from benchmarks.support.telegram_server import Person, TelegramServer  # noqa: E402

SETTLE = 8.0
"""Seconds between the last leave and the search: names that are worked out after the answers, connections that are kept."""
SESSION = 60
AT_ONCE = 40
PATIENCE = 5
"""Seconds that somebody looks for a button before they begin again."""

TWIN = """
import sys
from telegram import Update, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import ApplicationBuilder, CommandHandler, MessageHandler, CallbackQueryHandler, filters
rows = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="a")]])
async def start(update, _): await update.effective_chat.send_message("Hello.", reply_markup=rows)
async def press(update, _):
    await update.callback_query.answer()
async def words(update, context):
    context.user_data["last"] = update.message.text
    await update.effective_chat.send_message("Thanks.", reply_markup=rows)
app = ApplicationBuilder().token("123:TEST").base_url(sys.argv[1]).build()
app.add_handler(CommandHandler("start", start)); app.add_handler(CallbackQueryHandler(press))
app.add_handler(MessageHandler(filters.TEXT, words))
app.run_polling()
"""

PATH = ("Tips to stay safer", "Sex, HIV, health", "Condoms and lube", "Keep a copy", "Make it fit me (how, place, words)")


class Bot:
    """The real command in a folder of its own, brought down and started again; all of them print into one file."""

    def __init__(self, words: list[str], environ: dict[str, str], folder: Path) -> None:
        self.words, self.environ, self.folder = words, environ, folder
        self.process: asyncio.subprocess.Process | None = None
        self.status: list[int] = []

    async def start(self) -> None:
        """Starts it."""
        with (self.folder / "out").open("ab") as sink:
            self.process = await asyncio.create_subprocess_exec(
                *self.words, env=self.environ, stdout=sink, stderr=sink, cwd=self.folder
            )

    async def end(self, how: int) -> None:
        """Ends it with a signal and waits."""
        assert self.process
        self.process.send_signal(how)
        self.status.append(await asyncio.wait_for(self.process.wait(), 30))

    @property
    def pid(self) -> int:
        """The process as it runs now."""
        assert self.process
        return self.process.pid


@dataclass
class Crowd:
    """Who talked, and how it ended for them."""

    left: list[Canary] = field(default_factory=list)
    silent: list[Canary] = field(default_factory=list)
    talking: list[Canary] = field(default_factory=list)
    stuck: int = 0


async def _talk(server: TelegramServer, one: Canary, *, leaves: bool, typing: float = 0.0) -> bool:
    """One person's evening; True if each step led somewhere. Somebody whose bot was just killed begins again, as people do.
    `typing`: seconds that words take."""
    ann: Person = server.person(one.chat, "en", one.name, one.username)

    def shown() -> list[tuple[int, str, int]]:
        return [(message.id, message.text, message.versions) for message in ann.sees if message.by_bot]

    async def does(what: Any, argument: str) -> None:
        await asyncio.sleep(typing if what == ann.types else 0.0)
        before = shown()
        what(argument)
        await server.until(lambda: shown() and shown() != before, 60)

    async def presses(label: str) -> bool:
        with contextlib.suppress(AssertionError):
            await server.until(lambda: any(label in message.buttons for message in ann.sees), PATIENCE)
            await does(ann.presses, label)
            return True
        return False

    async def whole() -> bool:
        await does(ann.types, "/start")
        for label in (*PATH, "The word I use for it"):
            if not await presses(label):
                return False
        await does(ann.types, one.word)
        if not (await presses("Yes, use it") and await presses("Where I am")):
            return False
        await does(ann.types, f"near {one.sentence}")
        return True

    good = await whole() or await whole()
    await presses("Home")
    await does(ann.types, f"my {one.sentence} hurts")
    if leaves:
        await server.until(lambda: any("Leave" in message.buttons for message in ann.sees), 60)
        ann.presses("Leave", next(message for message in reversed(ann.sees) if "Leave" in message.buttons))
        await server.until(lambda: not any(message.by_bot for message in ann.sees), 60)
    server.chats.pop(one.chat, None)
    return good


async def _talks(server: TelegramServer, people: list[Canary], crowd: Crowd, *, leaves: bool, typing: float = 0.0) -> None:
    """Everybody, `AT_ONCE` at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(person: Canary) -> None:
        async with gate:
            try:
                crowd.stuck += not await _talk(server, person, leaves=leaves, typing=typing)
            except AssertionError:
                crowd.stuck += 1
        server.log.clear()
        server.edits_of.clear()

    await asyncio.gather(*(one(person) for person in people))


async def ours(people: int, *, session: int = SESSION, files: bool = True, core: bool = True) -> dict[str, Any]:
    """The real command with crashes in between; the search, and what it found of whom."""
    begin = time.time()
    server, presses = TelegramServer(), Presses()
    server.random = presses
    await server.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {**os.environ, "CONSTELLATION_TELEGRAM_TOKEN": server.token, "CONSTELLATION_TELEGRAM_API_URL": server.url,
                   "CONSTELLATION_TELEGRAM_PACE": "off", "CONSTELLATION_SESSION_SECONDS": str(session),
                   "PYTHONPATH": str(ROOT)}  # fmt: skip
        bot = Bot([sys.executable, "-m", "bot", "run", "telegram"], environ, folder)
        await bot.start()
        marks = [canary() for _ in range(people)]
        part = max(1, people // 10)
        crowd = Crowd(left=marks[: 6 * part], silent=marks[6 * part : 9 * part], talking=marks[9 * part :])
        leavers = list(crowd.left)
        try:
            for how in (signal.SIGSEGV, signal.SIGKILL, signal.SIGTERM):
                few = [leavers.pop() for _ in range(min(len(leavers), max(2, part // 4)))]
                talks = asyncio.create_task(_talks(server, few, crowd, leaves=True))
                await asyncio.sleep(1.5)
                await bot.end(how)
                await bot.start()
                await talks
            await _talks(server, crowd.silent, crowd, leaves=False)
            silent_since = time.monotonic()
            await _talks(server, leavers, crowd, leaves=True)
            # The store is swept every 20 seconds at most; then those come whose sessions live through the search.
            await asyncio.sleep(max(SETTLE, session + min(20, session / 2) + 5 - (time.monotonic() - silent_since)))
            live = crowd.talking[:AT_ONCE] if len(crowd.talking) > 400 else crowd.talking
            await _talks(server, [one for one in crowd.talking if one not in live], crowd, leaves=False)
            await _talks(server, live, crowd, leaves=False)
            await asyncio.sleep(SETTLE)
            where = memory(bot.pid)
            dump = dumped(bot.pid, folder) if core else None
        finally:
            if bot.process and bot.process.returncode is None:
                await bot.end(signal.SIGTERM)
            await server.stop()
        ended, alive = crowd.left + crowd.silent, crowd.talking
        printed, in_memory = (folder / "out").read_bytes(), search(where)
        kinds = {"of_those_who_left": crowd.left, "of_those_whose_session_ended": crowd.silent, "of_those_who_talk_still": alive}
        found: dict[str, Any] = {
            "people": people,
            "served_by_the_process_searched": people - 3 * max(2, part // 4),
            "steps_that_led_nowhere": crowd.stuck,
            "ended_by": [signal.Signals(-status).name if status < 0 else status for status in bot.status],
            "sessions_alive_at_the_search": _last_count(printed, "sessions"),
            "memory": {"megabytes": len(where) >> 20, **{kind: in_memory.of(who) for kind, who in kinds.items()}},
            "press_ids_in_memory": len(in_memory.ids & presses.given),
            "output": search(printed).of(ended + alive),
            "core_files_written": sum(path.name.startswith("core") for path in folder.iterdir() if path.name != "core.gcore"),
        }  # fmt: skip
        if dump is not None:
            in_core = search(dump)
            found["core_dump_by_root"] = {"megabytes": len(dump) >> 20, **{kind: in_core.of(who) for kind, who in kinds.items()}}
            (folder / "core.gcore").unlink(missing_ok=True)
        if files:
            found["files_written_anywhere"] = written_since(begin, ended + alive)
    found["seconds"] = round(time.time() - begin, 1)
    return found


def _last_count(printed: bytes, key: str) -> int:
    lines = [line for line in printed.decode("ascii", "replace").splitlines() if line.startswith("counts ")]
    return int(lines[-1].split(f" {key}=")[1].split()[0]) if lines else -1


async def control(people: int) -> dict[str, Any]:
    """A plain Application: the search must find people in it, and in a file that is written beside it."""
    begin = time.time()
    server = TelegramServer()
    await server.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bot = Bot([sys.executable, "-c", TWIN, server.url], dict(os.environ), folder)
        await bot.start()
        marks = [canary() for _ in range(people)]
        try:
            for one in marks:
                ann = server.person(one.chat, "en", one.name, one.username)
                ann.types("/start")
                await server.until(lambda ann=ann: any(message.by_bot for message in ann.sees), 60)
                ann.presses("Go")
                ann.types(f"my {one.sentence} hurts")
                await server.until(lambda ann=ann: sum(message.by_bot for message in ann.sees) > 1, 60)
            await asyncio.sleep(SETTLE)
            where = memory(bot.pid)
        finally:
            await bot.end(signal.SIGTERM)
            await server.stop()
        (folder / "planted").write_text(" ".join(one.sentence for one in marks))
        planted = search((folder / "planted").read_bytes()).of(marks)
    return {"people": people, "memory": {"megabytes": len(where) >> 20, **search(where).of(marks)}, "planted_file": planted,
            "seconds": round(time.time() - begin, 1)}  # fmt: skip


async def on_signal(people: int, *, session: int = SESSION) -> dict[str, Any]:
    """The real command on Signal, against the tests' daemon: everybody writes, two of three leave, the others fall silent.
    Now and then the daemon refuses a message for now. In the end it has forgotten all of them."""
    begin = time.time()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        daemon = SignalDaemon(folder / "s")
        await daemon.start()
        environ = {**os.environ, "CONSTELLATION_SIGNAL_SOCKET": str(daemon.socket), "CONSTELLATION_SESSION_SECONDS": str(session),
                   "PYTHONPATH": str(ROOT)}  # fmt: skip
        bot = Bot([sys.executable, "-m", "bot", "run", "signal"], environ, folder)
        await bot.start()
        marks = [canary() for _ in range(people)]
        acis = {str(uuid.UUID(int=one.chat << 64 | uuid.uuid4().int >> 64)): one for one in marks}
        try:
            await daemon.until(lambda: daemon._subscribed, 30)
            gate = asyncio.Semaphore(20)

            async def talk(number: int, aci: str, one: Canary) -> None:
                async with gate:
                    if number % 7 == 0:
                        daemon.refuse["send"] = [(-1 if number % 2 else -5, 0.2)]
                    received = daemon.envelope(aci, message=f"my {one.sentence} hurts")
                    received["envelope"]["sourceName"] = one.name
                    daemon.push(received)
                    await daemon.until(lambda: daemon.sees(aci), 60)
                    daemon.writes(aci, "home")
                    await daemon.until(lambda: "Someone hurt" in "".join(daemon.sees(aci)), 60)
                    if number % 3 == 0:
                        return
                    daemon.writes(aci, "leave")
                    await daemon.until(lambda: "stays on this phone" in "".join(daemon.sees(aci)), 60)

            await asyncio.gather(*(talk(number, aci, one) for number, (aci, one) in enumerate(acis.items())))
            await daemon.until(lambda: set(acis) <= set(daemon.forgotten), 90 + session)
            await asyncio.sleep(SETTLE)
            where = memory(bot.pid)
        finally:
            await bot.end(signal.SIGTERM)
            await daemon.stop()
        printed = (folder / "out").read_bytes()
    found = search(where).of(marks)
    found["acis"] = sum(aci.encode() in where or uuid.UUID(aci).bytes in where for aci in acis)
    return {"people": people, "memory": {"megabytes": len(where) >> 20, **found}, "output": search(printed).of(marks),
            "seconds": round(time.time() - begin, 1)}  # fmt: skip


def main() -> None:
    """All three, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--signal", type=int, default=200)
    args = parser.parse_args()
    if not shutil.which("gcore"):
        print("no gcore: the core dump is left out (apt-get install gdb)", file=sys.stderr)
    for name, work in (
        ("ours", ours(args.people)),
        ("signal", on_signal(args.signal)),
        ("control", control(min(args.people, 100))),
    ):
        print(json.dumps({name: asyncio.run(work)}, indent=1), flush=True)


if __name__ == "__main__":
    main()
