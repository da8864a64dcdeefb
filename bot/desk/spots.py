"""Where the words of a screen stand in the files, and which faults lie there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bot.book.book import Book
from bot.book.faults import Fault
from bot.desk.screens import Key

_PARTS = {
    "part": "content/practice/assessment.yaml",
    "question": "content/practice/assessment.yaml",
    "scene": "content/practice/scenes.yaml",
    "reply": "content/practice/scenes.yaml",
    "value": "content/practice/values.yaml",
    "plan": "content/plan/plan.yaml",
}


class Spot(NamedTuple):
    """Lines of a file that a screen is made of, from 1; `last` is 0 for "to the end"."""

    file: str
    line: int = 1
    last: int = 0

    def holds(self, fault: Fault) -> bool:
        """Whether a fault lies here."""
        return fault.file == self.file and fault.line >= self.line and (not self.last or fault.line <= self.last)


class Spots:
    """The spots of every screen of one book."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._steps: dict[str, Spot] = {}
        for path, (value, positions) in book.docs.items():
            if path.startswith("flows/") and isinstance(value, dict) and isinstance(value.get("steps"), dict):
                starts = [positions[("steps", name, "[key]")][0] for name in value["steps"]]
                for at, name in enumerate(value["steps"]):
                    last = starts[at + 1] - 1 if at + 1 < len(starts) else 0
                    self._steps[f"{value.get('flow')}.{name}"] = Spot(path, starts[at], last)

    def of(self, key: Key, chain: Iterable[str] = ()) -> tuple[Spot, ...]:
        """The lines of the flow, then the files of what the screen is about. `chain`: the place and what it lies in."""
        found = [self._steps[key.step]] if key.step in self._steps else []
        kind, _, name = key.subject.partition(":")
        if key.subject in self._book.where:
            path = self._book.where[key.subject][0]
            found.append(Spot(path))
            if kind == "topic":
                beside = (f"{path.removesuffix('.yaml')}.{language}.yaml" for language in self._book.languages)
                here = (f"content/places/{place}/topics/{name}.yaml" for place in chain)
                found += [Spot(other) for other in (*beside, *here) if other in self._book.docs]
        elif kind in _PARTS:
            found.append(Spot(_PARTS[kind]))
        return tuple(found)


def faults_at(spots: Iterable[Spot], faults: Iterable[Fault]) -> list[Fault]:
    """The faults that lie in any of the spots, errors first."""
    spots = tuple(spots)
    return sorted((f for f in faults if any(spot.holds(f) for spot in spots)), key=lambda f: (f.severity != "error", f))
