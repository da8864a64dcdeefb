"""The commands. Each verb is a module of `bot.commands`; this file only lists them and calls the one asked for.

Rooms are imported when their verb runs: `constellation chat` starts in a fraction of a second because it loads no network.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from keyword import iskeyword
from types import ModuleType
from typing import NoReturn

Handler = Callable[[argparse.Namespace], int]

VERBS: dict[str, str] = {
    "chat": "talk in this terminal",
    "telegram": "run the bot in Telegram",
    "signal": "run the bot on Signal",
    "play": "play a talk and keep it as a test",
    "find": "what typed words would show",
    "check": "every fault in the content and the flows, explained",
    "approvals": "what a change still needs before it may go out",
    "preview": "every screen as people will see it, in a page on this machine",
    "desk": "the same page with forms: change, check again, withdraw, translate",
    "retract": "take a referral, a number, a tip or a topic away at once",
    "schema": "what editors need to complete and underline",
    "coverage": "what the pack holds, and what peers could do next",
    "graph": "the flows as a picture",
    "new": "plain questions, and a valid tip, topic, referral, place or language",
    "export": "tips or referrals as a spreadsheet",
    "import": "a spreadsheet back into the pack",
    "link": "links to share, from the pack's codes",
    "print": "cards, posters and the offline emergency sheet",
    "genuine": "the signed list of the bot's addresses",
    "sign": "your signature under the content and the flows",
    "verify": "who signed the content and the flows",
    "probe": "play a whole talk through the real channel, and tell when it fails",
    "holdings": "what exists in a running deployment, and what it would tell",
    "health": "whether the bot on this machine is answered",
    "doctor": "check this machine, and how to mend it",
}
"""Every verb, with its line of help. Its module in `bot.commands` has `add_arguments` and `run`."""

CHANNELS = ("telegram", "signal", "probe")
"""Verbs whose output may be a log: what was typed on their command line, a token by mistake, is not repeated there."""


def module_of(verb: str) -> ModuleType:
    """The module of a verb: of the same name, with an underscore where Python keeps the word to itself."""
    return import_module(f"bot.commands.{verb}_" if iskeyword(verb) else f"bot.commands.{verb}")


def _mistyped(parser: argparse.ArgumentParser, words: str) -> NoReturn:
    """As argparse says what is wrong in the arguments: in a workflow they may come from a proposal, names of files too."""
    from bot.book.escaping import one_line

    parser.print_usage(sys.stderr)
    parser.exit(2, f"{parser.prog}: error: {one_line(words)}\n")


def _refuse(_: str) -> NoReturn:
    from bot.privacy import safe_log

    safe_log.refuse("arguments")
    raise SystemExit(2)


def parser(only: str = "") -> argparse.ArgumentParser:
    """The command line. `only`: load the arguments of this verb alone, the others by name (faster)."""
    top = argparse.ArgumentParser(prog="constellation", description="An anonymous chatbot whose words its community writes.")
    verbs = top.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for name, line in VERBS.items():
        verb = verbs.add_parser(name, help=line, description=line.capitalize() + ".")
        if not only or only == name:
            module_of(name).add_arguments(verb)
    if only in CHANNELS:
        # argparse offers no other way to keep a mistyped token off its own error line; a subclass would have to be every verb's.
        top.error = verbs.choices[only].error = _refuse  # type: ignore[method-assign, assignment]
    else:
        for each in (top, *verbs.choices.values()):
            each.error = partial(_mistyped, each)  # type: ignore[method-assign]
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit status is 0, 1 where something was found wrong, 2 for arguments that make no sense."""
    words = list(sys.argv[1:] if argv is None else argv)
    verb = next((word for word in words if word in VERBS), "")
    args = parser(verb).parse_args(words)
    run: Handler = module_of(args.verb).run
    try:
        return run(args)
    except BrokenPipeError:
        return 0
    except OSError as error:
        from bot.book.folder import LinkError
        from bot.commands.shared.output import say_error

        if not isinstance(error, LinkError):
            raise
        say_error(f"constellation: {error}")
        return 2
