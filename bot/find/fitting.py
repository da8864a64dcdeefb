"""Fits the bands: the chance of being right by logistic regression on a file of questions, thresholds by cross-validation.

Nothing but the weights and thresholds is kept of the questions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from bot.find.confidence import FEATURES, chance, features
from bot.find.evaluation import Question
from bot.find.finder import Finder
from bot.find.pack import Thresholds

_ROUNDS, _STEP, _PENALTY = 3000, 0.15, 0.002
_FOLDS = 5
_LEAST = 0.15
"""Below this chance nothing is offered, however few strangers the file holds."""


@dataclass(frozen=True, slots=True)
class FitSample:
    """A question's features; whether its first topic is right, or one of three; whether it is for the bot at all."""

    found: tuple[float, ...]
    right: bool
    among: bool
    inside: bool
    turned_away: bool


def samples(finder: Finder, asked: Sequence[Question]) -> list[FitSample]:
    """The samples of `asked`."""
    out = []
    for question in asked:
        understood = finder.understand(question.text)
        ranking = finder.rank(understood)
        heard = finder.judge(understood, question.language)
        away = heard.special != "" or (bool(ranking.order) and ranking.order[0][0] >= len(finder.topics))
        among = bool(question.expected & set(heard.topics))
        right = bool(heard.topics) and heard.topics[0] in question.expected
        out.append(FitSample(features(ranking, len(finder.topics)), right, among, bool(question.expected), away))
    return out


def weigh(found: Sequence[FitSample], wanted: Sequence[bool]) -> dict[str, float]:
    """Logistic weights by gradient descent for what is wanted of each sample; deterministic."""
    weights = [0.0] * len(FEATURES)
    for _ in range(_ROUNDS):
        slope = [0.0] * len(FEATURES)
        for sample, right in zip(found, wanted, strict=True):
            total = sum(weight * value for weight, value in zip(weights, sample.found, strict=True))
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - right
            for at, value in enumerate(sample.found):
                slope[at] += error * value
        weights = [
            weight - _STEP * (part / len(found) * 4 + _PENALTY * weight) for weight, part in zip(weights, slope, strict=True)
        ]
    return {name: round(weight, 3) for name, weight in zip(FEATURES, weights, strict=True)}


@dataclass(frozen=True, slots=True)
class _BandFit:
    chance: dict[str, float]
    inside: dict[str, float]
    sure: float
    choose: float

    def of(self, sample: FitSample) -> str:
        if sample.turned_away or chance(self.inside, sample.found) < self.choose:
            return "unsure"
        return "sure" if chance(self.chance, sample.found) >= self.sure else "choose"


def _bands(found: Sequence[FitSample], sure_right: float, none_shown: float) -> _BandFit:
    """The lowest "choose" that turns enough strangers away, and the lowest "sure" that is right often enough."""
    kept = [sample for sample in found if not sample.turned_away]
    right = weigh(kept, [sample.right for sample in kept])
    inside = weigh(kept, [sample.inside for sample in kept])
    strangers = [sample for sample in found if not sample.inside]
    outside = sorted((chance(inside, sample.found) for sample in kept if not sample.inside), reverse=True)
    allowed = int(len(strangers) * none_shown)
    choose = max(_LEAST, outside[allowed] + 1e-6 if len(outside) > allowed else 0.0)
    shown = sorted(
        ((chance(right, sample.found), sample.right) for sample in kept if chance(inside, sample.found) >= choose),
        key=lambda pair: -pair[0],
    )
    sure, good = 0.999, 0
    for count, (likely, hit) in enumerate(shown, 1):
        good += hit
        if good / count >= sure_right:
            sure = likely
    return _BandFit(right, inside, round(sure, 4), round(choose, 4))


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fitted thresholds, and what folds that were left out said of them."""

    thresholds: Thresholds
    held_out: dict[str, float]


def fit(finder: Finder, asked: Sequence[Question], *, sure_right: float = 0.97, none_shown: float = 0.14) -> Fitted:
    """Weights and thresholds for `asked`, with figures for each fifth from weights that never saw it.

    `sure_right`: how often "sure" should be right; `none_shown`: how many of the strangers may see topics offered.
    Raises ValueError where the questions are too few to say anything.
    """
    if len(asked) < 50:
        raise ValueError(f"{len(asked)} questions are too few to fit on; write at least 50, a tenth of them none")
    found = samples(finder, asked)
    order = sorted(range(len(found)), key=lambda at: crc32(at.to_bytes(4, "big")))  # shuffled, and the same each time
    judged: list[tuple[FitSample, str]] = []
    for fold in range(_FOLDS):
        bands = _bands([found[at] for place, at in enumerate(order) if place % _FOLDS != fold], sure_right, none_shown)
        judged += [(found[at], bands.of(found[at])) for place, at in enumerate(order) if place % _FOLDS == fold]
    sure = [sample for sample, band in judged if band == "sure"]
    inside = [(sample, band) for sample, band in judged if sample.inside]
    strangers = [band for sample, band in judged if not sample.inside]
    held_out = {
        "sure": len(sure) / len(judged),
        "sure_and_right": sum(sample.right for sample in sure) / max(1, len(sure)),
        "shown": sum(band != "unsure" and sample.among for sample, band in inside) / max(1, len(inside)),
        "none_sure": strangers.count("sure") / max(1, len(strangers)),
        "none_unsure": strangers.count("unsure") / max(1, len(strangers)),
    }
    bands = _bands(found, sure_right, none_shown)
    new = {"chance": bands.chance, "inside": bands.inside, "sure": bands.sure, "choose": bands.choose}
    return Fitted(finder.thresholds.model_copy(update=new), {name: round(value, 4) for name, value in held_out.items()})


def as_yaml(thresholds: Thresholds) -> str:
    """The file `content/find/thresholds.yaml`."""
    lines = [
        "# yaml-language-server: $schema=../schemas/thresholds.json",
        "# Written by `constellation content search --fit`: how the finder mixes its scores, and where its bands begin.",
    ]
    lines += [f"{name}: {getattr(thresholds, name)}" for name in ("words", "phrase", "letters", "idea", "sure", "choose")]
    for group in ("chance", "inside"):
        lines.append(f"{group}:")
        lines += [f"  {name}: {value}" for name, value in getattr(thresholds, group).items()]
    return "\n".join(lines) + "\n"
