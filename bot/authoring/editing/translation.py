"""Every text beside its translations: what is missing, older than what it translates, or there; and writing one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.authoring.editing.actions import ActionRefused, Edit, clean
from bot.authoring.editing.json_schema import line_of, model_of
from bot.authoring.editing.yaml_edit import EditError, Path, put, whole
from bot.book import State, Unreadable, entries, file_beside, hash_of, leaf, read, translation_of

OWN_WAY = ("content/find/", "content/sources/", "content/links", "content/genuine", "content/words", "content/voices/")
"""Files whose languages are not translations of one another, or that hold no words that people see: nothing is missing in
them, unless a language has a file of its own beside one."""

BOOK = "content/book.yaml"
Values = Mapping[str, Any]
"""The files of a pack, read: path to value."""


@dataclass(frozen=True, slots=True)
class TranslationUnit:
    """One text in one language. `file` and `at`: where the translation goes, or stands. `text`: what it translates, in language
    `of`. `now`: the words there are, "" for none. `beside`: it stands in a file of its language, with the hash of what it
    translates. `source`: the file of the text itself."""

    file: str
    at: Path
    language: str
    of: str
    text: str
    now: str
    state: State
    source: str
    beside: bool = False

    @property
    def name(self) -> str:
        """What names it in a form: language, file and place."""
        return "|".join((self.language, self.file, *map(str, self.at)))


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages of a pack: those that people are `offered`, and those `coming`, in files of their own."""

    offered: tuple[str, ...]
    coming: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Both."""
        return self.offered + self.coming


def languages_in(values: Values) -> Languages:
    """The languages of a pack."""
    book = values.get(BOOK)
    listed = book.get("languages") if isinstance(book, dict) else None
    offered = tuple(str(code) for code in listed) if isinstance(listed, list) else ()
    named = {found[1] for path in values if (found := translation_of(path))}
    return Languages(offered, tuple(sorted(named.difference(offered))))


def language_names(values: Mapping[str, Any]) -> Mapping[str, str]:
    """How the pack calls languages, by code: `language_names` in `content/book.yaml`, a code where it has no name."""
    book = values.get("content/book.yaml")
    names = book.get("language_names") if isinstance(book, dict) else None
    return _Names({str(code): str(name) for code, name in names.items()} if isinstance(names, dict) else {})


class _Names(dict[str, str]):
    """Names by code; a code that has none names itself."""

    def __missing__(self, code: str) -> str:
        return code


def values_in(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The files that can be read; the faults name the others."""
    found: dict[str, Any] = {}
    for path, data in sorted(files.items()):
        if path.endswith(".yaml"):
            try:
                found[path] = read(path, data)[0]
            except Unreadable:
                continue
    return found


def units(values: Values, only: str = "") -> Iterator[TranslationUnit]:
    """Every text in each further language of the pack, file by file, those in preparation too. Texts that a file itself has in a
    language are left out: they are changed there. `only`: the texts of this file. `values`: as read, or with the translations put
    in."""
    languages = languages_in(values)
    apart = {found[1] for path in values if (found := translation_of(path))}
    for path in [only] if only else sorted(values):
        value = values.get(path)
        if translation_of(path) or path.startswith("content/find/") or not isinstance(value, dict):
            continue
        for language in languages.all:
            other = file_beside(path, language)
            if other not in values and (language in languages.coming or path.startswith(OWN_WAY)):
                continue
            beside = other in values or language in apart
            for entry in entries(value, values.get(other), language, languages.all):
                if not isinstance(entry.source, str) or not entry.key or (entry.own is None and language in entry.words):
                    continue
                file, at = (other, entry.key) if beside else (path, (*entry.at, language))
                yield TranslationUnit(file, at, language, entry.first, entry.source, entry.own or "", entry.state, path, beside)


def waiting(files: Mapping[str, bytes]) -> list[TranslationUnit]:
    """Everything that waits for a translation, by file: missing, or older than what it translates."""
    return [unit for unit in units(values_in(files)) if unit.state != "there"]


def translate(files: Mapping[str, bytes], unit: TranslationUnit, words: str) -> Edit:
    """The file with the translation in it, and the hash of what it translates where the language has files of its own.

    Raises ActionRefused where there are no words, or the file cannot take them.
    """
    said = clean(words)
    if not said:
        raise ActionRefused("there are no words yet; write the translation, or leave this one to somebody else")
    try:
        if not unit.beside:
            return _edit(files, unit, put(unit.file, files[unit.file].decode(), unit.at, said))
        if unit.file not in files:
            return _edit(files, unit, _begun(files, unit, said))
        return _edit(files, unit, _beside(unit, files[unit.file].decode(), said))
    except EditError as error:
        raise ActionRefused(str(error)) from None
    except (KeyError, UnicodeDecodeError, Unreadable):
        raise ActionRefused("this file is gone or cannot be read; mend it by hand first") from None


def _edit(files: Mapping[str, bytes], unit: TranslationUnit, text: str) -> Edit:
    return Edit(unit.file, files.get(unit.file), text.encode())


def _beside(unit: TranslationUnit, text: str, said: str) -> str:
    """The file of a language with one text more, or other: its hash stands where the file keeps it."""
    found = leaf(read(unit.file, text.encode())[0], tuple(map(str, unit.at)))
    hashed = hash_of(unit.text)
    if found is None:
        return put(unit.file, text, unit.at, {"of": hashed, "text": said})
    own, _, _ = found
    node = _node(read(unit.file, text.encode())[0], unit.at)
    if isinstance(node, dict):
        words, mark = (*unit.at, "text"), (*unit.at, "of")
    elif unit.at[-1] == "text":  # `{of: hash, text: words}` stands one level higher
        words, mark = unit.at, (*unit.at[:-1], "of")
    else:  # the words alone: from now on they say what they are of
        return put(unit.file, text, unit.at, {"of": hashed, "text": said})
    if said != clean(str(own)):
        text = put(unit.file, text, words, said)
    return put(unit.file, text, mark, hashed)


def _node(value: Any, at: Path) -> Any:
    for part in at:
        value = value[part]
    return value


def _begun(files: Mapping[str, bytes], unit: TranslationUnit, said: str) -> str:
    """A new file of a language, with its first text."""
    base = read(unit.source, files[unit.source])[0]
    kind = next(iter(base), "")
    made: dict[str, Any] = {kind: base[kind]} if isinstance(base.get(kind), str) else {}
    made["language"] = unit.language
    node = made
    for part in unit.at[:-1]:
        node = node.setdefault(str(part), {})
    node[str(unit.at[-1])] = {"of": hash_of(unit.text), "text": said}
    model = model_of(unit.file, made)
    return whole(made, line_of(unit.file, model) if model else "")
