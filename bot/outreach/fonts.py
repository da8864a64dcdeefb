"""The typeface of PDFs: found on this machine, and asked whether it can draw every sign of a page."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REGULAR, BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"
"""DejaVu Sans has Latin, Greek, Cyrillic, Arabic and Hebrew, and the boxes to tick."""
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/opt/homebrew/share/fonts",
            "~/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts", f"{sys.prefix}/share/fonts")  # fmt: skip
_MEND = "install DejaVu Sans (Debian: apt-get install fonts-dejavu-core), or give --font FILE.ttf, or print the HTML"


class MissingFont(ValueError):
    """There is no typeface for a page, or it lacks signs that the page needs."""


@dataclass(frozen=True, slots=True)
class Typeface:
    """Two font files; the same one twice where there is no bold."""

    regular: Path
    bold: Path


@cache
def _found(name: str) -> Path | None:
    for folder in _FOLDERS:
        if found := next(Path(folder).expanduser().rglob(name), None):
            return found
    return None


def typeface(own: Path | None = None) -> Typeface:
    """The file given, with `-Bold` beside it where there is one, else DejaVu Sans. Raises MissingFont, with how to mend it."""
    if own is None:
        regular = _found(REGULAR)
        if regular is None:
            raise MissingFont(f"this machine has no DejaVu Sans: {_MEND}")
        return Typeface(regular, _found(BOLD) or regular)
    if not own.is_file():
        raise MissingFont(f"there is no font file {own.name} there: {_MEND}")
    bold = own.with_name(f"{own.stem.removesuffix('-Regular')}-Bold{own.suffix}")
    return Typeface(own, bold if bold.is_file() else own)


def missing(words: str, drawn: Iterable[int]) -> str:
    """The signs of `words` that a font does not draw (`drawn`: its code points), each once."""
    known = set(drawn)
    return "".join(dict.fromkeys(sign for sign in words if ord(sign) > 32 and ord(sign) not in known))


def refuse(signs: str) -> MissingFont:
    """The error for a font that lacks signs: an empty box in a number or a step can hurt."""
    names = " ".join(f"{sign} (U+{ord(sign):04X})" for sign in signs[:5])
    return MissingFont(f"this font has no {names}: give --font FILE.ttf with one that has, or print the HTML")
