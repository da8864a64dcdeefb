"""What waits for a translation: texts that lack a language, and translations older than what they translate; and writing one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.book.load import text_hash
from bot.book.reader import Unreadable, read
from bot.book.text import parse_text
from bot.desk.edit import EditError, Path, put
from bot.desk.forms import Edit, Refused, clean

_TOPICS = "content/topics/"
_OWN_WAY = ("content/find/", "content/sources/", "content/links", "content/genuine", "content/words", "content/voices/")
"""Files whose languages are not translations of one another, or that hold no words that people see."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One text that waits. `file` and `at`: where the translation goes. `text`: what it translates, in language `of`.
    `now`: the words there are, "" for none. `label`: a label, on one line, else a text. `hashed`: it stands in a file of
    its language, beside the hash of what it translates."""

    file: str
    at: Path
    language: str
    of: str
    text: str
    now: str
    why: Literal["missing", "old"]
    hashed: bool = False

    @property
    def name(self) -> str:
        """What names it in a form: language, file and place."""
        return "|".join((self.language, self.file, *map(str, self.at)))


def _hash(text: str) -> str:
    """The hash of a text, or "" where its marks are broken: no translation can be of that."""
    try:
        return text_hash(parse_text(text))
    except ValueError:
        return ""


def _docs(files: Mapping[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, data in files.items():
        if path.endswith(".yaml"):
            try:
                found[path] = read(path, data)[0]
            except Unreadable:
                continue
    return found


def _spoken(value: Any, at: Path, languages: list[str]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every set of the same words by language: where it stands, and the words."""
    if isinstance(value, dict):
        if value and all(isinstance(inner, str) for inner in value.values()) and set(value) <= set(languages):
            yield at, value
            return
        for key, inner in value.items():
            yield from _spoken(inner, (*at, key), languages)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _spoken(inner, (*at, number), languages)


def _own_files(docs: Mapping[str, Any]) -> dict[str, list[tuple[str, Any]]]:
    """The translation files of each topic."""
    own: dict[str, list[tuple[str, Any]]] = {}
    for path, value in docs.items():
        if path.startswith(_TOPICS) and isinstance(value, dict) and "language" in value:
            own.setdefault(str(value.get("topic")), []).append((path, value))
    return own


def waiting(files: Mapping[str, bytes]) -> list[Waiting]:
    """Everything that waits for a translation, by file. Files that cannot be read are left out; the faults name them."""
    docs = _docs(files)
    book = docs.get("content/book.yaml")
    languages = [str(code) for code in book.get("languages") or ()] if isinstance(book, dict) else []
    own = _own_files(docs)
    found: list[Waiting] = []
    for path, value in sorted(docs.items()):
        if path.startswith(_OWN_WAY) or not isinstance(value, dict) or "language" in value:
            continue
        beside = own.get(str(value.get("topic")), []) if path.startswith(_TOPICS) else []
        for at, words in _spoken(value, (), languages):
            source = next(iter(words))
            for language in languages:
                if language not in words:
                    found += _missing(path, at, value, language, source, words[source], beside)
        for other, translation in beside:
            found += _old(value, other, translation)
    return found


def _missing(
    path: str, at: Path, value: Any, language: str, of: str, text: str, beside: list[tuple[str, Any]]
) -> Iterator[Waiting]:
    """A text that lacks a language. Where the topic has a file of that language, it goes there."""
    other = next(((name, made) for name, made in beside if made.get("language") == language), None)
    if other and len(at) == 3 and at[0] == "tips" and at[2] == "text":
        tip = str(value["tips"][at[1]].get("tip"))
        if not isinstance((other[1].get("tips") or {}).get(tip), dict):
            yield Waiting(other[0], ("tips", tip), language, of, text, "", "missing", hashed=True)
    elif other and at == ("title",):
        if not isinstance(other[1].get("title"), str):
            yield Waiting(other[0], ("title",), language, of, text, "", "missing")
    else:
        yield Waiting(path, (*at, language), language, of, text, "", "missing")


def _old(topic: Any, path: str, translation: Any) -> Iterator[Waiting]:
    """Tips of a topic's own language file that are older than the tip."""
    tips = topic.get("tips")
    for tip in tips if isinstance(tips, list) else ():
        words = tip.get("text") if isinstance(tip, dict) else None
        entry = (translation.get("tips") or {}).get(tip.get("tip")) if isinstance(words, dict) and words else None
        if isinstance(words, dict) and isinstance(entry, dict) and isinstance(entry.get("text"), str):
            of, text = next(iter(words.items()))
            if _hash(text) not in ("", entry.get("of")):
                at: Path = ("tips", str(tip.get("tip")))
                yield Waiting(path, at, str(translation.get("language")), of, text, entry["text"], "old", hashed=True)


def translate(files: Mapping[str, bytes], item: Waiting, words: str) -> Edit:
    """The file with the translation in it, and the hash of what it translates where the file keeps one.

    Raises Refused where there are no words, or the file cannot take them.
    """
    said = clean(words)
    if not said:
        raise Refused("there are no words yet; write the translation, or leave this one to somebody else")
    try:
        text = files[item.file].decode()
        if not item.hashed:
            return Edit(item.file, files[item.file], put(item.file, text, item.at, said).encode())
        hashed = _hash(item.text)
        if item.why == "missing":
            text = put(item.file, text, item.at, {"of": hashed, "text": said})
        else:
            if said != clean(item.now):
                text = put(item.file, text, (*item.at, "text"), said)
            text = put(item.file, text, (*item.at, "of"), hashed)
        return Edit(item.file, files[item.file], text.encode())
    except EditError as error:
        raise Refused(str(error)) from None
    except (KeyError, UnicodeDecodeError):
        raise Refused("this file is gone or is not UTF-8; mend it by hand first") from None
