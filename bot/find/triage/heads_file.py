"""The file `heads.yaml`: which numbers the fitted heads are, what they were fitted for, and from which score each is believed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

NOW: Final = "now"
DANGER: Final = "danger"
"""Danger now or maybe."""
CARD: Final = "card/"
"""What the heads of cards begin with."""
PATHS: Final = ("watched", "about", "talk", "plan", "change", "safer", "young", "refuse", "seller", "small_talk", "stranger")
PARTS: Final = ("about-person", "about-human", "about-police", "about-saved", "about-delete", "about-operator")
SPECIALS: Final = ("young", "refuse", "about", "plan", "safer", "change", "talk", "small_talk")
"""The paths that words open; where several are heard, the loudest wins and then the earlier here."""
LINE: Final = "maybe/"
"""What the limit on the head of one card begins with."""
_BANDS: Final = ("sure", "choose", "unsure")
_BESIDE: Final = frozenset(f"{path}/{band}" for path in SPECIALS for band in _BANDS)
"""Limits on a path beside what the search found."""
_PLAIN = ("now", "maybe", "net", "loose", "mild", "watched", "seller", "buyer", "ahead", "calm", "clear", "part", "nothing")
_SINCE = {"buyer": -0.7, "ahead": 0.4, "calm": -0.6, "clear": 0.0, "part": -0.4, "nothing": 1.0}
"""Limits that files of earlier versions do not have, and what holds for those."""
_GONE = frozenset(("net_now", "net_maybe", "stranger"))
"""Limits of earlier versions: read over, so that a kept pack still loads; its heads are not used."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From which score on a head is believed; all of them numbers about between -1 (no) and 1 (yes).

    `now`, `maybe`: of danger, as the screen and as a line. `net`: how much a net for now adds to what the heads hear; `loose`:
    how much another net adds to it for the line. `mild`: how much a sign takes away that it is a joke, long ago or a question
    of how to. `watched`: that somebody reads along. `seller`: that a seller speaks, who is never turned away; `ahead`: how far
    the head of those to turn away must be ahead of the seller's, else nobody is turned away for the meaning. `buyer`: that it
    may be somebody to turn away, who gets no sure answer. `calm`: below it the heads take away the line that a net for now
    brings, but for a card in `lines` and for few words, of which they hear little. `clear`: how much louder danger must be for a
    line where the search is sure of an answer that is not the card's. `part`: of a part of About; below it the page opens at its
    beginning. `nothing`: from which chance on that words are of everyday life, as the topic classifier hears them, a card's own
    head alone (see `lines`) brings no line. `paths`: for each path; one that has none is never heard.
    `beside`: in its place where the search is as sure as that: a clear question keeps its answer, however much it sounds like a
    path; in the file `<path>/<band>`. `lines`: from which score of its own head a card gets its line even where danger is not
    loud: a wish to die is said in quiet words; in the file `maybe/<card>`.
    """

    now: float
    maybe: float
    net: float
    loose: float
    mild: float
    watched: float
    seller: float
    paths: Mapping[str, float]
    lines: Mapping[str, float] = field(default_factory=dict)
    beside: Mapping[str, float] = field(default_factory=dict)
    buyer: float = _SINCE["buyer"]
    ahead: float = _SINCE["ahead"]
    calm: float = _SINCE["calm"]
    clear: float = _SINCE["clear"]
    part: float = _SINCE["part"]
    nothing: float = _SINCE["nothing"]

    def as_numbers(self) -> dict[str, float]:
        """All of them by name, for a file."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            **{LINE + card: at for card, at in self.lines.items()},
            **self.paths,
            **self.beside,
        }

    def path(self, name: str, band: str) -> float:
        """From which score on a path is heard, beside what the search has found."""
        return self.beside.get(f"{name}/{band}", self.paths.get(name, math.inf))

    @classmethod
    def of_numbers(cls, numbers: Mapping[str, float]) -> Limits:
        """Out of a file. Raises ValueError where one is missing or belongs to nothing."""
        if not _GONE.isdisjoint(numbers):
            numbers = {"net": 0.0, "loose": 0.0, "mild": 0.0, **{name: at for name, at in numbers.items() if name not in _GONE}}
        numbers = {**_SINCE, **numbers}
        unknown = set(numbers) - {*_PLAIN, *SPECIALS, *_BESIDE}
        wrong = [f"{name} is unknown" for name in sorted(unknown) if not name.startswith(LINE)]
        wrong += [f"{name} is missing" for name in _PLAIN if name not in numbers]
        wrong += [f"{name} is no number" for name, number in numbers.items() if not math.isfinite(number)]
        if wrong:
            raise ValueError("limits: " + "; ".join(wrong))
        paths: dict[str, float] = {name: numbers[name] for name in SPECIALS if name in numbers}
        lines = {name.removeprefix(LINE): limit for name, limit in numbers.items() if name.startswith(LINE)}
        beside = {name: numbers[name] for name in numbers if name in _BESIDE}
        return cls(**{name: numbers[name] for name in _PLAIN}, paths=paths, lines=lines, beside=beside)


class HeadsFile(BaseModel):
    """`content/find/heads.yaml`, written by the fit: which numbers these are and from where on they are believed.

    `encoder`: the encoder that the heads were fitted for; with another they say nothing. `of`: the fingerprint of the examples.
    `files`: SHA-256 of their files as the fit read them; while it holds, a running bot need not read them again.
    `numbers`: SHA-256 of `heads.bin`. `examples`: how many vectors it holds, of those that were learned from. `heads`: one name
    a column. `limits`: see `Limits`; people may change these.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoder: str
    of: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    files: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    numbers: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    examples: Annotated[int, Field(ge=1, le=100_000)]
    heads: list[str]
    limits: dict[str, float]

    @field_validator("limits")
    @classmethod
    def _known_limits(cls, numbers: dict[str, float], _: ValidationInfo) -> dict[str, float]:
        Limits.of_numbers(numbers)
        return numbers
