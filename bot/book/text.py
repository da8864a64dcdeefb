"""The small markup that peers write, parsed once when the book is built.

`**bold**`, `- ` at the start of a line for a list, blank lines between paragraphs, `[words](source-id)`, and the slots
`{word}`, `{emergency}`, `{ambulance}`, `{police}`, `{fire}`, `{place}`, `{contact:referral-id}` and the flows' own `{name}`s.
Slots work inside bold and inside the words of a link; links work inside bold. Values are put in afterwards, as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

PieceKind = Literal["plain", "bold", "link", "slot"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One run of a text. `target`: the source id of a link, or a slot's argument ("referral-id" in `{contact:...}`).

    `bold`: it stands inside `**bold**`, links and slots too. `source`: the source id of the link among whose words a slot stands.
    """

    kind: PieceKind
    text: str
    target: str = ""
    bold: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as written (`raw`) and as parsed (`pieces`)."""

    raw: str
    pieces: tuple[Piece, ...]

    @property
    def slots(self) -> frozenset[str]:
        """The names of the slots, `contact:id` with its argument."""
        return frozenset(
            f"{piece.text}:{piece.target}" if piece.target else piece.text for piece in self.pieces if piece.kind == "slot"
        )

    def __bool__(self) -> bool:
        return bool(self.raw)


_MARK = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*"
    r"|\[(?P<words>[^\]\n]+)\]\((?P<source>[a-z0-9-]+)\)"
    r"|\{(?P<slot>[a-z_]+)(?::(?P<arg>[a-z0-9-]+))?\}"
)
_STRAY = re.compile(r"\*\*|\]\(|[{}]")


def _pieces(body: str, bold: bool = False, source: str = "") -> Iterator[Piece]:
    """The pieces of a run of text, which may stand in bold or among the words of a link: marks inside marks count too."""
    at = 0
    for found in [*_MARK.finditer(body), None]:
        plain = body[at : found.start() if found else len(body)]
        if stray := _STRAY.search(plain):
            raise ValueError(f'"{stray.group()}" stands alone here; write **bold**, [words](source-id) or {{word}} in full')
        if plain:
            kind: PieceKind = "link" if source else "bold" if bold else "plain"
            yield Piece(kind, plain, source, bold)
        if found is None:
            return
        at = found.end()
        if found["bold"] is not None:
            yield from _pieces(found["bold"], True, source)
        elif found["words"] is not None:
            yield from _pieces(found["words"], bold, found["source"])
        else:
            yield Piece("slot", found["slot"], found["arg"] or "", bold, source)


def parse_text(raw: str) -> Text:
    """Parse `raw`. Raises ValueError (wording for peers) where a mark is opened and not closed as the guide says."""
    return Text(raw, tuple(_pieces(re.sub(r"(?m)^- ", "• ", raw.strip("\n")))))
