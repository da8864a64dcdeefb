"""Hidden signs through every way into a pack: forms, sheets, directories, answers, withdrawals. Nothing is written."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from bot.authoring.desk.form_data import edit_of
from bot.authoring.editing.actions import ActionRefused
from bot.authoring.editing.changeset import Changes
from bot.authoring.editing.retraction import retract, with_entry
from bot.authoring.editing.yaml_edit import EditError, put
from bot.authoring.exchange.hsds.importer import take as take_directory
from bot.authoring.exchange.hsds.plain_text import NotPlainText, spelled
from bot.authoring.exchange.hsds.third_party import ImportOptions, referral_of
from bot.authoring.exchange.sheets.files import read_sheets, write_csv, write_xlsx
from bot.authoring.exchange.sheets.importer import take as take_sheet
from bot.authoring.exchange.sheets.rows import table, values_of
from bot.authoring.wizard.prompts import AnswersEnded, Prompter
from bot.book.retractions import FILE as RETRACTIONS
from bot.cli import main
from tests.authoring.packs import PEP
from tests.book.pack import pack
from tests.conftest import TODAY

SIGNS = ["\x1b]0;x\x07", "\u202e", "\u200b", "\u2066", "\x9b2J", "\U000e0041", "\r"]


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
def test_a_value_that_an_editor_would_escape_is_refused(sign: str) -> None:
    """A control character becomes an escape when it is written: the file would look harmless."""
    with pytest.raises(EditError, match="hidden character"):
        put(PEP, 'a: "b"\n', ("a",), f"x{sign}y")
    with pytest.raises(EditError, match="hidden character"):
        put(PEP, "a: b\n", (f"x{sign}y",), "c")


@pytest.mark.parametrize("field", ["text-en", "text-es", "status", "sources", "tip"])
def test_no_field_of_a_form_takes_one(field: str) -> None:
    """The form says which field, which character, and where; line ends of a browser are none."""
    files = pack()
    form = {"do": "tip", "file": PEP, "tip": "within-72", "text-en": "Start\r\nnow.", "status": "read", "sources": "cdc"}
    with pytest.raises(ActionRefused, match=r"field '" + field.removeprefix("text-") + r"'.*U\+202E\) stands as character 2"):
        edit_of(files, {**form, field: "a\u202eb"}, TODAY)


@pytest.mark.parametrize("way", ["csv", "xlsx"])
@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\U000e0041"], ids=ascii)
def test_a_sheet_with_one_is_refused_at_its_cell(tmp_path: Path, way: str, sign: str) -> None:
    """By row and column."""
    files = pack()
    rows = [list(row) for row in table(values_of(files)[0], "tips", [])]
    at = next(number for number, row in enumerate(rows) if "pep" in row)
    column = rows[0].index("text en")
    rows[at][column] = f"Start{sign} soon."
    path = tmp_path / f"tips.{way}"
    path.write_bytes(write_csv(rows) if way == "csv" else write_xlsx("tips", rows))
    changes = Changes(files)
    taken = take_sheet(changes, path.name, read_sheets(path, rows[0]), TODAY)
    assert [(fault.code, fault.line, fault.column) for fault in taken.faults] == [("HIDDEN", at + 1, column + 1)]
    assert taken.refused


def test_a_record_of_a_directory_of_ours_is_refused_at_its_path() -> None:
    """Values and names, and halves of characters, which no file can hold."""
    for value in ("a\u202eb", "\x1b[2J", "\ud800", {"en\u200b": "x"}, ["ok", "\u2028"]):
        with pytest.raises(NotPlainText, match="hidden character") as caught:
            spelled({"offers": value})
        assert caught.value.at[0] == "offers"
        assert caught.value.code == "HIDDEN"


def test_another_directory_s_words_lose_them_and_its_addresses_are_refused() -> None:
    """Prose is cleaned, since nobody of ours can mend it at its source; an address that would be another one is a fault."""
    service = {"id": "\ud800", "name": "H\u202eelp\x1b", "status": "active", "description": "می\u200cرو &#x202e;a\u200bb",
               "url": "https://example.org/\u200bx\ud800", "email": "a\u200b@example.org"}  # fmt: skip
    wanted = ImportOptions("en", ["en", "es"], {}, "us")
    found = referral_of(service, "d.json", (), wanted, TODAY)
    assert found.value["name"] == "H elp"
    assert found.value["offers"]["en"] == "می\u200cرو a b"
    assert [(fault.file, fault.code) for fault in found.faults] == [("d.json $.url", "HIDDEN"), ("d.json $.email", "HIDDEN")]
    changes = Changes(pack())
    taken = take_directory(changes, "d.json", json.dumps([service]).encode(), TODAY, place="us")
    assert taken.refused
    assert changes.texts == {}


def test_no_answer_of_the_wizard_takes_one() -> None:
    """From lines and from a file of answers; somebody who sits there is asked again."""
    for answers, lines in ((None, ["a\x1bb"]), ({"name": "a\x1bb"}, [])):
        with pytest.raises(AnswersEnded, match=r"name: .*U\+001B\) stands as character 2"):
            Prompter(lambda _: None, iter([*lines, None]).__next__, answers).run(lambda ask: ask.one("name", "Name?", str))
    said: list[str] = []
    patient = Prompter(said.append, iter(["\u202ex", "good"]).__next__, patient=True)
    assert patient.run(lambda ask: ask.one("name", "Name?", str)) == "good"
    assert any("U+202E" in line for line in said)
    with pytest.raises(AnswersEnded, match="hidden character"):
        Prompter(lambda _: None, iter(["fine", "a\u200bb", ""]).__next__).run(lambda ask: ask.several("lines", "Lines?", list))


@pytest.mark.parametrize(
    ("name", "why"), [("pep", "wrong\x1b number"), ("pep\u200b", "wrong number"), ("pep", "wrong\n\u2028number")]
)
def test_a_withdrawal_takes_none(tmp_path: Path, name: str, why: str) -> None:
    """Neither in the reason nor in the id; the file stays as it was."""
    path = tmp_path / RETRACTIONS
    path.parent.mkdir()
    path.write_text("retractions: []\n", encoding="utf-8")
    topic = path.parent / "topics" / "health" / "pep.yaml"
    topic.parent.mkdir(parents=True)
    topic.write_text("topic: pep\n", encoding="utf-8")
    with pytest.raises(ValueError, match="hidden character"):
        retract(path.parent, name, why, TODAY, "topic")
    with pytest.raises(ValueError, match="hidden character"):
        with_entry("retractions: []\n", "topic", name, why, dt.date(2026, 11, 23))
    assert path.read_text(encoding="utf-8") == "retractions: []\n"


def test_the_check_tells_each_with_its_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pack whose raw text is harmless: an escape in a value, one in a name, one in a flow."""
    files = {
        **pack(),
        "content/find/more.yaml": b'a: "x\\x1b]0;t\\x07"\n"b\\u202e": c\n',
        "flows/more.yaml": b'flow: "m\\u200b"\n',
    }
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert (
        main(
            ["content", "check", "--content", str(tmp_path / "content"), "--flows", str(tmp_path / "flows"), "--date", str(TODAY)]
        )
        == 1
    )
    out = capsys.readouterr().out
    for place in ("content/find/more.yaml:1:6", "content/find/more.yaml:2:3", "flows/more.yaml:1:9"):
        assert f"{place}  HIDDEN" in out
