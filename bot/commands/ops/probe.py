"""`constellation ops probe`: a whole talk through the real channel from outside; tells when it fails (docs/operations.md)."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import shlex
import signal
from typing import TYPE_CHECKING

from bot.commands.shared.options import add_common, today
from bot.commands.shared.output import say

if TYPE_CHECKING:
    from bot.ops.probe.conversation import Phone
    from bot.ops.probe.expected import Expected
    from bot.ops.probe.settings import Settings

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_SHORTEST = 10

EXAMPLE = "constellation ops probe telegram --every 5m --tell ./tell-me"


def seconds(text: str) -> float:
    """`90`, `90s`, `5m`, `1h` as seconds. Raises `ValueError`, also for less than ten seconds."""
    found = re.fullmatch(r"([0-9]{1,6})([smh]?)", text)
    if not found or int(found[1]) * _UNITS[found[2]] < _SHORTEST:
        raise ValueError("ten seconds or more, like 90s, 5m or 1h")
    return float(int(found[1]) * _UNITS[found[2]])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which channel, how often, whom to tell. Accounts and addresses are in variables (`bot/ops/probe/settings.py`)."""
    add_common(parser)
    parser.add_argument("channel", choices=("telegram", "signal"), help="through which channel")
    parser.add_argument("--every", type=seconds, default=0.0, metavar="TIME", help="again and again: 5m, 1h; else once")
    parser.add_argument(
        "--tell", type=shlex.split, default=[], metavar="COMMAND", help="run at each change: with `down STEP`, `up ok`"
    )
    parser.add_argument("--ask", default="", metavar="WORDS", help="what to ask; else a phrase of the pack's")
    parser.add_argument("--within", type=float, default=15.0, metavar="SECONDS", help="how long each step may take: 15")
    parser.add_argument("--login", action="store_true", help="Telegram, once: log the probe's account in, at this terminal")


def run(args: argparse.Namespace) -> int:
    """0 where the last talk went well, 1 where a step failed or there is no whole book, 2 where the settings are wrong."""
    from bot.privacy import hardening, safe_log

    logs_in = args.login and args.channel == "telegram"
    if not logs_in:
        safe_log.install()
        safe_log.shut()
    hardening.harden()

    from bot.book import BookFault
    from bot.ops.probe.script import NoScriptError
    from bot.ops.probe.settings import SettingsError, from_environment

    try:
        settings = from_environment(os.environ, args.channel)
        if logs_in:
            return _login(settings)
        phone, expected = _phone(args.channel, settings), _expected(args)
        expected.now()
        return asyncio.run(_watch(args, phone, expected))
    except SettingsError as error:
        safe_log.refuse(error.why)
        return 2
    except NoScriptError:
        safe_log.refuse("probe_words")
        return 2
    except (BookFault, OSError) as error:
        for fault in error.faults if isinstance(error, BookFault) else ():
            safe_log.content_fault(fault.code, fault.file, fault.line)
        safe_log.refuse("content")
        return 1


def _phone(channel: str, settings: Settings) -> Phone:
    from bot.ops.probe.on_signal import SignalPhone
    from bot.ops.probe.on_telegram import TelegramPhone, client
    from bot.ops.probe.settings import SettingsError

    if channel == "signal":
        return SignalPhone(settings.socket, settings.account, settings.bot)
    try:
        return TelegramPhone(client(settings.session, settings.api_id, settings.api_hash), settings.bot)
    except ImportError:
        raise SettingsError("probe_library") from None
    except ValueError:
        raise SettingsError("probe_telegram") from None


def _login(settings: Settings) -> int:
    """Telegram asks for the account's number and its code at this terminal."""
    from bot.ops.probe.on_telegram import client, login
    from bot.ops.probe.settings import SettingsError

    try:
        made = client("", settings.api_id, settings.api_hash)
    except ImportError:
        raise SettingsError("probe_library") from None
    try:
        asyncio.run(login(made, settings.session_file))
    except Exception as error:
        say(f"Not logged in ({type(error).__name__}): look at the connection, the API id and hash, the number, the code.")
        return 1
    say("Logged in. Whoever has the session file is this account: keep it as you keep the bot's token.")
    return 0


def _expected(args: argparse.Namespace) -> Expected:
    from bot.book import default_folders, snapshot
    from bot.channels import signal, telegram
    from bot.ops.probe.expected import Expected

    content, flows = default_folders()
    surfaces = {"telegram": telegram.SURFACE, "signal": signal.SURFACE}
    return Expected(
        lambda: snapshot(args.content or content, args.flows or flows), lambda: today(args), surfaces[args.channel], args.ask
    )


async def _watch(args: argparse.Namespace, phone: Phone, expected: Expected) -> int:
    from bot.ops.probe.conversation import Outcome, play
    from bot.ops.probe.watch import watch
    from bot.privacy import safe_log

    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    safe_log.attach(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop.set)

    async def talk() -> Outcome:
        return await play(phone, expected.now(), args.within)

    return 1 if (await watch(talk, args.every, args.tell, stop)).failed else 0
