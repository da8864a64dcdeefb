"""What an answer has to be: checked by the same models that read the files, with their words."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Collection
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.authoring.wizard.prompts import InvalidAnswer
from bot.book import ID, from_validation, near


def fit(model: type[BaseModel], name: str, wrap: Callable[[Any], Any] = str) -> Callable[[Any], Any]:
    """A check that gives back what a field of a model takes. `wrap`: the answer as the field has it, like one language's text."""
    info = next(info for key, info in model.model_fields.items() if name in (key, info.alias))
    kind: Any = info.annotation
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[kind, *info.metadata] if info.metadata else kind)

    def check(text: Any) -> Any:
        if text:
            try:
                adapter.validate_python(wrap(text))
            except ValidationError as error:
                found = from_validation("", error, {}, model)[0]
                raise InvalidAnswer(f"{found.what} {found.fix}".strip()) from None
        return text

    return check


def in_language(language: str) -> Callable[[Any], dict[str, Any]]:
    """Wraps a text, or its lines, as the one of a language."""
    return lambda text: {language: text}


def known(ids: Collection[str], what: str) -> Callable[[str], str]:
    """A check that takes an id that the pack has, or nothing."""

    def check(text: str) -> str:
        if text and text not in ids:
            raise InvalidAnswer(near(text, ids) or f"There is no {what} of this id.")
        return text

    return check


def all_known(ids: Collection[str], what: str) -> Callable[[str], list[str]]:
    """A check that takes several ids with commas between them."""
    one = known(ids, what)
    return lambda text: [one(part) for part in parts(text)]


def parts(text: str) -> list[str]:
    """What stands between commas or spaces."""
    return [part for part in re.split(r"[,\s]+", text) if part]


def fresh(ids: Collection[str], what: str) -> Callable[[str], str]:
    """A check that takes a well-formed id that nothing has yet."""

    def check(text: str) -> str:
        if not ID.match(text) or len(text) > 60:
            raise InvalidAnswer("An id is small letters a-z, digits and single hyphens, like condom-talk.")
        if text in ids:
            raise InvalidAnswer(f"There is a {what} of this id already. Give another.")
        return text

    return check


def day(today: dt.date) -> Callable[[str], str]:
    """A check that takes a day that is not in the future, or nothing."""

    def check(text: str) -> str:
        if text:
            try:
                found = dt.date.fromisoformat(text)
            except ValueError:
                raise InvalidAnswer(f"Write the day as year, month and day, like {today.isoformat()}.") from None
            if found > today:
                raise InvalidAnswer("This day is in the future.")
        return text

    return check


def slug(text: str, taken: Collection[str], words: int = 4) -> str:
    """An id made of a text's first words, that nothing has yet. "" where the text has no letters for one."""
    bare = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    found = "-".join(re.findall(r"[a-z0-9]+", bare)[:words])[:50].strip("-")
    if not found or found not in taken:
        return found
    return next(made for number in range(2, 10_000) if (made := f"{found}-{number}") not in taken)
