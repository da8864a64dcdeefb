"""The whole talk, walked in every language and place, today and two years on: what must hold on every screen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import escape

import pytest

from bot.book import Book
from bot.book.models import Card
from bot.engine.flow_compiler import ENTRY
from bot.engine.tokens import LONGEST, unpack
from bot.engine.transitions import LIST
from bot.engine.turn import step
from bot.engine.types import Press, Screen, Start, World
from bot.engine.walker import Visit, Walk, walk
from tests.conftest import LATER, TODAY

DAYS = [TODAY, LATER]
SENSITIVE = {
    "en": ("sex", "drug", "police", "violen", "hiv", "condom", "overdose", "client", "naloxone", "assault"),
    "es": ("sexo", "droga", "polic", "violen", "vih", "condón", "sobredosis", "cliente", "naloxona", "agres"),
}
_walks: dict[tuple[dt.date, str, str], Walk] = {}


@pytest.fixture(params=DAYS, ids=["today", "two years on"])
def day(request: pytest.FixtureRequest) -> dt.date:
    return request.param


@pytest.fixture(params=["en", "es"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visits(world_on: Callable[[dt.date], World], day: dt.date, language: str) -> list[Visit]:
    """A full walk with every variation, without a place and in the United States."""
    found: list[Visit] = []
    for place in ("", "us"):
        key = (day, language, place)
        if key not in _walks:
            _walks[key] = walk(world_on(day), language, place)
        found += _walks[key].visits
    return found


def _guarded(screen: Screen, world: World) -> bool:
    return world.index.flows.says("guard", "en") in screen.text or world.index.flows.says("guard", "es") in screen.text


def test_every_screen_has_words_and_a_way_on(visits: list[Visit]) -> None:
    """No screen is empty and none is a dead end: there is always something to press besides leaving."""
    for visit in visits:
        assert len(visit.screen.text) > 40, visit.step
        if visit.step != "leave.done":
            assert visit.screen.choices or len(visit.screen.footer) > 2, visit.step


_STUMBLE = re.compile(r"\b(?:a al|al al|a a|a el|de el|de del|del del|the the)\b")


def test_what_fills_a_gap_fits_the_sentence_around_it(visits: list[Visit]) -> None:
    """Numbers and names are put into sentences: no small word stands twice, with a place and without one."""
    for visit in visits:
        found = _STUMBLE.search(visit.screen.text)
        assert not found, (visit.step, found)


def test_home_back_urgent_and_leave_are_on_every_screen(visits: list[Visit]) -> None:
    """The footer is always there; only home has no back, only the urgent menu has no urgent. Leave comes first of all where a
    person who looks on may be the danger."""
    for visit in visits:
        kinds = {choice.kind for choice in visit.screen.footer}
        first = [choice.kind for choice in visit.screen.choices[:1]]
        assert ("leave" in kinds) != (first == ["leave"]), visit.step
        assert "urgent" in kinds or visit.step == "urgent.menu"
        if visit.step != ENTRY:
            assert {"back", "home"} <= kinds, visit.step


def test_the_first_forty_characters_are_neutral(visits: list[Visit], language: str) -> None:
    """What shows in a chat list or on a lock screen names nothing."""
    for visit in visits:
        start = visit.screen.text[:40].lower()
        assert not [word for word in SENSITIVE[language] if word in start], visit.step
        assert "\n" not in start, visit.step


def test_every_limit_of_telegram_holds(visits: list[Visit]) -> None:
    """Text under 4,096 characters even as HTML, tokens of 64 bytes, at most 100 buttons, labels that fit a phone."""
    for visit in visits:
        assert len(escape(visit.screen.text)) < 4096, visit.step
        choices = (*visit.screen.choices, *visit.screen.footer)
        assert len(choices) <= 100
        for choice in choices:
            assert 1 <= len(choice.token.encode()) <= LONGEST
            assert 1 <= len(choice.label) <= 40, choice.label


def test_labels_on_a_screen_differ(visits: list[Visit]) -> None:
    """Two buttons with one label cannot be told apart."""
    for visit in visits:
        labels = [choice.label for choice in (*visit.screen.choices, *visit.screen.footer)]
        assert len(labels) == len(set(labels)), (visit.step, labels)


def test_stage_names_are_never_shown(visits: list[Visit], world: World) -> None:
    """The model behind the check-in stays behind it."""
    names = (
        "precontempl",
        "contemplat",
        "maintenance",
        "relapse",
        "recaída",
        "mantenimiento",
        "stage of change",
        "stages of change",
        "etapa de cambio",
    )
    for visit in visits:
        said = visit.screen.text.lower() + " ".join(choice.label.lower() for choice in visit.screen.choices)
        assert not [name for name in names if name in said], visit.step


def test_an_emergency_shows_steps_and_number_at_once_in_under_sixty_words(world: World, visits: list[Visit]) -> None:
    """Every card: one tap from anywhere to the menu, one to the steps; the steps are short and carry a number."""
    cards = world.edition.cards
    assert {"danger-now", "overdose-response", "overamping", "strangulation", "bleeding", "after-assault", "spiking",
            "suicidal-thoughts"} <= set(cards)  # fmt: skip
    for card in cards.values():
        for language, text in card.steps.items():
            assert len(text.raw.split()) < 60, (card.card, language)
    shown = {}
    for visit in visits:
        if visit.step == "urgent.card":
            state = unpack(visit.token)
            assert state is not None
            subject = world.index.subject[state.subject]
            assert isinstance(subject, Card)
            if state.page >= LIST:  # the list of places, one press from the card
                continue
            shown[subject.card] = visit
            assert any(char.isdigit() for char in visit.screen.text), subject.card
    assert set(shown) == set(cards)


def test_taps_to_each_kind_of_answer(world_on: Callable[[dt.date], World], day: dt.date, language: str) -> None:
    """Urgent in one tap, its steps in two; safer, change and legal answers in three."""
    seen = walk(world_on(day), language, vary=False)
    assert seen.taps("urgent.menu") == 1
    assert seen.taps("urgent.card") == 2
    assert (seen.taps("topic.tips") or 9) <= 3
    world = world_on(day)
    for path in (("safer.area", "safer.topics", "topic.tips"), ("check_in.different", "check_in.fits", "topic.tips"),
                 ("legal.topics", "topic.tips")):  # fmt: skip
        screen = step(world, "", Start("", language)).screen
        for wanted in path:
            for choice in screen.choices:
                turn = step(world, "", Press(choice.token))
                if turn.screen.step == wanted and not _guarded(turn.screen, world):
                    screen = turn.screen
                    break
            else:
                pytest.fail(f"no way from {screen.step} to {wanted}")


def test_the_welcome_is_short(world: World, language: str) -> None:
    """At most 40 words and five choices, besides the language; urgent and leave in sight."""
    screen = step(world, "", Start("", language)).screen
    assert len([word for word in screen.text.split() if any(letter.isalnum() for letter in word)]) <= 40
    assert len([choice for choice in screen.choices if choice.kind == "choice"]) == 5
    assert [choice.kind for choice in screen.footer] == ["urgent", "leave"]


def test_every_step_can_be_reached(world: World) -> None:
    """Each step is reached by presses, by typing, or by a link of its own."""
    seen = {visit.step for visit in walk(world, "en", "us").visits}
    typed = {step_id for step_id in world.index.flows.steps if step_id.startswith(("found.", "young.", "word.confirm"))}
    passed = {name for name, found in world.index.flows.steps.items() if found.branch or found.does}
    own = {name for name in world.index.flows.steps if name.split(".")[0] in world.index.flows.own_links}
    missing = set(world.index.flows.steps) - seen - typed - passed - own - {"place.inside", "place.unknown", "language.pick"}
    assert not missing


@pytest.mark.parametrize("day_", DAYS, ids=["today", "two years on"])
def test_every_place_walks(book: Book, world_on: Callable[[dt.date], World], day_: dt.date) -> None:
    """In every place of the pack the talk holds together: no empty screen, every token whole, contacts after disclosures."""
    world = world_on(day_)
    for place in book.places:
        for visit in walk(world, "es", place, vary=False).visits:
            assert len(visit.screen.text) > 40
            assert not set("{}") & set(visit.screen.text)
            contacts = [at for at, span in enumerate(visit.screen.spans) if span.style == "contact"]
            if visit.step == "referral.show" and contacts:
                police = world.index.flows.says("police_unknown", "es").split(":")[0]
                before = "".join(span.text for span in visit.screen.spans[: contacts[0]])
                assert police in before
