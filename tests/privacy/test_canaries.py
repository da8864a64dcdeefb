"""Nothing of people is left in the real process once their sessions have ended; a plain bot, searched alike, is full of them."""

from __future__ import annotations

import asyncio
import sys

import pytest

from benchmarks.canaries import control, on_signal, ours

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(sys.platform != "linux", reason="looks through /proc/PID/mem, which only Linux has"),
]
DENIED = "/proc/PID/mem cannot be read here: run as root, or with ptrace_scope 0"


def _none(found: dict[str, int]) -> bool:
    return set(found.values()) == {0}


def test_no_canary_in_memory_or_output() -> None:
    """Sixty people: some leave, some fall silent, some talk still; the process is killed, crashes and is restarted in between."""
    try:
        found = asyncio.run(ours(60, session=10, core=False, files=False))
    except PermissionError:
        pytest.skip(DENIED)
    memory = found["memory"]
    assert memory["megabytes"] > 10
    for who in ("of_those_who_left", "of_those_whose_session_ended", "of_those_who_talk_still"):
        assert _none(memory[who]), (who, memory[who])
    assert _none(found["output"])
    assert found["core_files_written"] == 0
    assert found["press_ids_in_memory"] == 0
    assert found["steps_that_led_nowhere"] == 0


def test_no_canary_of_signal() -> None:
    """The same on Signal, against the tests' daemon."""
    try:
        found = asyncio.run(on_signal(21, session=10))
    except PermissionError:
        pytest.skip(DENIED)
    assert found["memory"].pop("megabytes") > 10
    assert _none(found["memory"])
    assert _none(found["output"])


def test_the_search_is_not_blind() -> None:
    """The same search finds people in a plain bot, and in a file."""
    try:
        found = asyncio.run(control(20))
    except PermissionError:
        pytest.skip(DENIED)
    assert found["memory"]["texts"] > 0
    assert found["memory"]["names"] > 0
    assert found["planted_file"]["texts"] == 20
