"""Which language a sentence is in, learned from the pack's own phrases: letters in runs, by Bayes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

_CLEAR = 3.0
"""How much likelier (as a natural logarithm) one language must be before the talk follows it."""


class LanguageId:
    """Scores of letter runs by language."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        """`words`: language to words, each as often as it was written."""
        counts: dict[str, Counter[str]] = {}
        for language, found in words.items():
            counts[language] = Counter()
            for word, often in Counter(found).items():
                for part in _runs(word):
                    counts[language][part] += often
        everything = set().union(*counts.values()) if counts else set()
        self.languages = tuple(counts)
        self._scores: dict[str, tuple[float, ...]] = {}
        totals = [sum(count.values()) + len(everything) * 0.5 for count in counts.values()]
        for part in everything:
            self._scores[part] = tuple(
                math.log((count[part] + 0.5) / total) for count, total in zip(counts.values(), totals, strict=True)
            )

    def clear(self, words: Iterable[str]) -> str:
        """The language of `words`, or "" where it is not clear."""
        return "" if len(self.languages) < 2 else self.clearest(self.weigh(word) for word in words)

    def weigh(self, word: str) -> tuple[float, ...]:
        """How likely a word is in each of `languages`, as a natural logarithm; empty where nothing of it is known."""
        found = [self._scores[part] for part in _runs(word) if part in self._scores]
        return tuple(map(sum, zip(*found, strict=True)))

    def clearest(self, weights: Iterable[tuple[float, ...]]) -> str:
        """The language that the words of these weights are in, or "" where it is not clear."""
        known = [weight for weight in weights if weight]
        if len(self.languages) < 2 or not known:
            return ""
        sums = [sum(column) for column in zip(*known, strict=True)]
        order = sorted(range(len(sums)), key=lambda number: -sums[number])
        return self.languages[order[0]] if sums[order[0]] - sums[order[1]] >= _CLEAR else ""


def _runs(word: str) -> list[str]:
    edged = f"^{word}$"
    return [edged[at : at + size] for size in (1, 2, 3) for at in range(len(edged) - size + 1)] + [edged]
