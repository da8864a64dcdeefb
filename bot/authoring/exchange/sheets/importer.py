"""Takes a spreadsheet back into the pack: only what somebody changed in it, all of it or nothing, every fault at its cell."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from bot.authoring.editing.changeset import Changes
from bot.authoring.editing.yaml_edit import EditError
from bot.authoring.exchange.sheets.cells import BadCell, cleaned, items, same
from bot.authoring.exchange.sheets.columns import OR_UNKNOWN, Column, value_at
from bot.authoring.exchange.sheets.files import Sheet
from bot.authoring.exchange.sheets.headers import SheetLayout, fault, layouts_of
from bot.authoring.exchange.sheets.rows import Item, Key, Values, items_of, read_all, values_of
from bot.book import Fault, Path, Positions, Referral, Tip, from_validation, hash_of, key_of, near, place_of

_ID = {"tips": ("topic", "place", "tip"), "referrals": ("referral",)}
_MODEL: dict[str, type[Tip] | type[Referral]] = {"tips": Tip, "referrals": Referral}


@dataclass
class ImportResult:
    """What a spreadsheet asks for. `changes`: the files as they will be, whole only where no fault is an error. `changed`, `new`,
    `absent`: items that differ, that are new, and that the sheets do not have (they stay as they are)."""

    changes: Changes
    layouts: list[SheetLayout] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    changed: int = 0
    new: int = 0
    absent: int = 0

    @property
    def refused(self) -> bool:
        """Whether nothing may be written."""
        return any(fault.severity == "error" for fault in self.faults)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: where it stands, its key, and what each cell that differs says."""

    layout: SheetLayout
    number: int
    key: Key
    cells: dict[int, str]

    def positions(self) -> Positions:
        """The row and column of each field, and of what holds it."""
        found: dict[Path, tuple[int, int]] = {(): (self.number, min(self.layout.columns, default=1))}
        for number, column in self.layout.columns.items():
            for size in range(1, len(column.at) + 1):
                found.setdefault(column.at[:size], (self.number, number))
        return found

    def fault(self, name: str, code: str, what: str, fix: str) -> Fault:
        """A fault in the column of a name."""
        at = next((number for number, column in self.layout.columns.items() if column.name == name), 0)
        return fault(self.layout.name, self.number, at, code, what, fix)


def take(changes: Changes, file: str, sheets: list[Sheet], today: dt.date) -> ImportResult:
    """Reads the sheets of a file into `changes`. Nothing is raised: `ImportResult.faults` tells all that is wrong."""
    taken = ImportResult(changes)
    values, _ = values_of(changes.before)
    taken.layouts, taken.faults = layouts_of(values, file, sheets)
    if taken.faults:
        return taken
    seen: dict[tuple[str, Key], _Row] = {}
    for layout in taken.layouts:
        there = {item.key: item for item in items_of(values, layout.kind)}
        rows = list(_rows(layout, seen, taken.faults))
        for row in rows:
            _take_row(taken, values, row, there.get(row.key))
        taken.absent += len(there.keys() - {row.key for row in rows})
    if not taken.refused:
        changes.settle()
        taken.faults += _checked(changes, today, seen)
    return taken


def _rows(layout: SheetLayout, seen: dict[tuple[str, Key], _Row], faults: list[Fault]) -> Iterator[_Row]:
    by_name = {column.name: number for number, column in layout.columns.items()}
    for number, cells in layout.rows():
        names = _ID[layout.kind]
        key = tuple(cells.get(by_name.get(name, 0), "").strip() for name in names)
        row = _Row(layout, number, key, cells)
        missing = next((name for name, part in zip(names, key, strict=True) if not part and name != "place"), "")
        if missing:
            faults.append(row.fault(missing, "ROW-NAMELESS", f"This row has no {missing}.",
                                    "Give it an id in small letters, like ask-for-a-deposit, or empty the row."))  # fmt: skip
        elif (layout.kind, key) in seen:
            first = seen[layout.kind, key]
            where = f"row {first.number}" if first.layout is layout else f"{first.layout.name}, row {first.number}"
            faults.append(row.fault(names[-1], "ROW-TWICE", f"This is in {where} too.", "Keep one of both rows."))
        else:
            seen[layout.kind, key] = row
            yield row


# --- one row ---------------------------------------------------------------------------------------------------------


def _take_row(taken: ImportResult, values: Values, row: _Row, item: Item | None) -> None:
    changes, faults, before = taken.changes, taken.faults, len(taken.faults)
    beside: list[tuple[Column, str]] = []
    new = _value(row, item, beside, faults)
    if len(faults) > before or (item and new == item.value and not beside):
        return
    model = _MODEL[row.layout.kind]
    try:
        model.model_validate(new)
    except ValidationError as error:
        for found in from_validation(row.layout.name, error, row.positions(), model):
            missing = found.code == "FIELD-MISSING"
            faults.append(replace(found, fix="Fill in this cell, or add its column.") if missing else found)
        return
    try:
        if item is None:
            _create(changes, values, row, new, faults)
        else:
            path = _place(changes, row, item, new)
            changes.rewrite(path, item.at, item.value, new)
            for column, text in beside:
                _translate(changes, item, column, text, new)
    except EditError as error:
        faults.append(row.fault(_ID[row.layout.kind][-1], "ROW-LAYOUT", f"{item.path if item else 'A file'}: {error}.", ""))
    if len(faults) == before:
        taken.new += item is None
        taken.changed += item is not None


