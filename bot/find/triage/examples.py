"""Examples: what people type and what it means, written by peers; the heads learn from them. Their shape and their reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Meaning = Literal[
    "now",
    "maybe",
    "watched",
    "calm",
    "about",
    "about-person",
    "about-human",
    "about-police",
    "about-saved",
    "about-delete",
    "about-operator",
    "talk",
    "plan",
    "change",
    "safer",
    "young",
    "refuse",
    "refuse-buyer",
    "refuse-finder",
    "seller",
    "small_talk",
    "stranger",
]
"""What words can mean.

`now`: a life or a body is in danger this minute, for a card. `maybe`: it could be, or was a while ago. `watched`: somebody reads
along. `calm`: sounds like danger, or like another meaning of its file, and is not. `seller`: a seller's question in a buyer's
words. `stranger`: nothing for this bot. The rest are the paths that words open: `about-…` names the part of About, `refuse-…`
whom is turned away.
"""

Sentence = Annotated[str, Field(min_length=1, max_length=600)]
Sentences = dict[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], list[Sentence]]


class ExamplesFile(BaseModel):
    """`content/find/examples/<name>.yaml`: sentences as people type them, by meaning and language.

    `card`: the emergency card that `now` and `maybe` speak of. A sentence may be in any language, also in one that the bot
    does not speak: it is heard all the same.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    examples: Annotated[str, Field(pattern=r"^[a-z0-9-]{2,40}$")]
    card: str | None = None
    means: dict[Meaning, Sentences]

    @model_validator(mode="after")
    def _cards_have_danger(self) -> ExamplesFile:
        danger = {"now", "maybe"} & set(self.means)
        if danger and not self.card:
            raise ValueError(f"{min(danger)} needs a card: add the line `card: <id>`")
        if self.card and not danger:
            raise ValueError("a card needs examples of now or maybe")
        return self


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence of the pack: `meaning`, the card it speaks of or "", its language, and how much it counts: to the heads of
    danger, and to those of paths."""

    text: str
    meaning: str
    card: str
    language: str
    counts: float
    on_paths: float


FOLDER: Final = "content/find/examples/"
LANGUAGES: Final = "other-languages"
"""The collection from which the bot also learns to tell languages apart."""


def of_files(digests: Mapping[str, str]) -> str:
    """The SHA-256, in hex, that changes when a byte of a file of examples does. `digests`: of files, each SHA-256 in hex."""
    own = sorted((path, of) for path, of in digests.items() if path.startswith(FOLDER) and path.endswith(".yaml"))
    return hashlib.sha256("\n".join(f"{path} {of}" for path, of in own).encode()).hexdigest()


_DANGER_COUNTS, _CALM_COUNTS, _PATH_COUNTS = 3.0, 1.5, 6.0
_CALM = frozenset(("now", "maybe", "calm", "stranger"))


def examples_of(files: Iterable[ExamplesFile]) -> list[Example]:
    """Every sentence once, in the order of files; the first that says it wins."""
    found: dict[str, Example] = {}
    for file in files:
        for meaning, sentences in file.means.items():
            danger = meaning in ("now", "maybe")
            card = (file.card or "") if danger else ""
            counts = _DANGER_COUNTS if danger else _CALM_COUNTS if meaning == "calm" else 1.0
            on_paths = (_DANGER_COUNTS if danger else 1.0) if meaning in _CALM else _PATH_COUNTS
            for language, texts in sentences.items():
                for text in texts:
                    found.setdefault(text, Example(text, meaning, card, language, counts, on_paths))
    return list(found.values())


def fingerprint(examples: Iterable[Example], encoder: str) -> str:
    """Sixteen letters that change when an example or the encoder does: what a fitted head is `of`. The order does not count."""
    total = hashlib.sha256(encoder.encode())
    for line in sorted("\x00".join((example.text, example.meaning, example.card)) for example in examples):
        total.update(b"\x00\x00" + line.encode())
    return total.hexdigest()[:16]
