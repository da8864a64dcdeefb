"""`constellation content export`: tips or referrals for people who live in spreadsheets, referrals for other directories."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.book import Fault, default_folders, snapshot
from bot.commands.shared.edition import load_book
from bot.commands.shared.options import add_common, today
from bot.commands.shared.output import say, say_error, write_out

ENDINGS = {".xlsx": "xlsx", ".json": "hsds"}

EXAMPLE = "constellation content export tips --out tips.xlsx"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("what", choices=("tips", "referrals"), help="what to export; --place keeps to one place")
    parser.add_argument(
        "--format", choices=("csv", "xlsx", "hsds"), default="", help="by default what the ending of --out says, else csv"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; without it to the output")


def run(args: argparse.Namespace) -> int:
    """Write the sheet, or the directory's file."""
    form = args.format or ENDINGS.get(args.out.suffix.lower() if args.out else "", "csv")
    if form == "xlsx" and not args.out:
        return _refused("a workbook needs a file: add --out referrals.xlsx", 2)
    if form == "hsds" and args.what == "tips":
        return _refused("HSDS has no tips: export referrals", 2)
    if form != "hsds" and args.lang:
        return _refused("a sheet has all languages; leave out --lang", 2)
    try:
        made = _hsds(args) if form == "hsds" else _sheet(args, form)
        if made is None:
            return 1
        data, count = made
        if args.out:
            write_out(args.out, data)
        else:
            sys.stdout.buffer.write(data)
    except ImportError:
        return _refused(
            "workbooks need the extra `sheets`: pip install '.[sheets]' (docs/operations.md, Extras), or use --format csv",
            1,
        )
    except OSError as error:
        return _refused(f"{error.filename or 'the output'} cannot be written: {error.strerror}", 1)
    if args.out:
        say(f"{count} {args.what} in {args.out}. After changing them: constellation content import {args.out} --dry-run")
    return 0


def _refused(words: str, status: int) -> int:
    say_error(f"constellation: {words}")
    return status


def _unread(faults: Iterable[Fault]) -> None:
    for fault in faults:
        say_error(fault)
    say_error("constellation: nothing was exported; mend the above first")


def _sheet(args: argparse.Namespace, form: str) -> tuple[bytes, int] | None:
    from bot.authoring.exchange.sheets.files import write_csv, write_xlsx
    from bot.authoring.exchange.sheets.rows import table, values_of

    content, flows = default_folders()
    values, unread = values_of(snapshot(args.content or content, args.flows or flows))
    if unread:
        # A sheet that lacks what cannot be read would look whole.
        _unread(unread)
        return None
    rows = table(values, args.what, [args.place] if args.place else [])
    return (write_xlsx(args.what, rows) if form == "xlsx" else write_csv(rows)), len(rows) - 2


def _hsds(args: argparse.Namespace) -> tuple[bytes, int] | None:
    from bot.authoring.exchange.hsds.exporter import export
    from bot.book import BookFault

    try:
        book = load_book(args)
    except BookFault as error:
        _unread(error.faults)
        return None
    if args.lang and args.lang not in book.languages:
        _refused(f"the pack does not speak this language; use one of: {', '.join(book.languages)}", 1)
        return None
    places = [args.place] if args.place else []
    count = sum(not places or referral.place in places for referral in book.referrals.values())
    return export(book, today(args), places, args.lang), count
