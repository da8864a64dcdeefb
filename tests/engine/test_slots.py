"""Slots: each is filled in plain words, in bold, in a link and in a list, and no screen shows a brace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from bot.authoring.lint.rules.slot_unknown import SLOTS
from bot.book import Book
from bot.book.text import parse_text
from bot.channels.signal.render import message
from bot.channels.telegram.render import screen_message
from bot.engine.fill import fill
from bot.engine.flow_compiler import ENTRY
from bot.engine.render_context import RenderContext
from bot.engine.state import State
from bot.engine.tokens import pack, unpack
from bot.engine.turn import step
from bot.engine.types import Alert, Copy, Effect, Leave, Press, Screen, Span, Start, Typed, Unreadable, World
from bot.engine.walker import walk
from tests.conftest import LATER, TODAY

REFERRAL, SOURCE = "us-trans-lifeline", "techsafety-s44"
FRAMES = ("Say {}.", "**Say {} now.**", f"[Say {{}}]({SOURCE})", f"**[Say {{}}]({SOURCE})**", "- one\n- say {}\n- two")
LANGUAGES = ("en", "es")


def _values(world: World, language: str) -> dict[str, str]:
    """What each slot has to show at this place, about this topic, for somebody with this word."""
    edition = world.edition
    return {
        "word": "escort",
        "emergency": "911",
        "ambulance": "911",
        "police": "911",
        "fire": "911",
        "place": edition.places["us-ny"].name[language],
        "name": edition.book.name[language],
        "channel": "Telegram",
        "topic": edition.topics["naloxone"].title[language],
        "contact": edition.referrals[REFERRAL].name,
    }


def _spans(world: World, raw: str, language: str) -> tuple[Span, ...]:
    index = world.index
    state = State(language, subject=index.of["topic:naloxone"], place=index.of["place:us-ny"], word="escort")
    draw = RenderContext(world, state)
    return fill(parse_text(raw), draw.slot, draw.address, lambda name: world.edition.referrals[name].name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("slot", SLOTS)
def test_a_slot_is_filled_wherever_it_stands(world: World, slot: str, frame: str, language: str) -> None:
    """Its value stands in the text in the style of the words around it; a number to call stays one; no brace is left."""
    written = f"{{{slot}:{REFERRAL}}}" if slot == "contact" else f"{{{slot}}}"
    spans = _spans(world, frame.format(written), language)
    text = "".join(span.text for span in spans)
    value = _values(world, language)[slot]
    assert value in text
    assert not set("{}*[]") & set(text)
    number = slot in ("emergency", "ambulance", "police", "fire")
    mine = next(span for span in spans if value in span.text)
    if number:
        assert mine == Span(value, "contact", f"tel:{value}")
    elif SOURCE in frame:
        assert [span for span in spans if span.style == "link"] == [mine]  # one link, its address told once
        assert mine.target == world.edition.sources[SOURCE].address
    else:
        assert mine.style == ("bold" if "**" in frame or slot == "contact" else "plain")


def test_marks_inside_marks_are_read() -> None:
    """A link in bold, bold in a link; what is opened and not closed is a fault as ever, inside marks too."""
    pieces = parse_text("**See [the page](a-source) now** and [**this**](b-source)").pieces
    assert [(piece.kind, piece.text, piece.target, piece.bold) for piece in pieces] == [
        ("bold", "See ", "", True), ("link", "the page", "a-source", True), ("bold", " now", "", True),
        ("plain", " and ", "", False), ("link", "this", "b-source", True),
    ]  # fmt: skip
    for wrong in ("**a { b**", "**{Word}**", "[a } b](a-source)", "**{word**", "{wo rd}"):
        with pytest.raises(ValueError, match="stands alone"):
            parse_text(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_things_stay_as_they_are_says_the_word(world: World, language: str) -> None:
    """From the first screen: change, things stay as they are. The word of the person, or the pack's own, in bold."""
    said = {"en": "This could help with {}.", "es": "Esto podría servirte con {}."}[language]
    home = step(world, "", Start("", language))
    for word, shown in (("escort", "escort"), ("", world.index.flows.says("default_word", language))):
        turn = home
        for step_id in ("check_in.different", "change.pace", "check_in.fits"):
            turn = next(
                found for choice in turn.screen.choices if (found := step(world, "", Press(choice.token))).screen.step == step_id
            )
        state = _state(turn.token)._replace(word=word)
        screen = step(world, "", Press(pack(state))).screen
        assert said.format(shown) in screen.text
        assert f"<b>{said.format(shown)}</b>" in screen_message(screen).html
        text, styles = message(screen)
        assert f"{text.index(said.format(shown))}:{len(said.format(shown))}:BOLD" in styles


def _state(token: str) -> State:
    state = unpack(token)
    assert state is not None
    return state


@pytest.mark.parametrize(("language", "asks"), [("en", "Shall I say “{}”?"), ("es", "¿Digo «{}»?")])
@pytest.mark.parametrize("word", ["escort", "mi chamba", "🌙🌙🌙🌙🌙🌙", "עבודה", "x" * 24])
def test_the_own_word_is_asked_back(world: World, language: str, asks: str, word: str) -> None:
    """The confirmation shows what was typed."""
    picking = pack(State(language, step=world.index.flows.hash["word.pick"]))
    turn = step(world, picking, Typed(word))
    assert turn.screen.step == "word.confirm"
    assert asks.format(word) in turn.screen.text


# --- all screens -----------------------------------------------------------------------------------------------------


def _words(screen: Screen, effects: tuple[Effect, ...] = ()) -> Iterator[str]:
    """Everything that people read of a screen and of what is done besides."""
    yield screen.text
    yield from (choice.label for choice in (*screen.choices, *screen.footer))
    for effect in effects:
        match effect:
            case Copy(spans, erase):
                yield from (*(span.text for span in spans), erase.label)
            case Leave(neutral, remains):
                yield from (neutral, remains)
            case Alert(text):
                yield text


def _braced(screen: Screen, effects: tuple[Effect, ...] = ()) -> list[str]:
    return [f"{screen.step}: {words}" for words in _words(screen, effects) if "{" in words or "}" in words or "**" in words]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", [TODAY, LATER], ids=["today", "two years on"])
def test_no_screen_of_the_pack_holds_a_brace(world_on: Callable[[dt.date], World], day: dt.date, language: str) -> None:
    """Every screen with every answer, without a place and at one: text, buttons, copies and pop-ups."""
    world = world_on(day)
    for place, start in (("", ENTRY), ("us-ny", ENTRY), ("", "agency.home")):
        for visit in walk(world, language, place, start=start).visits:
            assert not _braced(visit.screen, visit.effects)


def test_no_place_brings_a_brace(world: World, book: Book) -> None:
    """Every screen at every place; the walk of the places in `test_walk` looks at the other language."""
    for place in book.places:
        for visit in walk(world, "en", place, vary=False).visits:
            assert not _braced(visit.screen, visit.effects)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_step_holds_a_brace_whatever_is_pressed_or_typed(world: World, language: str) -> None:
    """Steps that no press leads to are opened too; so are the pop-ups of what is not taken."""
    for step_id, number in world.index.flows.hash.items():
        for word in ("", "escort"):
            token = pack(State(language, step=number, word=word))
            for turn in (
                step(world, "", Press(token)),
                *(step(world, token, event) for event in (Typed("{word}"), Unreadable(), Unreadable(personal=True))),
            ):
                assert not _braced(turn.screen, turn.effects), step_id
