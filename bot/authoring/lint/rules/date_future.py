"""Days that have not come, wherever something was checked, read or withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.authoring.review.retractable import entries
from bot.book import FILE as RETRACTIONS
from bot.book import Fault


def look(pack: Pack) -> Iterator[Fault]:
    """Any date of a check, a reading, a page or a withdrawal after today; a year or a month counts once it has begun."""
    today = pack.today.isoformat()
    for file, at, value in pack.fields("checked", "on", "read", "as_of", "dated", "page_dated"):
        if not isinstance(value, str) or not value[:4].isdigit() or value <= today[: len(value)]:
            continue
        yield pack.fault(file, at, "DATE-FUTURE", "This day has not come yet.", "Write the day on which it was done.",
                         why="Nobody can tell how old the fact is.")  # fmt: skip
    yield from _withdrawals(pack)


def _withdrawals(pack: Pack) -> Iterator[Fault]:
    """One dated ahead is in force all the same: it counts from the day on which it is read. Tomorrow is worth a look only, as it
    may be tomorrow already where it was written."""
    found, positions = entries(pack.files.get(RETRACTIONS, b""))
    for entry in found:
        try:
            ahead = dt.date.fromisoformat(entry.on) - pack.today
        except ValueError:  # told by the reading already
            continue
        if ahead > dt.timedelta(0):
            line, column = positions.get((*entry.at, "on"), (1, 1))
            yield Fault(RETRACTIONS, line, column, "DATE-FUTURE", "This day has not come yet.",
                        "The withdrawal counts from today all the same.", f"Write the day of today: {pack.today}.",
                        "warning" if ahead == dt.timedelta(days=1) else "error")  # fmt: skip


_GOOD = tip_file()
_LATE = dt.date(2099, 1, 1)
RULE = Rule(
    "DATE-FUTURE", "reading", "A day in the future: checked, read, dated or withdrawn on.", look,
    {TIP_FILE: _GOOD[TIP_FILE].replace("2026-11-01", _LATE.isoformat())}, _GOOD, 15,
)  # fmt: skip
