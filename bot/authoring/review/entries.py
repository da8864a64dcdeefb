"""The things that a pack's files hold, each with its name: what a peer would say was changed, whichever file it lies in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.book import Fault, Unreadable, place_of, read, translation_of

ItemKind = Literal[
    "topic", "translation", "local tips", "card", "place", "referral", "source", "voice", "episode", "policy", "practice",
    "plan", "words",
    "finder", "book", "links", "genuine", "withdrawal", "step", "flow", "fields", "stages", "ui", "file",
]  # fmt: skip
Positions = Mapping[tuple[Any, ...], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing. `value`: its fields as they were read. `under`: where they stand in the file, whose lines are in `positions`.
    `of`: of a translation, the kind of what it translates."""

    kind: ItemKind
    name: str
    file: str
    value: Any
    under: tuple[str | int, ...]
    positions: Positions
    of: ItemKind | None = None

    def line(self, at: tuple[str | int, ...] = ()) -> int:
        """The line of a part, counted from 1; the nearest above it where the part has none."""
        return place_of((*self.under, *at), self.positions)[0]


@dataclass(frozen=True, slots=True)
class Items:
    """All things of a snapshot by (kind, name), and what keeps files from being read, by file."""

    found: Mapping[tuple[ItemKind, str], Item]
    unreadable: Mapping[str, Fault]

    def field(self, kind: ItemKind, name: str, field: str) -> Any:
        """A field of a thing, or None where there is no such thing or it has no such field."""
        item = self.found.get((kind, name))
        return item.value.get(field) if item and isinstance(item.value, dict) else None


def items_of(files: Mapping[str, bytes]) -> Items:
    """The things in a snapshot. A thing that is written twice keeps its file as a second name."""
    found: dict[tuple[ItemKind, str], Item] = {}
    unreadable: dict[str, Fault] = {}
    for path in sorted(files):
        if not path.endswith(".yaml"):
            continue
        try:
            value, positions = read(path, files[path])
        except Unreadable as error:
            unreadable[path] = error.fault
            continue
        if beside := translation_of(path):
            of, own, *_ = next(iter(_things(beside[0], value)))
            name = f"{own}.{beside[1]}" if of == "topic" else path.removeprefix("content/").removesuffix(".yaml")
            found["translation", name] = Item("translation", name, path, value, (), positions, of)
            continue
        for kind, name, inner, under in _things(path, value):
            key = (kind, name) if (kind, name) not in found else (kind, f"{name} in {path}")
            found[key] = Item(kind, name, path, inner, under, positions)
    return Items(found, unreadable)


def _named(value: Any, key: str, path: str) -> str:
    """The id that a value gives itself, else its file."""
    name = value.get(key) if isinstance(value, dict) else None
    return name if isinstance(name, str) and name else path


_BY_FOLDER: dict[str, ItemKind] = {"cards": "card", "voices": "voice", "episodes": "episode", "policies": "policy"}
_WHOLE: dict[str, ItemKind] = {
    "book.yaml": "book", "words.yaml": "words", "links.yaml": "links", "genuine.yaml": "genuine",
    "plan": "plan", "practice": "practice", "find": "finder",
}  # fmt: skip


def _things(path: str, value: Any) -> Iterator[tuple[ItemKind, str, Any, tuple[str | int, ...]]]:
    room, *parts = path.split("/")
    if room == "flows":
        yield from _flow(path, value)
        return
    match parts:
        case ["sources", _] if isinstance(value, dict) and isinstance(value.get("sources"), list):
            for number, source in enumerate(value["sources"]):
                yield "source", _named(source, "source", f"{path} {number + 1}"), source, ("sources", number)
        case ["topics", _, _]:
            yield "topic", _named(value, "topic", path), value, ()
        case ["places", place, "topics", _]:
            yield "local tips", f"{place}/{_named(value, 'topic', path)}", value, ()
        case ["places", _, "place.yaml"]:
            yield "place", _named(value, "place", path), value, ()
        case ["places", _, "referrals", _]:
            yield "referral", _named(value, "referral", path), value, ()
        case ["retractions.yaml"] if isinstance(value, dict) and isinstance(value.get("retractions"), list):
            for number, entry in enumerate(value["retractions"]):
                names = isinstance(entry, dict) and entry.get("withdraw") and entry.get("id")
                name = f"of {entry['withdraw']} {entry['id']}" if names else f"{path} {number + 1}"
                yield "withdrawal", name, entry, ("retractions", number)
            if rest := {key: inner for key, inner in value.items() if key != "retractions"}:
                yield "file", path, rest, ()
        case ["retractions.yaml"] if not value or value == {"retractions": ""}:
            return
        case [folder, _] if folder in _BY_FOLDER:
            kind = _BY_FOLDER[folder]
            yield kind, _named(value, kind, path), value, ()
        case [first, *_] if first in _WHOLE:
            yield _WHOLE[first], "/".join(parts).removesuffix(".yaml"), value, ()
        case _:
            yield "file", path, value, ()


def _flow(path: str, value: Any) -> Iterator[tuple[ItemKind, str, Any, tuple[str | int, ...]]]:
    steps = value.get("steps") if isinstance(value, dict) else None
    if isinstance(steps, dict):
        flow = _named(value, "flow", path)
        for name, step in steps.items():
            yield "step", f"{flow}.{name}", step, ("steps", name)
        yield "flow", flow, {key: inner for key, inner in value.items() if key != "steps"}, ()
        return
    kinds: tuple[ItemKind, ...] = ("fields", "stages", "ui")
    kind: ItemKind = next((known for known in kinds if isinstance(value, dict) and known in value), "file")
    yield kind, kind if kind != "file" else path, value, ()
