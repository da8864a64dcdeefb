"""`constellation content retract`: take a referral, a number, a tip or a topic away at once."""

from __future__ import annotations

import argparse

from bot.authoring.editing.publication import HEAD, ONLY_HERE, steps
from bot.authoring.editing.retraction import retract
from bot.book import FILE as RETRACTIONS
from bot.book import content_snapshot, default_folders
from bot.commands.shared.options import add_common, today
from bot.commands.shared.output import say, say_error, say_lines

EXAMPLE = 'constellation content retract SOME-REFERRAL --why "the line is closed"'


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
        todo = steps(content_snapshot(content), RETRACTIONS)
    except (ValueError, OSError) as error:
        say_error(f"constellation: {error}")
        return 1
    say_lines(f"Added to {content / 'retractions.yaml'}:\n{entry}\n{HEAD}. {ONLY_HERE} To publish it:")
    for number, step in enumerate(todo, 1):
        say(f"{number}. {step}")
    return 0
