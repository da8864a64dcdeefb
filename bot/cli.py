"""The commands. Each verb lives in the room it belongs to; this file only lists them and calls the one that is asked for.

Rooms are imported when their verb runs: `constellation chat` starts in a fraction of a second because it loads no network.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

Handler = Callable[[argparse.Namespace], int]

VERBS: dict[str, tuple[str, str]] = {
    "chat": ("bot.desk.command_chat", "talk in this terminal"),
    "telegram": ("bot.desk.command_telegram", "run the bot in Telegram"),
    "find": ("bot.desk.command_find", "what typed words would show"),
    "coverage": ("bot.desk.command_coverage", "what the pack holds, and what peers could do next"),
    "check": ("bot.desk.command_check", "every fault in the content and the flows, explained"),
    "doctor": ("bot.desk.command_doctor", "check this machine, and how to mend it"),
    "link": ("bot.desk.command_link", "links to share"),
    "print": ("bot.desk.command_print", "cards, posters and offline sheets"),
    "genuine": ("bot.desk.command_genuine", "whether the bot's addresses are genuine"),
}
"""Every verb: the module that holds it (`add_arguments`, `run`) and its line of help."""


def parser(only: str = "") -> argparse.ArgumentParser:
    """The command line. `only`: load the arguments of this verb alone, the others by name (faster)."""
    top = argparse.ArgumentParser(prog="constellation", description="An anonymous chatbot whose words its community writes.")
    verbs = top.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for name, (module, line) in VERBS.items():
        verb = verbs.add_parser(name, help=line, description=line.capitalize() + ".")
        if not only or only == name:
            import_module(module).add_arguments(verb)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit status is 0, 1 where something was found wrong, 2 for arguments that make no sense."""
    words = list(sys.argv[1:] if argv is None else argv)
    verb = next((word for word in words if word in VERBS), "")
    args = parser(verb).parse_args(words)
    run: Handler = import_module(VERBS[args.verb][0]).run
    try:
        return run(args)
    except BrokenPipeError:
        return 0
