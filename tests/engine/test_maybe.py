"""Words that may mean an emergency: one line above the answer, gone once it is passed over. And somebody who looks on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.book import Edition
from bot.book.models import Card
from bot.engine.state import State, hash_of
from bot.engine.tokens import pack, unpack
from bot.engine.turn import step
from bot.engine.types import Choice, EraseTyped, Press, Turn, Typed, World
from bot.find.heard import Heard

LANGUAGES = ("en", "es")


def hearing(edition: Edition, *heard: Heard) -> World:
    """A world that hears these, one after another, the last for ever."""
    left = list(heard)
    return World(edition, lambda _text, _language: left.pop(0) if len(left) > 1 else left[0])


def maybe(card: str, *topics: str, language: str = "en", **more: Any) -> Heard:
    """Words that may mean a card."""
    return Heard("sure" if topics else "unsure", topics, card, language, danger="maybe", **more)


def card_buttons(world: World, turn: Turn) -> list[Choice]:
    """The buttons of a line: to an emergency card, or to people to talk to with the card behind them."""
    found = []
    shown = unpack(turn.token)
    assert shown
    for number, choice in enumerate(turn.screen.choices):
        state = unpack(choice.token)
        if state is None or choice.kind != "choice" or (turn.screen.step == "talk.open" and number):
            continue  # below the first, people to talk to have a button of their own to the steps
        on_card = isinstance(world.index.subject.get(state.subject), Card) and state.step == hash_of("found.card")
        to_talk = isinstance(world.index.subject.get(state.ticks), Card) and state.step == hash_of("talk.open")
        if on_card or to_talk:
            found.append(choice)
    return found


def with_line(world: World, turn: Turn) -> bool:
    """Whether the line stands above the screen, with its button as the first."""
    state = unpack(turn.token)
    assert state
    card = world.index.subject.get(state.ticks)
    generic = world.index.flows.says("maybe_line", state.language)
    line = card.maybe.line[state.language].raw if isinstance(card, Card) and card.maybe else generic
    buttons = card_buttons(world, turn)
    assert (line in turn.screen.text) == bool(buttons)
    if buttons:
        assert turn.screen.choices[0] == buttons[0]
        assert turn.screen.text.index(line) < 120  # above the answer, below the neutral opening alone
    return bool(buttons)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_stands_below_one_line_with_one_button(edition: Edition, language: str) -> None:
    """For every card: the topic's own tips, the line above them, no number in it, and the card behind it."""
    for name, card in edition.cards.items():
        world = hearing(edition, maybe(name, "pep", language=language))
        turn = step(world, "", Typed("words"))
        assert turn.screen.step == "found.answer"
        assert edition.topics["pep"].title[language] in turn.screen.text
        assert with_line(world, turn), name
        (button,) = card_buttons(world, turn)
        line = card.maybe.line[language].raw if card.maybe else world.index.flows.says("maybe_line", language)
        assert not re.search(r"\d", line + button.label)
        opened = step(world, "", Press(button.token))
        if opened.screen.step == "talk.open":
            opened = step(world, opened.token, Press(opened.screen.choices[0].token))
        assert opened.screen.step == "found.card"
        assert card.calling[language].raw.split("\n")[0][:20] in opened.screen.text, name


def test_every_other_press_takes_the_line_away(edition: Edition) -> None:
    """Whatever is pressed: the same words later bring the answer alone; another card's line still comes."""
    world = hearing(edition, maybe("bleeding", "pep"))
    other = hearing(edition, maybe("seizure" if "seizure" in edition.cards else "spiking", "pep"))
    now = hearing(edition, Heard("sure", ("pep",), "bleeding", "en", danger="now"))
    first = step(world, "", Typed("words"))
    (line,) = card_buttons(world, first)
    pressed = 0
    for choice in (*first.screen.choices, *first.screen.footer):
        if choice == line or choice.kind in ("language", "leave"):
            continue
        after = step(world, first.token, Press(choice.token))
        assert not card_buttons(world, after), choice.label
        again = step(world, after.token, Typed("words"))
        assert not with_line(world, again), choice.label
        assert with_line(other, step(other, after.token, Typed("words"))), choice.label
        assert step(now, after.token, Typed("words")).screen.step == "found.card"
        pressed += 1
    assert pressed >= 4
    kept = step(world, first.token, Press(line.token))
    assert with_line(world, step(world, kept.token, Typed("words")))


