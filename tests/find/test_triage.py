"""Triage: danger outranks every path, nets and heads together, and what is left where there is no encoder."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.find.heard import Band
from bot.find.triage.decision import Triage, decide
from bot.find.triage.heads_file import DANGER, NOW, Limits

LIMITS = Limits(
    now=0.1,
    maybe=-0.1,
    net=0.4,
    loose=0.2,
    mild=0.2,
    watched=0.0,
    seller=-0.2,
    paths={"about": -0.4, "refuse": -0.4, "young": -0.3},
)
QUIET = {
    NOW: -0.9, DANGER: -0.8, "watched": -0.9, "about": -0.9, "refuse": -0.9, "seller": -0.9, "stranger": -1.0, "young": -0.9,
    "about-police": -0.9, "about-saved": -0.8, "card/ghb": -0.9, "card/bleeding": -0.8,
}  # fmt: skip


CARDS = frozenset(("ghb", "bleeding"))


def heard(
    scores: dict[str, float],
    cards: frozenset[str] = CARDS,
    strict: Sequence[str] = (),
    loose: Sequence[str] = (),
    tempered: bool = False,
    mild: bool = False,
    brief: bool = False,
) -> Triage:
    return decide({**QUIET, **scores}, LIMITS, cards, strict, loose, tempered, mild, brief)


def test_words_without_danger() -> None:
    """No card, no path."""
    assert heard({}) == Triage("no")


@pytest.mark.parametrize(
    ("now", "danger", "expected"), [(0.1, 0.3, "now"), (0.09, 0.3, "maybe"), (-0.5, -0.1, "maybe"), (-0.5, -0.11, "no")]
)
def test_limits_of_danger(now: float, danger: float, expected: str) -> None:
    """A score at the limit is heard."""
    assert heard({NOW: now, DANGER: danger}).danger == expected


def test_a_card_may_get_its_line_by_its_own_head() -> None:
    """Where danger is not loud; a mild sign counts against it; the screen and other cards stay as they are."""
    limits = Limits.of_numbers({**LIMITS.as_numbers(), "maybe/ghb": -0.4})
    assert Limits.of_numbers(limits.as_numbers()) == limits
    for card, score, mild, expected in (
        ("ghb", -0.4, False, "maybe"),
        ("ghb", -0.41, False, "no"),
        ("ghb", -0.3, True, "no"),
        ("ghb", -0.19, True, "maybe"),
        ("bleeding", 0.3, False, "no"),
    ):
        scores = {**QUIET, NOW: -0.5, DANGER: -0.5, f"card/{card}": score}
        assert decide(scores, limits, CARDS, mild=mild).danger == expected, (card, score, mild)


def test_everyday_words_get_no_line_for_their_sound_alone() -> None:
    """Where the search is nearly sure that they are nothing for the bot. Danger that is heard itself is no quiet word."""
    limits = Limits.of_numbers({**LIMITS.as_numbers(), "maybe/ghb": -0.4, "nothing": 0.9})
    quiet = {**QUIET, NOW: -0.5, DANGER: -0.5, "card/ghb": -0.3}
    for nothing, expected in ((0.0, "maybe"), (0.89, "maybe"), (0.9, "no")):
        assert decide(quiet, limits, CARDS, nothing=nothing).danger == expected
        assert decide({**quiet, DANGER: -0.1}, limits, CARDS, nothing=nothing).danger == "maybe"
    assert decide(quiet, limits, CARDS, ["ghb"], nothing=1.0).danger == "maybe"


def test_a_card_of_quiet_words_stands_behind_one_that_is_as_loud() -> None:
    """What somebody else does needs its own steps first; where only the quiet card has a line, it keeps it."""
    limits = Limits.of_numbers({**LIMITS.as_numbers(), "maybe/ghb": -0.4})
    loud = {**QUIET, NOW: 0.5, DANGER: 0.5, "card/ghb": -0.1}
    assert decide({**loud, "card/bleeding": -0.2}, limits, CARDS) == Triage("now", "bleeding")
    assert decide({**loud, "card/bleeding": -0.23}, limits, CARDS) == Triage("now", "ghb")
    assert decide({**loud, "card/bleeding": -0.2}, LIMITS, CARDS) == Triage("now", "ghb")
    soft = {**QUIET, NOW: -0.5, DANGER: -0.5, "card/ghb": -0.3, "card/bleeding": -0.35}
    assert decide(soft, limits, CARDS) == Triage("maybe", "ghb")


def test_the_loudest_card_is_opened() -> None:
    """And a net's card leads where the heads are of two minds, not where they are sure."""
    loud = {NOW: 0.5, DANGER: 0.5, "card/ghb": 0.2}
    assert heard({**loud, "card/bleeding": 0.1}).card == "ghb"
    assert heard({**loud, "card/bleeding": 0.1}, strict=["bleeding"]).card == "bleeding"
    assert heard({**loud, "card/bleeding": 0.1}, loose=["bleeding"]).card == "bleeding"
    assert heard({**loud, "card/bleeding": -0.0}, loose=["bleeding"]).card == "ghb"
    assert heard({**loud, "card/bleeding": -0.74}, strict=["bleeding"]).card == "bleeding"
    assert heard({**loud, "card/bleeding": -0.76}, strict=["bleeding"]).card == "ghb"


