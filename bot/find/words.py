"""Typed text into plain words: case, accents, repeated letters, emoji, text-speak. The same for phrases and questions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

LONGEST = 600
"""Characters of a message that are read; the rest adds nothing to what it is about."""

_APOSTROPHES = str.maketrans("", "", "'’‘`´")
_MARKS = re.compile("[\u0300-\u036f\u200d\ufe0f]")
_PLAIN = re.compile(r"[a-z0-9]+")
_PARTS = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_TRIPLE = re.compile(r"([a-z0-9])\1{2,}")
_DOUBLE = re.compile(r"(.)\1+")
_DIGITS = str.maketrans("013457", "oieast")
_SOUNDS = (
    ("ph", re.compile("ph"), "f"),
    ("qu", re.compile("qu(?=[ei])"), "k"),
    ("ck", re.compile("ck"), "k"),
    ("q", re.compile("q"), "k"),
    ("c", re.compile("c(?=[eiy])"), "s"),
    ("c", re.compile("c(?!h)"), "k"),
    ("z", re.compile("z"), "s"),
    ("v", re.compile("v"), "b"),
    ("ll", re.compile("ll"), "y"),
    ("h", re.compile("(?<=[abd-z])h|^h(?=.{4})"), ""),
    ("g", re.compile("g(?=[ei])"), "j"),
    ("y", re.compile("(?<=[a-z])y$"), "i"),
)
"""What has to be in a word, the pattern, and what it sounds like."""


def fold(text: str, longest: int = LONGEST) -> list[str]:
    """The words of `text` in small letters without accents, apostrophes or drawn-out letters; each sign a word of its own.

    Only the first `longest` characters are read.

    A sign that is no letter or digit is kept only where it may mean something: emoji, not punctuation.
    """
    plain = unicodedata.normalize("NFKD", text[:longest].casefold().translate(_APOSTROPHES))
    if not plain.isascii():
        plain = _MARKS.sub("", plain)
        if not plain.isascii():
            plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    if plain.isascii():  # no sign among these means anything
        return _PLAIN.findall(_TRIPLE.sub(r"\1", plain))
    found = []
    for part in _PARTS.findall(_TRIPLE.sub(r"\1", plain)):
        if (part.isascii() and part.isalnum()) or unicodedata.category(part) == "So":
            found.append(part)
    return found


def only_emoji(text: str) -> bool:
    """Whether a message holds emoji and no letter or digit of any script: an encoder knows none of them from another."""
    return not any(map(str.isalnum, text)) and any(unicodedata.category(sign) == "So" for sign in text)


def spoken(words: Collection[str], text_speak: Mapping[str, tuple[str, ...]]) -> list[str]:
    """`words` with text-speak written out (`u` is `you`, `xq` is `porque`) and digits inside letters read as letters."""
    out: list[str] = []
    for word in words:
        if word in text_speak:
            out += text_speak[word]
        elif len(word) > 2 and not word.isdigit() and not word.isalpha() and word.isalnum() and word[0].isalpha():
            out.append(word.translate(_DIGITS))
        else:
            out.append(word)
    return out


def sound(word: str) -> str:
    """A rough spelling of how a word sounds, the same for the many ways it is typed in either language."""
    word = _DOUBLE.sub(r"\1", word.replace("ll", "Y")).replace("Y", "y")
    for needle, pattern, by in _SOUNDS:
        if needle in word:
            word = pattern.sub(by, word)
    return word


class PackWords:
    """`fold` and `sound` for the pack's own words, each worked out once: they come again and again. Never for a person's."""

    def __init__(self) -> None:
        self._folded: dict[str, tuple[str, ...]] = {}
        self._sounds: dict[str, str] = {}

    def fold(self, text: str) -> tuple[str, ...]:
        """As the function."""
        found = self._folded.get(text)
        if found is None:
            found = self._folded[text] = tuple(fold(text))
        return found

    def sound(self, word: str) -> str:
        """As the function."""
        found = self._sounds.get(word)
        if found is None:
            found = self._sounds[word] = sound(word)
        return found


def grams(word: str) -> list[str]:
    """The runs of three to five letters of a word, its edges marked."""
    edged = f"^{word}$"
    return [edged[at : at + size] for size in (3, 4, 5) for at in range(len(edged) - size + 1)]
