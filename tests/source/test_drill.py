"""From the edit to a number gone from every screen, with the real process, git, signatures, a kill and a broken pack."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from benchmarks import drill

NEEDED = pytest.mark.skipif(
    not (shutil.which("git") and shutil.which("ssh-keygen")), reason="needs git and ssh-keygen: apt install git openssh-client"
)


@pytest.mark.heavy
@NEEDED
def test_a_withdrawn_number_is_gone_from_every_old_button() -> None:
    """Within the target, across a kill, with a file that cannot be read; an unsigned withdrawal and an older copy do nothing."""
    found = asyncio.run(drill.run(5))
    live, killed = found["old_buttons"]  # type: ignore[misc]
    assert live
    assert killed
    assert found["control_unsigned_still_shown_to"] == live
    assert found["seconds_to_gone"] is not None
    assert found["the_other_number_still_shown_to"] == killed
    assert found["seconds_to_gone_across_a_kill"] is not None
    assert found["shown_without_the_source"] == 0
    assert found["shown_with_an_older_copy"] == 0
    assert found["older_copy_taken"]
