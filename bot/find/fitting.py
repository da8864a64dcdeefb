"""Fits the bands: the chance of being right by logistic regression on a file of questions, thresholds by cross-validation.

Nothing but the weights and thresholds is kept of the questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from bot.find.confidence import BOTH, FEATURES, chance
from bot.find.evaluation import Question
from bot.find.finder import Finder
from bot.find.pack import Thresholds

_FOLDS = 5
_LEAST = 0.15
"""Below this chance nothing is offered, however few strangers the file holds."""
_ROUNDS, _PENALTY = 40, 1.0
EVERYDAY = "everyday"
"""The kind of questions that are nothing for this bot and far more than the others: together they count as the others do, and the
bands of the search by words alone, which cannot tell so many of them, are fitted without them."""


@dataclass(frozen=True, slots=True)
class FitSample:
    """A question's evidence; whether its first topic is right, or one of three; whether it is for the bot at all; its kind."""

    found: tuple[float, ...]
    right: bool
    among: bool
    inside: bool
    turned_away: bool
    kind: str
    further: tuple[tuple[float, bool], ...] = ()
    """The second and third topics: their scores, and whether they are right."""


def samples(finder: Finder, asked: Sequence[Question], *, by_meaning: bool) -> list[FitSample]:
    """The samples of `asked`. `by_meaning`: whether the classifier is asked too."""
    out = []
    for question in asked:
        understood = finder.understand(question.text)
        pieces = finder.pieces(question.text) if by_meaning else None
        search = finder.search(understood, pieces)
        heard = finder.judge(understood, question.language, None, pieces)
        away = heard.special != "" or (bool(search.order) and search.order[0][0] >= len(finder.topics))
        among = bool(question.expected & set(heard.topics))
        right = bool(heard.topics) and heard.topics[0] in question.expected
        inside = [(finder.topics[number], score) for number, score in search.order if number < len(finder.topics)]
        further = tuple((score, name in question.expected) for name, score in inside[1:3])
        out.append(FitSample(search.evidence, right, among, bool(question.expected), away, question.kind, further))
    return out


def _counts(found: Sequence[FitSample]) -> list[float]:
    everyday = sum(sample.kind == EVERYDAY for sample in found)
    share = min(1.0, (len(found) - everyday) / everyday / 2) if everyday else 1.0
    return [share if sample.kind == EVERYDAY else 1.0 for sample in found]


def weigh(found: Sequence[FitSample], wanted: Sequence[bool], names: Sequence[str] = FEATURES) -> dict[str, float]:
    """Logistic weights for what is wanted of each sample, by Newton's method with a penalty; deterministic."""
    import numpy as np

    evidence = np.array([sample.found for sample in found])
    right, counts = np.array(wanted, dtype=float), np.array(_counts(found))
    weights = np.zeros(len(names))
    for _ in range(_ROUNDS):
        likely = 1 / (1 + np.exp(-np.clip(evidence @ weights, -30, 30)))
        slope = evidence.T @ (counts * (likely - right)) + _PENALTY * weights
        bend = (evidence * (counts * likely * (1 - likely))[:, None]).T @ evidence + _PENALTY * np.eye(len(names))
        weights -= np.linalg.solve(bend, slope)
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the bands are to reach. `sure_right`: how often "sure" is right. `none_sure`: the share of strangers of each kind that
    may be answered "sure". `none_shown`: the share of them that may see topics offered."""

    sure_right: float = 0.97
    none_sure: float = 0.01
    none_shown: float = 0.14


@dataclass(frozen=True, slots=True)
class _BandFit:
    names: Sequence[str]
    chance: dict[str, float]
    inside: dict[str, float]
    sure: float
    choose: float

    def of(self, sample: FitSample) -> str:
        if sample.turned_away or chance(self.inside, sample.found, self.names) < self.choose:
            return "unsure"
        return "sure" if chance(self.chance, sample.found, self.names) >= self.sure else "choose"


def _bands(found: Sequence[FitSample], names: Sequence[str], wanted: Wanted) -> _BandFit:
    """The lowest "choose" that turns enough strangers of each kind away, and the lowest "sure" that is right often enough."""
    kept = [sample for sample in found if not sample.turned_away]
    right = weigh(kept, [sample.right for sample in kept], names)
    inside = weigh(kept, [sample.inside for sample in kept], names)
    strangers = {sample.kind == EVERYDAY for sample in found if not sample.inside}

    def limit(share: float, likely: Callable[[FitSample], float]) -> float:
        """The lowest limit that no more than a share of either sort of strangers passes."""
        least = 0.0
        for everyday in strangers:
            of = [sample for sample in found if not sample.inside and (sample.kind == EVERYDAY) is everyday]
            passing = sorted((likely(sample) for sample in of if not sample.turned_away), reverse=True)
            allowed = int(len(of) * share)
            least = max(least, passing[allowed] + 1e-6 if len(passing) > allowed else 0.0)
        return least

    choose = max(_LEAST, limit(wanted.none_shown, lambda sample: chance(inside, sample.found, names)))
    shown = [sample for sample in kept if chance(inside, sample.found, names) >= choose]
    floor = limit(wanted.none_sure, lambda sample: chance(right, sample.found, names))
    ranked = sorted(
        ((chance(right, sample.found, names), sample.right) for sample in shown if sample.inside), key=lambda pair: -pair[0]
    )
    sure, good = 0.999, 0
    for count, (likely, hit) in enumerate(ranked, 1):
        good += hit
        if good / count >= wanted.sure_right:
            sure = likely
    return _BandFit(names, right, inside, round(max(sure, floor) + 1e-4, 4), round(choose + 1e-4, 4))


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fitted thresholds, and what folds that were left out said of them: by words alone and, where the pack has a classifier,
    by words and meaning."""

    thresholds: Thresholds
    held_out: dict[str, dict[str, Any]]


