"""Danger first: the card that typed words mean is the screen, at once, for everybody, wherever the talk stands."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.book import Edition
from bot.book.models import Card, Topic
from bot.engine.state import State, hash_of
from bot.engine.tokens import pack, unpack
from bot.engine.turn import step
from bot.engine.types import Press, Screen, Typed, World
from bot.find.building import build_finder
from bot.find.finder import Finder
from bot.find.heard import Danger, Heard

BETRAYING = {
    "en": r"\b(danger|hurt|attack|violen|kill|weapon|gun\b|knife|police|assault|he\b|him\b|his\b|they\b|them\b|someone)",
    "es": r"\b(peligro|lastim|atac|violen|mata|sigu|arma\b|armas\b|pistola|cuchillo|polic|abus|agre|él\b|ellos\b|alguien)",
}


@pytest.fixture(scope="module")
def finder(edition: Edition) -> Finder:
    """The finder of the pack that ships."""
    return build_finder(edition)


@pytest.fixture(scope="module")
def talking(edition: Edition, finder: Finder) -> World:
    """A world that understands."""
    return World(edition, finder.listen)


def hearing(edition: Edition, emergency: str, danger: Danger = "now", **more: Any) -> World:
    """A world that hears one thing whatever is typed."""
    return World(edition, lambda _text, language: Heard("sure", emergency=emergency, danger=danger, language=language, **more))


def at(step_id: str, **more: Any) -> str:
    """The token of a talk that stands at a step."""
    return pack(State(step=hash_of(step_id), **more))


def card_of(world: World, token: str) -> Card:
    """The card that a screen is about."""
    state = unpack(token)
    assert state
    found = world.index.subject[state.subject]
    assert isinstance(found, Card)
    return found


def guarded(screen: Screen, world: World) -> bool:
    """Whether the neutral page stands in front."""
    return any(world.index.flows.says("guard", language) in screen.text for language in ("en", "es"))


def test_what_the_nets_catch_is_the_screen(talking: World, finder: Finder) -> None:
    """Every example of danger now, in both languages: the card's own steps, and no page in front of them."""
    count = 0
    for net in finder.pack.nets:
        for language, texts in net.must_match.items() if net.card and net.level == "now" else ():
            for text in texts:
                turn = step(talking, at("welcome.home", language=language), Typed(text))
                assert turn.screen.step == "found.card", (net.net, text)
                assert not guarded(turn.screen, talking)
                card = card_of(talking, turn.token)
                assert card.card == net.card
                said = unpack(turn.token)
                assert said
                steps = card.steps[said.language].raw.split("\n")[-1].replace("**", "").split("{")[0]
                assert steps in turn.screen.text, (net.net, text)
                count += 1
    assert count > 60


def test_what_may_be_meant_is_a_button_above_the_answer(talking: World, finder: Finder) -> None:
    """The examples of maybe: another screen, and the card one press away."""
    for net in finder.pack.nets:
        for language, texts in net.must_match.items() if net.card and net.level == "maybe" else ():
            for text in texts:
                turn = step(talking, at("welcome.home", language=language), Typed(text))
                assert turn.screen.step in ("found.answer", "found.choose", "found.unsure", "found.change"), (net.net, text)
                led = [step(talking, turn.token, Press(choice.token)) for choice in turn.screen.choices]
                talk = [after for after in led if after.screen.step == "talk.open"]
                led += [step(talking, after.token, Press(after.screen.choices[0].token)) for after in talk]
                opened = [after for after in led if after.screen.step == "found.card"]
                assert [card_of(talking, after.token).card for after in opened] == [net.card], (net.net, text)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_discreet_card_betrays_nobody(edition: Edition, language: str) -> None:
    """Heading and first line name no danger, violence or person; Leave is the first button; no button names it either."""
    discreet = [card for card in edition.cards.values() if card.discreet]
    assert "danger-now" in {card.card for card in discreet}
    for card in discreet:
        world = hearing(edition, card.card, topics=("partner-violence",))
        for token in (
            step(world, at("welcome.home", language=language), Typed("help")).token,
            at("urgent.card", subject=hash_of(f"card:{card.card}"), language=language),
        ):
            screen = step(world, "", Press(token)).screen
            opening, _, rest = screen.text.partition("\n\n")
            heading, first, *_ = rest.split("\n")
            for line in (opening, heading, first):
                assert not re.search(BETRAYING[language], line.lower()), line
            assert [choice.kind for choice in screen.choices[:1]] == ["leave"]
            assert not [choice.label for choice in screen.choices if re.search(BETRAYING[language], choice.label.lower())]


