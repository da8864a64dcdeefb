"""Our own extension read back: the whole referral, the sources it names, what was withdrawn of it; and put into the pack."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.authoring.editing.changeset import Changes
from bot.authoring.editing.json_schema import model_of
from bot.authoring.editing.yaml_edit import whole
from bot.authoring.exchange.hsds.exporter import value_of
from bot.authoring.exchange.hsds.locations import VERSION, fault
from bot.authoring.exchange.hsds.plain_text import NotPlainText, plain, spelled
from bot.book import FILE as RETRACTIONS
from bot.book import (
    Book,
    Fault,
    Path,
    Referral,
    Retraction,
    Source,
    from_validation,
    hash_of,
    leaf,
    near,
    places,
    scan,
    translation_of,
)

SOURCES = "content/sources/hsds.yaml"
"""Where sources go that came with a referral and that the pack does not have."""


@dataclass
class OwnService:
    """What a service of ours holds. `value`: the referral's file. `sources`: those that the pack lacks. `retractions`: all."""

    value: dict[str, Any] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    retractions: list[Retraction] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def ours_of(extension: Any, file: str, at: Path, book: Book) -> OwnService:
    """Reads the extension of a service. `at`: where it stands. Nothing is raised: `OwnService.faults` tells what is wrong."""
    found = OwnService()
    told = found.faults
    if not isinstance(extension, dict) or not isinstance(extension.get("record"), dict):
        told.append(fault(file, at, "HSDS-EXTENSION", "This has our extension's name and no record.", "Take it from an export."))
        return found
    if extension.get("version") != VERSION:
        told.append(fault(file, (*at, "version"), "HSDS-VERSION", "This was written by another version of Constellation.",
                          "Export it again with this version, or bring this one up to date."))  # fmt: skip
        return found
    record = _read(extension["record"], Referral, file, (*at, "record"), told)
    if record is None:
        return found
    found.value, referral = record
    contacts = {value_of(contact) for contact in referral.contact}
    for number, entry in enumerate(_list(extension, "withdrawn", file, at, told)):
        where = (*at, "withdrawn", number)
        if made := _read(entry, Retraction, file, where, told):
            own = {"referral": {referral.referral}, "contact": contacts}.get(made[1].withdraw, set())
            if made[1].id in own:
                found.retractions.append(made[1])
            else:
                told.append(fault(file, where, "ID-UNKNOWN", "This withdraws something else than its referral.", "Take it out."))
    _sources(found, referral, extension, file, at, book)
    if referral.place not in book.places:
        fix = near(referral.place, book.places) or "Make it first: `constellation content new place`."
        told.append(fault(file, (*at, "record", "place"), "ID-UNKNOWN", "The pack has no place of this id.", fix))
    _topics(found, referral, file, at, book)
    return found


def _list(extension: Mapping[str, Any], name: str, file: str, at: Path, told: list[Fault]) -> list[Any]:
    value = extension.get(name, [])
    if isinstance(value, list):
        return value
    told.append(fault(file, (*at, name), "TYPE-LIST", f'"{name}" is a list.', "Take it from an export."))
    return []


def _read(value: Any, model: type[BaseModel], file: str, at: Path, told: list[Fault]) -> tuple[dict[str, Any], Any] | None:
    """A value as the pack's files have it, and its model; None where it does not fit, with the faults at their paths."""
    try:
        made = spelled(value)
        return made, model.model_validate(made)
    except NotPlainText as error:
        told.append(fault(file, (*at, *error.at), error.code, str(error), error.fix))
    except ValidationError as error:
        paths = list(_paths(made))
        numbers = {path: (number, 1) for number, path in enumerate(paths, 1)}
        for found in from_validation(file, error, numbers, model):
            where = (*at, *paths[found.line - 1])
            told.append(fault(file, where, found.code, found.what, found.fix, found.why))
    return None


def _paths(value: Any, at: Path = ()) -> list[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for name, item in inner for path in _paths(item, (*at, name)))]


def _sources(found: OwnService, referral: Referral, extension: Mapping[str, Any], file: str, at: Path, book: Book) -> None:
    """The sources that the referral names: each is in the pack, or comes with it. One id never stands for two pages."""
    came: dict[str, tuple[Source, dict[str, Any]]] = {}
    for number, entry in enumerate(_list(extension, "sources", file, at, found.faults)):
        if made := _read(entry, Source, file, (*at, "sources", number), found.faults):
            came[made[1].source] = (made[1], made[0])
            known = book.sources.get(made[1].source)
            if known and known.address != made[1].address:
                found.faults.append(fault(file, (*at, "sources", number), "SOURCE-OTHER",
                                          f"In this pack {known.source} is another page.", "Give one of both another id.",
                                          "A number would seem read where it was not."))  # fmt: skip
    named: list[tuple[Path, str]] = [(("sources", number), name) for number, name in enumerate(referral.sources)]
    named += [(("contact", number, "verified", "source"), one.verified.source) for number, one in enumerate(referral.contact)]
    for where, name in named:
        if name in came and name not in book.sources:
            if came[name][1] not in found.sources:
                found.sources.append(came[name][1])
        elif name not in book.sources:
            fix = near(name, [*came, *book.sources]) or "Add it to `sources` of the extension, or to the pack."
            found.faults.append(fault(file, (*at, "record", *where), "ID-UNKNOWN", f'There is no source "{name}".', fix))


