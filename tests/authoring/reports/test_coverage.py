"""Coverage says what is missing, what is old, and what to do first; each gap that is made is found."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.authoring.reports.backlog import BacklogItem, todos
from bot.authoring.reports.coverage import (
    LETTERS,
    Table,
    countries,
    floor,
    languages,
    phrase_count,
    phrase_counts,
    places,
    readings,
    reviews,
    stages,
    tables,
    topics,
)
from bot.authoring.reports.coverage_format import as_csv, as_html, next_table, report
from bot.authoring.reports.due import reviewed
from bot.book import Edition, build
from bot.cli import main
from tests.book.pack import changed, pack, referral, with_file

DAY = dt.date(2026, 11, 24)


def _edition(files: Mapping[str, bytes], day: dt.date = DAY) -> Edition:
    return Edition(build(files), day)


def _says(found: list[BacklogItem]) -> str:
    return "\n".join(todo.says for todo in found)


def _row(table: Table, name: str) -> dict[str, object]:
    row = next(row for row in table.rows if name in [cell.value for cell in row[:2]])
    return dict(zip(table.head, (cell.value for cell in row), strict=True))


def test_a_topic_says_its_tips_phrases_texts_and_review() -> None:
    """Unverified tips are counted apart; each text has to be there in each further language."""
    row = _row(topics(_edition(pack())), "pep")
    assert (row["tips shown"], row["unverified"], row["phrases en"], row["phrases es"]) == (4, 1, 1, 1)
    assert row["texts es"] == "6/6"
    assert row["check holds until"] == "2027-01-30"


def test_phrases_of_the_finders_files_count() -> None:
    """One topic alone and all at once agree."""
    files = with_file("content/find/phrases.yaml", "phrases:\n  pep:\n    es: [uno, dos]\n")
    edition = _edition(files)
    assert phrase_counts(edition)["pep", "es"] == phrase_count(edition, "pep", "es") == 3


def test_no_phrases_in_a_language_is_said_and_comes_first_where_a_life_is_at_stake() -> None:
    """By the topic's title, with the file to write them in."""
    found = todos(_edition(changed("content/topics/health/pep.yaml", "\n  es: [pep]", "")))
    said = next(todo for todo in found if "PEP has no Spanish phrases" in todo.says)
    assert said.file == "content/topics/health/pep.yaml"
    assert [todo.says.partition(" phrases")[0] for todo in found if todo.urgency == 100] == [
        "OD has no English",
        "OD has no Spanish",
    ]
    assert found.index(said) > 0


def test_a_translation_of_a_referral_is_not_taken_for_the_referral() -> None:
    """Whatever its language is called: it has no review of its own."""
    files = pack() | {"content/places/us/referrals/far.zh.yaml": b"referral: far\nlanguage: zh\noffers: {of: abc, text: x}\n"}
    found = {item.name: item.file for item in reviewed(_edition(files)) if item.kind == "referral"}
    assert found["far"] == "content/places/us/referrals/far.yaml"


def test_a_language_whose_typed_words_nobody_hears_comes_first() -> None:
    """Before every topic: a cry for help in it brings no card. Where the finder has it, nothing is said."""
    lexicon = "lexicon: LANGUAGE\nideas: {help: [help]}\n"
    nets = "nets:\n  - net: od\n    card: od\n    when: [[help]]\n    must_match: {en: [help], es: [ayuda]}\n"
    files = pack() | {
        "content/find/lexicon.en.yaml": lexicon.replace("LANGUAGE", "en").encode(),
        "content/find/nets.yaml": nets.encode(),
    }
    first, second = todos(_edition(files))[:2]
    assert first.says == "Whoever types in Spanish is not understood, in an emergency either: the finder has no lexicon of it."
    assert first.file == "content/find/lexicon.es.yaml"
    assert "types in" not in second.says
    rows = {str(row[0].value): row[-1].value for row in languages(_edition(files)).rows}
    assert rows == {"en": "heard", "es": "not heard: no lexicon"}
    files["content/find/lexicon.es.yaml"] = lexicon.replace("LANGUAGE", "es").replace("help:", "other:").encode()
    assert todos(_edition(files))[0].says == "Whoever types in Spanish does not get the emergency card of od."
    files["content/find/lexicon.es.yaml"] = lexicon.replace("LANGUAGE", "es").encode()
    assert not [todo for todo in todos(_edition(files)) if "types in" in todo.says]
    files["content/find/nets.yaml"] = nets.replace(", es: [ayuda]", "").encode()
    assert "Whoever types in Spanish may not get the emergency card of od: no example shows it." in _says(todos(_edition(files)))


