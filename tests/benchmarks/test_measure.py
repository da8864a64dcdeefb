"""The folds of the heads."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.triage.measure import inverse_of
from bot.find.triage.heads import nearness, stored


@pytest.mark.parametrize("count", [2, 7, 300])
def test_an_inverse_by_halves_is_the_inverse(count: int) -> None:
    """Of examples as near to each other as sentences are."""
    vectors = np.random.default_rng(1).standard_normal((count, 512)).astype(np.float32)
    near = nearness(stored(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)))
    near[np.diag_indices(count)] += np.float32(0.1)
    whole = np.linalg.inv(near.astype(np.float64))
    assert np.allclose(inverse_of(near), whole, atol=1e-5)
