"""The learner: from examples to heads. Which heads there are, what each example says to them, and how much it counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from benchmarks.triage.examples import Example
from benchmarks.triage.heads import Heads, Stored, fit

NOW: Final = "now"
DANGER: Final = "danger"
"""Danger now or maybe."""
CARD: Final = "card/"
"""What the heads of cards begin with."""
PATHS: Final = ("watched", "about", "talk", "plan", "change", "safer", "young", "refuse", "seller", "small_talk", "stranger")
PARTS: Final = ("about-person", "about-human", "about-police", "about-saved", "about-delete", "about-operator")
_PATH_COUNTS = 6.0
"""How much an example of a path counts to the paths: each path has few among thousands."""


def dangers(examples: Sequence[Example]) -> dict[str, list[float]]:
    """What each example says to the heads of danger: now, danger, and each card."""
    cards = sorted({example.card for example in examples if example.card})
    return {
        NOW: _signs(example.meaning == "now" for example in examples),
        DANGER: _signs(example.meaning in ("now", "maybe") for example in examples),
        **{f"{CARD}{card}": _signs(example.card == card for example in examples) for card in cards},
    }


def paths(examples: Sequence[Example]) -> dict[str, list[float]]:
    """What each example says to the heads of paths and of the parts of About."""
    return {
        **{path: _signs(example.meaning.split("-")[0] == path for example in examples) for path in PATHS},
        **{part: _signs(example.meaning == part for example in examples) for part in PARTS},
    }


def learn(examples: Sequence[Example], centres: Stored) -> Heads:
    """Heads from examples and their stored vectors, row by row. Half a minute for 6,000 on one core; a gigabyte of memory."""
    counts = [example.counts for example in examples]
    danger = fit(centres, dangers(examples), counts)
    ours = [_PATH_COUNTS if example.meaning.split("-")[0] in PATHS[:-1] else example.counts for example in examples]
    path = fit(centres, paths(examples), ours)
    return Heads(danger.names + path.names, centres, np.hstack([danger.weights, path.weights]))


def _signs(said: Iterable[bool]) -> list[float]:
    return [1.0 if yes else -1.0 for yes in said]