def test_other_words_take_the_line_away(edition: Edition) -> None:
    """A question typed below the line passes it over; leaving forgets that."""
    world = hearing(edition, maybe("bleeding", "pep"), Heard("sure", ("sleep",), "", "en"), maybe("bleeding", "pep"))
    first = step(world, "", Typed("words"))
    second = step(world, first.token, Typed("other words"))
    third = step(world, second.token, Typed("words"))
    assert [with_line(world, first), with_line(world, third)] == [True, False]
    leave = next(choice for choice in third.screen.footer if choice.kind == "leave")
    left = step(world, third.token, Press(leave.token))
    assert with_line(world, step(world, left.token, Typed("words")))


def test_the_other_language_keeps_the_line(edition: Edition) -> None:
    """Who cannot read it has not passed it over."""
    world = hearing(edition, maybe("bleeding", "pep"))
    first = step(world, "", Typed("words"))
    switch = next(choice for choice in first.screen.choices if choice.kind == "language")
    assert with_line(world, step(world, first.token, Press(switch.token)))


def test_three_cards_are_remembered(edition: Edition) -> None:
    """A fourth makes room for itself: then the first has its line again, which is the harmless way to be wrong."""
    names = ["bleeding", "spiking", "ghb", "strangulation"]
    token = ""
    for name in names:
        world = hearing(edition, maybe(name, "pep"), Heard("sure", ("sleep",), "", "en"))
        token = step(world, step(world, token, Typed("words")).token, Typed("more")).token
    lines = [with_line(world, step(world, token, Typed("words"))) for world in (hearing(edition, maybe(n, "pep")) for n in names)]
    assert lines == [True, False, False, False]


@pytest.mark.parametrize("special", ["young", "refuse", "small_talk", "change", "about", "talk", "plan", "safer"])
def test_a_line_stands_above_every_path(edition: Edition, special: str) -> None:
    """An age, a refusal, small talk or a question about the bot: danger that may be outranks them; nobody is refused."""
    for topics in ((), ("pep",)):
        world = hearing(edition, maybe("bleeding", *topics, special=special))
        turn = step(world, "", Typed("words"))
        assert with_line(world, turn), (special, topics)
        assert turn.screen.step != "found.refuse"


def test_cards_have_a_number_of_their_own(edition: Edition) -> None:
    """Without one a line could not be passed over."""
    numbers = edition.flows.cards
    assert set(edition.cards) <= set(numbers)
    assert len(set(numbers.values())) == len(numbers)


# --- what typed words opened -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["", "us", "mx"])
def test_a_card_that_words_opened_says_that_nobody_comes(edition: Edition, language: str, place: str) -> None:
    """As its last words, on one page; not where the danger may be a person who reads along, nor on a card of the menu."""
    for name, card in edition.cards.items():
        world = hearing(edition, Heard("sure", ("pep",), name, language, danger="now"))
        start = pack(State(language=language, step=hash_of("welcome.home"), place=hash_of(f"place:{place}") if place else 0))
        turn = step(world, start, Typed("words"))
        says = world.index.flows.says("nobody_called", language)
        assert turn.screen.text.endswith(says) != card.discreet, name
        assert not [choice for choice in turn.screen.choices if choice.kind == "more"], name
        menu = pack(State(language=language, step=hash_of("urgent.card"), subject=hash_of(f"card:{name}")))
        assert says not in step(world, "", Press(menu)).screen.text


def test_the_words_are_to_go_first_where_a_person_may_be_the_danger(edition: Edition) -> None:
    """The channel is asked to erase them before all other work: for discreet cards and for who is watched, and no other."""
    for name, card in edition.cards.items():
        world = hearing(edition, Heard("sure", (), name, "en", danger="now"))
        assert (EraseTyped() in step(world, "", Typed("words")).effects) == card.discreet, name
    watched = hearing(edition, Heard("sure", ("pep",), "", "en", danger="watched"))
    assert EraseTyped() in step(watched, "", Typed("words")).effects
    calm = hearing(edition, Heard("sure", ("pep",), "", "en"))
    assert EraseTyped() not in step(calm, "", Typed("words")).effects


