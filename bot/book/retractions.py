"""Retractions: what was withdrawn at once. The file loads alone, whatever else is broken, and can only remove."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import ValidationError

from bot.book.faults import Fault, from_validation
from bot.book.models import Retraction, Retractions
from bot.book.reader import Unreadable, read

FILE = "content/retractions.yaml"
_NONE = re.compile(rb"(?m)^retractions:[ \t]*\[[ \t]*\][ \t]*(?=\r?$)")


def load_retractions(files: Mapping[str, bytes]) -> tuple[tuple[Retraction, ...], list[Fault]]:
    """The retractions of a snapshot, and what is wrong in their file. One bad entry does not hide the good ones, nor does the
    `[]` of the empty list left above an entry, the commonest slip of who withdraws in a hurry: it is a fault, and the entry
    counts."""
    data = files.get(FILE)
    if not data:
        return (), []
    faults: list[Fault] = []
    try:
        value, positions = read(FILE, data)
    except Unreadable as error:
        faults = [error.fault]
        try:
            value, positions = read(FILE, without_empty(data))
        except Unreadable:
            return (), faults
    if not value or (isinstance(value, dict) and not value.get("retractions")):
        return (), faults
    try:
        return tuple(Retractions.model_validate(value).retractions), faults
    except ValidationError as error:
        faults += from_validation(FILE, error, positions, Retractions)
    good: list[Retraction] = []
    entries = value.get("retractions") if isinstance(value, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        try:
            good.append(Retraction.model_validate(entry))
        except ValidationError:
            continue
    return tuple(good), faults


def without_empty(data: bytes) -> bytes:
    """The file without the `[]` that says that its list is empty; every other byte as it was."""
    return _NONE.sub(b"retractions:", data)
