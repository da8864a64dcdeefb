"""`constellation content import`: a spreadsheet or a directory's file back into the pack, all of it or nothing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bot.book import default_folders, snapshot
from bot.commands.shared.options import add_common, today
from bot.commands.shared.output import say, say_error, say_lines

if TYPE_CHECKING:
    from bot.authoring.editing.changeset import Changes

EXAMPLE = "constellation content import tips.xlsx --dry-run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the verb."""
    add_common(parser)
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a .csv or .xlsx made by constellation content export; or HSDS 3.0 in .json"
    )
    parser.add_argument("--dry-run", action="store_true", help="only show what would change")


def run(args: argparse.Namespace) -> int:
    """Check the file, show what differs, write it."""
    from bot.authoring.editing.changeset import Changes

    pack_content, pack_flows = default_folders()
    content, flows = args.content or pack_content, args.flows or pack_flows
    changes = Changes(snapshot(content, flows))
    counts = _directory(args, changes) if _is_json(args.file) else _sheet(args, changes)
    if counts is None:
        return 1
    if args.dry_run and changes.texts:
        say_lines(changes.difference())
    if not args.dry_run:
        try:
            changes.write(content, flows)
        except OSError as error:
            say_error(f"constellation: {error.filename} cannot be written: {error.strerror}")
            return 1
    say(f"{counts} {len(changes.texts)} files {'would differ' if args.dry_run else 'written'}.")
    return 0


def _is_json(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")
    except OSError:
        return False


def _refused(words: str = "nothing was written; mend the above and import again") -> str | None:
    say_error(f"constellation: {words}")
    return None


def _sheet(args: argparse.Namespace, changes: Changes) -> str | None:
    from bot.authoring.exchange.sheets.files import UnreadableSheet, read_sheets
    from bot.authoring.exchange.sheets.headers import known_names, said
    from bot.authoring.exchange.sheets.importer import take
    from bot.authoring.exchange.sheets.rows import values_of

    try:
        sheets = read_sheets(args.file, known_names(values_of(changes.before)[0]))
    except UnreadableSheet as error:
        return _refused(str(error))
    except ImportError:
        return _refused("workbooks need the extra `sheets`: pip install '.[sheets]' (docs/operations.md, Extras), or save as CSV")
    taken = take(changes, args.file.name, sheets, today(args))
    for found in sorted(taken.faults):
        say_error(("" if found.severity == "error" else "warning: ") + said(found, taken.layouts))
    if taken.refused:
        return _refused()
    if taken.absent:
        say(f"{taken.absent} that the sheet does not have stay as they are; `constellation content retract` takes one away.")
    return f"{taken.changed} changed, {taken.new} new."


def _directory(args: argparse.Namespace, changes: Changes) -> str | None:
    from bot.authoring.exchange.hsds.importer import take
    from bot.authoring.exchange.hsds.locations import said

    taken = take(changes, args.file.name, args.file.read_bytes(), today(args), language=args.lang, place=args.place)
    for found in sorted(taken.faults):
        say_error(("" if found.severity == "error" else "warning: ") + said(found))
    if taken.refused:
        return _refused()
    if taken.waiting:
        say(f"{taken.waiting} of another directory wait, paused: a peer asks first what they do with police.")
    if taken.there:
        say(f"{taken.there} of the other directory are here already.")
    return f"{taken.changed} changed, {taken.new + taken.waiting} new."
