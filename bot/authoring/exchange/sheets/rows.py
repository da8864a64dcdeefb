"""The tips and referrals of a pack as rows: which file and place each comes from, and its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.authoring.exchange.sheets.columns import Column, Kind, cell_of, columns, value_at
from bot.book import Fault, Path, Positions, Snapshot, Unreadable, key_of, leaf, read, translation_of

HELP = "(help) "
"""How the cell of the first column begins in the row that explains the columns."""
READ = "(how the sources were read)"
"""A column to read only: in brackets, so an import leaves it alone."""
_READ_HELP = "Of each source: page (whole), excerpt, copy or not_read. For reading only: change it in content/sources/."
Values = Mapping[str, Any]
"""The files of a pack, read: path to value."""
Key = tuple[str, ...]
"""What says which row it is: (topic, place, tip), or (referral,)."""


@dataclass(frozen=True, slots=True)
class Item:
    """A tip or a referral. `path`, `at`: where it stands. `beside`: its texts in files of their own, by language: the file,
    its value, and the key of the item there."""

    key: Key
    path: str
    at: Path
    value: Any
    beside: Mapping[str, tuple[str, Any, Key]]

    def cell(self, column: Column) -> str:
        """The cell of a column, from the file itself or from a translation beside it."""
        if not column.at:
            return dict(zip(("topic", "place", "tip"), self.key, strict=True))[column.name]
        own = cell_of(self.value, column)
        if own or column.language not in self.beside:
            return own
        _, texts, stem = self.beside[column.language]
        if value_at(self.value, column.at[:-1]) is None:
            return own
        found = leaf(texts, (*stem, *key_of(self.value, column.at[:-1])))
        return found[0] if found and isinstance(found[0], str) else ""


def _beside(values: Values, path: str, stem: Key) -> dict[str, tuple[str, Any, Key]]:
    found = {}
    for other, value in values.items():
        named = translation_of(other)
        if named and named[0] == path:
            found[named[1]] = (other, value, stem)
    return found


def items_of(values: Values, kind: Kind) -> Iterator[Item]:
    """Every tip or referral, in the order of the files."""
    translated = {named[0] for path in values if (named := translation_of(path))}
    for path, value in sorted(values.items()):
        parts = path.split("/")
        if translation_of(path) or not isinstance(value, dict):
            continue
        if kind == "referrals" and parts[1] == "places" and parts[3:4] == ["referrals"]:
            beside = _beside(values, path, ()) if path in translated else {}
            yield Item((str(value.get("referral")),), path, (), value, beside)
        here = parts[1] == "places" and parts[3:4] == ["topics"]
        if kind == "tips" and (parts[1] == "topics" or here):
            for number, tip in enumerate(value.get("tips", ())):
                if isinstance(tip, dict):
                    key = (str(value.get("topic")), parts[2] if here else "", str(tip.get("tip")))
                    beside = _beside(values, path, ("tips", key[2])) if path in translated else {}
                    yield Item(key, path, ("tips", number), tip, beside)


def read_all(files: Snapshot) -> tuple[dict[str, tuple[Any, Positions]], list[Fault]]:
    """The files of a pack, read, with the line of every part; and what is wrong with those that cannot be."""
    found: dict[str, tuple[Any, Positions]] = {}
    faults = []
    for path, data in sorted(files.items()):
        if path.endswith(".yaml"):
            try:
                found[path] = read(path, data)
            except Unreadable as error:
                faults.append(error.fault)
    return found, faults


def values_of(files: Snapshot) -> tuple[dict[str, Any], list[Fault]]:
    """`read_all` without the lines."""
    found, faults = read_all(files)
    return {path: value for path, (value, _) in found.items()}, faults


def languages_of(values: Values) -> list[str]:
    """The pack's languages in order, then those in preparation."""
    book = values.get("content/book.yaml")
    listed = [str(code) for code in book.get("languages", ())] if isinstance(book, dict) else []
    coming = {named[1] for path in values if (named := translation_of(path))}
    return [*listed, *sorted(coming - set(listed))]


def columns_for(values: Values, kind: Kind, room: int = 0) -> list[Column]:
    """The columns that this pack needs: one more contact than any referral has, three at least, `room` where that is more."""
    most = max((len(value_at(item.value, ("contact",)) or ()) for item in items_of(values, kind)), default=0)
    return columns(kind, languages_of(values), max(3, most + 1, room))


def table(values: Values, kind: Kind, places: Sequence[str] = ()) -> list[list[str]]:
    """The whole sheet: names of columns, a row that explains them, then a row for each item. `places`: only theirs."""
    found = columns_for(values, kind)
    explained = [f"{HELP if not number else ''}{column.help}" for number, column in enumerate(found)]
    rows = [[*(column.name for column in found), READ], [*explained, _READ_HELP]]
    how = _readings(values)
    for item in items_of(values, kind):
        place = item.key[1] if kind == "tips" else str(value_at(item.value, ("place",)))
        if not places or place in places:
            sources = value_at(item.value, ("sources",)) or ()
            read = ", ".join(f"{source}: {how.get(str(source), '?')}" for source in sources)
            rows.append([*(item.cell(column) for column in found), read])
    return rows


def _readings(values: Values) -> dict[str, str]:
    """How each source was read, by id."""
    found: dict[str, str] = {}
    for path, value in values.items():
        if path.startswith("content/sources/") and isinstance(value, dict) and isinstance(value.get("sources"), list):
            found |= {str(one.get("source")): str(one.get("how", "?")) for one in value["sources"] if isinstance(one, dict)}
    return found
