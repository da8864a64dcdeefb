"""The judgement of heads, nets and search together, on the pack: what is offered, who is turned away, which line comes."""

from __future__ import annotations

import pytest

from bot.find.finder import Finder
from bot.find.heard import Heard
from bot.find.triage.heads_file import DANGER, NOW

BUYS = "busco chicas que hagan masaje con final feliz"
"""A net of buyers hears it, and the search nothing for this bot."""


def _judged(finder: Finder, text: str, language: str, **said: float) -> Heard:
    """The answer where each head says no, but for those that are `said`; topics by words and meaning as in `listen`."""
    heads = finder.pack.heads
    assert heads is not None
    return finder.judge(finder.understand(text), language, {**dict.fromkeys(heads.heads, -0.9), **said}, finder.pieces(text))


@pytest.mark.parametrize("by_meaning", [True, False])
def test_a_second_and_a_third_are_offered_from_a_floor_on(finder: Finder, by_meaning: bool) -> None:
    """By meaning from a chance on, by words from a share of the first's score on; what is below is no suggestion."""
    offered = left_out = 0
    for text in ("me detuvieron, qué hago", "quiero dejarlo pero me pega", "my client wont pay", "where can i get tested", "pep"):
        understood = finder.understand(text)
        pieces = finder.pieces(text) if by_meaning else None
        order = finder.search(understood, pieces).order
        scores = {finder.topics[number]: score for number, score in order if number < len(finder.topics)}
        floor = finder.thresholds.with_classifier.further if by_meaning else 0.45 * max(scores.values())
        further = list(scores)[1:3]
        shown = finder.judge(understood, "en", None, pieces).topics
        assert list(shown[1:]) == [name for name in further if scores[name] >= floor], text
        offered += len(shown[1:])
        left_out += len(further) - len(shown[1:])
    assert offered
    assert left_out


def test_who_sounds_like_a_buyer_gets_no_sure_answer(finder: Finder) -> None:
    """Nor is a clear question refused for that alone."""
    text = "where can i get tested for free"
    assert _judged(finder, text, "en").band == "sure"
    heard = _judged(finder, text, "en", refuse=0.5)
    assert (heard.band, heard.special) == ("choose", "")
    assert heard.topics == _judged(finder, text, "en").topics


def test_words_like_a_buyers_turn_nobody_away_unless_their_meaning_does(finder: Finder) -> None:
    """Neither a net that yields nor the likeness to what is turned away; a seller's voice stops both. No answer is sure."""
    nearly = _judged(finder, BUYS, "es", refuse=-0.45)
    assert (nearly.band, nearly.special) == ("unsure", "")
    assert _judged(finder, BUYS, "es", refuse=-0.3).special == "refuse"
    assert _judged(finder, BUYS, "es", refuse=-0.3, seller=-0.4).special == ""
    assert finder.by_nets(BUYS, "es").special == "refuse", "without an encoder there is nothing else to ask"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("escort prices in this town, what to charge", "en"),
        ("escort rates here, how much to charge for an hour", "en"),
        ("tarifas de escorts en bilbao, cuanto se cobra", "es"),
        ("masaje con final feliz, que se cobra", "es"),
    ],
)
def test_who_asks_what_to_charge_is_not_turned_away(finder: Finder, text: str, language: str) -> None:
    """However much it sounds like somebody who buys."""
    assert _judged(finder, text, language, refuse=0.5).special == ""


def test_a_nets_line_stays_with_few_words_where_the_heads_hear_calm(finder: Finder) -> None:
    """Of a longer message they hear enough to take it away; of a few words, or where they doubt, they do not."""
    long = "she plays somebody who is having a seizure on stage every friday"
    assert finder.by_nets(long, "en").danger == "now"
    assert _judged(finder, long, "en").danger == "no"
    assert _judged(finder, long, "en", **{DANGER: -0.5}).danger == "maybe"
    assert _judged(finder, "hes having a seizure", "en").danger == "maybe"


def test_a_wish_to_die_has_a_line_from_a_limit_of_its_own_on(finder: Finder) -> None:
    """It is said in quieter words: where danger is not loud, its own head is enough for a line; another card's is not."""
    heads = finder.pack.heads
    assert heads is not None
    own = heads.limits["maybe/suicidal-thoughts"]
    for card, score, expected in (
        ("suicidal-thoughts", own, "maybe"),
        ("suicidal-thoughts", own - 0.01, "no"),
        ("bleeding", 0.5, "no"),
    ):
        heard = _judged(finder, "my client wont pay", "en", **{DANGER: heads.limits["maybe"] - 0.3, f"card/{card}": score})
        assert heard.danger == expected, (card, score)
        assert heard.emergency == (card if expected == "maybe" else "")


@pytest.mark.parametrize("more", [{}, {"watched": 0.5}, {"stranger": 0.9}, {"refuse": 0.9}, {"card/bleeding": -0.5}])
def test_a_net_for_now_always_gets_its_line(finder: Finder, more: dict[str, float]) -> None:
    """Whatever the heads say: that it is calm, that somebody reads along, that a stranger or a buyer speaks."""
    assert finder.by_nets("shes not breathing", "en").danger == "now"
    heard = _judged(finder, "shes not breathing", "en", **more)
    assert (heard.danger, heard.emergency) == ("maybe", "overdose-response")
    assert _judged(finder, "shes not breathing", "en", **more, **{NOW: 0.9, DANGER: 0.9}).danger == "now"
