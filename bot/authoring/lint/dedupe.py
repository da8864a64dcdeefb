"""Faults that are only the echo of another: ids that are missing because the file that has them cannot be read in full."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from bot.book import Fault, file_beside, scan, translation_of

_NAMES = re.compile(
    rb"^[ \t-]*(?:topic|tip|card|place|referral|source|voice|policy|flow|step|section|lexicon|idea):[ \t]*[\"']?([a-z0-9_-]+)",
    re.M,
)
_KEYS = re.compile(rb"^[ \t]+([a-z0-9_-]+):[ \t]*\r?$", re.M)
_POINTS = frozenset(("ID-UNKNOWN", "STEP-UNKNOWN", "OPTION-UNKNOWN", "MIX-THING"))
_HEARD = ("NET-EXAMPLE", "PHRASE-ELSEWHERE")
"""What the finder makes of words: without one of its lexicons it understands less than it will."""
_LANGUAGES = re.compile(r"(?<=[:,] )[a-z]{2,3}(?=[,.])")
_FIELDS = "flows/fields.yaml"


def _told(fault: Fault) -> str:
    """The id that a fault says nothing has."""
    return next(iter(re.findall(r'"([^"]+)"', fault.what)), "")


def without_echoes(faults: Iterable[Fault], files: Mapping[str, bytes]) -> list[Fault]:
    """The faults without "there is no such id" where a broken file names that id: mending the file mends both."""
    found = list(faults)
    broken = {fault.file for fault in found if fault.severity == "error" and fault.code not in (*_POINTS, "FLOW-FILE")}
    if any(fault.code == "LINK" and not fault.file.endswith(".yaml") for fault in found):
        # A link in a folder's place: nothing below it is read, and nobody knows what it should hold.
        found = [fault for fault in found if fault.code not in (*_POINTS, "FLOW-FILE", "FILE-MISSING")]
    names: set[str] = set()
    for file in broken:
        names.add(PurePosixPath(file).stem)
        data = files.get(file, b"")
        names.update(name.decode() for name in _NAMES.findall(data))
        if file.startswith(("flows/", "content/find/", "content/words")):
            names.update(name.decode() for name in _KEYS.findall(data))
    # What a translation has that cannot be read at all is missing in the file beside it.
    unread = {file for file in broken if translation_of(file) and scan(file, files.get(file, b"")).value is None}
    return [fault for fault in found if not _echo(fault, broken, names) and not _lacks(fault, unread)]


def _lacks(fault: Fault, unread: set[str]) -> bool:
    """Whether a text lacks only languages whose translations cannot be read."""
    if fault.code not in ("LANGUAGE-MISSING", "OPENING") or not unread:
        return False
    lacking = _LANGUAGES.findall(fault.what)
    return bool(lacking) and all(file_beside(fault.file, language) in unread for language in lacking)


def _echo(fault: Fault, broken: set[str], names: set[str]) -> bool:
    if fault.code == "FLOW-FILE":  # it is there, and cannot be read
        return fault.file in broken
    if fault.code in ("OPTION-UNKNOWN", "MIX-GAP"):
        return _FIELDS in broken and fault.file != _FIELDS
    if fault.code in _HEARD:
        return any(file.startswith(("content/find/lexicon", "content/find/danger")) for file in broken)
    if fault.code not in _POINTS:
        return False
    told = _told(fault)
    if told in names or told.rpartition("/")[2] in names:
        return True
    flow, dot, step = told.partition(".")
    return bool(dot) and flow in names and (step in names or f"flows/{flow}.yaml" in broken)
