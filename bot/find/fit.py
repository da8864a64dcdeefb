"""Fits the bands: the chance of being right by logistic regression on a file of questions, thresholds by cross-validation.

Nothing but the weights and thresholds is kept of the questions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from bot.find.bands import FEATURES, chance, features
from bot.find.evaluate import Question
from bot.find.finder import Finder
from bot.find.pack import Thresholds

_ROUNDS, _STEP, _PENALTY = 3000, 0.15, 0.002
_FOLDS = 5
_LEAST = 0.15
"""Below this chance nothing is offered, however few strangers the file holds."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A question's features, whether its first topic is right, and whether it is a question for the bot at all."""

    found: tuple[float, ...]
    right: bool
    inside: bool
    turned_away: bool


def samples(finder: Finder, asked: Sequence[Question]) -> list[Sample]:
    """The samples of `asked`."""
    out = []
    for question in asked:
        ranking = finder.rank(finder.understand(question.text))
        inside = [number for number, _ in ranking.order if number < len(finder.topics)]
        right = bool(inside) and finder.topics[inside[0]] in question.expected
        away = finder.listen(question.text, question.language).special != "" or (
            bool(ranking.order) and ranking.order[0][0] >= len(finder.topics)
        )
        out.append(Sample(features(ranking, len(finder.topics)), right, bool(question.expected), away))
    return out


def weigh(found: Sequence[Sample]) -> dict[str, float]:
    """Logistic weights by gradient descent; deterministic."""
    weights = [0.0] * len(FEATURES)
    for _ in range(_ROUNDS):
        slope = [0.0] * len(FEATURES)
        for sample in found:
            total = sum(weight * value for weight, value in zip(weights, sample.found, strict=True))
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - sample.right
            for at, value in enumerate(sample.found):
                slope[at] += error * value
        weights = [
            weight - _STEP * (part / len(found) * 4 + _PENALTY * weight) for weight, part in zip(weights, slope, strict=True)
        ]
    return {name: round(weight, 3) for name, weight in zip(FEATURES, weights, strict=True)}


def _thresholds(found: Sequence[Sample], weights: dict[str, float], sure_right: float, none_choose: float) -> tuple[float, float]:
    """The lowest "sure" that is right often enough, and the lowest "choose" that turns enough strangers away."""
    scored = sorted(
        ((chance(weights, sample.found), sample) for sample in found if not sample.turned_away), key=lambda pair: -pair[0]
    )
    sure, right = 0.999, 0
    for count, (likely, sample) in enumerate(scored, 1):
        right += sample.right
        if right / count >= sure_right:
            sure = likely
    strangers = [sample for sample in found if not sample.inside]
    outside = sorted((likely for likely, sample in scored if not sample.inside), reverse=True)
    allowed = int(len(strangers) * none_choose)
    choose = outside[allowed] + 1e-6 if len(outside) > allowed else 0.02
    choose = max(choose, _LEAST)
    return round(max(sure, choose), 4), round(min(choose, sure), 4)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fitted thresholds, and what folds that were left out said of them."""

    thresholds: Thresholds
    held_out: dict[str, float]


def fit(finder: Finder, asked: Sequence[Question], *, sure_right: float = 0.965, none_choose: float = 0.12) -> Fitted:
    """Weights and thresholds for `asked`, with figures for each fifth from weights that never saw it.

    Raises ValueError where the questions are too few to say anything.
    """
    if len(asked) < 50:
        raise ValueError(f"{len(asked)} questions are too few to fit on; write at least 50, a tenth of them none")
    found = samples(finder, asked)
    order = sorted(range(len(found)), key=lambda at: crc32(at.to_bytes(4, "big")))  # shuffled, and the same each time
    totals = {"sure": 0, "sure_right": 0, "inside": 0, "shown": 0, "none": 0, "none_sure": 0, "none_unsure": 0}
    for fold in range(_FOLDS):
        kept = [found[at] for place, at in enumerate(order) if place % _FOLDS != fold]
        left = [found[at] for place, at in enumerate(order) if place % _FOLDS == fold]
        weights = weigh(kept)
        sure, choose = _thresholds(kept, weights, sure_right, none_choose)
        for sample in left:
            likely = 0.0 if sample.turned_away else chance(weights, sample.found)
            totals["sure"] += likely >= sure
            totals["sure_right"] += likely >= sure and sample.right
            totals["inside"] += sample.inside
            totals["none"] += not sample.inside
            totals["none_sure"] += not sample.inside and likely >= sure
            totals["none_unsure"] += not sample.inside and likely < choose
    weights = weigh(found)
    sure, choose = _thresholds(found, weights, sure_right, none_choose)
    held_out = {
        "sure": round(totals["sure"] / len(found), 4),
        "sure_and_right": round(totals["sure_right"] / max(1, totals["sure"]), 4),
        "none_sure": round(totals["none_sure"] / max(1, totals["none"]), 4),
        "none_unsure": round(totals["none_unsure"] / max(1, totals["none"]), 4),
    }
    now = finder.thresholds
    return Fitted(now.model_copy(update={"chance": weights, "sure": sure, "choose": choose}), held_out)


def as_yaml(thresholds: Thresholds) -> str:
    """The file `content/find/thresholds.yaml`."""
    lines = ["# Written by `constellation find --fit`: how the finder mixes its scores, and where its bands begin."]
    lines += [f"{name}: {getattr(thresholds, name)}" for name in ("words", "phrase", "letters", "idea", "sure", "choose")]
    lines.append("chance:")
    lines += [f"  {name}: {value}" for name, value in thresholds.chance.items()]
    return "\n".join(lines) + "\n"
