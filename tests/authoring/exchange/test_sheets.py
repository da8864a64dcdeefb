"""Spreadsheets: out and in again without loss, whatever was done to the cells; every fault at its sheet, row and column."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from bot.authoring.editing.changeset import Changes
from bot.authoring.exchange.sheets.columns import Kind
from bot.authoring.exchange.sheets.files import Sheet, read_sheets, write_csv, write_xlsx
from bot.authoring.exchange.sheets.headers import known_names, said
from bot.authoring.exchange.sheets.importer import ImportResult, take
from bot.authoring.exchange.sheets.rows import HELP, READ, items_of, table, values_of
from bot.book import default_folders, snapshot
from bot.book.reader import read
from bot.book.referral import Referral
from bot.book.snapshots import Snapshot
from bot.book.translations import hash_of
from bot.cli import main
from tests.book.pack import pack
from tests.conftest import TODAY

Rows = list[list[str]]
KINDS: tuple[Kind, Kind] = ("tips", "referrals")


def _rows(files: Snapshot, kind: Kind) -> Rows:
    return table(values_of(files)[0], kind)


def _taken(files: Snapshot, rows: Rows) -> ImportResult:
    return take(Changes(files), "sheet.csv", [Sheet("", rows)], TODAY)


def _cell(rows: Rows, key: str, column: str, text: str) -> None:
    row = next(row for row in rows[2:] if key in row[:3])
    row[rows[0].index(column)] = text


def _at(files: Snapshot, path: str) -> Any:
    return read(path, files[path])[0]


def _said(taken: ImportResult) -> list[str]:
    return [said(fault, taken.layouts) for fault in taken.faults if fault.severity == "error"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changed_changes_nothing_in_the_whole_pack(kind: Kind, tmp_path: Path) -> None:
    """CSV with commas, semicolons and UTF-16 tabs, and XLSX: what comes back is what went out, to the byte."""
    files = snapshot(*default_folders())
    rows = _rows(files, kind)
    names = known_names(values_of(files)[0])
    other = io.StringIO()
    csv.writer(other, delimiter=";").writerows(rows)
    third = io.StringIO()
    csv.writer(third, delimiter="\t").writerows(rows)
    made = [write_csv(rows), write_xlsx(kind, rows), other.getvalue().encode(), third.getvalue().encode("utf-16")]
    for number, data in enumerate(made):
        path = tmp_path / f"{number}.sheet"
        path.write_bytes(data)
        taken = take(changes := Changes(files), path.name, read_sheets(path, names), TODAY)
        assert not taken.faults
        assert not changes.texts
        assert len(rows) - 2 == len(list(items_of(values_of(files)[0], kind)))


def test_how_the_sources_were_read_is_told_and_cannot_be_changed_here() -> None:
    """The last column names each source and how it was read; whatever is written there is left alone."""
    files = pack()
    rows = _rows(files, "tips")
    assert [row[-1] for row in rows if "only-us" in row[:3]] == ["cdc: excerpt"]
    assert [row[-1] for row in rows if "waiting" in row[:3]] == [""]
    _cell(rows, "only-us", READ, "cdc: page")
    changes = Changes(files)
    assert not _said(_taken(files, rows))
    take(changes, "sheet.csv", [Sheet("", rows)], TODAY)
    assert not changes.texts


def test_every_referral_of_the_pack_is_made_again_from_its_row() -> None:
    """With all referrals gone from the pack, the sheet alone brings back the same referrals in the same files."""
    files = snapshot(*default_folders())
    rows = _rows(files, "referrals")
    gone = {path: data for path, data in files.items() if "/referrals/" not in path}
    changes = Changes(gone)
    taken = take(changes, "r.csv", [Sheet("", rows)], TODAY)
    assert not _said(taken)
    assert taken.new == len(rows) - 2 > 100
    after = changes.after()
    assert {path for path in after if "/referrals/" in path} == {path for path in files if "/referrals/" in path}
    for path in files:
        if "/referrals/" in path:
            assert Referral.model_validate(_at(after, path)) == Referral.model_validate(_at(files, path)), path


def test_every_tip_of_the_pack_is_made_again_from_its_row() -> None:
    """With the words, sources and settings of all tips spoilt, the sheet puts every one back."""
    files = snapshot(*default_folders())
    rows = _rows(files, "tips")
    spoilt = Changes(files)
    for item in list(items_of(values_of(files)[0], "tips"))[::9]:
        spoilt.put(
            item.path, item.at, {"tip": item.key[2], "for": ["all"], "text": {"en": "Gone.", "es": "Nada."}, "status": "peer"}
        )
    changes = Changes(spoilt.after())
    taken = take(changes, "t.csv", [Sheet("", rows)], TODAY)
    assert not _said(taken)
    assert taken.changed > 70
    before, after = values_of(files)[0], values_of(changes.after())[0]
    assert after == before


def test_one_cell_changes_one_value_and_no_other_byte() -> None:
    """A text in Spanish, a status, a list; the rest of the file stays as it was."""
    files = pack()
    rows = _rows(files, "referrals")
    name = rows[2][0]
    _cell(rows, name, "offers es", 'Otra ayuda, "de verdad"')
    _cell(rows, name, "kinds", "crisis; legal_intermediary")
    changes = Changes(files)
    taken = take(changes, "sheet.csv", [Sheet("", rows)], TODAY)
    assert not _said(taken)
    (path,) = changes.texts
    lines = changes.difference().splitlines()
    assert sum(line.startswith("+") and not line.startswith("+++") for line in lines) == 2
    assert _at(changes.after(), path)["kinds"] == ["crisis", "legal_intermediary"]
    assert _at(changes.after(), path)["offers"]["es"] == 'Otra ayuda, "de verdad"'


@pytest.mark.parametrize(
    ("column", "did"),
    [("contact 1 phone", "18777762004"), ("review checked", "2026-11-01 00:00:00"), ("offers en", "Help\u00a0 "),
     ("contact 1 leaves", "call-log;"), ("contact 1 read on", "2026-11-01T00:00")],
)  # fmt: skip
def test_what_a_spreadsheet_does_by_itself_is_no_change(column: str, did: str) -> None:
    """A plus that was taken for a sum, a date with midnight, spaces that do not break."""
    files = pack()
    rows = _rows(files, "referrals")
    assert rows[2][rows[0].index(column)]
    _cell(rows, rows[2][0], column, did)
    taken = _taken(files, rows)
    assert not taken.faults
    assert not taken.changed


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("contact 1 phone", "1.87778E+10", "CELL-SHORTENED"), ("offers en", "#REF!", "CELL-BROKEN"),
        ("review checked", "11/23/2026", "CELL-DATE"), ("status", "opne", "CHOICE-UNKNOWN"),
        ("contact 1 phone", "call us", "SHAPE"), ("offers en", "", "LANGUAGE-MISSING"), ("police", "", "FIELD-MISSING"),
        ("sources", "no-such-page", "ID-UNKNOWN"), ("name", "", "FIELD-MISSING"), ("contact 1 web", "http://x.org", "SHAPE"),
    ],
)  # fmt: skip
def test_a_fault_stands_at_its_cell_and_nothing_is_written(column: str, text: str, code: str) -> None:
    """Row, letters and name of the column, the code of `check`, and how to mend it; no file changes."""
    files = pack()
    rows = _rows(files, "referrals")
    _cell(rows, rows[3][0], column, text)
    taken = _taken(files, rows)
    assert taken.refused
    found = [line for line in _said(taken) if f"  {code}  " in line]
    assert found, _said(taken)
    field = column if column != "offers en" or code != "LANGUAGE-MISSING" else "offers"
    assert found[0].startswith("sheet.csv, row 4, column "), found
    assert field in found[0].split(":  ")[0], found


def test_a_formula_is_refused_with_a_way_out(tmp_path: Path) -> None:
    """A workbook keeps the formula, not its words."""
    from openpyxl import load_workbook

    files = pack()
    rows = _rows(files, "referrals")
    path = tmp_path / "r.xlsx"
    path.write_bytes(write_xlsx("referrals", rows))
    book = load_workbook(path)
    book.worksheets[0].cell(3, rows[0].index("name") + 1).value = '="Legal "&"Aid"'
    book.save(path)
    taken = take(Changes(files), path.name, read_sheets(path, rows[0]), TODAY)
    assert [fault.code for fault in taken.faults] == ["CELL-FORMULA"]
    assert _said(taken)[0].startswith("r.xlsx, referrals, row 3, column C (name):")


def test_rows_columns_and_sheets_that_make_no_sense_are_told() -> None:
    """The same row twice, a row without an id, an unknown and a doubled column, no row of names; notes in brackets are fine."""
    files = pack()
    rows = _rows(files, "referrals")
    twice = [*rows, rows[2], ["", *rows[2][1:]]]
    assert [fault.code for fault in _taken(files, twice).faults] == ["ROW-TWICE", "ROW-NAMELESS"]
    wrong = [
        [*row, "kinds" if not n else "", "statsu" if not n else "x", "(notes)" if not n else "y"] for n, row in enumerate(rows)
    ]
    found = _taken(files, wrong)
    assert [fault.code for fault in found.faults] == ["COLUMN-TWICE", "COLUMN-UNKNOWN"]
    assert 'Did you mean "status"?' in _said(found)[1]
    assert [fault.code for fault in _taken(files, rows[2:]).faults] == ["SHEET-UNKNOWN"]


def test_a_new_row_is_a_new_tip_or_file() -> None:
    """A tip at the end of its topic, a referral in its place's folder; an unknown topic is told with the near one."""
    files = pack()
    rows = _rows(files, "tips")
    new = ["" for _ in rows[0]]
    for column, text in {"topic": "pep", "tip": "ask-twice", "for": "all", "text en": "Ask twice.", "text es": "Pregunta más.",
                         "status": "read", "sources": "cdc"}.items():  # fmt: skip
        new[rows[0].index(column)] = text
    changes = Changes(files)
    taken = take(changes, "t.csv", [Sheet("", [*rows, new])], TODAY)
    assert not _said(taken)
    assert taken.new == 1
    assert _at(changes.after(), "content/topics/health/pep.yaml")["tips"][-1]["tip"] == "ask-twice"
    new[0] = "pepp"
    found = _taken(files, [*rows, new])
    assert [fault.code for fault in found.faults] == ["ID-UNKNOWN"]
    assert 'Did you mean "pep"?' in _said(found)[0]


