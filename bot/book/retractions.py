"""Retractions: what was withdrawn at once. The file loads alone, whatever else is broken, and can only remove."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from bot.book.faults import Fault, from_validation
from bot.book.models import Retraction, Retractions
from bot.book.reader import Unreadable, read

FILE = "content/retractions.yaml"


def load_retractions(files: Mapping[str, bytes]) -> tuple[tuple[Retraction, ...], list[Fault]]:
    """The retractions of a snapshot, and what is wrong in their file. One bad entry does not hide the good ones."""
    data = files.get(FILE)
    if not data:
        return (), []
    try:
        value, positions = read(FILE, data)
    except Unreadable as error:
        return (), [error.fault]
    if not value or (isinstance(value, dict) and not value.get("retractions")):
        return (), []
    try:
        return tuple(Retractions.model_validate(value).retractions), []
    except ValidationError as error:
        faults = from_validation(FILE, error, positions, Retractions)
    good: list[Retraction] = []
    entries = value.get("retractions") if isinstance(value, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        try:
            good.append(Retraction.model_validate(entry))
        except ValidationError:
            continue
    return tuple(good), faults
