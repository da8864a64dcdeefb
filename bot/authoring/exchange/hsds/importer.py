"""Takes a directory's file into the pack, all or nothing: our own export whole, others' as referrals that wait for a peer."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from bot.authoring.editing.changeset import Changes
from bot.authoring.editing.yaml_edit import EditError
from bot.authoring.exchange.hsds.contacts import UNREAD
from bot.authoring.exchange.hsds.document import services_of
from bot.authoring.exchange.hsds.exporter import uuid_of
from bot.authoring.exchange.hsds.extension import OwnService, ours_of, put_record, put_retractions, put_sources, unsound_in
from bot.authoring.exchange.hsds.locations import EXTENSION, fault
from bot.authoring.exchange.hsds.third_party import ImportOptions, referral_of
from bot.book import Book, Fault, Kind, Path, Retraction, near, scan, survey, without_hidden
from bot.engine import hash_of

_ID = 50
"""Letters of an id made from a name; a number may follow."""
_SOURCE = {
    "source": UNREAD,
    "title": "Files of directories (HSDS): what stands in them, and nobody has read the pages behind it",
    "how": "not_read",
}


@dataclass
class ImportResult:
    """What a file asks for. `changes`: the files as they will be, as they were where a fault is an error. `changed`, `new`:
    referrals of our own exports; `waiting`: new ones of other directories; `there`: theirs that the pack has already."""

    changes: Changes
    faults: list[Fault] = field(default_factory=list)
    changed: int = 0
    new: int = 0
    waiting: int = 0
    there: int = 0

    @property
    def refused(self) -> bool:
        """Whether nothing may be written."""
        return any(fault.severity == "error" for fault in self.faults)


@dataclass
class _Pack:
    """The pack as it was, and what the file has added so far."""

    book: Book
    ids: set[str]
    former: dict[str, str]
    numbers: set[int]
    ours: set[str]
    sources: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    retractions: list[Retraction] = field(default_factory=list)
    origins: dict[str, tuple[Path, Mapping[Path, Path], bool]] = field(default_factory=dict)
    """Of each file, where in the document it comes from, where each of its fields does, and whether it is another's."""


def take(
    changes: Changes,
    file: str,
    data: bytes,
    today: dt.date,
    *,
    language: str = "",
    place: str = "",
    kinds: Sequence[Kind] = ("harm_reduction",),
) -> ImportResult:
    """Reads a file into `changes`. Nothing is raised: `ImportResult.faults` tells all that is wrong, each with its JSON path.

    `language`, `place`, `kinds`: of services of other directories, which say none of it in our way. By default the pack's first
    language, and the place that the service's address names.
    """
    taken = ImportResult(changes)
    before = dict(changes.texts)
    services, taken.faults = services_of(file, data)
    unsound = unsound_in(changes) if services else []
    if unsound:
        taken.faults += unsound
        return taken
    pack = _pack(changes)
    wanted = ImportOptions(language or pack.book.languages[0], pack.book.languages, pack.book.places, place, kinds)
    taken.faults += _unfit(file, wanted) if services else []
    for at, service in () if taken.refused else services:
        try:
            if EXTENSION in service:
                _take_ours(taken, pack, file, at, service[EXTENSION])
            else:
                _take_theirs(taken, pack, file, at, service, wanted, today)
        except EditError as error:
            taken.faults.append(fault(file, at, "FILE-LAYOUT", f"The referral's own file: {error}.", ""))
    if not taken.refused:
        put_sources(changes, list(pack.sources.values()))
        put_retractions(changes, pack.book, pack.retractions)
        changes.settle()
        taken.faults += _checked(changes, pack, file, today)
    if taken.refused:
        changes.texts.clear()
        changes.texts.update(before)
        taken.changed = taken.new = taken.waiting = 0
    return taken


def _pack(changes: Changes) -> _Pack:
    book, _ = survey(changes.after())
    known = [
        f"{kind}:{name}"
        for kind, things in (("topic", book.topics), ("card", book.cards), ("place", book.places), ("referral", book.referrals),
                             ("voice", book.voices), ("policy", book.agency.policies))
        for thing_id, thing in things.items()
        for name in (thing_id, *getattr(thing, "was", ()))
    ]  # fmt: skip
    former = {name: referral.referral for referral in book.referrals.values() for name in referral.was}
    ours = {_mark(uuid_of(book.file.book, name)) for name in book.referrals}
    return _Pack(book, set(), former, {hash_of(name) for name in known}, ours)


def _unfit(file: str, wanted: ImportOptions) -> list[Fault]:
    """What is wrong with what the importer said."""
    found = []
    if wanted.language not in wanted.languages:
        found.append(fault(file, (), "LANGUAGE-UNKNOWN", f"The pack has no language {wanted.language}.",
                           f"Use one of: {', '.join(wanted.languages)}."))  # fmt: skip
    if wanted.place and wanted.place not in wanted.places:
        fix = near(wanted.place, wanted.places) or "Make it first: `constellation content new place`."
        found.append(fault(file, (), "ID-UNKNOWN", "The pack has no place of this id.", fix))
    return found


