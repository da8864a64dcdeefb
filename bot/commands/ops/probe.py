"""`constellation ops probe`: a whole talk through the real channel from outside; tells when it fails (docs/operations.md)."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import shlex
import signal
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.channels.registry import channel, probed
from bot.commands.shared.options import add_common, today
from bot.commands.shared.output import say

if TYPE_CHECKING:
    from bot.channels.phone import Phone
    from bot.engine import Surface
    from bot.ops.probe.expected import Expected

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
    """Which channel, how often, whom to tell. Accounts and addresses are in variables (the channel's `phone.py`)."""
    add_common(parser)
    parser.add_argument("channel", choices=[each.name for each in probed()], help="through which channel")
    parser.add_argument("--every", type=seconds, default=0.0, metavar="TIME", help="again and again: 5m, 1h; else once")
    parser.add_argument(
        "--tell", type=shlex.split, default=[], metavar="COMMAND", help="run at each change: with `down STEP`, `up ok`"
    )
    parser.add_argument("--ask", default="", metavar="WORDS", help="what to ask; else a phrase of the pack's")
    parser.add_argument("--within", type=float, default=15.0, metavar="SECONDS", help="how long each step may take: 15")
    titles = " and ".join(each.title for each in probed() if each.probe and each.probe.login)
    parser.add_argument("--login", action="store_true", help=f"{titles}, once: log the probe's account in, at this terminal")


def run(args: argparse.Namespace) -> int:
    """0 where the last talk went well, 1 where a step failed or there is no whole book, 2 where the settings are wrong."""
    from bot.privacy import hardening, safe_log

    asked = channel(args.channel)
    assert asked.probe is not None  # the parser offers no other
    login = asked.probe.login if args.login else None
    if login is None:
        safe_log.install()
        safe_log.shut()
    hardening.harden()

    from bot.book import BookFault
    from bot.channels.settings import SettingsError
    from bot.ops.probe.script import NoScriptError

    try:
        if login is not None:
            return _login(os.environ, login)
        phone, expected = asked.probe.phone(os.environ), _expected(args, asked.surface)
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


def _login(environ: Mapping[str, str], login: Callable[[Mapping[str, str]], str]) -> int:
    why = login(environ)
    if why:
        say(f"Not logged in ({why}): look at the connection, the API id and hash, the number, the code.")
        return 1
    say("Logged in. Whoever has the session file is this account: keep it as you keep the bot's token.")
    return 0


def _expected(args: argparse.Namespace, surface: Surface) -> Expected:
    from bot.book import default_folders, snapshot
    from bot.ops.probe.expected import Expected

    content, flows = default_folders()
    return Expected(lambda: snapshot(args.content or content, args.flows or flows), lambda: today(args), surface, args.ask)


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
