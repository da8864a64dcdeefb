"""What names and keys cost: this bot and a plain Application with 1,000 newcomers, and whoever tries all ids against a seized memory.

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
from pathlib import Path
from typing import Any, Final

from benchmarks.support.telegram_server import TelegramServer
from benchmarks.telegram_load import cpu

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


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["newcomers", "attack"])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--pace", choices=["on", "off", "both"], default="both")
    args = parser.parse_args()
    if args.what == "newcomers":
        asyncio.run(table(args.people, {"on": [True], "off": [False], "both": [True, False]}[args.pace]))


if __name__ == "__main__":
    main()