# --- our own ---------------------------------------------------------------------------------------------------------


def _take_ours(taken: ImportResult, pack: _Pack, file: str, at: Path, extension: Any) -> None:
    at = (*at, EXTENSION)
    found = ours_of(extension, file, at, pack.book)
    taken.faults += found.faults
    if not isinstance(found, OwnService) or any(one.severity == "error" for one in found.faults):
        return
    name = found.value["referral"]
    if name in pack.ids:
        taken.faults.append(fault(file, (*at, "record", "referral"), "ID-TWICE", "This referral is in the file twice.",
                                  "Keep one of both."))  # fmt: skip
        return
    pack.ids.add(name)
    is_new = name not in pack.book.referrals
    for source in found.sources:
        if pack.sources.setdefault(source["source"], source) != source:
            taken.faults.append(fault(file, (*at, "sources"), "SOURCE-OTHER",
                                      f"{source['source']} says something else in another service of this file.",
                                      "Make both the same, or give one another id."))  # fmt: skip
    path, touched = put_record(taken.changes, pack.book, found)
    pack.retractions += found.retractions
    pack.origins[path] = ((*at, "record"), {}, False)
    taken.new += is_new
    taken.changed += touched and not is_new


# --- other directories' ----------------------------------------------------------------------------------------------


def _take_theirs(
    taken: ImportResult, pack: _Pack, file: str, at: Path, service: Mapping[str, Any], wanted: ImportOptions, today: dt.date
) -> None:
    theirs = service.get("id")
    mark = _mark(without_hidden(theirs)) if isinstance(theirs, str) and theirs else ""
    if mark in pack.ours or mark in pack.former:
        taken.there += 1
        return
    found = referral_of(service, file, at, wanted, today)
    taken.faults += found.faults
    if not found.value or any(one.severity == "error" for one in found.faults):
        return
    name = _free(_slug(found.value["name"]) or "service", pack)
    value = {"referral": name, **found.value}
    if mark and hash_of(f"referral:{mark}") not in pack.numbers:
        # By its former id it is known again when the file comes a second time.
        value["was"] = [mark]
        pack.former[mark] = name
        pack.numbers.add(hash_of(f"referral:{mark}"))
    path = f"content/places/{value['place']}/referrals/{name}.yaml"
    if UNREAD not in pack.book.sources:
        pack.sources[UNREAD] = _SOURCE
    taken.changes.create(path, value)
    if found.comments:
        text = taken.changes.text(path)
        note = "# What the directory says. Nobody has checked it.\n"
        taken.changes.texts[path] = text + note + "\n".join(found.comments) + "\n"
    pack.origins[path] = (at, found.origin, True)
    taken.waiting += 1


def _mark(theirs: str) -> str:
    """The id that a directory gave, as a former id of the referral."""
    try:
        return f"hsds-{UUID(theirs)}"
    except ValueError:
        return f"hsds-{uuid5(NAMESPACE_OID, theirs)}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_ID].strip("-")


def _free(slug: str, pack: _Pack) -> str:
    """The slug, with a number behind where the pack or the file has such an id, or one of the same short number."""
    number, name = 1, slug
    while name in pack.ids or hash_of(f"referral:{name}") in pack.numbers:
        number += 1
        name = f"{slug}-{number}"
    pack.ids.add(name)
    pack.numbers.add(hash_of(f"referral:{name}"))
    return name


# --- the pack as a whole ---------------------------------------------------------------------------------------------


def _checked(changes: Changes, pack: _Pack, file: str, today: dt.date) -> list[Fault]:
    """What the pack will have wrong that it has not now, at the place in the document that it comes from.

    Of other directories' services only errors: how their words read is for the peer who opens them.
    """
    made = []
    after = changes.after() if changes.texts else {}
    lines = {path: scan(path, after[path]).positions for path in pack.origins if path in after}
    for found in changes.faults(today) if changes.texts else ():
        if found.file not in lines:
            made.append(found)
            continue
        at, origin, another = pack.origins[found.file]
        if another and found.severity == "warning":
            continue
        inner = _nearest(lines[found.file], found.line, found.column)
        where = next(
            (origin[inner[:size]] for size in range(len(inner), 0, -1) if inner[:size] in origin), () if another else inner
        )
        made.append(fault(file, (*at, *where), found.code, found.what, found.fix, found.why, found.severity))
    return made


def _nearest(positions: Mapping[Path, tuple[int, int]], line: int, column: int) -> Path:
    """The innermost part of a file that begins at a line and column, or last before it."""
    before = [(where, len(path), path) for path, where in positions.items() if where <= (line, column)]
    path = max(before, key=lambda found: found[:2], default=(None, 0, ()))[2]
    return path[:-1] if path and path[-1] == "[key]" else path
