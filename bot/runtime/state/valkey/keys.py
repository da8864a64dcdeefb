"""The kinds of keys that a shared Valkey holds, each a prefix. What lies there, how long: `constellation ops inventory`."""

from __future__ import annotations

from typing import Final

SESSION: Final = b"s:"
LEASE: Final = b"l:"
GRAVE: Final = b"g:"
TOMBSTONE: Final = b"d:"
CLAIM: Final = b"u:"
TIMER: Final = b"t:"
PACE: Final = b"p:"
FLOOD: Final = b"f:"
LEFT: Final = b"w:"
NEWEST: Final = b"n:"
SPREAD: Final = b"b:"
