"""The small markup that peers write, parsed once when the book is built.

`**bold**`, `- ` at the start of a line for a list, blank lines between paragraphs, `[words](source-id)`, and the slots
`{word}`, `{emergency}`, `{ambulance}`, `{police}`, `{fire}`, `{place}`, `{contact:referral-id}` and the flows' own `{name}`s.
Values are put into slots afterwards, as plain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

PieceKind = Literal["plain", "bold", "link", "slot"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One run of a text. `target`: the source id of a link, or a slot's argument ("referral-id" in `{contact:...}`)."""

    kind: PieceKind
    text: str
    target: str = ""


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


def parse_text(raw: str) -> Text:
    """Parse `raw`. Raises ValueError (wording for peers) where a mark is opened and not closed as the guide says."""
    pieces: list[Piece] = []
    body = re.sub(r"(?m)^- ", "• ", raw.strip("\n"))
    at = 0

    def plain(part: str) -> None:
        if stray := _STRAY.search(part):
            raise ValueError(f'"{stray.group()}" stands alone here; write **bold**, [words](source-id) or {{word}} in full')
        if part:
            pieces.append(Piece("plain", part))

    for found in _MARK.finditer(body):
        plain(body[at : found.start()])
        at = found.end()
        if found["bold"] is not None:
            pieces.append(Piece("bold", found["bold"]))
        elif found["words"] is not None:
            pieces.append(Piece("link", found["words"], found["source"]))
        else:
            pieces.append(Piece("slot", found["slot"], found["arg"] or ""))
    plain(body[at:])
    return Text(raw, tuple(pieces))
