"""What is left of people in the memory of the real process: unique names, usernames, ids and sentences, then a search for each.

    python -m benchmarks.canaries [--people 1000] [--json]

People write to the real command over real HTTP: /start, a press, a sentence, leave. When their sessions have ended every byte
that the process can reach (`/proc/PID/mem`), its output and every file written since the start are searched for each canary,
ids in decimal and in binary. The same run on a plain python-telegram-bot Application must find something, or the search is blind.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.fakes.telegram_server import Person, TelegramServer  # noqa: E402

SETTLE = 8.0
"""Seconds between the last leave and the search: names that are worked out after the answers, connections that are kept."""

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


PREFIX = 0x2ABC
"""All ids share their upper bytes, so that one pass finds every one of them."""
_WORDS = re.compile(rb"(?:nm|us|wd)[0-9a-f]{18}")
_WIDE = re.compile(rb"(?:n\0m|u\0s|w\0d)(?:\0[0-9a-f]){18}")
_DECIMAL = re.compile(rb"(?<![0-9])[0-9]{14}(?![0-9])")
_LITTLE = re.compile(rb"(?s)....\xbc\x2a\0\0")
_BIG = re.compile(rb"(?s)\0\0\x2a\xbc....")


@dataclass(frozen=True)
class Canary:
    """One person's unique marks."""

    chat: int
    name: str
    username: str
    sentence: str


def canary() -> Canary:
    """New marks."""
    chat = PREFIX << 32 | secrets.randbelow(1 << 32)
    return Canary(chat, *(f"{kind}{secrets.token_hex(9)}" for kind in ("nm", "us", "wd")))


def memory(pid: int) -> bytes:
    """Every readable and writable byte of a process."""
    found = []
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as mem:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if not rights.startswith("rw") or "[v" in line:
                continue
            begin, end = (int(part, 16) for part in span.split("-"))
            try:
                mem.seek(begin)
                found.append(mem.read(end - begin))
            except (OSError, ValueError, OverflowError):
                continue
    return b"\0".join(found)


def search(where: bytes, people: list[Canary]) -> dict[str, int]:
    """How many people's marks of each kind are in some bytes: texts in UTF-8 and UTF-16, ids in decimal and binary."""
    words = set(_WORDS.findall(where)) | {found.replace(b"\0", b"") for found in _WIDE.findall(where)}
    ids = {int(found) for found in _DECIMAL.findall(where)}
    ids |= {int.from_bytes(found, "little") for found in _LITTLE.findall(where)}
    ids |= {int.from_bytes(found, "big") for found in _BIG.findall(where)}
    return {
        "texts": sum(one.sentence.encode() in words for one in people),
        "names": sum(one.name.encode() in words for one in people),
        "usernames": sum(one.username.encode() in words for one in people),
        "ids": sum(one.chat in ids for one in people),
    }


async def _talk(server: TelegramServer, one: Canary, *, leaves: bool) -> None:
    """One person's evening. Waits at each step for their own screen, and at the end for an empty chat."""
    ann: Person = server.person(one.chat, "en", one.name, one.username)
    ann.types("/start")
    await server.until(lambda: any(message.by_bot for message in ann.sees), 60)
    ann.presses(next(iter(ann.screen.buttons)))
    await asyncio.sleep(0.3)
    before = [message.text for message in ann.sees if message.by_bot]
    ann.types(f"my {one.sentence} hurts")
    await server.until(lambda: [message.text for message in ann.sees if message.by_bot] not in ([], before), 60)
    if leaves:
        await server.until(lambda: "Leave" in ann.screen.buttons, 60)
        ann.presses("Leave")
        await server.until(lambda: not any(message.by_bot for message in ann.sees), 60)


async def run(
    command: list[str], environ: dict[str, str], server: TelegramServer, people: list[Canary], *, leaves: bool
) -> dict[str, object]:
    """Talks with a process, then looks through it."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.time()
        out = Path(folder) / "out"
        with out.open("wb") as sink:
            process = await asyncio.create_subprocess_exec(*command, env=environ, stdout=sink, stderr=sink, cwd=folder)
            try:
                for at in range(0, len(people), 50):
                    await asyncio.gather(*(_talk(server, one, leaves=leaves) for one in people[at : at + 50]))
                await asyncio.sleep(SETTLE)
                tree = [process.pid, *(int(pid) for pid in _children(process.pid))]
                where = b"".join(memory(pid) for pid in tree)
            finally:
                process.terminate()
                await asyncio.wait_for(process.wait(), 30)
        written = b"".join(path.read_bytes() for path in Path(folder).rglob("*") if path.is_file())
    return {
        "people": len(people),
        "megabytes_searched": len(where) >> 20,
        "in_memory": search(where, people),
        "in_files_and_output": search(written, people),
        "seconds": round(time.time() - begin, 1),
    }


def _children(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


async def ours(people: int) -> dict[str, object]:
    """The real command; everybody leaves."""
    server = TelegramServer()
    await server.start()
    try:
        environ = {**os.environ, "CONSTELLATION_TELEGRAM_TOKEN": server.token, "CONSTELLATION_TELEGRAM_API_URL": server.url,
                   "CONSTELLATION_TELEGRAM_PACE": "off", "PYTHONPATH": str(ROOT)}  # fmt: skip
        marks = [canary() for _ in range(people)]
        return await run([sys.executable, "-m", "bot", "telegram"], environ, server, marks, leaves=True)
    finally:
        await server.stop()


async def control(people: int) -> dict[str, object]:
    """A plain Application, the same way."""
    server = TelegramServer()
    await server.start()
    try:
        marks = [canary() for _ in range(people)]
        return await run([sys.executable, "-c", TWIN, server.url], dict(os.environ), server, marks, leaves=False)
    finally:
        await server.stop()


def main() -> None:
    """Both, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    args = parser.parse_args()
    print(json.dumps({"ours": asyncio.run(ours(args.people)), "control": asyncio.run(control(min(args.people, 100)))}, indent=1))


if __name__ == "__main__":
    main()