def test_a_net_for_now_adds_to_what_the_heads_hear() -> None:
    """And has its line where they hear less; a loose net adds to the line alone."""
    assert heard({NOW: -0.3, DANGER: -0.4}, strict=["ghb"]) == Triage("now", "ghb")
    assert heard({NOW: -0.31, DANGER: -0.4}, strict=["ghb"]).danger == "maybe"
    assert heard({NOW: -0.6, DANGER: -0.5}, strict=["ghb"]).danger == "maybe"
    assert heard({NOW: -0.9, DANGER: -0.6}, strict=["ghb"]) == Triage("maybe", "ghb")
    assert heard({NOW: -0.6, DANGER: -0.9}, strict=["ghb"]) == Triage("maybe", "ghb")


def test_heads_that_hear_calm_take_a_nets_line_away() -> None:
    """Not of few words, of which they hear little, nor from a card that is said in quiet words."""
    assert LIMITS.calm == -0.6
    calm = {NOW: -0.61, DANGER: -0.61}
    assert heard(calm, strict=["ghb"]) == Triage("no")
    assert heard(calm, strict=["ghb"], brief=True) == Triage("maybe", "ghb")
    own = Limits.of_numbers({**LIMITS.as_numbers(), "maybe/ghb": 0.9})
    assert decide({**QUIET, **calm}, own, CARDS, ["ghb"]) == Triage("maybe", "ghb")
    assert heard({NOW: 0.09, DANGER: -0.29}, loose=["bleeding"]).danger == "maybe"
    assert heard({NOW: 0.09, DANGER: -0.31}, loose=["bleeding"]).danger == "no"


def test_a_mild_sign_takes_from_what_the_heads_hear() -> None:
    """A joke, something long ago, a question of how to: from both limits by the same, whichever net heard it."""
    assert heard({NOW: 0.31, DANGER: 0.4}, mild=True).danger == "now"
    assert heard({NOW: 0.29, DANGER: 0.4}, mild=True).danger == "maybe"
    assert heard({NOW: 0.0, DANGER: 0.09}, mild=True).danger == "no"
    assert heard({NOW: -0.1, DANGER: 0.4}, strict=["ghb"], mild=True).danger == "now"


def test_what_a_net_tempers_is_no_screen() -> None:
    """A joke, something long ago, a question of how to: the line, unless another net is sure."""
    assert heard({NOW: 0.9, DANGER: 0.9}, loose=["ghb"], tempered=True).danger == "maybe"
    assert heard({NOW: 0.9, DANGER: 0.9}, strict=["bleeding"], loose=["ghb"], tempered=True).danger == "now"


def test_a_card_that_the_pack_lacks_is_left_out() -> None:
    """The next best is opened; without any there is no danger that could be shown."""
    loud = {NOW: 0.5, DANGER: 0.5, "card/ghb": 0.2, "card/bleeding": -0.5}
    assert heard(loud, frozenset(["bleeding"])).card == "bleeding"
    assert heard(loud, frozenset()) == Triage("no")


def test_danger_outranks_being_watched_and_every_path() -> None:
    """Who is watched and attacked gets the card; who is watched alone gets the quiet line before a maybe."""
    assert heard({NOW: 0.6, DANGER: 0.6, "watched": 0.9}).danger == "now"
    assert heard({NOW: -0.2, DANGER: 0.2, "watched": 0.3}) == Triage("watched")
    assert heard({NOW: 0.6, DANGER: 0.6, "young": 0.9}) == Triage("now", "bleeding", "young")


def test_who_wants_to_read_another_phone_is_not_watched() -> None:
    """Both heads hear the phone; the louder one says who reads whose."""
    assert heard({"watched": 0.1, "refuse": 0.2}) == Triage("no", special="refuse", buyer=True)
    assert heard({"watched": 0.3, "refuse": 0.2}).danger == "watched"
    assert heard({"watched": 0.1, "refuse": 0.2, "seller": 0.1}).danger == "watched"


