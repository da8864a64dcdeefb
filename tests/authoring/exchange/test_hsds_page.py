"""The page on HSDS says what is written: every field of the extension by the models, every field of HSDS by an export."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from bot.authoring.editing.field_help import help_for
from bot.authoring.exchange.hsds.exporter import services
from bot.authoring.exchange.hsds.locations import EXTENSION
from bot.book import Book
from bot.book.models import Retraction, Source
from bot.book.referral import Disclosure, Referral
from tests.conftest import TODAY

PAGE = Path(__file__).resolve().parents[3] / "docs" / "hsds.md"


def _inner(annotation: Any) -> tuple[type[BaseModel], str] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    listed = getattr(annotation, "__origin__", None) is list
    found = next((made for part in get_args(annotation) if (made := _inner(part))), None)
    return (found[0], "[]") if found and listed else found


def _rows(model: type[BaseModel], stem: str) -> list[str]:
    made = []
    for name, info in model.model_fields.items():
        inner = _inner(info.annotation)
        field = f"{stem}.{info.alias or name}{inner[1] if inner else ''}"
        made.append(f"| `{field}` | {help_for(model.__name__, name)} |")
        if inner and inner[0] is not Disclosure:
            made += _rows(inner[0], field)
    return made


def test_the_page_explains_every_field_of_the_extension(book: Book) -> None:
    """A disclosure without its line fails here; so does a line without its field."""
    page = PAGE.read_text("utf-8")
    rows = re.findall(r"(?m)^\| `(?:record|sources\[\]|withdrawn\[\])\..+$", page)
    assert rows == [*_rows(Referral, "record"), *_rows(Source, "sources[]"), *_rows(Retraction, "withdrawn[]")]
    for name in {name for service in services(book, TODAY) for name in service[EXTENSION]}:
        assert re.search(rf"(?m)^\| `{name}(\[\])?` \| .+\|$", page), name


def test_the_page_names_every_field_of_hsds_that_is_written(book: Book) -> None:
    """Each of a service in a line of the table, and what is inside of it in that line."""
    page = PAGE.read_text("utf-8")
    for service in services(book, TODAY):
        for name, value in ((name, value) for name, value in service.items() if name != EXTENSION):
            line = re.findall(rf"(?m)^\|(?: `\w+`,)* `{name}(?:\[\])?`[ ,].*$", page)[0]
            for part in value if isinstance(value, list) else [value] if isinstance(value, dict) else ():
                assert all(f"`{inner}`" in line for inner in part), (name, set(part), line)
