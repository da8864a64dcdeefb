"""Heads: what a sentence's vector says, learned from examples. One number a head, about 1 for yes and -1 for no.

Each head is a sum over the examples of how near the sentence is to each, times what that example says (least squares with a
Gaussian kernel). So an example that a peer adds speaks for its own neighbourhood, and a near-miss calms what is close to it and
nothing else. The fit is one system of equations; its answer is rounded, so that processors that calculate a little differently
come to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.find.triage.encoder import Vectors
from bot.find.triage.identity import WIDTH

Stored = NDArray[np.int8]
Weights = NDArray[np.int16]
Near = NDArray[np.float32]

NARROW = 3.0
"""How fast nearness falls off: exp(NARROW * (cosine - 1))."""
RIDGE = 0.2
"""How much examples may be overruled by their neighbours."""
STRANGER = -0.8
"""What every head says about a sentence that is like no example."""
STEP = 1 / 128
"""What weights are rounded to. Solving differs between processors in the tenth digit, this in the second."""
SCALE = 400
"""Vectors are stored in whole numbers of 1/SCALE; no value of a vector of length 1 with 512 numbers comes near 127."""
_ROWS = 256
"""Examples whose nearness to all others is worked out together."""
_FEW, _MANY = 256, 1024
"""Examples that a message is held against together, and those whose words are then summed together: the first fit into a
processor's nearest memory, the second make few steps."""
_ONE_BY_ONE = 8
"""Up to so many vectors a product for each alone is quicker than one for all, which lays the examples out anew first."""
_TINY, _ROUGH, _ROUNDS, _DIRECTIONS = 1e-11, 1e-4, 3000, 500


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
        """What each head says of each vector: (vectors, heads). In blocks, all in the same few numbers: a running bot has an
        allocator that fetches what is large from the system each time and writes it over, which took four times the rest."""
        total = np.zeros((len(vectors), len(self.names)), dtype=np.float32)
        lengths = vectors * np.float32(NARROW / SCALE)
        wide = np.empty((_FEW, WIDTH), dtype=np.float32)
        says = np.empty((_MANY, len(self.names)), dtype=np.float32)
        room = np.empty((len(vectors), _MANY), dtype=np.float32)
        for begin in range(0, len(self.centres), _MANY):
            count = min(_MANY, len(self.centres) - begin)
            near = room[:, :count]
            for first in range(0, count, _FEW):
                few = min(_FEW, count - first)
                wide[:few] = self.centres[begin + first : begin + first + few]
                if len(vectors) > _ONE_BY_ONE:
                    np.matmul(lengths, wide[:few].T, out=near[:, first : first + few])
                else:
                    for one, row in zip(lengths, near, strict=True):
                        np.dot(wide[:few], one, out=row[first : first + few])
            near -= np.float32(NARROW)
            says[:count] = self.weights[begin : begin + count]
            total += np.exp(near, out=near) @ says[:count]
        total *= np.float32(STEP)
        total += np.float32(STRANGER)
        return total

    def loudest(self, vectors: Vectors) -> dict[str, float]:
        """The most that each head says of any of the vectors: the pieces of one message. Raises ValueError without a vector."""
        return {name: float(most) for name, most in zip(self.names, self.scores(vectors).max(axis=0), strict=True)}


def nearness(centres: Stored) -> Near:
    """How near examples are to each other: (examples, examples), 4 bytes a pair. Worked out in 64 bits and rounded to 32, so that
    processors come to the same."""
    whole = centres.astype(np.float32)  # sums of products of such small whole numbers are exact
    near = np.empty((len(centres), len(centres)), dtype=np.float32)
    wide = np.empty((min(_ROWS, len(near)), len(near)))
    for begin in range(0, len(centres), _ROWS):
        rows = near[begin : begin + _ROWS]
        np.matmul(whole[begin : begin + _ROWS], whole.T, out=rows)
        exact = wide[: len(rows)]
        np.multiply(rows, NARROW / SCALE**2, out=exact, dtype=np.float64)
        exact -= NARROW
        rows[...] = np.exp(exact, out=exact)
    return near


