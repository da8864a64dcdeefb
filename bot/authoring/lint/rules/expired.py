"""Checks that ran out."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.review_dates import hides, reviews
from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault


def look(pack: Pack) -> Iterator[Fault]:
    """Everything past its day: referrals are hidden by then, the rest says that it is old."""
    for file, at, ends in reviews(pack):
        if pack.today >= ends:
            yield pack.fault(file, at, "EXPIRED", f"The check ran out on {ends}.", "Check it again and change the day.",
                             "warning", hides(file))  # fmt: skip


_GOOD = tip_file()
RULE = Rule("EXPIRED", "promises", "A check that ran out.", look,
            {TIP_FILE: _GOOD[TIP_FILE].replace("2026-11-01", "2020-01-01")}, _GOOD, 15)  # fmt: skip
