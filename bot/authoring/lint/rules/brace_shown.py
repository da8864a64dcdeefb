"""Braces that people see: a `{placeholder}` where nothing is put in, as in a title, a button or words of the bot's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from bot.authoring.lint.drawn_screens import DrawnScreen, drawn
from bot.authoring.lint.rule import Rule, flow_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault, Path, Text

_BRACE = re.compile(r"\{[^{}\n…]*\}?|\}")
_UNSEEN = ("content/find/", "content/sources/", "content/retractions", "content/genuine")


def _filled(value: Any) -> Iterator[str]:
    """Every text that the bot fills, as written, wherever it stands in a book."""
    if isinstance(value, Text):
        yield value.raw
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _filled(getattr(value, name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _filled(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _filled(inner)
    elif is_dataclass(value):
        for item in fields(value):
            if item.name != "docs":
                yield from _filled(getattr(value, item.name))


def _as_written(pack: Pack) -> Iterator[tuple[str, Path, str]]:
    """Words with a brace that nothing is put into: file, where, the brace. Those that could not be read are told already."""
    filled = {raw for raw in _filled(pack.book) if "{" in raw}
    for prose in pack.prose:
        if prose.text not in filled and (found := _BRACE.search(prose.text)):
            yield prose.file, prose.at, found.group()


def _leaves(value: Any, at: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*at, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*at, number))


def _written(pack: Pack, seen: DrawnScreen, brace: str) -> tuple[str, Path]:
    """Where the words of a screen with this brace are written: in what it is about, its step, or anywhere; else the step."""
    file, at = pack.step_at(seen.step)
    kind, _, name = seen.subject.partition(":")
    about = [pack.file_of(kind, name)] if seen.subject in pack.book.where else []
    for path in dict.fromkeys((*about, file, *pack.book.docs)):
        if path in pack.book.docs and not path.startswith(_UNSEEN):
            found = [at for at, text in _leaves(pack.book.docs[path][0]) if brace in text]
            if found:
                return path, next((at for at in found if seen.language in at), found[0])
    return file, at


def _shown(pack: Pack) -> Iterator[tuple[str, Path, str]]:
    """Braces on the screens as drawn, buttons included."""
    for seen in drawn(pack):
        screen = seen.screen
        for words in (screen.text, *(choice.label for choice in (*screen.choices, *screen.footer))):
            for found in _BRACE.finditer(words) if "{" in words or "}" in words else ():
                yield *_written(pack, seen, found.group()), found.group()


def look(pack: Pack) -> Iterator[Fault]:
    """What is drawn, and what is shown as it is written: titles, buttons, names, the bot's own words, lines in print."""
    told = {(fault.file, fault.line) for fault in pack.faults if fault.severity == "error"}
    seen: set[tuple[str, Path]] = set()
    for file, at, brace in (*_as_written(pack), *_shown(pack)):
        if (file, at) in seen:
            continue
        seen.add((file, at))
        fault = pack.fault(
            file, at, "BRACE-SHOWN", f"{brace} is shown as it is written: nothing is put there.",
            "Say it in words, or move the {placeholder} to a text that is filled: `say`, a tip's `text`, a card's `steps`. "
            "Titles, buttons, names and the bot's own words in flows/ui.yaml are not filled.",
            why="People would read the brace.", word=brace,
        )  # fmt: skip
        if (fault.file, fault.line) not in told:
            yield fault


RULE = Rule("BRACE-SHOWN", "flows", "A brace that people see, like a {placeholder} in a button or a title.", look,
            flow_file("", home="Again with {word}"), flow_file(""), 9)  # fmt: skip
