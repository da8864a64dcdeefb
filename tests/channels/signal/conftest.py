"""A daemon for every test of the Signal channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.support.signal_daemon import SignalDaemon


@pytest.fixture
async def daemon(tmp_path: Path) -> AsyncIterator[SignalDaemon]:
    """A daemon on a socket of its own."""
    fake = SignalDaemon(tmp_path / "s")
    await fake.start()
    yield fake
    await fake.stop()
