"""A pack as rules see it: what could be built, where every text and date stands, the finder and the screens, each made once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from bot.authoring.lint.context import LintContext
from bot.authoring.lint.text_position import inside
from bot.book import Book, Edition, Fault, Path, Severity, spot_of
from bot.find import FOLDER, Finder, WordCache, survey_pack

Made = TypeVar("Made")
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
_NOT_SAID = ("content/find/", "content/sources/", "content/words", "content/retractions", "content/genuine")
KEPT = frozenset(("checked", "on", "read", "as_of", "dated", "page_dated", "address", "web", "review", "by"))
"""Fields that rules ask for wherever they stand."""


class Prose(NamedTuple):
    """Words that people may see, and in which language. `at`: where they stand in `file` with its translations put in."""

    file: str
    at: Path
    language: str
    text: str


class Texts(NamedTuple):
    """One text in its languages: where it stands, and the words of each."""

    file: str
    at: Path
    words: Mapping[str, str]


class Field(NamedTuple):
    """A field that rules ask for, with its value as read."""

    file: str
    at: Path
    value: Any


class Phrase(NamedTuple):
    """One way in which people ask for a topic."""

    topic: str
    language: str
    text: str
    file: str
    at: Path


@dataclass(frozen=True, eq=False)
class Pack:
    """What stands of a book, the files it was made of, the day, the faults found so far, and what lies around the files.

    `workers`: processes that a rule may share its work out among.
    """

    book: Book
    files: Mapping[str, bytes]
    today: dt.date
    faults: tuple[Fault, ...] = ()
    context: LintContext = field(default_factory=LintContext)
    workers: int = 1
    weighed: WordCache = field(default_factory=WordCache, init=False, repr=False)
    _made: dict[Callable[[Pack], Any], Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, make: Callable[[Pack], Made]) -> Made:
        """What `make` makes of this pack, made the first time only: several rules may look at it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    def fault(
        self, file: str, at: Path, code: str, what: str, fix: str, severity: Severity = "error", why: str = "", word: str = ""
    ) -> Fault:
        """A fault at a place of a file, told where the words stand: in the translation where they came from one. `word`: what of
        the text there is meant, told at its own line and column."""
        if file not in self.book.docs:
            return Fault(file, 1, 1, code, what, why, fix, severity)
        file, line, column = spot_of(file, at, self.book.docs[file][1])
        if word:
            line, column = inside(self.files.get(file, b"").decode("utf-8", "replace").split("\n"), line, column, word)
        return Fault(file, line, column, code, what, why, fix, severity)

    def file_of(self, kind: str, name: str) -> str:
        """The file that holds a topic, card, place, referral, voice or policy."""
        return self.book.where[f"{kind}:{name}"][0]

    def step_at(self, step_id: str) -> tuple[str, Path]:
        """Where a step is written."""
        return self.book.flows.places.get(step_id, "flows"), ("steps", step_id.partition(".")[2])

    @cached_property
    def broken(self) -> frozenset[str]:
        """Files with an error of their own reading: what they say is not known in full."""
        return frozenset(fault.file for fault in self.faults if fault.severity == "error")

    @cached_property
    def edition(self) -> Edition:
        """What the day shows."""
        return Edition(self.book, self.today)

    @cached_property
    def _finding(self) -> tuple[Finder, list[Fault]]:
        found, faults = survey_pack(self.book.docs)
        return Finder(self.edition, found), faults

    @property
    def finder(self) -> Finder:
        """The finder over the day's edition, of the files that can be read."""
        return self._finding[0]

    @property
    def finder_faults(self) -> list[Fault]:
        """What is wrong in the shape of the finder's own files."""
        return self._finding[1]

    @cached_property
    def _gathered(self) -> tuple[list[Texts], dict[str, list[Field]]]:
        texts: list[Texts] = []
        fields: dict[str, list[Field]] = {key: [] for key in KEPT}
        languages = frozenset(self.book.languages)
        for file, (value, _) in self.book.docs.items():
            _gather(file, value, languages, texts, fields)
        return texts, fields

    @property
    def texts(self) -> list[Texts]:
        """Every text with its languages, those from files of their own too: wherever a file has `en:` and its like, but for the
        finder, sources and word list."""
        return self._gathered[0]

    def fields(self, *names: str) -> Iterator[Field]:
        """Every field of these names (of `KEPT`), wherever it stands."""
        for name in names:
            yield from self._gathered[1][name]

    @cached_property
    def prose(self) -> list[Prose]:
        """Every text, each language of it alone, those in files of their own included."""
        return [
            Prose(file, (*at, language), language, text) for file, at, words in self.texts for language, text in words.items()
        ]

    @cached_property
    def phrases(self) -> list[Phrase]:
        """Every phrase of every topic that stands, wherever it is written."""
        found: list[Phrase] = []
        for file, (value, _) in self.book.docs.items():
            if not isinstance(value, dict):
                continue
            if file.startswith(f"{FOLDER}phrases"):
                topics = value.get("phrases")
                for topic, phrases in topics.items() if isinstance(topics, dict) else ():
                    found += _phrases(topic, phrases, file, ("phrases", topic))
            elif file.startswith("content/topics/"):
                found += _phrases(str(value.get("topic")), value.get("phrases"), file, ("phrases",))
        return [phrase for phrase in found if phrase.topic in self.book.topics]


def _phrases(topic: str, phrases: object, file: str, at: Path) -> Iterator[Phrase]:
    for language, texts in phrases.items() if isinstance(phrases, dict) else ():
        for number, text in enumerate(texts if isinstance(texts, list) else ()):
            if isinstance(text, str):
                yield Phrase(topic, language, text, file, (*at, language, number))


def _gather(file: str, value: Any, languages: frozenset[str], texts: list[Texts], fields: dict[str, list[Field]]) -> None:
    """One walk over a file for all that rules ask of it."""
    said = not file.startswith(_NOT_SAID)
    stack: list[tuple[Path, Any]] = [((), value)]
    while stack:
        at, here = stack.pop()
        if isinstance(here, dict):
            if said and not languages.isdisjoint(here) and all(_LANGUAGE.match(key) for key in here):
                words = {key: inner for key, inner in here.items() if isinstance(inner, str)}
                if words:
                    texts.append(Texts(file, at, words))
                    continue
            for key, inner in here.items():
                if key in fields:
                    fields[key].append(Field(file, (*at, key), inner))
                if isinstance(inner, (dict, list)) and key != "phrases":
                    stack.append(((*at, key), inner))
        elif isinstance(here, list):
            stack += [((*at, number), inner) for number, inner in enumerate(here) if isinstance(inner, (dict, list))]
