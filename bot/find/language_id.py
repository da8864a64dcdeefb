"""Which language a sentence is in, learned from the pack's own phrases: letters in runs, by Bayes."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from bot.find.key_table import KeyTable, order_of

_FEW = 2
"""Words of a message that letters alone do not move to another language."""
_HAIR = 1e-4
"""More than a score, kept in a short float, is off by."""
_CLEAR = 3.0
"""How much likelier (as a natural logarithm) one language must be before the talk follows it."""


class LanguageId:
    """Scores of letter runs by language."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        """`words`: language to words, each as often as it was written."""
        counts: dict[str, Counter[str]] = {}
        for language, found in words.items():
            words_of = Counter(found)
            # Most words stand once, and these are counted without a loop of our own.
            count = Counter(chain.from_iterable(_runs(word) for word, often in words_of.items() if often == 1))
            for word, often in words_of.items():
                if often > 1:
                    for part in _runs(word):
                        count[part] += often
            counts[language] = count
        order = order_of(set().union(*counts.values()))
        self.languages = tuple(counts)
        self._rows = KeyTable(order)
        totals = [sum(count.values()) + len(order) * 0.5 for count in counts.values()]
        self._scores: list[array[float]] = []
        # A pack without a word has no runs to ask for.
        self._unsaid = [math.log(0.5 / total) + _HAIR if total else 0.0 for total in totals]
        for count, total in zip(counts.values(), totals, strict=True):
            often_here = {0, *count.values()} if order else ()  # a pack without a word has no runs at all
            known = {often: math.log((often + 0.5) / total) for often in often_here}
            self._scores.append(array("f", [known[count.get(part, 0)] for part in order]))

    def clear(self, words: Iterable[str]) -> str:
        """The language of `words`, or "" where it is not clear."""
        return "" if len(self.languages) < 2 else self.clearest(self.weigh(word) for word in words)

    def has(self, word: str, language: str) -> bool:
        """Whether the pack says a word in a language."""
        row = self._rows.row(f"^{word}$")
        at = self.languages.index(language) if language in self.languages else -1
        return at >= 0 and row >= 0 and self._scores[at][row] > self._unsaid[at]

    def follows(self, words: Sequence[str], spoken: str, talk: str) -> str:
        """The language that a talk in `talk` goes on in after `words`, which are in `spoken` ("" where that is not clear). One or
        two words change it only where the pack says one of them in that language alone: "ok" and "naloxone" do not."""
        told = len(words) > _FEW or any(self.has(word, spoken) and not self.has(word, talk) for word in words)
        return spoken if spoken and told else talk

    def weigh(self, word: str) -> tuple[float, ...]:
        """How likely a word is in each of `languages`, as a natural logarithm; empty where nothing of it is known."""
        rows = [row for row in map(self._rows.row, _runs(word)) if row >= 0]
        return tuple([sum(map(scores.__getitem__, rows)) for scores in self._scores]) if rows else ()

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
