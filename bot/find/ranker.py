"""Ranks topics for a question: by shared words and ideas, by the nearest phrase, and by runs of letters.

The three scores are mixed by the pack's weights. Words are compared by sound, with slips; rare ones count more (inverse
document frequency over topics). Runs of letters use BM25 over each topic's words (Robertson and Zaragoza 2009).
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.find.pack import Thresholds
from bot.find.postings import Postings
from bot.find.spelling import Speller
from bot.find.words import grams

_K1, _B = 1.2, 0.5
_SLACK = 1e-6
"""Closer than this, sums of floats in another order could decide."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Classes with their scores, best first. `covered`: how much of the question's weight was known, from 0 to 1.
    `mass`: that weight. `letters`, `phrase`: the best class by each of two scores alone, as indices. `alike`: how nearly
    the question is one phrase of the first class, by weight shared over weight of both. `ideas`: how many ideas of the
    question the first class has."""

    order: tuple[tuple[int, float], ...]
    covered: float
    mass: float
    letters: int
    phrase: int
    phrase_score: float
    alike: float
    ideas: int


class Ranker:
    """An index over classes (topics, and kinds of words to turn away), each a list of phrases as features."""

    def __init__(self, classes: Sequence[Iterable[Sequence[str]]], weights: Thresholds) -> None:
        """`classes`: for each class its phrases; a phrase is its features: words by sound, ideas with a leading #."""
        self.weights = weights
        self.size = len(classes)
        by_phrase: dict[str, array[int]] = {}
        owner = array("H" if self.size < 65_000 else "I")
        counts: list[Counter[str]] = []
        phrases: list[frozenset[str]] = []
        self._starts = array("I")
        for number, found in enumerate(classes):
            self._starts.append(len(phrases))
            count: Counter[str] = Counter()
            for features in found:
                unique = frozenset(features)
                if not unique:
                    continue
                for feature in unique:
                    by_phrase.setdefault(feature, array("I")).append(len(phrases))
                count.update(unique)
                phrases.append(unique)
                owner.append(number)
            counts.append(count)
        self._starts.append(len(phrases))
        self._by_phrase, self._owner = by_phrase, owner
        in_classes: Counter[str] = Counter(chain.from_iterable(counts))
        self.idf = {
            feature: math.log(1 + (self.size - among + 0.5) / (among + 0.5)) * (weights.idea if feature[0] == "#" else 1.0)
            for feature, among in in_classes.items()
        }
        self.rarest = math.log(1 + (self.size - 0.5) / 1.5)
        self._mass = array("f", (sum(self.idf[feature] for feature in unique) for unique in phrases))
        totals = [max(1, sum(count.values())) for count in counts]

        def share_of(number: int, _: str, often: int) -> float:
            return often / (often + _K1) + 2.0 * often / totals[number]

        self._by_class = Postings(counts, in_classes, share_of)
        self._most = {feature: max(share for _, share in self._by_class.of(feature)) for feature in in_classes}
        self.speller = Speller(feature for feature in in_classes if feature[0] != "#")
        self._letters(counts)

    def _letters(self, counts: Sequence[Counter[str]]) -> None:
        """The index of letter runs. A word's runs are cut once however many topics use it."""
        cut: dict[str, list[str]] = {}
        tallies: list[Counter[str]] = []
        for count in counts:
            found: list[str] = []
            for word, often in count.items():
                if word[0] != "#":
                    runs = cut.get(word)
                    if runs is None:
                        runs = cut[word] = grams(word)
                    for _ in range(often):
                        found += runs
            tallies.append(Counter(found))
        lengths = [sum(tally.values()) for tally in tallies]
        mean = (sum(lengths) / len(lengths) if lengths else 1.0) or 1.0
        spread: Counter[str] = Counter(chain.from_iterable(tallies))
        most = self.size * 0.35 if self.size > 40 else self.size
        idf = {run: math.log(1 + (self.size - among + 0.5) / (among + 0.5)) for run, among in spread.items() if among <= most}
        norms = [_K1 * (1 - _B + _B * length / mean) for length in lengths]

        def worth_of(number: int, run: str, often: int) -> float:
            return idf[run] * often * (_K1 + 1) / (often + norms[number])

        self._runs = Postings(tallies, idf, worth_of)

    def rank(self, words: Sequence[str], ideas: Sequence[str], keep: int = 8) -> Ranking:
        """The best `keep` classes for a question's words (by sound, without stop words) and ideas (with #)."""
        weights, idf = self.weights, self.idf
        mass = known = 0.0
        by_class = [0.0] * self.size
        phrase: dict[int, float] = {}
        for feature in (*dict.fromkeys(words), *ideas):
            meant = ((feature, 1.0),) if feature in idf else () if feature[0] == "#" else self.speller.meant(feature)
            if not meant:
                if feature[0] != "#":
                    mass += 0.7 * self.rarest
                continue
            weight = idf[meant[0][0]]
            mass += weight
            known += meant[0][1] * weight
            if len(meant) == 1:  # nearly always; nothing to choose between
                worth = meant[0][1] * weight
                for number, share in self._by_class.of(meant[0][0]):
                    by_class[number] += worth * share
                for number in self._by_phrase[meant[0][0]]:
                    phrase[number] = phrase.get(number, 0.0) + worth
                continue
            best: dict[int, float] = {}
            nearest: dict[int, float] = {}
            for other, likeness in meant:
                worth = likeness * idf[other]
                for number, share in self._by_class.of(other):
                    if worth * share > best.get(number, 0.0):
                        best[number] = worth * share
                for number in self._by_phrase[other]:
                    if worth > nearest.get(number, 0.0):
                        nearest[number] = worth
            for number, worth in best.items():
                by_class[number] += worth
            for number, worth in nearest.items():
                phrase[number] = phrase.get(number, 0.0) + worth
        total = max(mass, 3.0)
        by_phrase = [0.0] * self.size
        owner, masses = self._owner, self._mass
        for number, worth in phrase.items():
            of = owner[number]
            if worth > by_phrase[of]:  # no score is above its worth
                by_phrase[of] = max(by_phrase[of], worth * (0.4 + 0.6 * min(worth / masses[number], 1.0)))
        letters = self._by_letters(words)
        top = max(letters) if letters else 0.0
        scores = [
            (weights.words * by_class[number] + weights.phrase * by_phrase[number]) / total
            + weights.letters * letters[number] / (20.0 + top)
            for number in range(self.size)
        ]
        order = sorted(range(self.size), key=lambda number: (-scores[number], number))[:keep]
        own = range(self._starts[order[0]], self._starts[order[0] + 1]) if order else ()
        alike = (phrase[at] / max(mass + masses[at] - phrase[at], 0.1) for at in own if at in phrase)
        return Ranking(
            tuple((number, scores[number]) for number in order),
            known / mass if mass else 0.0,
            mass,
            letters.index(top) if top else -1,
            max(range(self.size), key=by_phrase.__getitem__) if any(by_phrase) else -1,
            max(by_phrase, default=0.0) / total,
            min(max(alike, default=0.0), 1.0),
            sum(1 for idea in ideas if order and self._by_class.worth(idea, order[0]) is not None),
        )

    def leads(self, number: int, words: Sequence[str], ideas: Sequence[str]) -> bool:
        """True only where class `number` is surely the first that `rank` gives; False where only `rank` can tell.

        Exact, and quick on large packs: what each class can reach at most rules most of them out before phrases and letters are
        looked at. Words that no class has are left to `rank`.
        """
        weights, idf = self.weights, self.idf
        features = (*dict.fromkeys(words), *(idea for idea in ideas if idea in idf))
        if not features or any(feature not in idf for feature in features):
            return False
        total = max(sum(idf[feature] for feature in features), 3.0)
        own = self._without_letters(number, features)
        if own <= 0:
            return False
        need = own - weights.letters * total - _SLACK
        rivals = [other for other in self._within_reach(features, need) if other != number]
        rivals = [other for other in rivals if self._without_letters(other, features) - own + weights.letters * total > -_SLACK]
        if not rivals:
            return own > 0
        runs = Counter(run for word in words for run in grams(word))
        mine = self._letters_of(number, runs)
        best = max(mine, *(self._letters_of(other, runs) for other in rivals))
        for other in rivals:
            behind = max(0.0, self._letters_of(other, runs) - mine) / (20.0 + best)
            if (self._without_letters(other, features) - own) / total + weights.letters * behind > -_SLACK:
                return False
        return True

    def _within_reach(self, features: Sequence[str], need: float) -> list[int]:
        """The classes that could score more than `need` for features that are all known. No phrase of a class can score more than
        all that the class shares with the question.

        What is rare comes first: once what is left is worth less than `need`, no further class can come in, and those that are in
        are looked up one by one instead of going through everybody who has a common word.
        """
        weights, idf = self.weights, self.idf
        rarest = sorted(features, key=lambda feature: -idf[feature])
        left = sum(idf[feature] * (weights.words * self._most[feature] + weights.phrase) for feature in rarest)
        reach: dict[int, float] = {}
        for feature in rarest:
            weight = idf[feature]
            if left > need or len(reach) * 8 > self._by_class.count(feature):
                closed = left <= need
                for other, share in self._by_class.of(feature):
                    if not closed or other in reach:
                        reach[other] = reach.get(other, 0.0) + weight * (weights.words * share + weights.phrase)
            else:
                for other in reach:
                    share_here = self._by_class.worth(feature, other)
                    if share_here is not None:
                        reach[other] += weight * (weights.words * share_here + weights.phrase)
            left -= weight * (weights.words * self._most[feature] + weights.phrase)
            if left <= need:
                reach = {other: most for other, most in reach.items() if most + left > need}
        return [other for other, most in reach.items() if most > need]

    def _without_letters(self, number: int, features: Sequence[str]) -> float:
        """A class's score for features that are all known, but for the letters, and times the question's weight."""
        by_class = 0.0
        phrase: dict[int, float] = {}
        first, last = self._starts[number], self._starts[number + 1]
        for feature in features:
            worth = self.idf[feature]
            share = self._by_class.worth(feature, number)
            if share is None:
                continue
            by_class += worth * share
            inside = self._by_phrase[feature]
            for place in range(bisect_left(inside, first), bisect_left(inside, last)):
                phrase[inside[place]] = phrase.get(inside[place], 0.0) + worth
        best = max((worth * (0.4 + 0.6 * min(worth / self._mass[place], 1.0)) for place, worth in phrase.items()), default=0.0)
        return self.weights.words * by_class + self.weights.phrase * best

    def _letters_of(self, number: int, runs: Counter[str]) -> float:
        """A class's score by letters alone."""
        total = 0.0
        for run, often in runs.items():
            found = self._runs.worth(run, number)
            if found is not None:
                total += found * (1 if often == 1 else 1.5)
        return total

    def _by_letters(self, words: Sequence[str]) -> list[float]:
        scores = [0.0] * self.size
        for run, often in Counter(run for word in words for run in grams(word)).items():
            for number, worth in self._runs.of(run):
                scores[number] += worth * (1 if often == 1 else 1.5)
        return scores
