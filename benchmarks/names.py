"""What names and keys cost: this bot with 1,000 newcomers beside a plain Application, and whoever tries all ids on its memory.

python -m benchmarks.names newcomers [--people 1000] [--pace on|off|both]
python -m benchmarks.names attack [--seconds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.support.telegram_server import TelegramServer
from benchmarks.telegram_load import cpu
from bot.channels.sessions import Sessions
from bot.channels.telegram.clear_later import ClearLater
from bot.privacy.pepper import Peppers
from bot.privacy.pseudonym import BLOCKS, COST, Namer, RecordKeys, chat_secret, record_keys
from bot.privacy.sealing import UnsealableError, unseal
from bot.privacy.session import NoSessionError, Session, unpack
from bot.runtime.state import MemoryState

ROOT: Final = Path(__file__).resolve().parents[1]

TWIN: Final = """
import sys
from telegram import Update, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import ApplicationBuilder, CommandHandler, CallbackQueryHandler
rows = InlineKeyboardMarkup([[InlineKeyboardButton(f"Choice {n}", callback_data=f"c{n}")] for n in range(9)])
async def start(update, _):
    await update.effective_chat.send_message("What would help right now? " * 6, reply_markup=rows)
app = ApplicationBuilder().token("123:TEST").base_url(sys.argv[1]).connection_pool_size(256).pool_timeout(60).build()
app.add_handler(CommandHandler("start", start))
app.run_polling()
"""


async def newcomers(kind: str, people: int, pace: bool) -> dict[str, float]:
    """CPU seconds that `people` cost who all write /start at once, from the first to half a second after the last answer."""
    server = TelegramServer()
    await server.start()
    environ = {**os.environ, "CONSTELLATION_TELEGRAM_TOKEN": server.token, "CONSTELLATION_TELEGRAM_API_URL": server.url,
               "CONSTELLATION_TELEGRAM_PACE": "on" if pace else "off", "PYTHONPATH": str(ROOT)}  # fmt: skip
    words = [sys.executable, "-m", "bot", "run", "telegram"] if kind == "ours" else [sys.executable, "-c", TWIN, server.url]
    with tempfile.TemporaryDirectory() as folder:
        bot = await asyncio.create_subprocess_exec(*words, env=environ, cwd=folder, stdout=asyncio.subprocess.DEVNULL)
        try:
            first = server.person(1)
            first.types("/start")
            await server.until(lambda: any(message.by_bot for message in first.sees), 60)
            await server.quiet(30)
            await asyncio.sleep(2)
            everybody = [server.person(5_000_000_000 + number) for number in range(people)]
            before, began = cpu(bot.pid), time.monotonic()
            for person in everybody:
                person.types("/start")
            await server.until(lambda: all(any(m.by_bot for m in person.sees) for person in everybody), 60 + people / 5)
            took = time.monotonic() - began
            await server.quiet(60)
            await asyncio.sleep(0.5)
            after = cpu(bot.pid)
        finally:
            bot.send_signal(signal.SIGTERM)
            await bot.wait()
            await server.stop()
    loop, others = after[0] - before[0], after[1] - before[1]
    return {"loop": loop, "threads": others, "cpu": loop + others, "seconds": took}


async def table(people: int, paces: list[bool]) -> None:
    """Prints the table."""
    print(f"{people:,} newcomers write /start at once, over real HTTP\n")
    print("| bot | CPU s | of it, loop | of it, names | until all were answered, s | times the plain Application |")
    print("|---|---|---|---|---|---|")
    twin = await newcomers("twin", people, pace=False)
    rows: list[tuple[str, dict[str, Any]]] = [("plain Application", twin)]
    rows += [(f"this bot, pacing {'on' if pace else 'off'}", await newcomers("ours", people, pace)) for pace in paces]
    for title, found in rows:
        print(
            f"| {title} | {found['cpu']:.1f} | {found['loop']:.1f} | {found['threads']:.1f} | {found['seconds']:.1f} "
            f"| {found['cpu'] / twin['cpu']:.2f} |",
            flush=True,
        )


# --- trying all ids -----------------------------------------------------------------------------------------------------

CHANNEL: Final = "telegram"
IDS: Final = 2**33
YEAR: Final = 365.25 * 24 * 3600
CARD: Final = 1e12
"""Bytes a second that a large graphics card moves."""


@dataclass(frozen=True, slots=True)
class Seizure:
    """What is in the memory of a running process: its state, its peppers and salt."""

    state: MemoryState
    peppers: Peppers
    cost: int


Attack = Callable[[Seizure, int], bool]
"""Whether an id is one of those the seized memory knows, by one way."""


async def planted(chat: int, cost: int = COST) -> Seizure:
    """A state that holds all that it can hold of one person a moment after their answer, and asked to be cleared."""
    state, peppers = MemoryState(), Peppers()
    sessions = Sessions(state, Namer(peppers, CHANNEL, cost))
    async with sessions.hold(chat, priority=True) as lease:
        await lease.save(Session("token", 5))
    await state.pacing.take(chat)
    await state.pacing.hold(chat, 30)
    await state.tombstones.put(chat, 5, 3)
    await ClearLater(state.timers, lambda *_: None).arm(600, chat, 5, "token")
    return Seizure(state, peppers, cost)


def _records(seized: Seizure, chat: int) -> Iterable[RecordKeys]:
    secret = chat_secret(seized.peppers.salt, CHANNEL, chat, seized.cost)
    return (record_keys(pepper, secret) for pepper in seized.peppers.accepted())


def by_name(seized: Seizure, chat: int) -> bool:
    """A session of that name lies there."""
    return any(record.name in seized.state.sessions._kept for record in _records(seized, chat))


def by_seal(seized: Seizure, chat: int) -> bool:
    """Some session, whatever its name, opens with the id's key."""
    for record in _records(seized, chat):
        for name, (_, sealed) in seized.state.sessions._kept.items():
            try:
                unpack(unseal(record.key, name, sealed))
                return True
            except (UnsealableError, NoSessionError):
                continue
    return False


