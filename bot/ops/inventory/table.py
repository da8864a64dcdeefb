"""What exists in a running deployment, field by field: explained, and shown as a table, as JSON, or as the page on privacy."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from bot.channels.registry import CHANNELS
from bot.ops.inventory import keyed
from bot.ops.inventory.fields import fields
from bot.ops.inventory.valkey import valkey_keys
from bot.privacy.log_grammar import EVENTS, FAULTS

PARTS: Final[Mapping[str, str]] = {
    "chats": "In the chats",
    "memory": "In the memory of a program that runs",
    "log": "In logs",
    "disk": "On the disk",
    "beside": "Beside the bot",
    "others": "With others",
}
"""Where something can be, as headings."""

BEGIN: Final = "<!-- written by `constellation ops inventory --format markdown`; change the words in bot/ops/inventory/*.yaml -->"
END: Final = "<!-- end of the inventory -->"
_FILES: Final = ("explained.yaml", "outside.yaml")
_NOTHING: Final = frozenset(
    {"a limit", "a signal", "the clock", "seconds", "milliseconds", "the work itself", "how costly a name is"}
)
"""Words of fields that tell nothing about anybody, whatever they are part of."""


@dataclass(frozen=True, slots=True)
class InventoryEntry:
    """One thing that exists. `lives`: how long; `tells`: what, to whoever takes it. `fields`: the program's own, the log's
    lines or the keys that make it up, each with its words ("" where the entry says enough). `people`: whether it can tell
    anything about somebody who talks with the bot, runs it or writes for it; the page for a lawyer holds these alone."""

    name: str
    part: str
    where: str
    what: str
    lives: str
    tells: str
    fields: Mapping[str, str]
    people: bool = True


@cache
def entries() -> tuple[InventoryEntry, ...]:
    """Everything that is explained, in the order of reading."""
    found = _read()
    made = [
        InventoryEntry(
            each["entry"],
            each["part"],
            each["where"],
            each["what"],
            each["lives"],
            each["tells"],
            dict(_fields_of(each)),
            each.get("people", True),
        )
        for each in found
    ]
    order = list(PARTS)
    return tuple(sorted(made, key=lambda entry: order.index(entry.part)))


def _read() -> list[dict[str, Any]]:
    """The entries of this package's files and of each channel's own; those of one name are one, with the words of the first."""
    files = [Path(__file__).with_name(name) for name in _FILES]
    files += [each.inventory for each in CHANNELS.values() if each.inventory]
    found: dict[str, dict[str, Any]] = {}
    for file in files:
        for each in yaml.safe_load(file.read_text("utf-8")):
            entry = found.setdefault(each["entry"], {**each, "fields": []})
            entry["fields"].append(each.get("fields", {}))
    return list(found.values())


def _fields_of(each: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for path, classes in (pair for of_file in each["fields"] for pair in of_file.items()):
        for made, names in classes.items():
            for name in names:
                place = name if made == "module" else f"{made}.{name}"
                yield f"{path}:{place}", names[name] if isinstance(names, dict) else ""
    for kind in ("log", "valkey"):
        for name, words in each.get(kind, {}).items():
            yield f"{kind}:{name}", words


def existing() -> tuple[str, ...]:
    """Every field that the program has, and every line that it can print."""
    lines = [f"log:{kind}" for kind in (*EVENTS, *FAULTS, "library", "content_fault", "constellation")]
    return tuple(sorted([*fields(), *lines, *valkey_keys()]))


def unexplained() -> tuple[str, ...]:
    """Fields that exist and that no entry explains: what a test refuses."""
    known = {name for entry in entries() for name in entry.fields}
    return tuple(name for name in existing() if name not in known)


def vanished() -> tuple[str, ...]:
    """Explanations, and fields explained twice, that fit no field: what a test refuses as well."""
    there = set(existing())
    names = [name for entry in entries() for name in entry.fields]
    return tuple(sorted({name for name in names if name not in there or names.count(name) > 1}))


def as_json() -> str:
    """All of it, for programs."""
    rows = [
        {
            "entry": each.name,
            "part": each.part,
            "where": each.where,
            "what": each.what,
            "lives": each.lives,
            "tells": each.tells,
            "people": each.people,
            "fields": dict(each.fields),
        }
        for each in entries()
    ]
    return json.dumps({"inventory": rows, "unexplained": unexplained()}, ensure_ascii=False, indent=2)


def as_text(width: int = 100, *, every: bool = False) -> str:
    """For a terminal. `every`: field by field as well."""
    lines: list[str] = []
    for part, heading in PARTS.items():
        lines += [heading.upper(), ""]
        for each in entries():
            if each.part == part:
                lines += [each.where, *_said("is", each.what, width), *_said("lives", each.lives, width)]
                lines += _said("tells", each.tells, width)
                for name, words in each.fields.items() if every else ():
                    lines += _said(f"  {name}", words or "(as above)", width)
                lines.append("")
    if left := unexplained():
        lines += ["NOT EXPLAINED", "", *left, ""]
    return "\n".join(lines)


def _said(key: str, words: str, width: int) -> list[str]:
    return textwrap.wrap(f"  {key}: {words}", width, subsequent_indent="      ")


def as_markdown() -> str:
    """The block of `docs/privacy.md`, between its two marks."""
    about = [each for each in entries() if each.people]
    lines = [BEGIN, ""]
    for part, heading in PARTS.items():
        if not any(each.part == part for each in about):
            continue
        lines += [f"### {heading}", "", "| where | what | for how long | what it tells whoever takes it |", "|---|---|---|---|"]
        lines += [f"| {each.where} | {each.what} | {each.lives} | {each.tells} |" for each in about if each.part == part]
        lines.append("")
    lines += ["### Class by class", "", "What the program itself has of the rows above, as its code names it.", ""]
    lines += ["| class | what it holds | row |", "|---|---|---|"]
    for each in about:
        lines += [f"| {made} | {words} | {each.where} |" for made, words in _by_class(each)]
    return "\n".join([*lines, "", END])


def _by_class(entry: InventoryEntry) -> Iterator[tuple[str, str]]:
    """The classes of an entry, each with its fields in words; a field that says nothing about anybody is left out."""
    by_class: dict[str, list[str]] = {}
    for name, words in entry.fields.items():
        if not name.startswith(("log:", "valkey:")) and words not in _NOTHING:
            path, _, place = name.partition(":")
            made, _, field = place.rpartition(".")
            by_class.setdefault(f"`{made}`, {path}" if made else path, []).append(
                f"`{field}`: {words}" if words else f"`{field}`"
            )
    return ((made, "; ".join(found)) for made, found in by_class.items())


def in_page(page: str) -> str:
    """A page with its blocks written again: the inventory's, the keyed stores'. Raises `ValueError` where it has the marks of
    neither."""
    found = False
    for begin, end, block in ((BEGIN, END, as_markdown), (keyed.BEGIN, keyed.END, keyed.as_markdown)):
        before, begins, rest = page.partition(begin)
        _, ends, after = rest.partition(end)
        if begins and ends:
            page, found = f"{before}{block()}{after}", True
    if not found:
        raise ValueError("the page has no marks for the inventory")
    return page
