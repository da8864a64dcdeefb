"""What still holds of a file whose shape is wrong, so that one slip does not hide the other faults of a pack."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.book.faults import Path


def _cut(path: Path, value: Any, *, alone: bool) -> Path:
    """The smallest part around `path` that a file can do without: the field itself (`alone`), else an item of a list."""
    real: list[Any] = []
    items = [0]
    for part in path:
        known = (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        )
        if not known:
            continue
        value = value[part]
        real.append(part)
        if isinstance(part, int):
            items.append(len(real))
    return tuple(real if alone else real[: items[-1]] or real[:1])


def salvage(model: type[BaseModel], value: Any, error: ValidationError) -> BaseModel | None:
    """The file without its wrong parts, or None where what is left is no whole file either."""
    if not isinstance(value, dict):
        return None
    left = deepcopy(value)
    cuts = {_cut(item["loc"], value, alone=item["type"] == "extra_forbidden") for item in error.errors(include_url=False)}
    for path in sorted(cuts, key=lambda path: [(isinstance(part, int), str(part).zfill(9)) for part in path], reverse=True):
        holder = left
        for part in path[:-1]:
            holder = holder[part] if not isinstance(holder, dict) or part in holder else {}
        if path and (isinstance(holder, list) or path[-1] in holder):
            del holder[path[-1]]
    try:
        return model.model_validate(left)
    except ValidationError:
        return None