def test_a_seller_is_heard_beside_the_buyers_path() -> None:
    """Whoever decides on turning somebody away is told both."""
    assert heard({"refuse": 0.9}).special == "refuse"
    assert not heard({"refuse": 0.9}).seller
    assert heard({"refuse": 0.9, "seller": 0.1}).seller


def test_who_may_be_a_seller_is_not_taken_for_a_buyer() -> None:
    """Only a clear lead over the seller's head turns away by meaning; a small one is enough for no sure answer."""
    near = heard({"refuse": 0.1, "seller": 0.1 - LIMITS.ahead + 0.05})
    assert (near.special, near.buyer) == ("", True)
    far = heard({"refuse": 0.1, "seller": 0.1 - LIMITS.ahead - 0.05})
    assert (far.special, far.buyer) == ("refuse", True)


@pytest.mark.parametrize(("refuse", "seller", "buyer"), [(-0.65, -0.9, True), (-0.75, -0.9, False), (-0.65, -0.6, False)])
def test_who_sounds_a_little_like_a_buyer_is_one_perhaps(refuse: float, seller: float, buyer: bool) -> None:
    """Above its own limit, and no less than like a seller."""
    assert heard({"refuse": refuse, "seller": seller}).buyer is buyer


@pytest.mark.parametrize(
    ("found", "answered", "danger", "expected"),
    [
        ("sure", (), 0.19, "no"),
        ("sure", (), 0.2, "maybe"),
        ("sure", ("ghb",), -0.1, "maybe"),
        ("choose", (), -0.1, "maybe"),
        ("unsure", (), -0.1, "maybe"),
    ],
)
def test_a_clear_answer_needs_louder_danger_for_a_line(
    found: Band, answered: Sequence[str], danger: float, expected: str
) -> None:
    """Only where the answer is not the card's own topic; a net for now, and quiet words of a card, keep their lines."""
    limits = Limits.of_numbers({**LIMITS.as_numbers(), "clear": 0.3, "maybe/bleeding": -0.3})
    scores = {**QUIET, DANGER: danger, "card/ghb": 0.5}
    assert decide(scores, limits, CARDS, found=found, answered=answered).danger == expected
    assert decide(scores, limits, CARDS, ("ghb",), found=found, answered=answered).danger == "maybe"
    quiet = {**QUIET, "card/bleeding": -0.3}
    assert decide(quiet, limits, CARDS, found=found, answered=answered).danger == "maybe"
    assert decide({**scores, NOW: 0.1}, limits, CARDS, found=found, answered=answered).danger == "now"


@pytest.mark.parametrize(
    ("found", "about", "expected"),
    [("sure", 0.19, ""), ("sure", 0.2, "about"), ("choose", -0.11, ""), ("choose", -0.1, "about"), ("unsure", -0.4, "about")],
)
def test_a_clear_question_keeps_its_answer(found: Band, about: float, expected: str) -> None:
    """A path is heard from another score on beside what the search has found; from its own where none is named for that."""
    limits = Limits.of_numbers({**LIMITS.as_numbers(), "about/sure": 0.2, "about/choose": -0.1})
    assert Limits.of_numbers(limits.as_numbers()) == limits
    assert decide({**QUIET, "about": about}, limits, CARDS, found=found).special == expected


def test_about_opens_at_its_part() -> None:
    """The loudest part, without its first word."""
    assert heard({"about": 0.2, "about-police": -0.1}) == Triage("no", "", "about", "police")
    assert heard({"about": 0.2}).part == ""
    loud = replace(LIMITS, part=-0.8)
    assert decide({**QUIET, "about": 0.2}, loud, CARDS).part == "saved"
    assert decide({**QUIET, "about": 0.2, "about-saved": -0.81}, loud, CARDS).part == ""


def test_limits_name_what_is_wrong() -> None:
    """An unknown and a missing one are both said."""
    with pytest.raises(ValueError, match="loud is unknown; maybe is missing"):
        Limits.of_numbers({"now": 0.1, "net": 0.0, "loose": 0.0, "mild": 0.0, "watched": 0.0, "seller": 0.0, "loud": 1.0})


def test_limits_of_an_earlier_version_are_read_over() -> None:
    """A kept pack still loads; its heads are of another kind and not used."""
    old = {"now": 0.1, "maybe": 0.0, "net_now": 0.0, "net_maybe": 0.0, "watched": 0.0, "seller": 0.0, "stranger": 0.0}
    assert Limits.of_numbers(old) == Limits(0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, {})
