"""Who are you: questions about the bot open About at the right part, which begins with who runs it. And paths that words open."""

from __future__ import annotations

from typing import Any

import pytest

from bot.book import Edition
from bot.book.models import Operator
from bot.channels.signal import SURFACE as SIGNAL
from bot.channels.telegram import SURFACE as TELEGRAM
from bot.channels.terminal import SURFACE as TERMINAL
from bot.engine.state import State, hash_of
from bot.engine.tokens import pack, unpack
from bot.engine.turn import step
from bot.engine.types import Press, Typed, World
from bot.find.heard import Heard

LANGUAGES = ("en", "es")
SENTENCES = {"en": "compared with sentences on", "es": "se compara con frases en"}
NOTHING = {"en": "learn nothing from you", "es": "no aprendo nada de ti"}


def hearing(edition: Edition, special: str, part: str = "", language: str = "en", **more: Any) -> World:
    """A world that hears one path whatever is typed."""
    heard = Heard("unsure", language=language, special=special, part=part, **more)
    return World(edition, lambda _text, _language: heard)


def at(step_id: str, language: str = "en") -> str:
    """The token of a talk that stands at a step."""
    return pack(State(language=language, step=hash_of(step_id)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("part", "opens"),
    [
        ("", "about.open"),
        ("person", "about.person"),
        ("police", "about.police"),
        ("saved", "about.saved"),
        ("runs", "about.open"),
        ("delete", "about.delete"),
        ("unheard-of", "about.open"),
    ],
)
def test_a_question_about_the_bot_opens_its_part(edition: Edition, language: str, part: str, opens: str) -> None:
    """Whatever was found beside it."""
    world = hearing(edition, "about", part, language, topics=("pep",))
    turn = step(world, at("welcome.home", language), Typed("are you real"))
    assert turn.screen.step == opens
    assert "back" in {choice.kind for choice in turn.screen.footer}


@pytest.mark.parametrize("language", LANGUAGES)
def test_about_says_what_becomes_of_typed_words(edition: Edition, language: str) -> None:
    """Where it is asked for: sentences are compared here, and nothing is learned. Nobody comes, on discreet cards too."""
    for part in ("person", "saved"):
        text = step(hearing(edition, "about", part, language), at("welcome.home", language), Typed("words")).screen.text
        assert SENTENCES[language] in text
        assert NOTHING[language] in text
    police = step(hearing(edition, "about", "police", language), at("welcome.home", language), Typed("words")).screen.text
    assert {"en": "Nobody comes because you typed", "es": "Nadie viene porque escribiste"}[language] in police
    assert {"en": "it is true there too", "es": "ahí también es cierto"}[language] in police


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step_id", ["about.open", "about.police"])
def test_about_begins_with_who_runs_it(edition: Edition, language: str, step_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four things, each said or said to be not stated; nothing is left out."""
    world = World(edition, lambda _text, language: Heard("unsure", language=language))
    says = world.index.flows.says
    names = ("runs", "pays", "police", "raids")
    text = step(world, "", Press(at(step_id, language))).screen.text
    for name in names:
        assert f"{says(f'operator_{name}', language)} {says('not_stated', language)}" in text
    assert says("operator_ask", language) in text
    told = {code: edition.topics["pep"].tips[0].text[code] for code in LANGUAGES}
    stated = edition.book.model_copy(update={"operator": Operator.model_construct(runs=told, pays=told, police=told, raids=told)})
    monkeypatch.setattr(edition, "book", stated)
    text = step(world, "", Press(at(step_id, language))).screen.text
    assert says("not_stated", language) not in text
    assert says("operator_ask", language) not in text
    assert all(says(f"operator_{name}", language) in text for name in names)


def test_the_first_screen_does_not_say_that_nothing_is_kept(edition: Edition) -> None:
    """The half hour of a sealed place in the talk, and the buttons, are kept: `docs/privacy.md`."""
    world = World(edition, lambda _text, language: Heard("unsure", language=language))
    for language, untrue in (("en", "keep nothing"), ("es", "No guardo nada")):
        assert untrue not in step(world, "", Press(at("welcome.home", language))).screen.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("special", "opens"), [("talk", "talk.open"), ("plan", "plan.open"), ("safer", "safer.area")])
def test_words_open_what_they_ask_for(edition: Edition, language: str, special: str, opens: str) -> None:
    """People to talk to, the plan, safer."""
    turn = step(hearing(edition, special, language=language), at("welcome.home", language), Typed("words"))
    assert turn.screen.step == opens
    state = unpack(turn.token)
    assert state is not None
    assert (state.via, state.via_subject, state.ticks) == (0, 0, 0)


@pytest.mark.parametrize("place", ["", "us", "mx", "gb", "pr", "ng"])
def test_somebody_to_talk_to_is_on_the_screen(edition: Edition, place: str) -> None:
    """At least one way to people, with a place and without; the steps against dying are one press away, never a list first."""
    world = hearing(edition, "talk")
    start = pack(State(step=hash_of("welcome.home"), place=hash_of(f"place:{place}") if place else 0))
    turn = step(world, start, Typed("i need someone to talk to"))
    led = [step(world, "", Press(choice.token)) for choice in turn.screen.choices]
    assert [after for after in led if after.screen.step == "referral.show"]
    cards = [after for after in led if after.screen.step == "found.card"]
    assert len(cards) == 1
    assert edition.cards["suicidal-thoughts"].called["en"] in cards[0].screen.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_sounds_heavy_offers_people_before_steps(edition: Edition, language: str) -> None:
    """Words that may be a wish to die: the answer, above it a line and people to talk to, behind them the steps."""
    card = edition.cards["suicidal-thoughts"]
    assert card.maybe is not None
    world = hearing(edition, "", language=language, emergency="suicidal-thoughts", danger="maybe", topics=("burnout",))
    turn = step(world, at("welcome.home", language), Typed("so done with everything"))
    assert card.maybe.line[language].raw in turn.screen.text
    assert turn.screen.choices[0].label == card.maybe.label[language]
    talk = step(world, turn.token, Press(turn.screen.choices[0].token))
    assert talk.screen.step == "talk.open"
    steps = step(world, talk.token, Press(talk.screen.choices[0].token))
    assert steps.screen.step == "found.card"
    assert card.called[language] in steps.screen.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_the_bots_own_points_to_a_button_that_may_be_missing(edition: Edition, language: str) -> None:
    """These lines stand on many screens; only Home, Back and Leave are on nearly all, and the lines name none."""
    says = World(edition, lambda _text, language: Heard("unsure", language=language)).index.flows.says
    labels = {"en": ("Make it fit me", "Home"), "es": ("Ajustarlo a mí", "Inicio")}[language]
    for key in ("more_with_place", "none_known"):
        assert not [label for label in labels if label in says(key, language)], key


def test_the_neutral_line_goes_where_nothing_previews_a_message(edition: Edition) -> None:
    """In the terminal; Telegram and Signal keep it on every screen."""
    for surface, stands in ((TERMINAL, False), (SIGNAL, True), (TELEGRAM, True)):
        world = World(edition, lambda _text, language: Heard("unsure", language=language), surface)
        for step_id in ("welcome.home", "about.open", "urgent.menu"):
            text = step(world, "", Press(at(step_id))).screen.text
            assert text.startswith(world.index.flows.openings_in("en")) == stands, (surface.name, step_id)
            assert not text.startswith("\n")
