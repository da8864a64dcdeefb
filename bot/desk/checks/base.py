"""What a rule is given and what it gives: a pack with its positions in, faults out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.book.book import Book
from bot.book.faults import Fault, Severity, place_of

Path = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """Words that people may see: where they stand, and in which language."""

    file: str
    at: Path
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole book, the files it was made of, and the day."""

    book: Book
    files: Mapping[str, bytes]
    today: dt.date

    def prose(self) -> Iterator[Prose]:
        """Every text in a language: wherever a file has `en:` and its like."""
        languages = set(self.book.languages)
        for file, (value, _) in self.book.docs.items():
            if not file.startswith(("content/find/", "content/sources/", "content/words")):
                yield from _prose(file, value, (), languages)

    def fault(self, file: str, at: Path, code: str, what: str, mend: str, severity: Severity = "error", why: str = "") -> Fault:
        """A fault at a place of a file."""
        line, column = place_of(at, self.book.docs[file][1]) if file in self.book.docs else (1, 1)
        return Fault(file, line, column, code, what, why, mend, severity)

    def file_of(self, kind: str, name: str) -> str:
        """The file that holds a topic, card, place, referral or voice."""
        return self.book.where[f"{kind}:{name}"][0]


def _prose(file: str, value: Any, at: Path, languages: set[str]) -> Iterator[Prose]:
    if isinstance(value, dict):
        spoken = bool(value) and set(value) <= languages
        for key, inner in value.items():
            if spoken and isinstance(inner, str):
                yield Prose(file, (*at, key), key, inner)
            elif key != "phrases":
                yield from _prose(file, inner, (*at, key), languages)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _prose(file, inner, (*at, number), languages)


def tip_file(
    en: str = "A short tip.", es: str = "Un consejo corto.", more: str = "", phrases: str = "sample question"
) -> dict[str, str]:
    """A topic file to try a rule on: one tip with these words."""
    text = f"""topic: sample-topic
area: wellbeing
urgency: everyday
title: {{en: Sample, es: Muestra}}
phrases:
  en: ["{phrases}"]
  es: ["{phrases} en español"]
tips:
  - tip: only
    for: [all]
    text:
      en: "{en}"
      es: "{es}"
    status: support
{more}review: {{checked: 2026-11-01, by: seed-pack, every: 180d}}
"""
    return {"content/topics/wellbeing/sample-topic.yaml": text}


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for. `fails` and `passes`: files that, added to a good pack, do and do not show it.

    `line`: where in the first file of `fails` the fault stands.
    """

    code: str
    about: str
    look: Callable[[Pack], Iterable[Fault]]
    fails: Mapping[str, str]
    passes: Mapping[str, str]
    line: int
