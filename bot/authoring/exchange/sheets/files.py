"""Spreadsheet files to rows of text and back: CSV of any separator, and XLSX. Nothing here knows what the rows mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.authoring.exchange.sheets.cells import guarded, of_value, unguarded

MAX_BYTES, MAX_ROWS = 30 * 1024 * 1024, 50_000


class UnreadableSheet(ValueError):
    """A file that is no spreadsheet that we can read. The text says how to mend it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name ("" in CSV) and its rows of cells, from row 1. `formulas`: (row, column), from 1, of cells that
    reckon."""

    name: str
    rows: list[list[str]]
    formulas: frozenset[tuple[int, int]] = frozenset()


def letter(column: int) -> str:
    """A column's letters: 1 is A, 28 is AB."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as CSV in UTF-8, with the mark by which spreadsheets know it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in rows)
    return "\ufeff".encode() + out.getvalue().encode()


def write_xlsx(title: str, rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as a workbook: every cell is text, the first row bold, the first two rows always in sight."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook(write_only=False)
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A3"
    wrapped = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(rows, 1):
        for at, text in enumerate(row, 1):
            cell = sheet.cell(number, at)
            cell.value = guarded(text, typed=True) or None
            cell.number_format = "@"
            cell.alignment = wrapped
            if text:
                cell.data_type = "s"  # openpyxl takes =1+1 for a formula
            if number < 3:
                cell.font = Font(bold=number == 1, italic=number == 2)
    for at, name in enumerate(rows[0], 1):
        sheet.column_dimensions[letter(at)].width = 48 if name[-3:-2] == " " else 20
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_sheets(path: Path, known: Iterable[str]) -> list[Sheet]:
    """The sheets of a file. `known`: names of columns, by which a CSV's separator is told. Raises UnreadableSheet."""
    try:
        data = path.read_bytes()
    except OSError:
        raise UnreadableSheet(f"{path.name} cannot be opened; give the name of a .csv or .xlsx file") from None
    if len(data) > MAX_BYTES:
        raise UnreadableSheet(f"{path.name} is over {MAX_BYTES // 1024 // 1024} MB; split it")
    if data[:4] == b"PK\x03\x04":
        return _xlsx(path.name, data)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise UnreadableSheet(f"{path.name} is of the old kind (.xls); save it as .xlsx")
    return [_csv(path.name, data, set(known))]


def _xlsx(name: str, data: bytes) -> list[Sheet]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data))
    except (BadZipFile, KeyError, ValueError, OSError, TypeError):
        raise UnreadableSheet(f"{name} is no workbook that can be read; save it again as .xlsx") from None
    sheets = []
    for sheet in book.worksheets:
        rows: list[list[str]] = []
        formulas: set[tuple[int, int]] = set()
        if sheet.max_row > MAX_ROWS:
            raise UnreadableSheet(f"{name} has more than {MAX_ROWS} rows; split it")
        for number, row in enumerate(sheet.iter_rows(), 1):
            rows.append([unguarded(of_value(cell.value)) for cell in row])
            formulas |= {(number, at) for at, cell in enumerate(row, 1) if cell.data_type == "f"}
        sheets.append(Sheet(sheet.title, rows, frozenset(formulas)))
    return sheets


def _decoded(name: str, data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableSheet(f'{name} is not UTF-8: letters like é would be lost; save it as "CSV UTF-8", or as .xlsx') from None


def _csv(name: str, data: bytes, known: set[str]) -> Sheet:
    text = _decoded(name, data)
    said = ""
    if text[:4].lower() == "sep=" and len(text) > 5:
        said, text = text[4], text.split("\n", 1)[-1]
    best: list[list[str]] = []
    hits = -1
    for separator in [said] if said else [",", ";", "\t"]:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        except csv.Error:
            continue
        found = max((sum(cell.strip().lower() in known for cell in row) for row in rows[:20]), default=0)
        if found > hits:
            best, hits = rows, found
    if hits < 0:
        raise UnreadableSheet(f"{name} has a quote that is opened and never closed; save it again from the spreadsheet")
    if len(best) > MAX_ROWS:
        raise UnreadableSheet(f"{name} has more than {MAX_ROWS} rows; split it")
    offset = [[""]] if said else []  # rows count as the spreadsheet shows them
    return Sheet("", offset + [[unguarded(cell) for cell in row] for row in best])
