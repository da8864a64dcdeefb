"""`constellation export`: tips or referrals for people who live in spreadsheets."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.book.load import default_folders, snapshot
from bot.commands.options import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("what", choices=("tips", "referrals"), help="what to export; --place keeps to one place")
    parser.add_argument(
        "--format", choices=("csv", "xlsx"), default="", help="by default what the ending of --out says, else csv"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; without it CSV goes to the output")


def run(args: argparse.Namespace) -> int:
    """Write the sheet."""
    from bot.desk.sheets.files import write_csv, write_xlsx
    from bot.desk.sheets.rows import table, values_of

    content, flows = default_folders()
    form = args.format or ("xlsx" if args.out and args.out.suffix.lower() == ".xlsx" else "csv")
    if form == "xlsx" and not args.out:
        print("constellation: a workbook needs a file: add --out referrals.xlsx", file=sys.stderr)
        return 2
    values, unread = values_of(snapshot(args.content or content, args.flows or flows))
    if unread:
        # A sheet that lacks what cannot be read would look whole.
        print(
            *unread,
            f"constellation: nothing was exported; mend {'this' if len(unread) == 1 else 'these'} first",
            sep="\n",
            file=sys.stderr,
        )
        return 1
    rows = table(values, args.what, [args.place] if args.place else [])
    try:
        data = write_xlsx(args.what, rows) if form == "xlsx" else write_csv(rows)
        if args.out:
            args.out.write_bytes(data)
        else:
            sys.stdout.buffer.write(data)
    except ImportError:
        print("constellation: workbooks need openpyxl: pip install 'constellation[sheets]', or use --format csv", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"constellation: {args.out} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    if args.out:
        print(f"{len(rows) - 2} {args.what} in {args.out}. After changing them: constellation import {args.out} --dry-run")
    return 0
