"""Where the words of a screen stand in the files, and which faults lie there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bot.authoring.review.screens import ScreenKey
from bot.book import Book, Fault, file_beside, translation_of

_PARTS = {
    "part": "content/practice/assessment.yaml",
    "question": "content/practice/assessment.yaml",
    "scene": "content/practice/scenes.yaml",
    "reply": "content/practice/scenes.yaml",
    "value": "content/practice/values.yaml",
    "plan": "content/plan/plan.yaml",
}


class LineRange(NamedTuple):
    """Lines of a file that a screen is made of, from 1; `last` is 0 for "to the end"."""

    file: str
    line: int = 1
    last: int = 0

    def holds(self, fault: Fault) -> bool:
        """Whether a fault lies here."""
        return fault.file == self.file and fault.line >= self.line and (not self.last or fault.line <= self.last)


class Provenance:
    """The spots of every screen of one book."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._steps: dict[str, list[LineRange]] = {}
        for path, (value, _) in book.docs.items():
            if path.startswith("flows/") and not translation_of(path) and isinstance(value, dict):
                beside = [self._steps_in(other) for other in self._beside(path)]
                for name, spot in self._steps_in(path).items():
                    self._steps[f"{value.get('flow')}.{name}"] = [spot, *(found[name] for found in beside if name in found)]

    def _beside(self, path: str) -> list[str]:
        """The translations of a file."""
        files = (file_beside(path, language) for language in self._book.languages)
        return [file for file in files if file in self._book.docs]

    def _steps_in(self, path: str) -> dict[str, LineRange]:
        """The lines of each step of a flow, or of a translation of one."""
        value, positions = self._book.docs[path]
        steps = value.get("steps") if isinstance(value, dict) else None
        if not isinstance(steps, dict):
            return {}
        starts = [positions["steps", name, "[key]"][0] for name in steps]
        lasts = [start - 1 for start in starts[1:]] + [0]
        return {name: LineRange(path, start, last) for name, start, last in zip(steps, starts, lasts, strict=True)}

    def of(self, key: ScreenKey, chain: Iterable[str] = ()) -> tuple[LineRange, ...]:
        """The lines of the flow, then the files of what the screen is about, each with its translations. `chain`: the place and
        what it lies in."""
        found = list(self._steps.get(key.step, ()))
        kind, _, name = key.subject.partition(":")
        files = []
        if key.subject in self._book.where:
            files.append(self._book.where[key.subject][0])
            if kind == "topic":
                files += [f"content/places/{place}/topics/{name}.yaml" for place in chain]
        elif kind in _PARTS:
            files.append(_PARTS[kind])
        for path in files:
            found += [LineRange(other) for other in (path, *self._beside(path)) if other in self._book.docs]
        return tuple(found)


def faults_at(line_ranges: Iterable[LineRange], faults: Iterable[Fault]) -> list[Fault]:
    """The faults that lie in any of the spots, errors first."""
    line_ranges = tuple(line_ranges)
    return sorted((f for f in faults if any(spot.holds(f) for spot in line_ranges)), key=lambda f: (f.severity != "error", f))
