"""Withdrawals once seen stay in force: an older copy of the content, served again, brings no number back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from bot.book.folder import write_in
from bot.book.models import Retraction, Withdrawn

if TYPE_CHECKING:
    from bot.book.book import Book

NAME = "withdrawals-seen.json"
MOST = 10_000
"""More is not remembered: the file stays small whoever writes the retractions."""
WRITTEN = dt.date(2026, 11, 1)
"""A clock that stands before this day is wrong: the program is younger."""
_KINDS = get_args(Withdrawn)
_Key = tuple[str, str]


class SeenRetractions:
    """Every withdrawal this bot has seen, with the last day on which the files listed it, by this bot's calendar. What day
    an entry gives itself makes no difference, so that one dated ahead is undone as any other.

    One that they list no longer is over only where what it names was checked on a later day (`docs/decisions/0010-source.md`).
    `folder`: where they are kept over a restart; None keeps them in memory alone. Holds what is public anyway.
    """

    def __init__(self, folder: Path | None, today: Callable[[], dt.date]) -> None:
        self._file, self._today = folder / NAME if folder else None, today
        self._last: dict[_Key, dt.date] = self._stored()
        self._written = True

    def add(self, retractions: Iterable[Retraction]) -> None:
        """Remembers what the files list now."""
        today = self._today()
        for entry in retractions:
            key = (entry.withdraw, entry.id)
            if today > self._last.get(key, dt.date.min) and (key in self._last or len(self._last) < MOST):
                self._last[key], self._written = today, False

    def held(self, book: Book, newest: Iterable[Retraction]) -> tuple[Retraction, ...]:
        """Those in force though neither `newest` nor the book lists them."""
        listed = {(entry.withdraw, entry.id) for entry in (*book.retractions, *newest)}
        found = []
        for (kind, name), last in sorted(self._last.items()):
            dates = checked(book, kind, name)
            # A check that lies ahead is a slip of the pen, or worse.
            over = dates and last < min(dates) <= self._today()
            if (kind, name) not in listed and not over:
                found.append(Retraction.model_validate({"withdraw": kind, "id": name, "why": "seen before", "on": last}))
        return tuple(found)

    def keep(self) -> bool:
        """Writes them where that is due, also where the file was taken away. False where it could not be written."""
        if self._file is None or not self._last or (self._written and self._file.is_file()):
            return True
        rows = [[kind, name, last.isoformat()] for (kind, name), last in sorted(self._last.items())]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_in(self._file.parent.resolve(), NAME, json.dumps(rows).encode(), sync=True)
        except OSError:
            return False
        self._written = True
        return True

    def _stored(self) -> dict[_Key, dt.date]:
        try:
            rows = json.loads(self._file.read_bytes()) if self._file else []
            found = {(kind, str(name)): dt.date.fromisoformat(last) for kind, name, last in rows if kind in _KINDS}
        except (OSError, ValueError, TypeError):
            return {}
        # Nothing was seen on a day to come: a clock stood wrong, or an earlier version believed the entry's own date.
        today = self._today()
        return {key: min(last, today) if today >= WRITTEN else last for key, last in found.items()}


def checked(book: Book, kind: str, name: str) -> list[dt.date]:
    """The days on which what a withdrawal names was last checked, by what the book says; none where it holds no such thing."""
    if kind == "referral":
        return [book.referrals[name].review.checked] if name in book.referrals else []
    if kind == "topic":
        return [book.topics[name].review.checked] if name in book.topics else []
    if kind == "contact":
        return [
            contact.verified.on
            for referral in book.referrals.values()
            for contact in referral.contact
            if name in (contact.phone, contact.sms, contact.web, contact.email)
        ]
    topic, _, tip = name.partition("/")
    found = [(one, book.topics[topic].review) for one in book.topics[topic].tips] if topic in book.topics else []
    found += [(one, here[topic].review) for here in book.here.values() if topic in here for one in here[topic].tips]
    return [(one.review or review).checked for one, review in found if one.tip == tip]