def test_an_old_translation_is_said_by_tip() -> None:
    """A language of its own beside the topic, made from words that have changed since."""
    files = pack()
    files["content/topics/health/pep.pt.yaml"] = b"topic: pep\nlanguage: pt\ntips:\n  start: {of: 00000000, text: Logo}\n"
    edition = _edition(files)
    edition.languages = ("en", "es", "pt")
    row = _row(topics(edition), "pep")
    assert row["texts pt"] == "1/6, 1 old"
    says = _says(todos(edition))
    assert "PEP: 5 of 6 texts are missing in Portuguese." in says
    assert "PEP: what it says in Portuguese is older than the text it translates: start." in says


@pytest.mark.parametrize(
    ("day", "column", "says"),
    [
        (dt.date(2027, 1, 20), "soon", "Check the referral far again before 2027-01-30: then people no longer see it."),
        (dt.date(2027, 2, 1), "ran out", "Check the referral far again: its check ran out on 2027-01-30"),
        (dt.date(2027, 2, 1), "ran out", "Check the card od again: its check ran out"),
        (dt.date(2027, 2, 1), "ran out", "Check the law us again"),
        (dt.date(2027, 2, 1), "ran out", "Check the topic PEP again"),
    ],
)
def test_what_runs_out_is_counted_and_said(day: dt.date, column: str, says: str) -> None:
    """Hidden referrals too: they are the ones to call."""
    edition = _edition(pack(), day)
    kind = says.split()[2]
    assert _row(reviews(edition), kind)[column] == _row(reviews(edition), kind)["all"]
    assert says in _says(todos(edition))
    assert "ran out" not in _says(todos(_edition(pack())))


def test_whose_eyes_are_missing_is_counted_by_role_and_emergencies_are_asked_for_first() -> None:
    """One line for the emergencies, one for the rest."""
    files = {path: data.replace(b"every: 90d}", b"every: 90d, awaits: [clinical]}") for path, data in pack().items()}
    edition = _edition(files)
    assert _row(reviews(edition), "card")["clinical"] == 1
    says = _says(todos(edition))
    assert says.index("clinical: 2 emergency pages wait") < says.index("clinical: 5 other pages wait")


def test_places_count_what_somebody_there_is_shown() -> None:
    """Those of the place and of all that it lies in; numbers and law say whose they are."""
    table = places(_edition(pack()))
    state, country, other = _row(table, "us-ny"), _row(table, "us"), _row(table, "gb")
    assert (state["listed there"], state["legal_intermediary"], state["law of"]) == (1, 2, "us-ny")
    assert (country["legal_intermediary"], state["police number of"]) == (1, "us")
    assert (other["legal_intermediary"], other["law of"]) == (0, "none")
    says = _says(todos(_edition(pack())))
    assert "UK has nobody listed for staying safer, changing or stopping, legal help without police, a crisis." in says
    assert "UK has no law in short." in says


def test_the_floor_is_told_by_country_worst_first() -> None:
    """Who fills each slot; who is listed for a crisis and fills none; what nobody fills comes up as work to do."""
    files = with_file(
        "content/places/us/referrals/line.yaml",
        referral("line", kinds="[crisis]", run_by="organization", fills="[suicide, violence]", languages="[en]"),
    )
    files["content/places/us/referrals/cops.yaml"] = referral("cops", kinds="[crisis]", run_by="police")
    table = floor(_edition(files))
    assert [row[0].value for row in table.rows] == ["gb", "us"]
    gb, us = _row(table, "gb"), _row(table, "us")
    assert (gb["floor"], gb["suicide"]) == ("3 missing", "none")
    assert (us["floor"], us["suicide"], us["peers"]) == ("1 missing", "line", "none")
    assert us["listed for a crisis, filling nothing"] == "cops"
    says = _says(todos(_edition(files)))
    assert "UK has nobody who may fill its floor for suicide or a crisis, violence, peer groups." in says
    assert "US has nobody who may fill its floor for peer groups." in says


def test_hidden_referrals_say_what_to_do() -> None:
    """By why they are hidden; a closed one asks for nothing."""
    for status, says in (("paused", "The referral far is paused"), ("closed", "")):
        found = _says(todos(_edition(changed("content/places/us/referrals/far.yaml", "status: open", f"status: {status}"))))
        assert says in found
        assert ("The referral far" in found) is bool(says)


def test_unverified_tips_wait_by_topic() -> None:
    """Named, so that somebody can open the source."""
    assert "PEP: 1 tip stays hidden until somebody reads the source and checks: waiting." in _says(todos(_edition(pack())))


