"""What changed between two parsed YAML values, told by what things are and not by where they stand: moving is no change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Value = Any
"""What the strict reader gives: text, lists and fields."""

_ID = re.compile(r"[\w.:+-]{1,80}\Z")
_ORDERED = frozenset({"cases", "stages", "help", "nets", "first", "languages"})
"""Lists of which the order says something: the first that fits counts, or comes first."""
_SAID = frozenset({"phone", "sms", "web", "email", "number", "text", "go", "on", "why"})
"""Fields that say something of a thing and do not name it: a new number is a change of a contact, not another contact."""


@dataclass(frozen=True, slots=True)
class ValueDifference:
    """One value that is another. `path`: field names, and ids for the items of lists. `before` or `after` is None where there
    was or is nothing; for lists of words they hold only what went and what came. `at`: where it stands in the file afterwards, or
    the nearest that still stands there, as the reader counts positions."""

    path: tuple[str, ...]
    before: Value | None
    after: Value | None
    at: tuple[str | int, ...]


def differences(before: Value | None, after: Value | None) -> list[ValueDifference]:
    """Every difference between two values, outermost first. Nothing for values that say the same in another order or form."""
    return list(_compare((), (), before, after))


def _compare(path: tuple[str, ...], at: tuple[str | int, ...], before: Value, after: Value) -> Iterator[ValueDifference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            here = (*at, key) if key in after else at
            yield from _compare((*path, key), here, before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(path, at, before, after)
    else:
        yield ValueDifference(path, before, after, at)


def _lists(
    path: tuple[str, ...], at: tuple[str | int, ...], before: list[Value], after: list[Value]
) -> Iterator[ValueDifference]:
    if all(isinstance(item, str) for item in (*before, *after)):
        gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
        if gone or come:
            yield ValueDifference(path, list(gone.elements()) or None, list(come.elements()) or None, at)
        elif path and path[-1] in _ORDERED:
            yield ValueDifference((*path, "order"), before, after, at)
        return
    pairs = list(_paired(before, after))
    for name, old, new in pairs:
        here = (*at, new) if new is not None else at
        first = None if old is None else before[old]
        yield from _compare((*path, name), here, first, None if new is None else after[new])
    kept = [(old, new) for _, old, new in pairs if old is not None and new is not None]
    if _ORDERED & set(path[-1:]) and sorted(kept) != sorted(kept, key=lambda pair: pair[1]):
        names = {new: name for name, _, new in pairs}
        order = [names[new] for _, new in sorted(kept)]
        yield ValueDifference((*path, "order"), order, [names[new] for _, new in sorted(kept, key=lambda pair: pair[1])], at)


def identity(*lists: Sequence[Value]) -> str | None:
    """The field that tells the items of lists apart: the first that all have, each with an id of its own; None without one."""
    items = [item for values in lists for item in values]
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    for key in (key for key in items[0] if key not in _SAID):
        if all(isinstance(item.get(key), str) and _ID.match(item[key]) for item in items) and all(
            len({item[key] for item in values}) == len(values) for values in lists
        ):
            return str(key)
    return None


def _paired(before: list[Value], after: list[Value]) -> Iterator[tuple[str, int | None, int | None]]:
    """(name, number before, number after) for each item: by its id, else what is equal, else in turn."""
    key = identity(before, after)
    if key:
        old, new = ({item[key]: number for number, item in enumerate(values)} for values in (before, after))
        for name in [*old, *(name for name in new if name not in old)]:
            yield name, old.get(name), new.get(name)
        return
    left = list(range(len(after)))
    waiting: list[int] = []
    for number, item in enumerate(before):
        same = next((other for other in left if after[other] == item), None)
        if same is None:
            waiting.append(number)
        else:
            left.remove(same)
            yield str(same + 1), number, same
    for number in waiting:
        other = left.pop(0) if left else None
        yield str((number if other is None else other) + 1), number, other
    for number in left:
        yield str(number + 1), None, number


def leaves(value: Value, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Value]]:
    """Every text, and every list of texts, in a value, with its path as `ValueDifference.path` has it."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and not all(isinstance(item, str) for item in value):
        key = identity(value)
        for number, inner in enumerate(value, 1):
            yield from leaves(inner, (*path, inner[key] if key else str(number)))
    else:
        yield path, value
