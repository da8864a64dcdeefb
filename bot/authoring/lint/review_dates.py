"""When each check of the pack runs out, wherever a `review:` stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.authoring.lint.subject import Pack
from bot.book import Path

SOON = dt.timedelta(days=14)


class ReviewDate(NamedTuple):
    """A review that can be read: where it stands and the first day on which it is past."""

    file: str
    at: Path
    ends: dt.date


def reviews(pack: Pack) -> Iterator[ReviewDate]:
    """Every review of the pack with a date and a period."""
    for file, at, value in pack.fields("review"):
        if not isinstance(value, dict) or file == "content/book.yaml":
            continue
        checked, every = value.get("checked"), value.get("every")
        if isinstance(checked, str) and isinstance(every, str) and re.fullmatch(r"[1-9][0-9]{0,3}d", every):
            try:
                yield ReviewDate(file, at, dt.date.fromisoformat(checked) + dt.timedelta(days=int(every[:-1])))
            except ValueError:  # told by the reading
                continue


def hides(file: str) -> str:
    """What happens to people when a check of this file has run out."""
    return "It is hidden from people." if "/referrals/" in file else "It stays, and says that it is old."
