"""What differs between two texts, marked word by word for screens and line by line for files; and which changes are alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from bot.authoring.review.screens import ScreenChange
from bot.book import Snapshot
from bot.engine import Span


class MarkedRun(NamedTuple):
    """A run of a screen's text, and whether the other side lacks it."""

    span: Span
    differs: bool


_WORD = re.compile(r"\s+|\w+|[^\w\s]")


def _words(spans: Iterable[Span]) -> list[Span]:
    return [span._replace(text=word) for span in spans for word in _WORD.findall(span.text)]


def _joined(words: Iterable[MarkedRun]) -> tuple[MarkedRun, ...]:
    runs: list[MarkedRun] = []
    for word in words:
        last = runs[-1] if runs else None
        if last and last.differs == word.differs and last.span[1:] == word.span[1:]:
            runs[-1] = MarkedRun(last.span._replace(text=last.span.text + word.span.text), word.differs)
        else:
            runs.append(word)
    return tuple(runs)


def marked(before: Sequence[Span], after: Sequence[Span]) -> tuple[tuple[MarkedRun, ...], tuple[MarkedRun, ...]]:
    """Both texts, every word marked that the other lacks. A word in bold differs from the same word in plain."""
    old, new = _words(before), _words(after)
    left: list[MarkedRun] = []
    right: list[MarkedRun] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left += [MarkedRun(span, kind != "equal") for span in old[old_from:old_to]]
        right += [MarkedRun(span, kind != "equal") for span in new[new_from:new_to]]
    return _joined(left), _joined(right)


Sign = Literal["+", "-", " ", "…"]


class Line(NamedTuple):
    """A line of a difference. `number`: where it stands in the file it is of, from 1 (0 for a gap)."""

    sign: Sign
    number: int
    text: str


def lines(before: str, after: str, around: int = 2) -> list[Line]:
    """The lines that differ between two states of a file, with `around` lines on each side; "…" where lines are left out."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(around):
        if found or group[0][1] > 0:
            found.append(Line("…", 0, ""))
        for kind, old_from, old_to, new_from, new_to in group:
            if kind == "equal":
                found += [Line(" ", at + 1, new[at]) for at in range(new_from, new_to)]
                continue
            found += [Line("-", at + 1, old[at]) for at in range(old_from, old_to)]
            found += [Line("+", at + 1, new[at]) for at in range(new_from, new_to)]
    return found


@dataclass(frozen=True)
class ChangeGroup:
    """Changes that say the same: one to look at, and how many more screens it touches."""

    change: ScreenChange
    more: tuple[ScreenChange, ...] = ()


def _signature(change: ScreenChange) -> object:
    """What a change does, whatever screen it is on. Added and removed screens are each their own."""
    if change.before is None or change.after is None:
        return change.key
    if change.how == "leads elsewhere":
        return frozenset(set(change.before.leads) ^ set(change.after.leads))
    left, right = marked(change.before.screen.spans, change.after.screen.spans)
    words = tuple(tuple(run.span for run in side if run.differs) for side in (left, right))
    labels = [
        [(choice.label, choice.kind) for choice in (*shown.screen.choices, *shown.screen.footer)]
        for shown in (change.before, change.after)
    ]
    return words, frozenset(set(labels[0]) ^ set(labels[1]))


def alike(changes: Iterable[ScreenChange]) -> list[ChangeGroup]:
    """Changes grouped by what they do, so that one new word under every screen is looked at once."""
    groups: dict[object, list[ScreenChange]] = {}
    for change in changes:
        groups.setdefault(_signature(change), []).append(change)
    return [ChangeGroup(first, tuple(more)) for first, *more in groups.values()]


def changed_files(before: Snapshot, after: Snapshot) -> list[str]:
    """The files whose bytes differ, by name."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
