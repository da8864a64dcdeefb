"""Hostile files are refused, one by one, with a fault and nothing else."""

from __future__ import annotations

import pytest

from benchmarks.hostile import GENERATORS, files
from bot.book.reader import Unreadable, read


@pytest.mark.parametrize("kind", GENERATORS)
def test_no_hostile_file_is_accepted(kind: str) -> None:
    """Ten of each kind: a fault with its line, no other exception."""
    for made, data in files(len(GENERATORS) * 10):
        if made == kind:
            with pytest.raises(Unreadable) as caught:
                read("content/hostile.yaml", data)
            assert caught.value.fault.line >= 1
            assert caught.value.fault.fix