def test_words_take_the_place_of_unknown_and_both_are_refused() -> None:
    """`hours` is one word or words by language."""
    files = pack()
    rows = _rows(files, "referrals")
    _cell(rows, rows[2][0], "hours", "")
    for code in ("en", "es"):
        _cell(rows, rows[2][0], f"hours {code}", "24/7")
    changes = Changes(files)
    assert not _said(take(changes, "s.csv", [Sheet("", rows)], TODAY))
    (path,) = changes.texts
    assert _at(changes.after(), path)["hours"] == {"en": "24/7", "es": "24/7"}
    again = _rows(changes.after(), "referrals")
    _cell(again, again[2][0], "hours", "unknown")
    assert [fault.code for fault in _taken(changes.after(), again).faults] == ["CELL-BOTH"]


def test_a_translation_in_a_file_of_its_own_is_changed_there() -> None:
    """The column of a language in preparation writes beside the file, with the mark of what was translated."""
    files = pack()
    path = "content/topics/health/pep.yaml"
    tip = _at(files, path)["tips"][0]["tip"]
    beside = "content/topics/health/pep.pt.yaml"
    files[beside] = f'topic: pep\nlanguage: pt\ntips:\n  {tip}:\n    text: {{of: "00000000", text: "Velho."}}\n'.encode()
    rows = _rows(files, "tips")
    _cell(rows, tip, "text pt", "Novo.")
    changes = Changes(files)
    assert not _said(take(changes, "t.csv", [Sheet("", rows)], TODAY))
    assert list(changes.texts) == [beside]
    assert _at(changes.after(), beside)["tips"][tip]["text"]["text"] == "Novo."
    assert _at(changes.after(), beside)["tips"][tip]["text"]["of"] != "00000000"


