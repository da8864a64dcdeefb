"""Which sheet of a file is which: the row of names is found, and each name is a column that we know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.authoring.exchange.sheets.columns import Column, Kind
from bot.authoring.exchange.sheets.files import Sheet, letter
from bot.authoring.exchange.sheets.rows import HELP, Values, columns_for
from bot.book import Fault, near

LOOKED_AT = 20
"""In how many rows from the top the names may stand: people put a title above."""
_ROOM = re.compile(r"contact ([1-9][0-9]?) ")
_NAMES: dict[Kind, tuple[str, ...]] = {"referrals": ("referral",), "tips": ("topic", "tip")}


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A sheet that is understood. `columns`: by number, from 1. `head`: the number of the row of names."""

    name: str
    kind: Kind
    sheet: Sheet
    columns: dict[int, Column]
    head: int

    def rows(self) -> Iterator[tuple[int, dict[int, str]]]:
        """Every row that is an item: its number and its cells by column. Empty rows and the one that explains are left out."""
        for number, row in enumerate(self.sheet.rows[self.head :], self.head + 1):
            cells = dict(enumerate(row, 1))
            if any(cell.strip() for cell in row) and not any(cell.startswith(HELP) for cell in row):
                yield number, cells


def fault(sheet: str, row: int, column: int, code: str, what: str, fix: str) -> Fault:
    """A fault at a cell: its file is the sheet's name, its line the row."""
    return Fault(sheet, row, column, code, what, "", fix)


def said(found: Fault, layouts: list[SheetLayout]) -> str:
    """A fault as people read it beside a spreadsheet: sheet, row, column's letters and name."""
    layout = next((layout for layout in layouts if layout.name == found.file), None)
    column = layout.columns.get(found.column) if layout else None
    named = f", column {letter(found.column)}{f' ({column.name})' if column else ''}" if found.column else ""
    words = " ".join(part for part in (found.what, found.why, found.fix) if part)
    return f"{found.file}, row {found.line}{named}:  {found.code}  {words}"


def known_names(values: Values) -> set[str]:
    """All names of columns, of both kinds."""
    return {column.name for kind in _NAMES for column in columns_for(values, kind)}


def layouts_of(values: Values, file: str, sheets: list[Sheet]) -> tuple[list[SheetLayout], list[Fault]]:
    """The sheets that hold tips or referrals, and what is wrong with their names. Sheets of other things are left alone."""
    found, faults = [], []
    for sheet in sheets:
        name = f"{file}, {sheet.name}" if sheet.name else file
        head = _head(sheet)
        if head is None:
            continue
        kind, row = head
        layout, wrong = _layout(values, name, kind, sheet, row)
        found.append(layout)
        faults += wrong
    if not found:
        faults.append(fault(file, 1, 0, "SHEET-UNKNOWN", "No row here has the names of the columns.",
                            "Begin with `constellation content export`, and keep its first row."))  # fmt: skip
    return found, faults


def _tidy(name: str) -> str:
    return " ".join(name.lower().split())


def _head(sheet: Sheet) -> tuple[Kind, int] | None:
    for number, row in enumerate(sheet.rows[:LOOKED_AT], 1):
        names = {_tidy(cell) for cell in row}
        for kind, wanted in _NAMES.items():
            if names.issuperset(wanted) and len(names) > len(wanted):
                return kind, number
    return None


def _layout(values: Values, name: str, kind: Kind, sheet: Sheet, head: int) -> tuple[SheetLayout, list[Fault]]:
    titles = [_tidy(cell) for cell in sheet.rows[head - 1]]
    room = max((int(seen[1]) for title in titles if (seen := _ROOM.match(title))), default=0)
    known = {column.name: column for column in columns_for(values, kind, room)}
    columns: dict[int, Column] = {}
    faults = []
    for number, title in enumerate(titles, 1):
        column = known.get(title)
        if column in columns.values():
            first = next(letter(at) for at, other in columns.items() if other is column)
            faults.append(
                fault(name, head, number, "COLUMN-TWICE", f'"{title}" stands over column {first} too.', "Keep one of them.")
            )
        elif column:
            columns[number] = column
        elif title and not title.startswith("("):
            guess = near(title, known) or "Take it from an export."
            fix = f"{guess} A column for your own notes has a name in brackets, like (notes)."
            faults.append(fault(name, head, number, "COLUMN-UNKNOWN", "This name of a column is not known.", fix))
        elif not title and any(row[number - 1 : number] not in ([], [""]) for row in sheet.rows[head:]):
            faults.append(fault(name, head, number, "COLUMN-UNKNOWN", "This column has words and no name.",
                                "Name it as an export does, or put the name in brackets, like (notes)."))  # fmt: skip
    return SheetLayout(name, kind, sheet, columns, head), faults