def _value(row: _Row, item: Item | None, beside: list[tuple[Column, str]], faults: list[Fault]) -> Any:
    """The tip or referral that a row describes: what is there, with the cells that say something else."""
    new: dict[str, Any] = copy.deepcopy(item.value) if item else {}
    for number, column in row.layout.columns.items():
        cell = row.cells.get(number, "")
        now = item.cell(column) if item else ""
        if not column.at or (same(now, cell, column) if item else not cell.strip()):
            continue
        if (row.number, number) in row.layout.sheet.formulas:
            faults.append(row.fault(column.name, "CELL-FORMULA", "This cell reckons; its words are not in the file.",
                                    "Copy the cell and paste it as plain text."))  # fmt: skip
            continue
        try:
            text = cleaned(cell, column)
        except BadCell as error:
            faults.append(row.fault(column.name, error.code, error.what, error.fix))
            continue
        own = value_at(new, column.at)
        if item and own is None and column.language in item.beside:
            beside.append((column, text))
        elif not _set(new, column, text):
            faults.append(row.fault(column.name, "CELL-BOTH", "This says unknown, and another column has the words.",
                                    "Empty one of both."))  # fmt: skip
    return _settled(new)


def _set(new: dict[str, Any], column: Column, text: str) -> bool:
    """Puts a cell's text into an item; empty takes the field out. Gives False where two columns say two things."""
    *above, last = column.at
    if column.at[0] in OR_UNKNOWN:
        now = new.get(column.at[0])
        if not above and text and isinstance(now, dict) and now:
            return False
        if above and isinstance(now, str):
            if not text:
                return True
            del new[column.at[0]]  # words take the place of `unknown`
    node: Any = new
    for part, following in zip(above, column.at[1:], strict=True):
        if isinstance(node, list):
            while len(node) <= part:
                node.append({})
            node = node[part]
        else:
            node = node.setdefault(part, [] if isinstance(following, int) else {})
    if not text:
        node.pop(last, None)
    else:
        several = column.sort == "list" and not (column.name == "languages" and text == "unknown")
        node[last] = items(text) if several else text
    return True


def _settled(value: Any) -> Any:
    """Without the fields that were emptied: contacts without an address, texts in no language."""
    if isinstance(value, dict):
        kept = {name: _settled(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in ({}, []) or value[name] == []}
    if isinstance(value, list):
        return [inner for inner in map(_settled, value) if inner != {}]
    return value


# --- into the files --------------------------------------------------------------------------------------------------


def _create(changes: Changes, values: Values, row: _Row, new: dict[str, Any], faults: list[Fault]) -> None:
    place = row.key[1] if row.layout.kind == "tips" else str(new["place"])
    known = {path.split("/")[2] for path in values if path.startswith("content/places/") and path.endswith("/place.yaml")}
    if place and place not in known:
        faults.append(row.fault("place", "ID-UNKNOWN", "There is no place of this id.", near(place, known) or "Make it first."))
        return
    if row.layout.kind == "referrals":
        changes.create(f"content/places/{place}/referrals/{row.key[0]}.yaml", new)
        return
    topics = {path.rsplit("/", 1)[-1].removesuffix(".yaml"): path for path in values if path.startswith("content/topics/")}
    topic = row.key[0]
    if topic not in topics:
        fix = near(topic, topics) or "Make it first: `constellation content new topic`."
        faults.append(row.fault("topic", "ID-UNKNOWN", "There is no topic of this id.", fix))
        return
    path = f"content/places/{place}/topics/{topic}.yaml" if place else topics[topic]
    if changes.exists(path):
        value = changes.value(path)
        changes.put(path, ("tips", len(value.get("tips", ()))), new)
    elif "review" in new:
        changes.create(path, {"topic": topic, "tips": [{k: v for k, v in new.items() if k != "review"}], "review": new["review"]})
    else:
        faults.append(row.fault("review checked", "FIELD-MISSING", "The place's first tip on a topic needs a review.",
                                "Fill in the columns review checked, review by and review every."))  # fmt: skip


def _place(changes: Changes, row: _Row, item: Item, new: dict[str, Any]) -> str:
    """The path of an item: a referral that gets another place moves there, its translations too."""
    if row.layout.kind != "referrals" or new["place"] == item.value["place"]:
        return item.path
    folder = f"content/places/{new['place']}/referrals/"
    for path in (item.path, *(other for other, _, _ in item.beside.values())):
        changes.move(path, folder + path.rsplit("/", 1)[-1])
    return folder + item.path.rsplit("/", 1)[-1]


def _translate(changes: Changes, item: Item, column: Column, text: str, new: dict[str, Any]) -> None:
    path, _, stem = item.beside[column.language]
    source = next(iter((value_at(new, column.at[:-1]) or {"": ""}).values()))
    changes.put(path, (*stem, *key_of(new, column.at[:-1])), {"of": hash_of(source), "text": text})


# --- the pack as a whole ---------------------------------------------------------------------------------------------


def _checked(changes: Changes, today: dt.date, rows: dict[tuple[str, Key], _Row]) -> Iterator[Fault]:
    """What the pack will have wrong that it has not now, at the cell it comes from where there is one."""
    if not changes.texts:
        return
    after, _ = read_all(changes.after())
    cells: dict[str, list[tuple[int, str, int, int]]] = {}
    for kind in ("tips", "referrals"):
        for item in items_of({path: value for path, (value, _) in after.items()}, kind):
            if row := rows.get((kind, item.key)):
                lines = after[item.path][1]
                for at, (line, column) in row.positions().items():
                    if (*item.at, *at) in lines:
                        cells.setdefault(item.path, []).append(
                            (place_of((*item.at, *at), lines)[0], row.layout.name, line, column)
                        )
    for found in changes.faults(today):
        near_by = [cell for cell in cells.get(found.file, ()) if cell[0] <= found.line]
        if near_by:
            _, name, line, column = max(near_by)
            yield replace(found, file=name, line=line, column=column)
        else:
            yield found
