"""Slips of every class, one a file and seeded together, are all found at their line; the pack that ships has no error."""

from __future__ import annotations

from benchmarks.faults import SEEDS, run


def test_every_seeded_fault_is_found() -> None:
    """None hides another."""
    found = run()
    assert len(SEEDS) >= 60
    assert found["files"] == len(SEEDS)
    assert found["missed"] == []
    assert found["errors_on_the_clean_pack"] == 0