def _topics(found: OwnService, referral: Referral, file: str, at: Path, book: Book) -> None:
    """Topics that this pack does not have are left out: the referral is as good without."""
    for number, name in enumerate(referral.topics):
        if name not in book.topics:
            found.faults.append(fault(file, (*at, "record", "topics", number), "ID-UNKNOWN", f'There is no topic "{name}" here.',
                                      "It was left out.", severity="warning"))  # fmt: skip
            found.value["topics"] = [topic for topic in found.value["topics"] if topic != name]


def unsound_in(changes: Changes) -> list[Fault]:
    """What is wrong in files of the pack that an import may change: what cannot be read would be written over, and lost."""
    found: list[Fault] = []
    for path, data in sorted(changes.after().items()):
        if not (path in (SOURCES, RETRACTIONS) or (path.startswith("content/places/") and "/referrals/" in path)):
            continue
        reading = scan(path, data)
        found += reading.faults
        model = model_of(path, reading.value)
        none = path == RETRACTIONS and not any((reading.value or {}).values())
        if model and not reading.faults and not none:
            try:
                model.model_validate(reading.value)
            except ValidationError as error:
                found += from_validation(path, error, reading.positions, model)
    return found


# --- into the pack ---------------------------------------------------------------------------------------------------


def put_record(changes: Changes, book: Book, found: OwnService) -> tuple[str, bool]:
    """Writes the referral: a new file, or value by value into the one that is there. Gives its path and whether anything changed.

    Raises EditError.
    """
    name, place = found.value["referral"], found.value["place"]
    path = f"content/places/{place}/referrals/{name}.yaml"
    if name not in book.referrals:
        changes.create(path, found.value)
        return path, True
    now = book.where[f"referral:{name}"][0]
    beside = {made[1]: other for other in book.docs if (made := translation_of(other)) and made[0] == now}
    raw = changes.value(now)  # the book's own values have the translations in them
    value = copy.deepcopy(found.value)
    codes = {*book.languages, *raw["offers"], *value["offers"], *beside}
    _kept(raw, value, codes)
    translated = [_beside(changes, other, language, raw, value, codes) for language, other in beside.items()]
    changed = any(translated) or value != raw
    if value != raw:
        changes.rewrite(now, (), raw, value)
    if now != path:
        for old in (now, *beside.values()):
            changes.move(old, f"content/places/{place}/referrals/{old.rsplit('/', 1)[-1]}")
    return path, changed


def _kept(raw: Any, value: dict[str, Any], codes: set[str]) -> None:
    """Gives the texts of `value` the languages that only the pack has."""
    for _, at, words in places(raw, codes):
        said = _at(value, at)
        if isinstance(said, dict) and (at[0] != "contact" or _same_contact(raw, value, at)):
            said |= {code: text for code, text in words.items() if code not in said}


def _same_contact(raw: Any, value: Any, at: Path) -> bool:
    return all(_at(raw, (*at[:2], way)) == _at(value, (*at[:2], way)) for way in ("phone", "sms", "web", "email"))


def _beside(changes: Changes, path: str, language: str, raw: Any, value: dict[str, Any], codes: set[str]) -> bool:
    """Takes out of `value` the texts that stand in a translation beside the file, and puts there what they say now."""
    texts = changes.value(path)
    changed = False
    for key, at, words in places(value, codes):
        if language not in words or len(words) == 1 or language in (_at(raw, at) or {}):
            continue
        said = words.pop(language)
        source = next(iter(words.values()))
        now = leaf(texts, key)
        if now is None or now[0] != said:
            changes.put(path, key, {"of": hash_of(source), "text": said})
            changed = True
    return changed


def _at(value: Any, at: Path) -> Any:
    for part in at:
        try:
            value = value[part]
        except (LookupError, TypeError):
            return None
    return value


def put_sources(changes: Changes, sources: Sequence[Mapping[str, Any]]) -> None:
    """Adds sources to the file of those that came from directories. Raises EditError."""
    if sources and not changes.exists(SOURCES):
        changes.create(SOURCES, {"sources": [dict(source) for source in sources]})
        return
    for source in sources:
        changes.put(SOURCES, ("sources", len(changes.value(SOURCES)["sources"])), dict(source))


def put_retractions(changes: Changes, book: Book, retractions: Sequence[Retraction]) -> None:
    """Withdraws here what was withdrawn there, so that no number comes back by this way. Raises EditError."""
    known = {(entry.withdraw, entry.id) for entry in book.retractions}
    for entry in retractions:
        if (entry.withdraw, entry.id) in known:
            continue
        known.add((entry.withdraw, entry.id))
        there = changes.value(RETRACTIONS) if changes.exists(RETRACTIONS) else None
        if there and there.get("retractions"):
            changes.put(RETRACTIONS, ("retractions", len(there["retractions"])), plain(entry))
        elif there:
            changes.put(RETRACTIONS, ("retractions",), [plain(entry)])
        else:
            said = changes.text(RETRACTIONS) if changes.exists(RETRACTIONS) else ""
            changes.create(RETRACTIONS, {"retractions": [plain(entry)]})
            if said:  # nothing but comments
                changes.texts[RETRACTIONS] = f"{said.rstrip()}\n{whole({'retractions': [plain(entry)]})}"
