"""The decision: from what heads and nets say of a message to now, maybe, watched or no, and which card. Holds no words."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast

from bot.find.heard import Band, Danger, Part, Special
from bot.find.triage.heads_file import CARD, DANGER, NOW, PARTS, SPECIALS, Limits

_PART_OF: dict[str, Part] = {
    "about-person": "person", "about-human": "person", "about-police": "police", "about-saved": "saved", "about-delete": "delete",
    "about-operator": "runs",
}  # fmt: skip
_ONE_WEIGHS, _SEVERAL_WEIGH, _LOOSE_WEIGHS = 0.95, 0.5, 0.15
"""How much the card of the one net for now, of several, and of other nets is ahead of cards that only sound alike."""
_QUIET_BEHIND = 0.12
"""How far a card that is said in quiet words, and so has a line of its own, stands behind cards that are as loud: what somebody
else does, or a body shows, is often told in a tired voice, and needs its own steps first."""


@dataclass(frozen=True, slots=True)
class Triage:
    """What is to be done. `card`: for now and maybe, else "". `special`: a path or "". `part`: of About, or "". `seller`: whether
    somebody speaks who is paid. `buyer`: whether it may be somebody to turn away; never answered for sure."""

    danger: Danger
    card: str = ""
    special: Special = ""
    part: Part = ""
    seller: bool = False
    buyer: bool = False


def decide(
    scores: Mapping[str, float],
    limits: Limits,
    cards: Collection[str],
    strict: Collection[str] = (),
    loose: Collection[str] = (),
    tempered: bool = False,
    mild: bool = False,
    brief: bool = False,
    found: Band = "unsure",
    answered: Collection[str] = (),
    nothing: float = 0.0,
) -> Triage:
    """What is to be done for a message.

    `scores`: what each head says (`Heads.loudest`). `cards`: those that the pack has; others are left out. `strict`: cards of
    nets for now; `loose`: of the other nets. `tempered`: whether such a net heard that it is a joke, long ago or a question of
    how to; `mild`: whether such a sign was heard at all. `brief`: whether the message has few words, of which heads hear little.
    `found`: how sure the search is of an answer; `answered`: cards whose own topic that answer is.
    `nothing`: the chance that the words are nothing for a bot like this, as it heard by topics.
    What the heads hear is raised by a net and lowered by a mild sign, then held against the limits; a card's own head may be
    enough for its line. What a net tempers is no screen; a net for now gets its line unless the heads hear clearly that all is
    calm. Danger outranks every path.
    """
    special, part = _special(scores, limits, found)
    heard = {head.removeprefix(CARD): score for head, score in scores.items() if head.startswith(CARD)}
    heard = {card: score for card, score in heard.items() if card in cards}
    net_weighs = _ONE_WEIGHS if len(set(strict)) == 1 else _SEVERAL_WEIGH
    for card in dict.fromkeys((*strict, *loose)):
        heard[card] = heard.get(card, -1.0) + (net_weighs if card in strict else _LOOSE_WEIGHS)
    first = max(sorted(heard), key=heard.__getitem__, default="")
    card = max(sorted(heard), key=lambda card: heard[card] - (_QUIET_BEHIND if card in limits.lines else 0.0), default="")
    seller = scores["seller"] >= limits.seller
    buyer = scores["refuse"] >= max(limits.buyer, scores["seller"])
    moved = (limits.net if strict else 0.0) - (limits.mild if mild else 0.0)
    if card and scores[NOW] + moved >= limits.now and not (tempered and not strict):
        return Triage("now", card, special, part, seller, buyer)
    watches = special == "refuse" and scores["refuse"] > scores["watched"]  # who wants to read another's phone
    if scores["watched"] >= limits.watched and scores["watched"] >= scores[NOW] and not strict and not watches:
        return Triage("watched", "", special, part, seller, buyer)
    spoken = brief or first in limits.lines or max(scores[NOW], scores[DANGER]) >= limits.calm
    clear = limits.clear if found == "sure" and card not in answered else 0.0
    if card and ((strict and spoken) or scores[DANGER] + moved + (limits.loose if loose else 0.0) >= limits.maybe + clear):
        return Triage("maybe", card, special, part, seller, buyer)
    quiet = scores.get(CARD + first, -1.0) - (limits.mild if mild else 0.0)
    if quiet >= limits.lines.get(first, math.inf) and nothing < limits.nothing:
        return Triage("maybe", first, special, part, seller, buyer)
    return Triage("no", "", special, part, seller, buyer)


def _special(scores: Mapping[str, float], limits: Limits, found: Band) -> tuple[Special, Part]:
    heard = [path for path in SPECIALS if path in scores and scores[path] >= limits.path(path, found)]
    if "refuse" in heard and scores["refuse"] - scores["seller"] < limits.ahead:
        heard.remove("refuse")  # a seller may speak of the same things
    if not heard:
        return "", ""
    special = cast("Special", max(heard, key=lambda path: (scores[path], -SPECIALS.index(path))))
    if special != "about":
        return special, ""
    part = max(PARTS, key=lambda part: scores.get(part, -1.0))
    return special, _PART_OF[part] if scores.get(part, -1.0) >= limits.part else ""
