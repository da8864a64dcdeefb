"""`constellation import`: a spreadsheet back into the pack, all of it or nothing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.book.load import default_folders, snapshot
from bot.commands.options import add_common, today


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument("file", type=Path, metavar="FILE", help="a .csv or .xlsx made by constellation export, and changed")
    parser.add_argument("--dry-run", action="store_true", help="only show what would change")


def run(args: argparse.Namespace) -> int:
    """Check the sheet, show what differs, write it."""
    from bot.desk.changes import Changes
    from bot.desk.sheets.files import Unopened, read_sheets
    from bot.desk.sheets.heads import known_names, said
    from bot.desk.sheets.rows import values_of
    from bot.desk.sheets.taking import take

    pack_content, pack_flows = default_folders()
    content, flows = args.content or pack_content, args.flows or pack_flows
    changes = Changes(snapshot(content, flows))
    try:
        sheets = read_sheets(args.file, known_names(values_of(changes.before)[0]))
    except Unopened as error:
        print(f"constellation: {error}", file=sys.stderr)
        return 1
    except ImportError:
        print("constellation: workbooks need openpyxl: pip install 'constellation[sheets]', or save as CSV", file=sys.stderr)
        return 1
    taken = take(changes, args.file.name, sheets, today(args))
    for found in sorted(taken.faults):
        print(("" if found.severity == "error" else "warning: ") + said(found, taken.layouts), file=sys.stderr)
    if taken.refused:
        print("constellation: nothing was written; mend the cells above and import again", file=sys.stderr)
        return 1
    if args.dry_run and changes.texts:
        print(changes.difference())
    if not args.dry_run:
        try:
            changes.write(content, flows)
        except OSError as error:
            print(f"constellation: {error.filename} cannot be written: {error.strerror}", file=sys.stderr)
            return 1
    verb = "would change" if args.dry_run else "changed"
    print(f"{taken.changed} {verb}, {taken.new} new, in {len(changes.texts)} files.")
    if taken.absent:
        print(f"{taken.absent} that the sheet does not have stay as they are; `constellation retract` takes one away.")
    return 0
