"""`constellation preview`: every screen as people will see it, in a page on this machine that follows every save."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.commands.shared.desk_site import add_page_options, run_pages, watched_of, with_since
from bot.commands.shared.options import add_common
from bot.commands.shared.output import say, say_error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    add_page_options(parser)
    parser.add_argument(
        "--pictures", type=Path, metavar="DIR", help="no page: pictures of the screens that changed since --since"
    )


def run(args: argparse.Namespace) -> int:
    """Serve the page until it is interrupted, or draw the pictures."""
    if not args.pictures:
        return run_pages(args, desk=False)
    if not args.since:
        say_error("constellation: pictures show what changed: say since when, as in --since main.")
        return 2
    from bot.authoring.desk.screenshots import NoBrowser, draw

    watched = watched_of(args)
    since = with_since(args, watched)
    if watched.good is None or since.pack is None:
        faults = watched.faults if watched.good is None else []
        for fault in faults:
            say_error(fault)
        say_error("constellation: one of the two packs cannot be built, so there is nothing to draw.")
        return 1
    try:
        drawn = draw(since, watched.good, args.pictures, [args.place] if args.place else None, [args.lang] if args.lang else None)
    except NoBrowser as error:
        say_error(f"constellation: {error}")
        return 2
    say(f"{drawn} in {args.pictures}" if drawn else f"No screen changed since {args.since}; {args.pictures} says so.")
    return 0
