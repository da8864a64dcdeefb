"""From a command's options to the day's edition of the book, or every fault on standard error."""

from __future__ import annotations

import argparse

from bot.book import Book, BookFault, Edition, build, default_folders, snapshot
from bot.commands.shared.options import today
from bot.commands.shared.output import say_error
from bot.engine import compile_flows


def load_book(args: argparse.Namespace) -> Book:
    """The book of `--content` and `--flows`, else of the pack. Raises BookFault with every fault."""
    content, flows = default_folders()
    return build(snapshot(args.content or content, args.flows or flows), compile_flows)


def load_edition(args: argparse.Namespace) -> Edition:
    """What the day asked for shows. Leaves with status 1 and every fault on standard error where the book is broken, with 2
    where there is no such folder."""
    try:
        return Edition(load_book(args), today(args))
    except BookFault as error:
        for fault in error.faults:
            say_error(fault)
        raise SystemExit(1) from None
    except OSError as error:
        say_error(f"constellation: {error}. Give a folder with --content or --flows.")
        raise SystemExit(2) from None
