"""A language in files of its own: `pep.pt.yaml` beside `pep.yaml`, the same tree with one text where that has one a language.

Lists are keyed by the ids of their items (else by their number from 1). A text is `{of: hash, text: words}`, or the words alone
with `of` beside them; `of` tells which words were translated. Words that are empty are not translated yet.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from bot.book.faults import Path, near
from bot.book.fields import Language
from bot.book.text import parse_text

_CODE = re.compile(r"[a-z]{2,3}\Z")
_IDS = ("tip", "section", "question", "scene", "value", "barrier", "blank", "choice", "rule", "competency", "tick", "fits")
"""What names an item of a list, first found first."""


def translation_of(path: str) -> tuple[str, str] | None:
    """For `topics/health/pep.pt.yaml`: the path of the file it translates, and the language. None for another file."""
    base, dot, language = path.removesuffix(".yaml").rpartition(".")
    if not dot or not _CODE.match(language) or path.startswith("content/find/"):
        return None
    return f"{base}.yaml", language


def file_beside(path: str, language: str) -> str:
    """The file that holds the translation of `path` into a language."""
    return f"{path.removesuffix('.yaml')}.{language}.yaml"


def add_it(path: str, languages: Collection[str], known: Collection[str]) -> str:
    """How to mend a text of `path` that lacks languages. `known`: the files that there are."""
    files = [file for language in languages if (file := file_beside(path, language)) in known]
    return f"Write it in {' and '.join(files)}." if len(files) == len(languages) else "Add it."


def hash_of(words: str) -> str:
    """Eight characters that change whenever a text does: what a translation says it is `of`."""
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def spoken(value: Any, languages: Collection[str]) -> bool:
    """Whether a value has one entry a language."""
    return isinstance(value, dict) and bool(value) and set(value) <= set(languages)


def item_key(item: Any, number: int) -> str:
    """What an item of a list is called in a translation: its id, else its number from 1."""
    found = next((item[name] for name in _IDS if name in item), None) if isinstance(item, dict) else None
    return str(found) if isinstance(found, str) else str(number + 1)


def key_of(value: Any, at: Path) -> tuple[str, ...]:
    """What the place `at` of a file is called in a translation of it: items of lists by their id."""
    key: list[str] = []
    for part in at:
        value = value[part] if isinstance(value, (dict, list)) else None
        key.append(item_key(value, part) if isinstance(part, int) else str(part))
    return tuple(key)


class Translation(BaseModel):
    """A language of its own beside a file: the same tree, each text as `{of: hash, text: words}`. Empty: not translated yet."""

    model_config = ConfigDict(extra="allow")

    language: Language


class TranslationPlace(NamedTuple):
    """A text to translate: where it stands in a translation and in the file itself, and the words by language."""

    key: tuple[str, ...]
    at: Path
    words: dict[str, Any]


def places(value: Any, languages: Collection[str], key: tuple[str, ...] = (), at: Path = ()) -> Iterator[TranslationPlace]:
    """Every text (and list of phrases) of a file that has one entry a language."""
    if spoken(value, languages):
        yield TranslationPlace(key, at, value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, languages, (*key, name), (*at, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, languages, (*key, item_key(inner, number)), (*at, number))


class TranslationProblem(NamedTuple):
    """What is wrong in a translation: where, a code, what, how to mend it."""

    at: Path
    code: str
    what: str
    fix: str


@dataclass
class MergedTranslation:
    """A translation put into its file. `came`: where each text that came in stands in the translation. `left`, `total`: texts
    still to do, and all."""

    value: Any
    came: dict[Path, Path]
    problems: list[TranslationProblem]
    left: int
    total: int

    def leave_out(self, texts: Iterable[Path]) -> None:
        """Takes texts that came in out again."""
        for at in texts:
            node = self.value
            for part in at[:-1]:
                node = node[part]
            del node[at[-1]]


def leaf(node: Any, key: tuple[str, ...]) -> tuple[Any, str | None, Path] | None:
    """The words that a translation has for `key`, what they are `of`, and where they stand."""
    above: Any = {}
    for part in key:
        if not isinstance(node, dict) or part not in node:
            return None
        above, node = node, node[part]
    if isinstance(node, dict):
        return node.get("text", ""), node.get("of", ""), (*key, "text")
    return node, above.get("of", "" if key[-1] == "text" else None), key


State = Literal["missing", "old", "there"]


class TranslationEntry(NamedTuple):
    """A text of a file and what a translation has for it. `key`, `at`: where it stands in the translation and in the file.
    `first`: the language of `source`, which is translated. `own`: the words that the translation has, None for none; `where`
    these stand there. `state`: `there` too where the file itself has the language, `old` where the words were made from others.
    """

    key: tuple[str, ...]
    at: Path
    words: dict[str, Any]
    first: str
    source: Any
    own: Any
    where: Path
    state: State


def entries(value: Any, translation: Any, language: str, languages: Collection[str]) -> Iterator[TranslationEntry]:
    """Every text of `value`, with what a translation into `language` has for it. `value`: a file as it was read, or with its
    translations put in. `translation`: None where there is no such file."""
    for key, at, words in places(value, languages):
        first, source = next(iter(words.items()))
        found = leaf(translation, key)
        own, of, where = found or (None, None, key)
        if not own or (isinstance(own, str) and not own.strip()):
            own = None
        state: State = "there" if own is not None or language in words else "missing"
        if own is not None and isinstance(source, str) and of is not None and of != hash_of(source):
            state = "old"
        yield TranslationEntry(key, at, words, first, source, own, where, state)


def merge(value: Any, translation: Any, language: str, languages: Collection[str]) -> MergedTranslation:
    """A copy of `value` with the words of a translation in it, and what is wrong or missing there. Nothing is raised."""
    done: dict[Path, Any] = {}
    came: dict[Path, Path] = {}
    problems: list[TranslationProblem] = []
    known: set[tuple[str, ...]] = set()
    left = total = 0
    for key, at, words, _, source, own, where, state in entries(value, translation, language, languages):
        known.add(key)
        asked = isinstance(source, str) and language not in words
        total += asked
        if own is None:
            left += asked
            continue
        if type(own) is not type(source):
            problems.append(
                TranslationProblem(where, "TYPE-TEXT", "This is not of the kind that it translates.", "Compare both files.")
            )
            continue
        if isinstance(own, str):
            try:
                parse_text(own)
            except ValueError as error:
                problems.append(TranslationProblem(where, "VALUE", f"{error}.", ""))
                continue
            if state == "old":
                says = "This translation is older than the text it translates."
                problems.append(
                    TranslationProblem(where, "TRANSLATION-OLD", says, f'Compare both, then write `of: "{hash_of(source)}"`.')
                )
        done[at] = {**words, language: own}
        came[*at, language] = where
    problems += _unknown(translation, known, value)
    return MergedTranslation(_with(value, done, ()), came, problems, left, total)


def _with(value: Any, done: dict[Path, Any], at: Path) -> Any:
    if at in done:
        return done[at]
    if isinstance(value, dict):
        return {name: _with(inner, done, (*at, name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with(inner, done, (*at, number)) for number, inner in enumerate(value)]
    return value


def _unknown(translation: Any, known: set[tuple[str, ...]], value: Any) -> Iterator[TranslationProblem]:
    """Entries that translate nothing: an id that was renamed, a field that has no words."""
    stems = {key[:size] for key in known for size in range(len(key) + 1)}

    def walk(node: Any, key: tuple[str, ...]) -> Iterator[TranslationProblem]:
        if not isinstance(node, dict) or key in known:
            return
        for name, inner in node.items():
            own = (*key, name)
            if name == "of" or (not key and (name == "language" or (isinstance(inner, str) and value.get(name) == inner))):
                continue
            if own in stems:
                yield from walk(inner, own)
            else:
                beside = {stem[-1] for stem in stems if len(stem) == len(own) and stem[:-1] == key}
                yield TranslationProblem(own, "TRANSLATION-UNKNOWN", f'"{name}" has nothing to translate in the file beside it.',
                              near(name, beside) or "Take it out, or correct its id.")  # fmt: skip

    if not isinstance(translation, dict):
        yield TranslationProblem((), "TYPE-FIELDS", "A translation has fields of its own.", "Begin with `language:`.")
    elif isinstance(value, dict):
        yield from walk(translation, ())


def stub(value: Any, language: str, languages: Collection[str]) -> dict[str, Any]:
    """A translation to fill in: every text that lacks the language, empty, with the hash of what it translates."""
    kind = next(iter(value), "")
    made: dict[str, Any] = {kind: value[kind]} if isinstance(value.get(kind), str) else {}
    made["language"] = language
    for key, _, words in places(value, languages):
        source = next(iter(words.values()))
        if language in words or not key:
            continue
        node = made
        for part in key[:-1]:
            node = node.setdefault(part, {})
        node[key[-1]] = {"of": hash_of(source), "text": ""} if isinstance(source, str) else []
    return made
