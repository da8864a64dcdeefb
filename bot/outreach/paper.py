"""What is on paper, before anybody draws it: one shape for the browser's page and for the PDF."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.book import Text

Size = Literal["a4", "letter"]
SIZES: dict[Size, tuple[float, float]] = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height in millimetres."""
Style = Literal["title", "heading", "subheading", "text", "small"]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: its style and its runs of words, each bold or not."""

    style: Style
    runs: tuple[tuple[str, bool], ...]

    @property
    def words(self) -> str:
        """The words without their weight."""
        return "".join(text for text, _ in self.runs)


@dataclass(frozen=True, slots=True)
class Blank:
    """A line to write on."""


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that stay on one page, under a rule."""

    parts: tuple[Line | Blank, ...]


@dataclass(frozen=True, slots=True)
class CutOut:
    """Groups to cut out, two in a row."""

    groups: tuple[Group, ...]


Part: TypeAlias = Line | Blank | Group | CutOut


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document. `pages`: how many it may have, 0 for as many as it takes."""

    language: str
    parts: tuple[Part, ...]
    pages: int = 0

    @property
    def words(self) -> str:
        """Every word of it, for what only needs to look."""
        return "\n".join(_words(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Handout:
    """A card or a poster: a neutral name, what it offers, the address, how to know the bot, when the address was checked."""

    language: str
    kind: Literal["cards", "poster"]
    name: str
    what: str
    address: str
    never: str
    three: tuple[str, str] | None
    dated: str
    more: tuple[str, ...] = ()
    code: tuple[str, str] | None = None

    @property
    def shown(self) -> str:
        """The address as people type it."""
        return self.address.removeprefix("https://")

    @property
    def words(self) -> str:
        """Every word of it."""
        return "\n".join(
            (self.name, self.what, self.shown, *(self.code or ()), self.never, *(self.three or ()), self.dated, *self.more)
        )


def _words(part: Part) -> str:
    if isinstance(part, Line):
        return part.words
    if isinstance(part, Group):
        return "\n".join(_words(inner) for inner in part.parts)
    return "\n".join(_words(group) for group in part.groups) if isinstance(part, CutOut) else ""


def line(style: Style, words: str, *, bold: bool = False) -> Line:
    """A paragraph of plain words."""
    return Line(style, ((words, bold),))


def lines(style: Style, text: Text, slots: Mapping[str, str], lead: str = "") -> Iterable[Line]:
    """A text of the pack as paragraphs, one a line of it, with its bold words; `lead` goes before the first, in bold.

    `slots`: what stands for `{name}`, and for `{contact:id}` under "contact:id"; in bold, since most are numbers to be found.
    """
    runs: list[tuple[str, bool]] = [(lead, True)] if lead else []
    for piece in text.pieces:
        if piece.kind == "slot":
            runs.append((slots.get(f"{piece.text}:{piece.target}" if piece.target else piece.text, ""), True))
            continue
        first, *rest = piece.text.split("\n")
        runs.append((first, piece.bold))
        for more in rest:
            if any(words.strip() for words, _ in runs):
                yield Line(style, tuple(run for run in runs if run[0]))
            runs = [(more, piece.bold)]
    if any(words.strip() for words, _ in runs):
        yield Line(style, tuple(run for run in runs if run[0]))


def right_to_left(words: str) -> bool:
    """Whether the first letter that has a direction runs from right to left: no list of languages to keep."""
    direction = next((way for way in map(unicodedata.bidirectional, words) if way in ("L", "R", "AL")), "L")
    return direction != "L"
