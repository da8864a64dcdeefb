"""The key table: strings to row numbers, for the arrays beside it. It holds eight bytes for each, never the string."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable

_SHARES = 4096
"""In so many equal shares of all hashes it is known where each begins, so that the search ends after a few steps, not sixteen."""
_REST = 64 - 12


class KeyTable:
    """Rows of known strings, by a hash that is another in each process. A string that is not known has the hash of one that is
    once in 10^14 times with a hundred thousand of them; a dict would take ten times the memory and more."""

    __slots__ = ("_begins", "_hashes")

    def __init__(self, keys: Iterable[str]) -> None:
        """`keys`: each once, in the order that `order_of` gives."""
        self._hashes = array("q", map(key_of, keys))
        bounds = (share << _REST for share in range(-_SHARES // 2, _SHARES // 2))
        self._begins = array("I", [*(bisect_left(self._hashes, bound) for bound in bounds), len(self._hashes)])

    def row(self, key: str) -> int:
        """The row of a string, -1 where it is not known."""
        hashes, wanted = self._hashes, hash(key.encode("utf-8", "surrogatepass"))
        share = (wanted >> _REST) + _SHARES // 2
        end = self._begins[share + 1]
        at = bisect_left(hashes, wanted, self._begins[share], end)
        return at if at < end and hashes[at] == wanted else -1


def order_of(keys: Iterable[str]) -> list[str]:
    """Strings in the order of their rows."""
    return sorted(keys, key=key_of)


def key_of(key: str) -> int:
    """A number of eight bytes for a string, another one in each process."""
    # Python's hash of a string is of its letters as they lie in memory, where U+6469 is the same two bytes as "id".
    return hash(key.encode("utf-8", "surrogatepass"))
