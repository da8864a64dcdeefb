"""What spreadsheets do to cells, undone or refused: eaten plus signs, dates, curly quotes, 1.2E+10, formulas."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from bot.authoring.exchange.sheets.columns import Column
from bot.book import said_of_hidden

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'+[=+\-@\t\r]")
_SHORTENED = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+\Z")
_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]00:00(?::00(?:\.0+)?)?\Z")
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " "})
_ERRORS = ("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!")
_BLANK = str.maketrans({"\u00a0": " ", "\u202f": " "})


class BadCell(ValueError):
    """A cell that cannot be taken. `code`; `what` is wrong; how to `fix` it."""

    def __init__(self, code: str, what: str, fix: str) -> None:
        super().__init__(what)
        self.code, self.what, self.fix = code, what, fix


def guarded(text: str, *, typed: bool = False) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before = + - @. `typed`: the file marks its cells as
    text by itself (XLSX), so that only an apostrophe of the text's own needs one."""
    return f"'{text}" if (_QUOTED if typed else _FORMULA).match(text) else text


def unguarded(text: str) -> str:
    """The text of a cell: `guarded` undone."""
    return text[1:] if _QUOTED.match(text) else text


def of_value(value: object) -> str:
    """A typed cell (XLSX) as text: dates as year-month-day, whole numbers without a point. "" where there is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", ""))
    return "\n".join(line.rstrip() for line in text.translate(_BLANK).strip().split("\n"))


def folded(text: str) -> str:
    """A text as it is compared: what a spreadsheet changes by itself makes no difference."""
    return re.sub(r"[ \t]+", " ", _tidy(text).translate(_CURLY).replace("…", "..."))


def cleaned(text: str, column: Column) -> str:
    """A cell's text as it goes into a file. Raises BadCell where a spreadsheet has spoilt it."""
    text = _tidy(text)
    if hidden := said_of_hidden(text):
        raise BadCell("HIDDEN", f"In this cell {hidden}. It can change how the words read.",
                      "Type the words again instead of pasting them.")  # fmt: skip
    if _SHORTENED.match(text):
        raise BadCell("CELL-SHORTENED", "A spreadsheet has shortened a long number here, and its end is lost.",
                      "Make the column text, and type the number again from its source.")  # fmt: skip
    if text in _ERRORS or (len(text) > 2 and set(text) == {"#"}):
        raise BadCell("CELL-BROKEN", "A spreadsheet shows an error here instead of the words.", "Type the words again.")
    if column.sort == "prose":
        return text
    text = text.translate(_CURLY)
    if column.sort == "date" and (found := _MIDNIGHT.match(text)):
        return found[1]
    if column.sort == "date" and re.fullmatch(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}", text) and text[4:5] != "-":
        raise BadCell("CELL-DATE", "This date can be read in two ways.", "Write it as 2026-11-23: year, month, day.")
    if column.sort == "phone":
        bare = re.sub(r"[ ().-]", "", text)
        return bare if re.fullmatch(r"\+?[0-9]+", bare) else text
    if column.sort == "word" and text in ("TRUE", "FALSE", "True", "False"):
        return text.lower()
    return text


def same(now: str, cell: str, column: Column) -> bool:
    """Whether a cell still says what the file says, whatever the spreadsheet did to it."""
    if folded(now) == folded(cell):
        return True
    if column.sort == "phone":  # the + that was taken for a sum
        return now.lstrip("+") == cell.strip().lstrip("+")
    if column.sort == "date":  # 2026-11 that was taken for the first of the month
        found = _MIDNIGHT.match(cell.strip())
        return (found[1] if found else cell.strip()) in (f"{now}-01", f"{now}-01-01") and bool(now)
    if column.sort == "list":
        return items(now) == items(cell)
    return column.sort == "word" and now in ("true", "false") and cell.strip().lower() == now


def items(text: str) -> list[str]:
    """The parts of a list: between commas, semicolons or line breaks."""
    return [part for part in (part.strip() for part in re.split(r"[,;\n]", text)) if part]
