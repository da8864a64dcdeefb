"""Withdrawing works when the rest of the pack is broken, and takes the thing off every screen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.book.load import Book
from bot.book.retractions import load_retractions
from bot.desk.retract import retract

DAY = dt.date(2026, 11, 23)


def _folder(tmp_path: Path) -> Path:
    referral = tmp_path / "places" / "us" / "referrals" / "us-988.yaml"
    referral.parent.mkdir(parents=True)
    referral.write_text("broken: [", encoding="utf-8")
    (tmp_path / "retractions.yaml").write_text("# Words to keep.\nretractions: []\n", encoding="utf-8")
    return tmp_path


def test_an_entry_is_added_and_takes_the_referral_away(tmp_path: Path, book: Book) -> None:
    """Twice in a row, comments kept, and the edition no longer shows it."""
    content = _folder(tmp_path)
    assert "us-988" in book.on(DAY).referrals
    retract(content, "us-988", "reaches somebody else", DAY)
    retract(content, "pep/start", "wrong hour", DAY)
    text = (content / "retractions.yaml").read_text(encoding="utf-8")
    assert text.startswith("# Words to keep.")
    entries, faults = load_retractions({"content/retractions.yaml": text.encode()})
    assert not faults
    edition = book.on(DAY, entries)
    assert "us-988" not in edition.referrals
    assert "start" not in [tip.tip for tip in edition.tips("pep")]


def test_what_names_nothing_is_refused_with_a_way_out(tmp_path: Path) -> None:
    """Nothing is written."""
    content = _folder(tmp_path)
    before = (content / "retractions.yaml").read_bytes()
    with pytest.raises(ValueError, match="nothing here is called"):
        retract(content, "no-such-thing", "why not", DAY)
    with pytest.raises(ValueError, match="say why"):
        retract(content, "us-988", " ", DAY)
    assert (content / "retractions.yaml").read_bytes() == before
