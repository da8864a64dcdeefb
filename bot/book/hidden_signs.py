"""Hidden signs: characters that nobody sees and that change how words read or what a terminal does, found in a text.

Refused everywhere are control characters, marks of the reading direction, zero-width and blank fillers, tags, and characters
whose look depends on the phone's font. Three kinds are needed to write some languages and emoji, and are taken only there:
joiners, variation selectors, Mongolian ones (`content/README.md` says it for peers).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

_NEVER = (
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f"  # control characters, but for the tab and the line break
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u2028\u2029\u2060-\u2065\u2800\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # the reading direction (Unicode Annex 9), and what came before it
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ue000-\uf8ff\U000f0000-\U0010ffff\ufdd0-\ufdef\ufffe\uffff"  # private and no characters at all
    "\ud800-\udfff"  # halves of a character: what a file name that is not UTF-8 is made of
)
_ZWNJ, _ZWJ = "\u200c", "\u200d"
_SOMETIMES = f"{_ZWNJ}{_ZWJ}\ufe00-\ufe0f\u180b-\u180f"
_ANY = re.compile(f"([{_NEVER}])|[{_SOMETIMES}]")
_EMOJI = re.compile("[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f]")
_SYMBOL = re.compile("[\u203c\u2049\u2139\u3030]")
"""What may have a look of its own as an emoji and is no symbol by its category."""
_CURSIVE = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x0870, 0x08FF))
"""Arabic, for Persian, Urdu, Kurdish and others: a non-joiner keeps two letters apart, as in می‌روم."""
_VIRAMAS = ((0x0900, 0x0DFF), (0x0F00, 0x109F), (0x1780, 0x17FF), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F))
"""Scripts of South Asia and their kin: a joiner beside the sign that takes a vowel away chooses the form of the letter."""
_MONGOLIAN = re.compile("[\u1820-\u18aa]")
_VIRAMA = 9
"""The canonical combining class of that sign."""


def hidden_in(text: str) -> list[int]:
    """Where hidden signs stand in a text, by their indices. Tabs and line breaks are none."""
    if text.isascii() and text.isprintable():
        return []
    return [at.start() for at in _ANY.finditer(text) if at.lastindex or not _needed(text, at.start())]


def without_hidden(text: str, instead: str = "_") -> str:
    """The text with another character in the place of each hidden sign."""
    return replaced(text, hidden_in(text), lambda _: instead)


def replaced(text: str, places: Iterable[int], by: Callable[[str], str]) -> str:
    """The text with what `by` makes of each character at some places, in its place."""
    signs = list(text)
    for at in places:
        signs[at] = by(signs[at])
    return "".join(signs)


def said_of_hidden(text: str) -> str:
    """The first hidden sign of a text in words that go on after "here": which one, and as which character. "" for none."""
    found = hidden_in(text)
    return f"a hidden character ({code_point(text[found[0]])}) stands as character {found[0] + 1}" if found else ""


def code_point(sign: str) -> str:
    """How a character that nobody sees is named: `U+202E`."""
    return f"U+{ord(sign):04X}"


def _needed(text: str, at: int) -> bool:
    """Whether a sign that some writing needs stands where that writing needs it."""
    sign, before, after = text[at], text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if sign == _ZWJ and _EMOJI.match(before) and _EMOJI.match(after) and after != "\ufe0f":
        return True
    if sign in (_ZWNJ, _ZWJ):
        return _joins(sign, before, after)
    if sign in "\ufe0e\ufe0f":
        return _pictured(before, after)
    return bool(_MONGOLIAN.match(before)) and "\u180b" <= sign <= "\u180f"


def _joins(sign: str, before: str, after: str) -> bool:
    script = _script(before)
    if not script:
        return False
    if script == _CURSIVE[0][0]:
        return sign == _ZWNJ and _script(after) == script
    if unicodedata.combining(before) == _VIRAMA:
        return sign == _ZWJ or _script(after) == script  # at a word's end a joiner makes another letter, a non-joiner nothing
    return bool(after) and unicodedata.combining(after) == _VIRAMA and _script(after) == script


def _script(sign: str) -> int:
    """A number for the script of a letter or mark that joiners are used with, else 0."""
    if not sign or unicodedata.category(sign)[0] not in "LM":
        return 0
    number = ord(sign)
    if any(first <= number <= last for first, last in _CURSIVE):
        return _CURSIVE[0][0]
    return number >> 7 << 7 if any(first <= number <= last for first, last in _VIRAMAS) else 0


def _pictured(before: str, after: str) -> bool:
    """Whether a sign that chooses between a picture and a plain symbol has a symbol before it."""
    if not before:
        return False
    return unicodedata.category(before) in ("So", "Sm", "Sk") or bool(_SYMBOL.match(before)) or after == "\u20e3"
