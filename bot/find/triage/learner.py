"""The learner: from examples to heads. Which heads there are, what each example says to them, and how much it counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bot.find.triage.examples import Example
from bot.find.triage.heads import Heads, Stored, fit, nearness
from bot.find.triage.heads_file import CARD, DANGER, NOW, PARTS, PATHS


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
    """Heads from examples and their stored vectors, row by row. A minute for 11,000 on one core; a gigabyte of memory."""
    near, danger, path = nearness(centres), dangers(examples), paths(examples)
    heard = fit(near, danger, [example.counts for example in examples])
    opened = fit(near, path, [example.on_paths for example in examples])
    return Heads((*danger, *path), centres, np.hstack([heard, opened]))


def _signs(said: Iterable[bool]) -> list[float]:
    return [1.0 if yes else -1.0 for yes in said]
