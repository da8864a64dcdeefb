"""Checks that run out within two weeks."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.review_dates import SOON, hides, reviews
from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault


def look(pack: Pack) -> Iterator[Fault]:
    """Everything with two weeks or less to its day."""
    for file, at, ends in reviews(pack):
        if ends - SOON <= pack.today < ends:
            yield pack.fault(file, at, "EXPIRES-SOON", f"The check runs out on {ends}.", "Check it again soon.", "warning",
                             f"After that: {hides(file)}")  # fmt: skip


_GOOD = tip_file()
RULE = Rule("EXPIRES-SOON", "promises", "A check that runs out within two weeks.", look,
            {TIP_FILE: _GOOD[TIP_FILE].replace("every: 180d", "every: 30d")}, _GOOD, 15)  # fmt: skip
