"""`constellation content coverage`: what the pack holds and what peers could do next."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.book import lines
from bot.commands.shared.edition import load_edition
from bot.commands.shared.options import add_common
from bot.commands.shared.output import say, say_error, say_exactly, write_out

TABLES = ("languages", "floor", "topics", "places", "stages", "reviews", "next")

EXAMPLE = "constellation content coverage --next 10"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument(
        "--format", choices=("table", "html", "csv"), default="table", help="Markdown tables, one page, or spreadsheets"
    )
    parser.add_argument("--table", choices=TABLES, default="topics", help="which table a CSV on the screen holds")
    parser.add_argument("--out", type=Path, metavar="PATH", help="a file; for csv a folder, which gets a file for each table")
    parser.add_argument("--next", type=int, metavar="N", help="only the next N things to do")


def run(args: argparse.Namespace) -> int:
    """Print the report, or write it."""
    from bot.authoring.reports.backlog import todos
    from bot.authoring.reports.coverage import tables
    from bot.authoring.reports.coverage_format import as_csv, as_html, as_lines, next_table, report

    edition = load_edition(args)
    if args.next is not None:
        say_exactly(lines(as_lines(todos(edition)[: max(args.next, 0)])))
        return 0
    try:
        if args.format == "csv":
            made = {table.name: as_csv(table) for table in (*tables(edition), next_table(todos(edition)))}
            if args.out is None:
                say_exactly(lines(made[args.table]))
                return 0
            args.out.mkdir(parents=True, exist_ok=True)
            for name, text in made.items():
                write_out(args.out / f"{name}.csv", text.encode("utf-8-sig"))
            say(f"Written to {args.out}: {', '.join(f'{name}.csv' for name in made)}.")
            return 0
        text = as_html(edition) if args.format == "html" else report(edition)
        if args.out is None:
            say_exactly(lines(text))
        else:
            write_out(args.out, text)
            say(f"Written to {args.out}.")
    except OSError as error:
        say_error(f"constellation: {args.out} cannot be written ({error.strerror}). Give another place with --out.")
        return 2
    return 0