def by_flood(seized: Seizure, chat: int) -> bool:
    """Somebody of that name wrote just now."""
    return any(record.name in seized.state.floods._kept for record in _records(seized, chat))


def by_pacing(seized: Seizure, chat: int) -> bool:
    """That chat was just answered."""
    return seized.state.pacing._digest(chat) in seized.state.pacing._free_at


def by_hold(seized: Seizure, chat: int) -> bool:
    """Telegram limits that chat, and something waited for it just now."""
    return seized.state.pacing._digest(chat) in seized.state.pacing._held_until


def by_tombstone(seized: Seizure, chat: int) -> bool:
    """That chat was just left."""
    return seized.state.tombstones._digest(chat) in seized.state.tombstones._kept


def by_timer(seized: Seizure, chat: int) -> bool:
    """A timer, opened with the key beside it, is that chat's. Nothing is tried: all are read."""
    timers: Any = seized.state.timers
    opened = [unseal(timers._key, handle, armed.sealed) for handle, armed in timers._kept.items()]
    return any(int.from_bytes(payload[:8], "big", signed=True) == chat for payload in opened)


WAYS: Final[dict[str, tuple[str, Attack]]] = {
    "a session by its name": ("slow", by_name),
    "a session by its seal": ("slow", by_seal),
    "a count against floods": ("slow", by_flood),
    "a chat's next moment (5 s)": ("queued", by_pacing),
    "a chat's wait (5 s)": ("queued", by_hold),
    "a chat just left (5 s)": ("queued", by_tombstone),
    "clear after 10 minutes": ("asked", by_timer),
}
"""Each way to somebody whose id is not known, with its way of filing in `bot/ops/inventory/keyed.yaml`."""


def tries(seized: Seizure, attack: Attack, chats: Iterable[int]) -> int | None:
    """The first of `chats` that the seized memory knows."""
    return next((chat for chat in chats if attack(seized, chat)), None)


async def attacks(seconds: float) -> None:
    """Prints what each way costs, after finding the planted id by it."""
    target = 5_123_456_789
    seized = await planted(target)
    print(f"scrypt with N={COST}, r={BLOCKS}, p=1; all ids: 2^33\n")
    print("| way | a try | all ids, one core |\n|---|---|---|")
    for title, (_, attack) in WAYS.items():
        if tries(seized, attack, range(target - 3, target + 3)) != target:
            print(f"| {title} | **not found** | |")
            continue
        begin, count = time.process_time(), 0
        while (spent := time.process_time() - begin) < seconds:
            attack(seized, target + 1 + count)
            count += 1
        each = spent / count
        total = each * IDS
        words = f"{total / YEAR:.2f} years" if total > YEAR / 10 else f"{total / 3600:.1f} hours"
        print(
            f"| {title} | {each * 1e6:,.1f} µs | {'none: it is read, not tried' if attack is by_timer else words} |", flush=True
        )
    moved = 2 * 128 * BLOCKS * COST
    rate = CARD / moved
    print(f"\nA graphics card that moves {CARD / 1e12:.0f} TB/s: {moved / 1e6:.1f} MB a try, at most {rate:,.0f} tries a second, "
          f"all ids in {IDS / rate / 3600:.0f} hours (estimate, by memory alone)")  # fmt: skip
    await seized.state.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["newcomers", "attack"], nargs="?", default="attack")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--pace", choices=["on", "off", "both"], default="both")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each attack")
    args = parser.parse_args()
    if args.what == "attack":
        asyncio.run(attacks(args.seconds))
    if args.what == "newcomers":
        asyncio.run(table(args.people, {"on": [True], "off": [False], "both": [True, False]}[args.pace]))


if __name__ == "__main__":
    main()
