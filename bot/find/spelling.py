"""Words that nobody wrote in the pack into those that were meant. Length decides how far a slip may go."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

_CACHE = 20_000


def slips(length: int) -> int:
    """How many letters may differ in a word of this length: none below four, so that "rape" never reads as "grape"."""
    return 0 if length < 4 else 1 if length < 7 else 2


class Speller:
    """Known words by length and edges, so that a lookup looks at few of them."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = frozenset(known)
        self._near: dict[tuple[int, str], list[str]] = {}
        self._cache: dict[str, tuple[tuple[str, float], ...]] = {}
        for word in sorted(self.known):
            if len(word) >= 3:
                self._near.setdefault((len(word), word[0]), []).append(word)
                self._near.setdefault((len(word), "_" + word[-2:]), []).append(word)

    def meant(self, word: str) -> tuple[tuple[str, float], ...]:
        """Known words that `word` may stand for with their likeness from 0 to 1, best first; itself alone if it is known.

        A word of four letters must also begin with the same letter, as "rent" and "urgent" or "grape" and "rape" show.
        """
        if word in self.known:
            return ((word, 1.0),)
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) >= _CACHE:
                self._cache.clear()
            found = self._cache[word] = tuple(self._search(word))
        return found

    def _search(self, word: str) -> list[tuple[str, float]]:
        length = len(word)
        allowed = slips(length)
        if not allowed or word.isdigit():
            return []
        best: dict[str, float] = {}
        for size in range(max(3, length - allowed), length + allowed + 1):
            edges = [(size, word[0])] if length < 5 else [(size, word[0]), (size, "_" + word[-2:])]
            for edge in edges:
                for other, distance, _ in process.extract(
                    word, self._near.get(edge, ()), scorer=OSA.distance, score_cutoff=allowed, limit=6
                ):
                    if distance <= slips(min(length, size)):
                        best[other] = 0.95 * (1 - distance / max(length, size))
        return sorted(((other, like) for other, like in best.items() if like >= 0.66), key=lambda pair: (-pair[1], pair[0]))[:5]
