"""What a search found, by words alone or by words and meaning: classes with their scores, how sure that is, and what is close.

By words alone a score is the ranker's. By both it is the class's chance: the ranker's score and what the topic classifier says,
weighed by the pack, made to sum to 1 over topics and kinds to turn away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.find.confidence import BOTH, band, both_features, chance, features
from bot.find.heard import Band
from bot.find.pack import Thresholds
from bot.find.ranker import Ranking

LEAST = -12.0
"""The logarithm of the least chance that a classifier may give a class: words may still bring it up."""


@dataclass(frozen=True, slots=True)
class Closeness:
    """From which share of the first's score a class counts, and from which score whatever the first's. `card`, `card_least`: an
    emergency card's topic leads. `further`, `further_least`: a second or third is offered. `clearly`: how far ahead words to turn
    away are before they open a path. `leads`: the score of a topic that nobody is turned away from."""

    card: float
    card_least: float
    further: float
    further_least: float
    clearly: float
    leads: float


_BY_WORDS = Closeness(card=0.8, card_least=0.0, further=0.45, further_least=0.0, clearly=1.3, leads=math.inf)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Classes with their scores, best first; classes from the number of topics on are kinds to turn away. `likely`: the chance
    that the first topic is right. `evidence`: what that and `band` were told by. `nothing`: the chance by meaning that it is
    nothing for the bot."""

    order: tuple[tuple[int, float], ...]
    likely: float
    band: Band
    evidence: tuple[float, ...]
    close: Closeness
    nothing: float = 0.0


def by_words(ranking: Ranking, topics: int, thresholds: Thresholds) -> SearchResult:
    """What the search by words found."""
    about = features(ranking, topics)
    if not any(number < topics for number, _ in ranking.order):
        return SearchResult(ranking.order, 0.0, "unsure", about, _BY_WORDS)
    likely = chance(thresholds.chance, about)
    found = band(thresholds, likely, chance(thresholds.inside, about))
    return SearchResult(ranking.order, likely, found, about, _BY_WORDS)


def by_both(
    ranking: Ranking, said: Sequence[float], topics: int, thresholds: Thresholds, idle: Iterable[int] = ()
) -> SearchResult:
    """What words and meaning found. `ranking`: of every class. `said`: the logarithm of each class's chance by meaning. `idle`:
    classes of words that are nothing for the bot."""
    both = thresholds.with_classifier
    close = Closeness(card=0.3, card_least=0.3, further=0.0, further_least=both.further, clearly=2.0, leads=0.5)
    total = {number: both.lexical * score + both.classifier * max(said[number], LEAST) for number, score in ranking.order}
    most = max(total.values(), default=0.0)
    weights = {number: math.exp(score - most) for number, score in total.items()}
    whole = sum(weights.values())
    order = tuple(sorted(((number, weight / whole) for number, weight in weights.items()), key=lambda one: (-one[1], one[0])))
    nothing = sum(math.exp(said[number]) for number in idle)
    about = both_features(order, ranking, said, topics)
    if not order or order[0][1] <= 0 or topics == 0:
        return SearchResult(order, 0.0, "unsure", about, close, nothing)
    likely = chance(both.chance, about, BOTH)
    return SearchResult(order, likely, band(both, likely, chance(both.inside, about, BOTH)), about, close, nothing)