@pytest.mark.parametrize("step_id", ["welcome.home", "word.pick", "place.pick", "plan.open", "agency.home", "leave.done"])
@pytest.mark.parametrize("young", [False, True])
def test_it_comes_before_everything_else_that_is_heard(edition: Edition, step_id: str, young: bool) -> None:
    """Where a word, a place or nothing is asked for; with an age under 18 typed now or before; with a refusal beside it."""
    flows = hearing(edition, "bleeding").index.flows
    assert step_id in flows.steps
    for special in ("", "young", "refuse", "change", "small_talk"):
        world = hearing(edition, "bleeding", special=special)
        turn = step(world, at(step_id, young=young), Typed("he cut me"))
        assert turn.screen.step == "found.card", special
        assert card_of(world, turn.token).card == "bleeding"
        state = unpack(turn.token)
        assert state
        assert state.young == (young or special == "young")


def test_an_age_opens_lines_for_young_people_below_the_card(talking: World) -> None:
    """The card first, the same for everybody."""
    turn = step(talking, "", Typed("im 15 and he is outside with a knife"))
    assert turn.screen.step == "found.card"
    assert card_of(talking, turn.token).card == "danger-now"
    led = [step(talking, turn.token, Press(choice.token)).screen.step for choice in turn.screen.choices]
    assert "young.lines" in led


def test_a_card_that_stands_alone_has_no_neighbours(edition: Edition) -> None:
    """Whatever the search found beside it; others carry what was found and their own topic."""
    for card in edition.cards.values():
        world = hearing(edition, card.card, topics=("sleep", "pep"))
        turn = step(world, "", Typed("words"))
        topics = set()
        for choice in turn.screen.choices:
            state = unpack(choice.token)
            subject = world.index.subject.get(state.subject) if state else None
            topics |= {subject.topic} if isinstance(subject, Topic) else set()
        if card.discreet:
            assert topics == {"sleep"}, card.card
        else:
            assert topics == ({card.topic} if card.alone else {"sleep", card.topic}), card.card
    assert edition.cards["suicidal-thoughts"].alone


def test_a_guess_from_another_field_stays_away(edition: Edition) -> None:
    """Where the search only guesses, a topic of another area beside an emergency would be absurd."""
    world = World(edition, lambda _text, language: Heard("choose", ("sleep",), "bleeding", language, danger="now"))
    turn = step(world, "", Typed("words"))
    led = [unpack(choice.token) for choice in turn.screen.choices]
    assert hash_of("topic:sleep") not in {state.subject for state in led if state}


def test_a_button_of_before_still_opens_its_screen(edition: Edition) -> None:
    """Answers with a card on top were the screen of danger; their tokens lie in chats."""
    world = hearing(edition, "")
    card, topic = hash_of("card:danger-now"), hash_of("topic:pep")
    turn = step(world, "", Press(at("found.answer", subject=topic, ticks=card)))
    assert turn.screen.step == "found.answer"
    led = [step(world, turn.token, Press(choice.token)) for choice in turn.screen.choices]
    assert led[0].screen.step == "found.card"
    assert card_of(world, led[0].token).card == "danger-now"


def test_a_pack_without_the_step_shows_the_card_of_the_menu(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flows of before have no `found.card`."""
    world = hearing(edition, "bleeding")
    monkeypatch.setitem(world.index.flows.hash, "found.card", None)
    turn = step(world, "", Typed("he cut me"))
    assert turn.screen.step == "urgent.card"
    assert card_of(world, turn.token).card == "bleeding"


@pytest.mark.parametrize(
    ("topic", "danger", "leads"),
    [("pep", "no", "found.more"), ("pep", "maybe", "found.more"), ("suicidal-thoughts", "no", "found.more"),
     ("suicidal-thoughts", "maybe", "talk.open"), ("pep", "now", "found.card")],
)  # fmt: skip
def test_words_that_lean_on_an_answer_never_hide_danger_that_is_its_own(
    edition: Edition, topic: str, danger: Danger, leads: str
) -> None:
    """ "And if I already did" is of the pill after PEP, and of the worst after thoughts of dying."""
    card = "" if danger == "no" else "suicidal-thoughts"
    special: Any = "talk" if card else ""
    heard = Heard("unsure", emergency=card, danger=danger, special=special, leans=True, language="en")
    world = World(edition, lambda _, __: heard)
    state = State(step=hash_of("topic.tips"), subject=hash_of(f"topic:{topic}"), opened=True)
    assert step(world, pack(state), Typed("and if i already did")).screen.step == leads
