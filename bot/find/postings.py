"""Postings: for each of many strings the classes that have it, each with a number. Arrays, where lists of pairs took tenfold."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, chain

from bot.find.key_table import KeyTable, order_of


class Postings:
    """Classes by string, in rising order, each with what the string is worth for it."""

    __slots__ = ("_classes", "_keys", "_starts", "_worth")

    def __init__(self, counts: Sequence[Mapping[str, int]], keys: Iterable[str], worth: Callable[[int, str, int], float]) -> None:
        """`counts`: for each class how often it has each string. `keys`: the strings that are looked up. `worth`: of a class, a
        string and how often."""
        order = order_of(keys)
        rows = {key: row for row, key in enumerate(order)}
        among = Counter(chain.from_iterable(counts))
        self._keys = KeyTable(order)
        self._starts = array("I", accumulate((among[key] for key in order), initial=0))
        self._classes = array("H" if len(counts) < 65_000 else "I", bytes(0))
        self._classes.extend([0] * self._starts[-1])
        self._worth = array("d", bytes(8 * self._starts[-1]))
        free, classes, worths = self._starts.tolist(), self._classes, self._worth
        for number, count in enumerate(counts):
            for key, often in count.items():
                row = rows.get(key)
                if row is not None:
                    at = free[row]
                    classes[at] = number
                    worths[at] = worth(number, key, often)
                    free[row] = at + 1

    def __contains__(self, key: str) -> bool:
        return self._keys.row(key) >= 0

    def _within(self, key: str) -> tuple[int, int]:
        row = self._keys.row(key)
        return (self._starts[row], self._starts[row + 1]) if row >= 0 else (0, 0)

    def count(self, key: str) -> int:
        """How many classes have a string."""
        first, last = self._within(key)
        return last - first

    def of(self, key: str) -> Iterable[tuple[int, float]]:
        """The classes that have a string, with its worth for each."""
        first, last = self._within(key)
        return zip(self._classes[first:last], self._worth[first:last], strict=True)

    def worth(self, key: str, number: int) -> float | None:
        """What a string is worth for one class, None where it has it not."""
        first, last = self._within(key)
        at = bisect_left(self._classes, number, first, last)
        return self._worth[at] if at < last and self._classes[at] == number else None
