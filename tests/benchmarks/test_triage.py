"""Triage: danger outranks every path, nets and heads together, and what is left where there is no encoder."""

import pytest

from benchmarks.triage.learner import DANGER, NOW
from benchmarks.triage.triage import Limits, Triage, triage

LIMITS = Limits(
    now=0.1, maybe=-0.1, net_now=-0.5, watched=0.0, stranger=0.2, paths={"about": -0.4, "refuse": -0.4, "young": -0.3}
)
QUIET = {
    NOW: -0.9, DANGER: -0.8, "watched": -0.9, "about": -0.9, "refuse": -0.9, "seller": -0.9, "young": -0.9,
    "about-police": -0.9, "about-saved": -0.8, "card/ghb": -0.9, "card/bleeding": -0.8,
}  # fmt: skip


def heard(scores: dict[str, float], **more: object) -> Triage:
    return triage({**QUIET, **scores}, LIMITS, **more)  # type: ignore[arg-type]


def test_words_without_danger() -> None:
    """No card, no path."""
    assert heard({}) == Triage("no")


@pytest.mark.parametrize(
    ("now", "danger", "expected"), [(0.1, 0.3, "now"), (0.09, 0.3, "maybe"), (-0.5, -0.1, "maybe"), (-0.5, -0.11, "no")]
)
def test_limits_of_danger(now: float, danger: float, expected: str) -> None:
    """A score at the limit is heard."""
    assert heard({NOW: now, DANGER: danger}).danger == expected


def test_the_loudest_card_is_opened() -> None:
    """And a net's card leads where the heads are of two minds, not where they are sure."""
    loud = {NOW: 0.5, DANGER: 0.5, "card/ghb": 0.2}
    assert heard({**loud, "card/bleeding": 0.1}).card == "ghb"
    assert heard({**loud, "card/bleeding": 0.1}, strict=["bleeding"]).card == "bleeding"
    assert heard({**loud, "card/bleeding": -0.6}, strict=["bleeding"]).card == "ghb"


def test_a_strict_net_opens_the_screen_and_a_loose_one_the_line() -> None:
    """Where the head hears nothing at all, even a strict net gives the line only; no net is ever silenced."""
    assert heard({DANGER: -0.4}, strict=["ghb"]) == Triage("now", "ghb")
    assert heard({DANGER: -0.6}, strict=["ghb"]) == Triage("maybe", "ghb")
    assert heard({}, loose=["bleeding"]) == Triage("maybe", "bleeding")


def test_danger_outranks_being_watched_and_every_path() -> None:
    """Who is watched and attacked gets the card; who is watched alone gets the quiet line before a maybe."""
    assert heard({NOW: 0.6, DANGER: 0.6, "watched": 0.9}).danger == "now"
    assert heard({NOW: -0.2, DANGER: 0.2, "watched": 0.3}) == Triage("watched")
    assert heard({NOW: 0.6, DANGER: 0.6, "young": 0.9}) == Triage("now", "bleeding", "young")


def test_nobody_is_turned_away_by_one_voice_alone() -> None:
    """A head needs a net, and a seller's question in a buyer's words is a seller's."""
    assert heard({"refuse": 0.9}).special == ""
    assert heard({"refuse": 0.9}, refusing=True).special == "refuse"
    assert heard({"refuse": 0.5, "seller": 0.5}, refusing=True).special == ""


def test_about_opens_at_its_part() -> None:
    """The loudest part, without its first word."""
    assert heard({"about": 0.2, "about-police": -0.1}) == Triage("no", "", "about", "police")


def test_without_an_encoder_nets_decide() -> None:
    """A strict net is the screen, a loose one the line."""
    assert triage({}, LIMITS, strict=["ghb"]) == Triage("now", "ghb")
    assert triage({}, LIMITS, loose=["ghb"]) == Triage("maybe", "ghb")
    assert triage({}, LIMITS, refusing=True) == Triage("no", "", "refuse")
    assert triage({}, LIMITS) == Triage("no")


def test_limits_name_what_is_wrong() -> None:
    """An unknown and a missing one are both said."""
    with pytest.raises(ValueError, match="loud is unknown; maybe is missing"):
        Limits.of_numbers({"now": 0.1, "net_now": 0.0, "watched": 0.0, "stranger": 0.0, "loud": 1.0})