def fit(near: Near, says: Mapping[str, Sequence[float]], counts: Sequence[float]) -> Weights:
    """The weights of examples, (examples, heads). `near`: as `nearness` gives it. `says`: for each head what each example says,
    1 or -1. `counts`: how much each example counts.

    Raises ValueError where lengths differ or a count is not above zero.
    """
    weights: Weights = np.clip(np.rint(_weights(near, says, counts, _TINY) / STEP), -32767, 32767).astype(np.int16)
    return weights


def loudness(near: Near, says: Mapping[str, Sequence[float]], counts: Sequence[float]) -> NDArray[np.float64]:
    """How much each example would say at most, to any head: (examples,), roughly. Arguments and errors as `fit`."""
    loudest: NDArray[np.float64] = np.abs(_weights(near, says, counts, _ROUGH)).max(axis=1, initial=0.0)
    return loudest


def _weights(near: Near, says: Mapping[str, Sequence[float]], counts: Sequence[float], enough: float) -> NDArray[np.float64]:
    if any(len(said) != len(near) for said in says.values()) or len(counts) != len(near):
        raise ValueError("each example needs a vector, a count and what it says to each head")
    if min(counts, default=1.0) <= 0:
        raise ValueError("an example that counts nothing cannot be fitted; leave it out")
    wanted = np.array(list(says.values()), dtype=np.float64).T - STRANGER
    return _solve(near, RIDGE / np.array(counts, dtype=np.float64), wanted, enough)


def _times(near: Near, columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """`near` times `columns`, in 64 bits without a copy of all of it."""
    out = np.empty((len(near), columns.shape[1]))
    wide = np.empty((min(_ROWS, len(near)), len(near)))
    for begin in range(0, len(near), _ROWS):
        rows = near[begin : begin + _ROWS]
        wide[: len(rows)] = rows
        np.matmul(wide[: len(rows)], columns, out=out[begin : begin + _ROWS])
    return out


def _solve(near: Near, ridge: NDArray[np.float64], wanted: NDArray[np.float64], enough: float) -> NDArray[np.float64]:
    """Solves (near + ridge on the diagonal) x = wanted, until the error is `enough` of what it was.

    By conjugate gradients (Hestenes and Stiefel 1952), with what most of the examples say together taken out first: a randomized
    Nystroem preconditioner (Frangella, Tropp and Udell 2023). Chance decides how soon it ends, not what it comes to.
    """
    root = 1 / np.sqrt(ridge)[:, None]  # what counts little would make the way long
    common, strength = _common(near, root)
    shrink = (strength.min() + 1) / (strength + 1) - 1

    def eased(left: NDArray[np.float64]) -> NDArray[np.float64]:
        eased: NDArray[np.float64] = left + common @ (shrink[:, None] * (common.T @ left))
        return eased

    found = np.zeros_like(wanted)
    left = root * wanted
    way = eased(left)
    size = np.einsum("ij,ij->j", left, way)
    least = enough**2 * np.maximum(size, 1e-30)
    for _ in range(_ROUNDS):
        step = root * _times(near, root * way) + way
        length = size / np.einsum("ij,ij->j", way, step)
        found += length * way
        left -= length * step
        turned = eased(left)
        new = np.einsum("ij,ij->j", left, turned)
        if (new <= least).all():
            return root * found
        way = turned + np.where(size > 0, new / np.maximum(size, 1e-300), 0.0) * way
        size = np.maximum(new, 1e-300)
    raise ValueError("the examples contradict each other so much that no heads can be fitted")


def _common(near: Near, root: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The strongest directions of the scaled examples, as columns of length 1, and about how strong each is."""
    count = min(_DIRECTIONS, len(near))
    basis = np.linalg.qr(np.random.default_rng(1).standard_normal((len(near), count)))[0]
    seen = root * _times(near, root * basis)
    inner, turn = np.linalg.eigh(basis.T @ seen)
    keep = inner > inner.max() * 1e-12
    thin = seen @ (turn[:, keep] / np.sqrt(inner[keep]))
    common, strong, _ = np.linalg.svd(thin, full_matrices=False)
    return common, strong**2
