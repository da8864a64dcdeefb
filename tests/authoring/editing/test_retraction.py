"""Withdrawing works when the rest of the pack is broken, and takes the thing off every screen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.authoring.editing.retraction import retract
from bot.book import Book, Edition
from bot.book.retractions import load_retractions
from bot.cli import main

DAY = dt.date(2026, 11, 23)


def _folder(tmp_path: Path) -> Path:
    referral = tmp_path / "places" / "us" / "referrals" / "us-988.yaml"
    referral.parent.mkdir(parents=True)
    referral.write_text("broken: [", encoding="utf-8")
    topic = tmp_path / "topics" / "health" / "pep.yaml"
    topic.parent.mkdir(parents=True, exist_ok=True)
    topic.write_text("topic: pep\ntips:\n  - tip: start\n    text: [", encoding="utf-8")
    (tmp_path / "retractions.yaml").write_text("# Words to keep.\nretractions: []\n", encoding="utf-8")
    return tmp_path


def test_an_entry_is_added_and_takes_the_referral_away(tmp_path: Path, book: Book) -> None:
    """Twice in a row, comments kept, and the edition no longer shows it."""
    content = _folder(tmp_path)
    assert "us-988" in Edition(book, DAY).referrals
    retract(content, "us-988", "reaches somebody else", DAY)
    retract(content, "pep/start", "wrong hour", DAY)
    text = (content / "retractions.yaml").read_text(encoding="utf-8")
    assert text.startswith("# Words to keep.")
    entries, faults = load_retractions({"content/retractions.yaml": text.encode()})
    assert not faults
    edition = Edition(book, DAY, entries)
    assert "us-988" not in edition.referrals
    assert "start" not in [tip.tip for tip in edition.tips("pep")]


def test_what_names_nothing_is_refused_with_a_way_out(tmp_path: Path) -> None:
    """Nothing is written, whatever the name looks like: a number that no file holds, and a tip of a topic that has others."""
    content = _folder(tmp_path)
    before = (content / "retractions.yaml").read_bytes()
    for name in ("no-such-thing", "+12125550100", "777", "https://example.org", "pep/days", ""):
        with pytest.raises(ValueError, match="nothing here has this name, so this would take nothing away"):
            retract(content, name, "why not", DAY)
    with pytest.raises(ValueError, match=r'Did you mean "us-988"\?'):
        retract(content, "us-998", "why not", DAY)
    with pytest.raises(ValueError, match="say why"):
        retract(content, "us-988", " ", DAY)
    assert (content / "retractions.yaml").read_bytes() == before


def test_what_is_withdrawn_already_is_said_and_not_written_twice(tmp_path: Path) -> None:
    """Who still sees it waits for somebody to publish the first."""
    content = _folder(tmp_path)
    retract(content, "us-988", "reaches somebody else", DAY)
    before = (content / "retractions.yaml").read_bytes()
    with pytest.raises(ValueError, match=r"in the list already, since 2026-11-23.*not published yet"):
        retract(content, "us-988", "once more", DAY)
    assert (content / "retractions.yaml").read_bytes() == before


def test_the_empty_list_left_above_an_entry_is_mended_by_the_next_withdrawal(tmp_path: Path) -> None:
    """Both count then."""
    content = _folder(tmp_path)
    path = content / "retractions.yaml"
    entry = "  - withdraw: contact\n    id: '+18777762004'\n    why: hijacked\n    on: 2026-11-22\n"
    path.write_text(f"# Words.\nretractions: []\n{entry}", encoding="utf-8")
    retract(content, "us-988", "reaches somebody else", DAY)
    entries, faults = load_retractions({"content/retractions.yaml": path.read_bytes()})
    assert not faults
    assert [one.id for one in entries] == ["+18777762004", "us-988"]


def test_the_command_says_that_nothing_is_published_and_how(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0 with the steps; status 1 with what may have been meant."""
    content = _folder(tmp_path)
    assert main(["content", "retract", "us-998", "--why", "wrong number", "--content", str(content)]) == 1
    assert 'Did you mean "us-988"?' in capsys.readouterr().err
    assert main(["content", "retract", "us-988", "--why", "wrong number", "--content", str(content)]) == 0
    said = capsys.readouterr().out
    assert "Not published yet" in said
    assert "pull" in said
    assert "within minutes" not in said