def test_each_stage_says_what_is_missing_in_each_country(edition: Edition) -> None:
    """Worked out a second time from the referrals themselves."""
    table, known = stages(edition), countries(edition)
    assert len(table.rows) == len(edition.flows.stages.stages) + 1
    assert table.head[4:] == tuple(known)
    kinds = {letter: kind for kind, letter in LETTERS.items()}
    for row in table.rows:
        wanted = [kinds[letter] for letter in str(row[3].value).split()]
        for country, cell in zip(known, row[4:], strict=True):
            there = {
                kind
                for referral in edition.referrals.values()
                for kind in referral.kinds
                if referral.place in ("world", country) or referral.place.startswith(f"{country}-")
            }
            missing = [LETTERS[kind] for kind in wanted if kind not in there]
            assert cell.value == (f"no {' '.join(missing)}" if missing else "all")


def test_how_sources_were_read_is_counted_by_the_best_reading(edition: Edition) -> None:
    """Each source once; a tip by the best of its sources; what nobody read for a shown tip is a gap."""
    table = readings(edition)
    sources = edition.sources.values()
    assert sum(int(row[1].value or 0) for row in table.rows) == len(sources)
    assert _row(table, "excerpt")["sources"] == sum(source.how == "excerpt" for source in sources)
    files = with_file(
        "content/sources/more.yaml", b"sources:\n  - source: a-copy\n    title: A copy\n    read: 2026-11-01\n    how: copy\n"
    )
    before = readings(_edition(files))
    files["content/topics/health/pep.yaml"] = files["content/topics/health/pep.yaml"].replace(
        b"sources: [cdc]", b"sources: [a-copy, cdc]"
    )
    after = readings(_edition(files))
    assert [row[2:] for row in after.rows] == [row[2:] for row in before.rows]  # what was read better counts
    assert not [cell for row in after.rows for cell in row if cell.mark == "gap"]
    unread = changed("content/sources/all.yaml", "read: 2026-11-01\n    how: excerpt", "how: not_read")
    assert [cell.mark for cell in readings(_edition(unread)).rows[3]][2] == "gap"


def test_every_form_holds_the_same_tables(edition: Edition) -> None:
    """Markdown, the page and the spreadsheets: every row of every table in each."""
    markdown, page = report(edition), as_html(edition)
    for table in tables(edition):
        rows = list(csv.reader(io.StringIO(as_csv(table))))
        assert rows[0] == list(table.head)
        assert len(rows) == len(table.rows) + 1
        assert f"## {table.title}" in markdown
        section = page.split(f'id="{table.name}"')[1].split("</table>")[0]
        assert section.count("<tr>") == len(rows)
        assert "| " + " | ".join(str(cell.value) for cell in table.rows[0]) + " |" in markdown
    for todo in todos(edition):
        assert todo.says in markdown
    assert page.count("<li>") == len(todos(edition))


def test_the_page_needs_nothing_else_and_marks_by_signs_too(edition: Edition) -> None:
    """No address is opened, no script runs; a gap is read without its colour; words of the pack stay words."""
    page = as_html(edition)
    assert not re.search(r"<script|src=|url\(|http", page)
    assert re.search(r'<td class="gap">○ ', page)
    found = [BacklogItem(1, "<b>&")]
    assert next_table(found).rows[0][1].value == "<b>&"


def test_no_cell_is_a_formula() -> None:
    """A spreadsheet must not compute what somebody wrote."""
    table = next_table([BacklogItem(1, "=1+1"), BacklogItem(1, "@SUM(A1)")])
    assert [row[1] for row in csv.reader(io.StringIO(as_csv(table)))][1:] == ["'=1+1", "'@SUM(A1)"]


def test_the_command_writes_what_is_asked_for(
    tmp_path: Path, edition: Edition, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page, a folder of spreadsheets, one spreadsheet on the screen, or the next few things."""
    monkeypatch.setattr("bot.commands.content.coverage.load_edition", lambda _args: edition)
    assert main(["content", "coverage", "--next", "3"]) == 0
    assert [line[:2] for line in capsys.readouterr().out.splitlines()] == ["1.", "2.", "3."]
    assert main(["content", "coverage", "--format", "html", "--out", str(tmp_path / "page.html")]) == 0
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert main(["content", "coverage", "--format", "csv", "--out", str(tmp_path / "sheets")]) == 0
    names = {path.stem for path in (tmp_path / "sheets").iterdir()}
    assert names == {"languages", "floor", "topics", "places", "stages", "reviews", "readings", "next"}
    capsys.readouterr()
    assert main(["content", "coverage", "--format", "csv", "--table", "places"]) == 0
    assert capsys.readouterr().out.startswith("place,level,")
    assert main(["content", "coverage", "--out", str(tmp_path / "no" / "folder.md")]) == 2
    assert "--out" in capsys.readouterr().err
