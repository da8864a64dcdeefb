"""What a file of the pack holds as plain JSON values, and back: nothing is added, left out or guessed on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from bot.book import Path, Text, said_of_hidden


class NotPlainText(ValueError):
    """A JSON value that no field of ours can hold. `at`: where it stands, seen from the whole; `code`, and how to `fix` it."""

    def __init__(
        self, at: Path, what: str, code: str = "TYPE-TEXT", fix: str = "Take the field out, or write what it is."
    ) -> None:
        super().__init__(what)
        self.at, self.code, self.fix = at, code, fix


def plain(value: Any) -> Any:
    """A model's own fields, by their names in the file, as JSON values: texts as written, days as 2026-11-23, spans as 90d.

    Fields that the file leaves out are left out.
    """
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        return {info.alias or name: plain(getattr(value, name)) for name, info in fields if name in value.model_fields_set}
    if isinstance(value, Text):
        return value.raw
    if isinstance(value, dt.timedelta):
        return f"{value.days}d"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def spelled(value: Any, at: Path = ()) -> Any:
    """JSON values as the reader of our files gives them: every scalar is text.

    Raises NotPlainText for null, fractions and characters that nobody sees.
    """
    if isinstance(value, dict):
        for name in value:
            _seen(name, (*at, name))
        return {name: spelled(inner, (*at, name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [spelled(inner, (*at, number)) for number, inner in enumerate(value)]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _seen(value, at)
    raise NotPlainText(at, "This is a value that is neither text nor true or false.")


def _seen(text: str, at: Path) -> str:
    if hidden := said_of_hidden(text):
        what = f"Here {hidden}. It can change how the text reads."
        raise NotPlainText(at, what, "HIDDEN", "Take it out where the text comes from, and export again.")
    return text
