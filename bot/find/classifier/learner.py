"""The learner of the topic classifier: multinomial logistic regression with a penalty, to ten digits, so that it rounds alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.find.triage.encoder import Vectors

Matrix = NDArray[np.float64]

PENALTY = 1e-5
"""How much large weights cost, beside the mean loss of a phrase; chosen on phrases that were left out."""
_ENOUGH, _ROUNDS, _MEMORY = 1e-10, 3000, 12
_BIAS_SHARE = 0.01


def learn(vectors: Vectors, classes: Sequence[int], count: int) -> Matrix:
    """Weights, (count, 513), for phrases' vectors and the number of each one's class. The last column is added to every sentence.

    Half a minute for 6,000 phrases and 95 classes on one core. Raises ValueError where a phrase has no class or there is none.
    """
    if not len(vectors) or len(vectors) != len(classes) or not 0 <= min(classes) <= max(classes) < count:
        raise ValueError("each phrase needs a vector and one of the classes")
    inputs = np.hstack([vectors.astype(np.float64), np.ones((len(vectors), 1))])
    wanted = np.array(classes)
    penalty = np.full((inputs.shape[1], 1), PENALTY)
    penalty[-1] *= _BIAS_SHARE
    rows = np.arange(len(inputs))

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        scores = inputs @ weights
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        sums = shares.sum(axis=1, keepdims=True)
        lost = float((np.log(sums[:, 0]) - scores[rows, wanted]).mean() + 0.5 * (penalty * weights * weights).sum())
        shares /= sums
        shares[rows, wanted] -= 1
        return lost, inputs.T @ shares / len(inputs) + penalty * weights

    return _least(loss, np.zeros((inputs.shape[1], count))).T


def _least(loss: Callable[[Matrix], tuple[float, Matrix]], begin: Matrix) -> Matrix:
    """Where a convex `loss` is least, by L-BFGS (Liu and Nocedal 1989) with backtracking."""
    at = begin
    lost, slope = loss(at)
    least = _ENOUGH * float(np.abs(slope).max())
    steps: list[tuple[Matrix, Matrix, float]] = []
    for _ in range(_ROUNDS):
        way, along = -slope, []
        for step, turn, product in reversed(steps):
            along.append(float((step * way).sum()) / product)
            way = way - along[-1] * turn
        if steps:
            _, turn, product = steps[-1]
            way = way * (product / float((turn * turn).sum()))
        for (step, turn, product), share in zip(steps, reversed(along), strict=True):
            way = way + step * (share - float((turn * way).sum()) / product)
        length = 1.0 if steps else 1 / float(np.abs(slope).sum())
        downhill = float((slope * way).sum())
        while True:
            new_lost, new_slope = loss(at + length * way)
            if new_lost <= lost + 1e-4 * length * downhill + 1e-15 or length < 1e-9:
                break
            length /= 2
        step, turn = length * way, new_slope - slope
        at, lost, slope = at + step, new_lost, new_slope
        product = float((step * turn).sum())
        if product > 0:
            steps = [*steps[1 - _MEMORY :], (step, turn, product)]
        if np.abs(slope).max() <= least or length < 1e-9:
            return at
    return at