def test_a_note_of_a_contact_is_found_in_a_translation_by_its_number_there() -> None:
    """From 1, as translations count: in the sheet, and where the cell is written to."""
    files = pack()
    far = "content/places/us/referrals/far.yaml"
    files[far] = files[far].replace(b"    leaves:", b'    note: {en: "At night", es: "De noche"}\n    leaves:')
    beside = far.replace(".yaml", ".pt.yaml")
    files[beside] = b'language: pt\ncontact:\n  "1":\n    note: {of: "00000000", text: "De noite"}\n'
    rows = _rows(files, "referrals")
    assert next(row for row in rows if row[0] == "far")[rows[0].index("contact 1 note pt")] == "De noite"
    _cell(rows, "far", "contact 1 note pt", "Depois das dez")
    changes = Changes(files)
    assert not _said(take(changes, "sheet.csv", [Sheet("", rows)], TODAY))
    assert list(changes.texts) == [beside]
    assert _at(changes.after(), beside)["contact"] == {"1": {"note": {"of": hash_of("At night"), "text": "Depois das dez"}}}


def test_the_commands_go_round(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Export, change a cell, look at it dry, import: the folder given has the change, and the sheet then changes nothing."""
    for path, data in pack().items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    folders = ["--content", str(tmp_path / "content"), "--flows", str(tmp_path / "flows"), "--date", TODAY.isoformat()]
    (tmp_path / "flows").mkdir()
    sheet = tmp_path / "tips.csv"
    assert main(["content", "export", "tips", "--out", str(sheet), *folders]) == 0
    rows = list(csv.reader(io.StringIO(sheet.read_text(encoding="utf-8-sig"))))
    assert rows[1][0].startswith(HELP)
    rows[2][rows[0].index("text en")] = "Other words."
    sheet.write_bytes(write_csv(rows))
    assert main(["content", "import", str(sheet), "--dry-run", *folders]) == 0
    assert "+" in capsys.readouterr().out
    before = (tmp_path / "content/topics/health/pep.yaml").read_text(encoding="utf-8")
    assert "Other words." not in before
    assert main(["content", "import", str(sheet), *folders]) == 0
    assert "1 changed, 0 new. 1 files written." in capsys.readouterr().out
    assert main(["content", "import", str(sheet), *folders]) == 0
    assert "0 changed, 0 new. 0 files written." in capsys.readouterr().out
    rows[2][rows[0].index("status")] = "nonsense"
    sheet.write_bytes(write_csv(rows))
    assert main(["content", "import", str(sheet), *folders]) == 1
    assert "row 3, column" in capsys.readouterr().err


def test_a_directory_file_goes_round_by_the_same_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """HSDS out of the pack that ships, and in again: nothing differs; tips are no services, and a broken file is told."""
    path = tmp_path / "referrals.json"
    day = ["--date", TODAY.isoformat()]
    assert main(["content", "export", "referrals", "--out", str(path), *day]) == 0
    assert path.read_bytes().startswith(b"[")
    assert main(["content", "import", str(path), "--dry-run", *day]) == 0
    assert "0 changed, 0 new. 0 files would differ." in capsys.readouterr().out
    path.write_bytes(path.read_bytes()[:-40])
    assert main(["content", "import", str(path), "--dry-run", *day]) == 1
    assert "nothing was written" in capsys.readouterr().err
    assert main(["content", "export", "tips", "--format", "hsds"]) == 2
