"""`constellation retract`: take a referral, a number, a tip or a topic away at once."""

from __future__ import annotations

import argparse

from bot.book.load import default_folders
from bot.commands.options import add_common, today
from bot.commands.output import say_error, say_lines
from bot.desk.retract import retract


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("id", metavar="ID", help="a referral, a topic, topic/tip, or a number as it is written")
    parser.add_argument("--why", required=True, help="a few words for those after you; no names")


def run(args: argparse.Namespace) -> int:
    """Write the entry."""
    content = args.content or default_folders()[0]
    try:
        entry = retract(content, args.id, args.why, today(args))
    except (ValueError, OSError) as error:
        say_error(f"constellation: {error}")
        return 1
    say_lines(f"Added to {content / 'retractions.yaml'}:\n{entry}Propose this change; running bots take it away within minutes.")
    return 0
