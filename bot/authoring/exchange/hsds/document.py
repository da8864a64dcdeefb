"""A directory's file opened: its services, each with where it stands, or why it cannot be read. Nothing is run or fetched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.authoring.exchange.hsds.locations import fault
from bot.book import Fault, Path

MAX_BYTES, MAX_SERVICES, MAX_DEPTH = 30 * 1024 * 1024, 5_000, 40
_LISTS = ("contents", "services")
"""Under which names a page of a directory, or an organization, holds its services."""


class _DuplicateName(ValueError):
    """A name that stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _DuplicateName
    return made


def _no_number(_: str) -> None:
    raise ValueError


def _value(file: str, data: bytes) -> tuple[Any, list[Fault]]:
    def refused(code: str, what: str, fix: str) -> tuple[None, list[Fault]]:
        return None, [fault(file, (), code, what, fix)]

    if len(data) > MAX_BYTES:
        return refused("FILE-SIZE", f"This file is over {MAX_BYTES // 1024 // 1024} MB.", "Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return refused("FILE-UTF8", "This file is not UTF-8 text.", "Save it again as UTF-8.")
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        return refused("JSON", f"This is no JSON: line {error.lineno}, column {error.colno} cannot be read.",
                       "Take the file from the directory again.")  # fmt: skip
    except _DuplicateName:
        return refused("JSON-TWICE", "A name stands twice in one object.", "Keep one of both: nobody can tell which is meant.")
    except (ValueError, RecursionError):
        return refused("JSON", "This file holds what JSON cannot, or is nested too deeply.", "Take it from the directory again.")
    if _deep(value):
        return refused("JSON-DEPTH", f"This file is nested more than {MAX_DEPTH} deep.", "Take it from the directory again.")
    return value, []


def _deep(value: Any) -> bool:
    """Whether lists and objects lie in each other further than any directory's do."""
    level = [value]
    for _ in range(MAX_DEPTH):
        inner = [part.values() if isinstance(part, dict) else part for part in level if isinstance(part, dict | list)]
        level = [item for items in inner for item in items]
    return any(isinstance(part, dict | list) for part in level)


def services_of(file: str, data: bytes) -> tuple[Sequence[tuple[Path, dict[str, Any]]], list[Fault]]:
    """The services of a file, each with where it stands: a list of them, one alone, or a page (`contents`, `services`).

    Gives none where anything is wrong with the file as a whole.
    """
    value, faults = _value(file, data)
    if faults:
        return (), faults
    at: Path = ()
    found: Any = value
    alone = False
    if isinstance(value, dict):
        name = next((name for name in _LISTS if isinstance(value.get(name), list)), "")
        alone = not name
        at, found = ((name,), value[name]) if name else ((), [value] if "name" in value or "status" in value else None)
        if name and isinstance(pages := value.get("total_pages"), int) and pages > 1:
            faults.append(fault(file, ("total_pages",), "HSDS-PAGES", f"This is one page of {pages}.",
                                "Get the other pages too, and import each.", severity="warning"))  # fmt: skip
    if not isinstance(found, list):
        return (), [fault(file, (), "HSDS-NONE", "There are no services here.",
                          "Give a list of HSDS services, one service, or a page with `contents` or `services`.")]  # fmt: skip
    if len(found) > MAX_SERVICES:
        return (), [fault(file, at, "HSDS-MANY", f"These are more than {MAX_SERVICES} services.", "Split the file.")]
    made = [(at if alone else (*at, number), item) for number, item in enumerate(found)]
    wrong = [fault(file, where, "HSDS-SERVICE", "This is no service.", "Each is an object with an id, a name and a status.")
             for where, item in made if not isinstance(item, dict)]  # fmt: skip
    return ((), wrong) if wrong else (made, faults)
