"""Triage: from what the heads and the nets say of a message to now, maybe, watched or no, and which card. Holds no words."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from benchmarks.triage.learner import CARD, DANGER, NOW, PARTS

Danger = Literal["now", "maybe", "watched", "no"]
_PLAIN = ("now", "maybe", "net_now", "watched", "stranger")
SPECIALS = ("young", "refuse", "about", "plan", "safer", "change", "talk", "small_talk")
"""The paths that words open; where several are heard, the loudest wins and then the earlier here."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From which score on a head is believed.

    `now`, `maybe`: of danger, as the screen and as a line. `net_now`: as the screen where a net that catches nothing harmless
    agrees. `watched`: that somebody reads along. `stranger`: that words are nothing for this bot. `paths`: for each path; one
    that has none is never heard.
    """

    now: float
    maybe: float
    net_now: float
    watched: float
    stranger: float
    paths: Mapping[str, float]

    def as_numbers(self) -> dict[str, float]:
        """All of them by name, for a file."""
        return {**{name: getattr(self, name) for name in _PLAIN}, **self.paths}

    @classmethod
    def of_numbers(cls, numbers: Mapping[str, float]) -> Limits:
        """Out of a file. Raises ValueError where one is missing or belongs to nothing."""
        wrong = [f"{name} is unknown" for name in sorted(set(numbers) - {*_PLAIN, *SPECIALS})]
        wrong += [f"{name} is missing" for name in _PLAIN if name not in numbers]
        if wrong:
            raise ValueError("limits: " + "; ".join(wrong))
        paths = {name: numbers[name] for name in SPECIALS if name in numbers}
        return cls(**{name: numbers[name] for name in _PLAIN}, paths=paths)


@dataclass(frozen=True, slots=True)
class Triage:
    """What is to be done. `card`: for now and maybe, else "". `special`: a path or "". `part`: of About, or ""."""

    danger: Danger
    card: str = ""
    special: str = ""
    part: str = ""


_NET_WEIGHS = 0.5
"""How much a net's card is ahead of cards that only sound alike."""


def triage(
    scores: Mapping[str, float], limits: Limits, strict: Collection[str] = (), loose: Collection[str] = (), refusing: bool = False
) -> Triage:
    """What is to be done for a message.

    `scores`: what each head says (`Heads.loudest`); empty where there is no encoder: then nets decide alone. `strict`: cards of
    nets that catch nothing harmless; `loose`: of the other nets. `refusing`: whether a net says that somebody wants to buy or
    to trace; only where it and the head agree is anybody turned away, since sellers use the words of buyers. Danger outranks
    every path.
    """
    special, part = _special(scores, limits, refusing)
    if not scores:
        card = next(iter((*strict, *loose)), "")
        return Triage("now" if strict else "maybe" if loose else "no", card, "refuse" if refusing else "")
    cards = {head.removeprefix(CARD): score for head, score in scores.items() if head.startswith(CARD)}
    for card in (*strict, *loose):
        cards[card] = cards.get(card, -1.0) + _NET_WEIGHS
    loudest = max(sorted(cards), key=cards.__getitem__, default="")
    if scores[NOW] >= limits.now or (strict and scores[DANGER] >= limits.net_now):
        return Triage("now", loudest, special, part)
    if scores["watched"] >= limits.watched and scores["watched"] >= scores[NOW]:
        return Triage("watched", "", special, part)
    if scores[DANGER] >= limits.maybe or strict or loose:
        return Triage("maybe", loudest, special, part)
    return Triage("no", "", special, part)


def _special(scores: Mapping[str, float], limits: Limits, refusing: bool) -> tuple[str, str]:
    heard = [path for path in SPECIALS if path in scores and scores[path] >= limits.paths.get(path, math.inf)]
    if "refuse" in heard and (not refusing or scores["seller"] >= scores["refuse"]):
        heard.remove("refuse")
    if not heard:
        return "", ""
    special = max(heard, key=lambda path: (scores[path], -SPECIALS.index(path)))
    if special != "about":
        return special, ""
    return special, max(PARTS, key=lambda part: scores.get(part, -1.0)).removeprefix("about-")
