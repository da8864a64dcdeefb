"""Nothing of people is left in the real process once their sessions have ended; a plain bot, searched alike, is full of them."""

from __future__ import annotations

import asyncio
import sys

import pytest

from benchmarks.canaries import control, ours


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform != "linux", reason="looks through /proc/PID/mem, which only Linux has")
def test_no_canary_in_memory_or_output() -> None:
    """Sixty people write, press and leave."""
    try:
        found = asyncio.run(ours(60))
    except PermissionError:
        pytest.skip("/proc/PID/mem cannot be read here: run as root, or with ptrace_scope 0")
    assert found["megabytes_searched"] > 10
    assert set(found["in_memory"].values()) == {0}
    assert set(found["in_files_and_output"].values()) == {0}


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform != "linux", reason="looks through /proc/PID/mem, which only Linux has")
def test_the_search_is_not_blind() -> None:
    """The same search finds people in a plain bot."""
    try:
        found = asyncio.run(control(20))
    except PermissionError:
        pytest.skip("/proc/PID/mem cannot be read here: run as root, or with ptrace_scope 0")
    assert found["in_memory"]["texts"] > 0
    assert found["in_memory"]["names"] > 0
