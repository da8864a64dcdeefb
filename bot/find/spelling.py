"""Words that nobody wrote in the pack into those that were meant. Length decides how far a slip may go."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA


def slips(length: int) -> int:
    """How many letters may differ in a word of this length: none below four, so that "rape" never reads as "grape"."""
    return 0 if length < 4 else 1 if length < 7 else 2


class Speller:
    """Known words by length and edges, so that a lookup looks at few of them. Keeps nothing of what it is asked."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = frozenset(known)
        near: dict[str, list[str]] = {}
        for word in sorted(self.known):
            if len(word) >= 3:
                near.setdefault(f"{len(word)}{word[0]}", []).append(word)
                near.setdefault(f"{len(word)}_{word[-2:]}", []).append(word)
        self._near = {edge: tuple(words) for edge, words in near.items()}

    def meant(self, word: str) -> tuple[tuple[str, float], ...]:
        """Known words that `word` may stand for with their likeness from 0 to 1, best first; itself alone if it is known.

        A word of four letters must also begin with the same letter, as "rent" and "urgent" or "grape" and "rape" show.
        """
        return ((word, 1.0),) if word in self.known else tuple(self._search(word))

    def _search(self, word: str) -> list[tuple[str, float]]:
        length = len(word)
        allowed = slips(length)
        if not allowed or word.isdigit():
            return []
        best: dict[str, float] = {}
        for size in range(max(3, length - allowed), length + allowed + 1):
            edges = [f"{size}{word[0]}"] if min(length, size) < 5 else [f"{size}{word[0]}", f"{size}_{word[-2:]}"]
            for edge in edges:
                for other, distance, _ in process.extract(
                    word, self._near.get(edge, ()), scorer=OSA.distance, score_cutoff=allowed, limit=6
                ):
                    if distance <= slips(min(length, size)):
                        best[other] = 0.95 * (1 - distance / max(length, size))
        return sorted(((other, like) for other, like in best.items() if like >= 0.66), key=lambda pair: (-pair[1], pair[0]))[:5]
