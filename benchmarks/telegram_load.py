"""200 people press at once, 50 ms an API call, pacer off: how long until each sees the screen, and what it costs.

    python benchmarks/telegram_load.py [--rounds 5] [--people 200] [--twin 1]

The same run measures a plain python-telegram-bot `ConversationHandler` twin. The bots are processes of their own; the
Bot API server is the strict one of the tests, over real HTTP. CPU is the bot's, from /proc: its event loop's thread, and
apart from it the threads that name sessions (scrypt, after the answers).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.support.telegram_server import TelegramServer  # noqa: E402
from bot.privacy.pseudonym import COST  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")


def run_ours(url: str, cost: int) -> None:
    """The bot of this project with the tests' small engine."""
    from benchmarks.support.tiny_engine import WORLD, step
    from bot.channels.telegram.app import serve
    from bot.channels.telegram.settings import Settings

    asyncio.run(serve(step, lambda: WORLD, Settings("123:TEST", url, pace=False, name_cost=cost)))


def run_twin(url: str) -> None:
    """What most bots are: an Application with a ConversationHandler that edits on each press."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
    from telegram.ext import ApplicationBuilder, CallbackQueryHandler, CommandHandler, ConversationHandler

    from benchmarks.support.tiny_engine import CHOICES, MORE

    rows = [[InlineKeyboardButton(choice.label, callback_data=choice.token)] for choice in CHOICES + MORE]

    async def start(update: Update, _: object) -> int:
        await update.effective_chat.send_message("This is home.", reply_markup=InlineKeyboardMarkup(rows))
        return 0

    async def press(update: Update, _: object) -> int:
        query = update.callback_query
        await query.answer()
        await query.edit_message_text(f"This is {query.data}.", reply_markup=InlineKeyboardMarkup(rows))
        return 0

    app = ApplicationBuilder().token("123:TEST").base_url(url).connection_pool_size(256).pool_timeout(60).build()
    states = {0: [CallbackQueryHandler(press)]}
    app.add_handler(ConversationHandler([CommandHandler("start", start)], states, [], per_message=False))
    app.run_polling(stop_signals=[signal.SIGTERM])


def cpu(pid: int) -> tuple[float, float]:
    """CPU seconds of a process's first thread, and of its others."""
    first = others = 0.0
    for task in Path(f"/proc/{pid}/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        spent = (int(fields[11]) + int(fields[12])) / TICK
        if int(task.name) == pid:
            first += spent
        else:
            others += spent
    return first, others


def memory(pid: int) -> float:
    """Resident megabytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def measure(kind: str, people: int, rounds: int, cost: int) -> dict[str, float]:
    """Starts a bot, opens everybody's talk, then lets all press at once, `rounds` times."""
    server = TelegramServer()
    await server.start()
    args = [sys.executable, __file__, "--run", kind, "--url", server.url, "--cost", str(cost)]
    bot = await asyncio.create_subprocess_exec(*args, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
    everybody = [server.person(1000 + number, name=f"N{number}") for number in range(people)]
    for person in everybody:
        person.types("/start")
    await server.until(lambda: all(any(m.by_bot for m in person.sees) for person in everybody), 120)
    await server.until(lambda: not server.updates, 60)
    await asyncio.sleep(6 if cost > 2 else 1)
    idle = memory(bot.pid)
    waits: list[float] = []
    before = cpu(bot.pid)
    for number in range(rounds):
        await asyncio.sleep(0.5)
        server.api_delay = 0.05
        server.edits_of.clear()
        label = "Go " + "ab"[number % 2]
        began = asyncio.get_running_loop().time()
        for person in everybody:
            person.presses(label, [message for message in person.sees if message.by_bot][-1])
        await server.until(lambda: len(server.edits_of) >= people, 120)
        waits += [at - began for at, _, _ in server.edits_of]
        server.api_delay = 0.0
        await server.until(lambda: not server.updates, 120)
    await asyncio.sleep(people * rounds * 0.025 if cost > 2 else 0.5)
    after = cpu(bot.pid)
    bot.send_signal(signal.SIGTERM)
    await bot.wait()
    await server.stop()
    waits.sort()
    scale = 1000 / (people * rounds)
    return {
        "p50": statistics.median(waits),
        "p99": waits[int(len(waits) * 0.99) - 1],
        "loop": (after[0] - before[0]) * scale,
        "names": (after[1] - before[1]) * scale,
        "rss": idle,
    }


async def table(people: int, rounds: int, twin: int) -> None:
    """Prints the table."""
    print(f"{people} people press at once, {rounds} rounds, 50 ms an API call, over real HTTP\n")
    print("| bot | p50 ms | p99 ms | CPU s / 1,000 people | naming CPU s / 1,000 | idle MB |")
    print("|---|---|---|---|---|---|")
    runs = [("this bot, sessions as in production", "ours", rounds, COST), ("this bot, cheap names", "ours", rounds, 2)]
    if twin:
        runs.append(("ConversationHandler twin", "twin", twin, 2))
    for title, kind, times, cost in runs:
        found = await measure(kind, people, times, cost)
        print(
            f"| {title} | {found['p50'] * 1000:.0f} | {found['p99'] * 1000:.0f} | {found['loop']:.2f} "
            f"| {found['names']:.2f} | {found['rss']:.0f} |",
            flush=True,
        )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--twin", type=int, default=1, help="rounds of the twin, 0 for none")
    parser.add_argument("--run", choices=["ours", "twin"], help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--cost", type=int, default=COST, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run == "ours":
        run_ours(args.url, args.cost)
    elif args.run == "twin":
        run_twin(args.url)
    else:
        asyncio.run(table(args.people, args.rounds, args.twin))


if __name__ == "__main__":
    main()