# --- somebody looks on -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("at", ["welcome.home", "word.pick", "place.pick", "plan.open"])
@pytest.mark.parametrize(
    ("card", "topics"), [("", ("coercion",)), ("danger-now", ("coercion", "sleep")), ("", ()), ("danger-now", ())]
)
def test_who_is_watched_sees_one_harmless_line(
    edition: Edition, language: str, at: str, card: str, topics: tuple[str, ...]
) -> None:
    """Wherever it is typed: Leave first, then open or later; nothing of what was heard before a press, and then it is there."""
    world = hearing(edition, Heard("sure", topics, card, language, danger="watched", special="young"))
    turn = step(world, pack(State(language=language, step=hash_of(at))), Typed("he is reading this"))
    assert turn.screen.step == "found.watched"
    says = world.index.flows.says
    assert turn.screen.text.endswith(says("guard", language))
    assert [choice.kind for choice in turn.screen.choices] == ["leave", "choice", "choice"]
    assert [choice.label for choice in turn.screen.choices[1:]] == [says("yes_show", language), says("not_now", language)]
    assert "leave" not in {choice.kind for choice in turn.screen.footer}
    opened = step(world, turn.token, Press(turn.screen.choices[1].token))
    if card:
        assert opened.screen.step == "found.card"
        assert edition.cards[card].called[language] in opened.screen.text
    elif topics:
        led = [step(world, "", Press(choice.token)) for choice in opened.screen.choices]
        assert hash_of("topic:coercion") in {state.subject for after in led if (state := unpack(after.token))}
    else:
        assert opened.screen.step == "hurt.menu"
    later = step(world, turn.token, Press(turn.screen.choices[2].token))
    assert later.screen.step == "welcome.home"


def test_a_pack_without_the_step_shows_nothing_of_it_either(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flows of before have no `found.watched`: the screen for words that were not understood."""
    world = hearing(edition, Heard("unsure", (), "", "en", danger="watched"))
    steps = world.index.flows.hash
    assert isinstance(steps, dict)
    monkeypatch.delitem(steps, "found.watched")
    assert step(world, "", Typed("words")).screen.step == "found.unsure"


@pytest.mark.parametrize("language", ["en", "es"])
def test_somebody_to_talk_to_stands_on_the_neutral_page_too(edition: Edition, language: str) -> None:
    """ "so done with everything" may lead to a guarded topic: the page in front of it has the button, and says nothing else."""
    world = hearing(edition, maybe("suicidal-thoughts", "coercion", language=language))
    turn = step(world, pack(State(step=hash_of("welcome.home"), language=language)), Typed("words"))
    assert turn.screen.text.endswith(world.index.flows.says("guard", language))
    label = {"en": "Someone to talk to", "es": "Con quién hablar"}[language]
    (button,) = [choice for choice in turn.screen.choices if choice.label == label]
    assert step(world, turn.token, Press(button.token)).screen.step == "talk.open"
    assert edition.cards["suicidal-thoughts"].maybe.line[language].raw not in turn.screen.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_heavy_heart_is_offered_each_thing_once(edition: Edition, language: str) -> None:
    """People to talk to are one button where the line has it, and so are the steps behind it, named for what they are."""
    world = hearing(edition, Heard("choose", ("suicidal-thoughts", "burnout"), "suicidal-thoughts", language, danger="maybe"))
    first = step(world, "", Typed("words"))
    assert first.screen.step == "found.choose"
    (line,) = card_buttons(world, first)
    who = [choice for choice in first.screen.choices if (state := unpack(choice.token)) and state.step == hash_of("topic.who")]
    assert not who
    talk = step(world, first.token, Press(line.token))
    steps = [choice for choice in talk.screen.choices if (state := unpack(choice.token)) and state.step == hash_of("found.card")]
    own = next(spec.label for spec in world.index.flows.steps["talk.open"].choices if spec.choice == "steps")
    assert [choice.label for choice in steps] == [own[language]]
    assert talk.screen.choices[0] == steps[0]
    # Once the line is passed over, people to talk to have their own button again.
    home = next(choice for choice in first.screen.footer if choice.kind == "home")
    again = step(world, step(world, first.token, Press(home.token)).token, Typed("words"))
    states = [unpack(choice.token) for choice in again.screen.choices]
    assert [state for state in states if state and state.step == hash_of("topic.who")]
