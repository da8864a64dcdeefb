"""The clock that leases, timers and peppers are measured by: seconds since the machine's start."""

from __future__ import annotations

import time
from typing import Final

_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def boot_clock() -> float:
    """Seconds since the machine started, also those in which it slept; nobody can set it, and nothing that stood still takes
    itself to be in time."""
    return time.clock_gettime(_CLOCK)
