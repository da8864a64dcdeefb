"""The drill, with the real process: a number withdrawn is gone from every old button, whatever else is broken or killed."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from benchmarks.drill import TARGET, run

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(not (shutil.which("git") and shutil.which("ssh-keygen")), reason="apt-get install git openssh-client"),
]


def test_a_number_is_gone_from_every_screen_in_time() -> None:
    """A signed one is, across a kill and with a broken file beside it, and stays gone; an unsigned one stays."""
    found = asyncio.run(run(every=5, most=6))
    assert found["control_unsigned_still_shown_to"] == found["old_buttons"][0] > 0
    assert found["the_other_number_still_shown_to"] == found["old_buttons"][1] > 0
    assert (found["seconds_to_gone"] or TARGET) < 60
    assert (found["seconds_to_gone_across_a_kill"] or TARGET) < 60
    assert found["shown_without_the_source"] == found["shown_with_an_older_copy"] == 0
    assert found["kept_though_the_older_copy_lists_neither"]
