"""From a ranking to the chance of being right, and to a band. Weights and thresholds come from the pack, fitted by a command."""

from __future__ import annotations

import math
from collections.abc import Mapping

from bot.find.heard import Band
from bot.find.pack import Thresholds
from bot.find.ranker import Ranking

FEATURES = (
    "first", "margin", "covered", "agree_phrase", "agree_letters", "none_gap", "phrase", "short", "alike", "ideas", "bias",
)  # fmt: skip
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
}


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


def chance(weights: Mapping[str, float], found: tuple[float, ...]) -> float:
    """The chance, from 0 to 1, that the first topic is right."""
    total = sum(weights.get(name, _DEFAULT[name]) * value for name, value in zip(FEATURES, found, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def band(thresholds: Thresholds, likely: float, inside: float) -> Band:
    """The band, given the chance that the first topic is right and the chance that it is a question for the bot."""
    if inside < thresholds.choose:
        return "unsure"
    return "sure" if likely >= thresholds.sure else "choose"
