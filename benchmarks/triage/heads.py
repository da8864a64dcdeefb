"""Heads: what a sentence's vector says, learned from examples. One number a head, about 1 for yes and -1 for no.

Each head is a sum over the examples of how near the sentence is to each, times what that example says (least squares with a
Gaussian kernel). So an example that a peer adds speaks for its own neighbourhood, and a near-miss calms what is close to it and
nothing else. The fit is one system of equations, solved exactly; its answer is rounded, so that processors that calculate a
little differently come to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.triage.encoder import WIDTH, Vectors

Stored = NDArray[np.int8]
Weights = NDArray[np.int16]

NARROW = 4.0
"""How fast nearness falls off: exp(NARROW * (cosine - 1))."""
RIDGE = 0.5
"""How much examples may be overruled by their neighbours."""
STRANGER = -0.7
"""What every head says about a sentence that is like no example."""
STEP = 1 / 64
"""What weights are rounded to. Solving differs between processors in the tenth digit, this in the second."""
SCALE = 400
"""Vectors are stored in whole numbers of 1/SCALE; no value of a vector of length 1 with 512 numbers comes near 127."""
_BLOCK = 2048


def stored(vectors: Vectors) -> Stored:
    """Vectors as they are kept in the pack: one byte a number."""
    return np.clip(np.rint(vectors * SCALE), -127, 127).astype(np.int8)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Heads:
    """Fitted heads. `names`: one a head. `centres`: the examples' vectors, (examples, 512). `weights`: (examples, heads)."""

    names: tuple[str, ...]
    centres: Stored
    weights: Weights

    def __post_init__(self) -> None:
        if self.centres.ndim != 2 or self.centres.shape[1] != WIDTH or self.centres.dtype != np.int8:
            raise ValueError(f"the examples' vectors have the shape {self.centres.shape} of {self.centres.dtype}")
        if self.weights.shape != (len(self.centres), len(self.names)) or self.weights.dtype != np.int16:
            raise ValueError(f"the weights have the shape {self.weights.shape} of {self.weights.dtype}")

    def scores(self, vectors: Vectors) -> NDArray[np.float32]:
        """What each head says of each vector: (vectors, heads). In blocks, so that no second copy of the examples is held."""
        total = np.full((len(vectors), len(self.names)), STRANGER, dtype=np.float32)
        for begin in range(0, len(self.centres), _BLOCK):
            centres = self.centres[begin : begin + _BLOCK].astype(np.float32)
            near = np.exp(NARROW * (vectors @ centres.T / np.float32(SCALE) - 1))
            total += near @ (self.weights[begin : begin + _BLOCK].astype(np.float32) * np.float32(STEP))
        return total

    def loudest(self, vectors: Vectors) -> dict[str, float]:
        """The most that each head says of any of the vectors: the pieces of one message. Raises ValueError without a vector."""
        return {name: float(most) for name, most in zip(self.names, self.scores(vectors).max(axis=0), strict=True)}


def fit(centres: Stored, says: Mapping[str, Sequence[float]], counts: Sequence[float]) -> Heads:
    """Heads for examples. `says`: for each head what each example says, 1 or -1. `counts`: how much each example counts.

    Raises ValueError where lengths differ or a count is not above zero.
    """
    if any(len(said) != len(centres) for said in says.values()) or len(counts) != len(centres):
        raise ValueError("each example needs a vector, a count and what it says to each head")
    if min(counts, default=1.0) <= 0:
        raise ValueError("an example that counts nothing cannot be fitted; leave it out")
    return Heads(tuple(says), centres, _solve(centres, np.array(list(says.values()), dtype=np.float64).T, np.array(counts)))


def _solve(centres: Stored, wanted: NDArray[np.float64], counts: NDArray[np.float64]) -> Weights:
    whole = centres.astype(np.float32)  # sums of products of such small whole numbers are exact
    near = np.exp(NARROW * ((whole @ whole.T).astype(np.float64) / SCALE**2 - 1))
    near[np.diag_indices(len(centres))] += RIDGE / counts
    solved = np.linalg.solve(near, wanted - STRANGER)
    weights: Weights = np.clip(np.rint(solved / STEP), -32767, 32767).astype(np.int16)
    return weights