def fit(
    finder: Finder,
    asked: Sequence[Question],
    wanted: Wanted = Wanted(),
    wanted_by_both: Wanted | None = None,
    more: Sequence[FitSample] = (),
) -> Fitted:
    """Weights and thresholds for `asked`, with figures for each fifth from weights that never saw it.

    `wanted_by_both`: the same where the pack has a classifier. `more`: further samples by words and meaning (`unseen`); by words
    alone too many of those cannot be told from strangers' words. Raises ValueError where the questions are too few to say
    anything.
    """
    if len(asked) < 50:
        raise ValueError(f"{len(asked)} questions are too few to fit on; write at least 50, a tenth of them none")
    rare = [question for question in asked if question.kind != EVERYDAY]
    by_words = samples(finder, rare, by_meaning=False)
    held_out = {"words": _held_out(by_words, FEATURES, wanted)}
    bands = _bands(by_words, FEATURES, wanted)
    new: dict[str, Any] = {"chance": bands.chance, "inside": bands.inside, "sure": bands.sure, "choose": bands.choose}
    if finder.by_meaning:
        found = [*samples(finder, asked, by_meaning=True), *more]
        both = wanted_by_both or BY_BOTH
        held_out["words_and_meaning"] = _held_out(found, BOTH, both)
        bands = _bands(found, BOTH, both)
        told = {"chance": bands.chance, "inside": bands.inside, "sure": bands.sure, "choose": bands.choose}
        new["with_classifier"] = finder.thresholds.with_classifier.model_copy(update=told)
    return Fitted(finder.thresholds.model_copy(update=new), held_out)


BY_BOTH = Wanted(sure_right=0.98, none_sure=0.008)
"""A little more than the targets: what is held out is a little worse."""


def _held_out(found: Sequence[FitSample], names: Sequence[str], wanted: Wanted) -> dict[str, Any]:
    """Figures of each fifth, judged by bands that never saw it."""
    order = sorted(range(len(found)), key=lambda at: crc32(at.to_bytes(4, "big")))  # shuffled, and the same each time
    judged: list[tuple[FitSample, str]] = []
    for fold in range(_FOLDS):
        bands = _bands([found[at] for place, at in enumerate(order) if place % _FOLDS != fold], names, wanted)
        judged += [(found[at], bands.of(found[at])) for place, at in enumerate(order) if place % _FOLDS == fold]
    inside = [(sample, band) for sample, band in judged if sample.inside]
    sure = [sample for sample, band in inside if band == "sure"]
    told: dict[str, Any] = {
        "first": sum(sample.right for sample, _ in inside) / max(1, len(inside)),
        "sure": len(sure) / max(1, len(inside)),
        "sure_and_right": sum(sample.right for sample in sure) / max(1, len(sure)),
        "shown": sum(band != "unsure" and sample.among for sample, band in inside) / max(1, len(inside)),
    }
    for name, everyday in (("none", False), (EVERYDAY, True)):
        count = Counter(band for sample, band in judged if not sample.inside and (sample.kind == EVERYDAY) is everyday)
        if total := count.total():
            told |= {f"{name}_{band}": count[band] / total for band in ("sure", "unsure")}
    return {name: round(value, 4) for name, value in told.items()}


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
    both = thresholds.with_classifier
    lines.append("with_classifier:")
    lines += [f"  {name}: {getattr(both, name)}" for name in ("lexical", "classifier", "sure", "choose", "further")]
    for group in ("chance", "inside"):
        lines.append(f"  {group}:")
        lines += [f"    {name}: {value}" for name, value in getattr(both, group).items()]
    return "\n".join(lines) + "\n"
