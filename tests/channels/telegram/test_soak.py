"""Memory does not grow with people; the same process with a leak on purpose shows that growth would be seen."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from benchmarks.soak import run

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(sys.platform != "linux", reason="the heap is counted by glibc's mallinfo2, which only Linux has"),
]
PEOPLE, UPDATES = 30, 1800
MOST = 1500
"""Bytes a person. The first people fill caches: a process that does not leak shows some hundred here and hardly any later
(docs/figures.md); one update a person that is kept shows more than this."""


async def _both() -> tuple[dict[str, Any], dict[str, Any]]:
    sound, leaky = await asyncio.gather(run(UPDATES, PEOPLE), run(UPDATES, PEOPLE, leak=True))
    return sound, leaky


def test_memory_does_not_grow_with_people() -> None:
    """Both run side by side, so that the machine is the same for both."""
    sound, leaky = asyncio.run(_both())
    assert sound["heap"]["bytes_a_person"] < MOST, sound
    assert leaky["heap"]["bytes_a_person"] > 2 * MOST, leaky
