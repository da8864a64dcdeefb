"""The learner: from examples to heads. Which heads there are, what each example says to them, and how much it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.find.triage.examples import Example
from bot.find.triage.heads import Heads, Stored, fit, loudness, nearness
from bot.find.triage.heads_file import CARD, DANGER, NOW, PARTS, PATHS

QUIET = 0.5
"""An example that would say less than this to every head says what its neighbours say already."""


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


def learn(examples: Sequence[Example], centres: Stored) -> tuple[Heads, NDArray[np.intp]]:
    """Heads from examples and their stored vectors, row by row; and the rows that the heads keep.

    First all examples are weighed roughly. Those that hardly add to what the others say are left out, a fifth of them, since
    each costs time in every question; then the rest is fitted. Four minutes for 26,000 on one core; 3 GB of memory.
    """
    danger, path = dangers(examples), paths(examples)
    heard, opened = [example.counts for example in examples], [example.on_paths for example in examples]
    near = nearness(centres)
    kept = np.flatnonzero(loudness(near, {**danger, **path}, list(map(max, heard, opened))) >= QUIET)
    del near
    near = nearness(centres[kept])
    weights = [fit(near, _of(kept, says), _few(kept, counts)) for says, counts in ((danger, heard), (path, opened))]
    return Heads((*danger, *path), centres[kept], np.hstack(weights)), kept


def _few(kept: NDArray[np.intp], values: Sequence[float]) -> list[float]:
    return [values[row] for row in kept]


def _of(kept: NDArray[np.intp], says: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    return {head: _few(kept, said) for head, said in says.items()}


def _signs(said: Iterable[bool]) -> list[float]:
    return [1.0 if yes else -1.0 for yes in said]
