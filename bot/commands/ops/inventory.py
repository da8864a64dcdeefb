"""`constellation ops inventory`: everything that exists in a running deployment, and what it would tell whoever takes it."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from bot.commands.shared.output import say_error, say_lines, write_out

EXAMPLE = "constellation ops inventory --format json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form, and the page to write it into."""
    parser.add_argument("--format", choices=("table", "json", "markdown"), default="table", help="table unless said otherwise")
    parser.add_argument("--fields", action="store_true", help="in the table, name each field of the program too")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the block of this page again, like docs/privacy.md")


def run(args: argparse.Namespace) -> int:
    """Prints it; 1 where a field of the program has no explanation yet, 2 where a page has no place for it."""
    from bot.ops.inventory.table import as_json, as_markdown, as_text, in_page, unexplained, vanished

    if args.write:
        try:
            write_out(args.write, in_page(args.write.read_text("utf-8")))
        except (OSError, ValueError) as error:
            say_error(f"{args.write} was not written: {error if isinstance(error, ValueError) else error.strerror}.")
            return 2
    elif args.format == "table":
        say_lines(as_text(min(shutil.get_terminal_size().columns, 120), every=args.fields))
    else:
        say_lines(as_json() if args.format == "json" else as_markdown())
    for name in unexplained():
        say_error(f"{name} has no explanation in bot/ops/inventory/explained.yaml, or its channel's inventory.yaml.")
    for name in vanished():
        say_error(f"{name} is explained, but is not there, or is explained twice.")
    return 1 if unexplained() or vanished() else 0
