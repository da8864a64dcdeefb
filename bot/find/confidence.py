"""From a ranking to the chance of being right, and to a band. Weights and thresholds come from the pack, fitted by a command."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bot.find.heard import Band
from bot.find.pack import Thresholds, WithClassifier
from bot.find.ranker import Ranking

FEATURES = (
    "first", "margin", "covered", "agree_phrase", "agree_letters", "none_gap", "phrase", "short", "alike", "ideas", "bias",
)  # fmt: skip
BOTH = (
    "first", "margin", "inside", "by_meaning", "agree_meaning", "agree_words", "by_words", "none_gap", "covered", "phrase",
    "alike", "short", "ideas", "bias",
)  # fmt: skip
"""What is told where words and meaning are searched."""
_DEFAULT = {
    "first": 3.0,
    "margin": 4.0,
    "covered": 2.0,
    "agree_phrase": 0.5,
    "agree_letters": 0.5,
    "none_gap": 3.0,
    "phrase": 1.0,
    "short": 0.0,
    "alike": 2.0,
    "ideas": 0.5,
    "bias": -4.0,
    "inside": 1.0,
    "by_meaning": 1.0,
    "agree_meaning": 0.5,
    "agree_words": 0.5,
    "by_words": 1.0,
}
_SURE_ODDS = 6.0


def features(ranking: Ranking, topics: int) -> tuple[float, ...]:
    """What a ranking says about itself, in the order of `FEATURES`. Classes from `topics` on are kinds to turn away."""
    inside = [(number, score) for number, score in ranking.order if number < topics]
    outside = next((score for number, score in ranking.order if number >= topics), 0.0)
    first = inside[0][1] if inside else 0.0
    second = inside[1][1] if len(inside) > 1 else 0.0
    best = inside[0][0] if inside else -2
    return (
        first,
        first - second,
        ranking.covered,
        float(best == ranking.phrase),
        float(best == ranking.letters),
        first - outside,
        ranking.phrase_score,
        1.0 / (1.0 + ranking.mass),
        ranking.alike,
        min(ranking.ideas, 3) / 3,
        1.0,
    )


def both_features(order: Sequence[tuple[int, float]], ranking: Ranking, said: Sequence[float], topics: int) -> tuple[float, ...]:
    """What the search by words and meaning says about itself, in the order of `BOTH`.

    `order`: every class with its chance, best first. `ranking`: of the words alone, every class. `said`: the logarithm of each
    class's chance by meaning. "inside": the odds that it is one of the topics, -1 to 1."""
    inside = [(number, found) for number, found in order if number < topics]
    best, first = inside[0] if inside else (-2, 0.0)
    second = inside[1][1] if len(inside) > 1 else 0.0
    for_us = min(max(sum(found for _, found in inside), 1e-9), 1 - 1e-9)
    by_words = dict(ranking.order)
    words_best = next((number for number, _ in ranking.order if number < topics), -1)
    meant_best = max(range(topics), key=said.__getitem__, default=-1)
    outside = max((score for number, score in ranking.order if number >= topics), default=0.0)
    return (
        first,
        first - second,
        max(-1.0, min(1.0, math.log(for_us / (1 - for_us)) / _SURE_ODDS)),
        math.exp(said[best]) if inside else 0.0,
        float(best == meant_best),
        float(best == words_best),
        by_words.get(best, 0.0),
        by_words.get(words_best, 0.0) - outside,
        ranking.covered,
        ranking.phrase_score,
        ranking.alike,
        1.0 / (1.0 + ranking.mass),
        min(ranking.ideas, 3) / 3,
        1.0,
    )


def chance(weights: Mapping[str, float], found: Sequence[float], names: Sequence[str] = FEATURES) -> float:
    """The chance, from 0 to 1, of what `weights` were fitted for: that the first topic is right, or that words are for the bot.
    `found`: what the ranking says, in the order of `names`."""
    total = sum(weights.get(name, _DEFAULT[name]) * value for name, value in zip(names, found, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def band(thresholds: Thresholds | WithClassifier, likely: float, inside: float) -> Band:
    """The band, given the chance that the first topic is right and the chance that it is a question for the bot."""
    if inside < thresholds.choose:
        return "unsure"
    return "sure" if likely >= thresholds.sure else "choose"
