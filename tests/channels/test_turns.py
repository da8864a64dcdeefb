"""The turns that pressed and numbered channels share, and a link in a terminal."""

from __future__ import annotations

import pytest

from benchmarks.support import tiny_engine
from bot.channels.terminal import spans_text
from bot.channels.turns import Turns, button_named
from bot.engine import Press, Span, Start, Typed


def test_a_fault_becomes_the_first_screen_and_is_told() -> None:
    """And where even that fails, there is no turn."""
    told: list[Exception] = []

    def step(world, token, event):
        if not isinstance(event, Start):
            raise RuntimeError
        return tiny_engine.step(world, token, event)

    turn = Turns(step, lambda: None, told.append).turn("", Typed("hello"))
    assert turn is not None
    assert "Welcome" in "".join(span.text for span in turn.screen.spans)
    assert len(told) == 1
    broken = Turns(lambda *_: 1 / 0, lambda: None, told.append)
    assert broken.turn("", Typed("hello")) is None
    assert isinstance(broken.read("2", "token"), Start)
    assert len(told) == 5


def test_numbers_are_read_on_the_screen_of_the_token_and_footers_by_kind() -> None:
    """The first choice is 1; without a token it is the first screen's."""
    turns = Turns(tiny_engine.step, lambda: None)
    first = turns.again("")
    assert first is not None
    assert turns.read("1", "") == Press(first.screen.choices[0].token)
    assert turns.read("57", first.token) is None
    left = turns.footer("leave", first.token)
    assert left is not None
    assert left.effects


@pytest.mark.parametrize("number", ["911", "112", "999", "066", "1669"])
def test_an_emergency_number_is_heard_and_no_choice(number: str) -> None:
    """Somebody who types it asks for help: the same screen once more would be no answer."""
    turns = Turns(tiny_engine.step, lambda: None)
    assert turns.read(number, "") == Typed(number)


@pytest.mark.parametrize(
    ("words", "button"),
    [
        ("Inicio", "home"),
        ("← Atrás", "back"),
        ("volver", "back"),
        ("URGENTE!", "urgent"),
        (" salir ", "leave"),
        ("Leave", "leave"),
    ],
)
def test_a_buttons_name_is_that_button(words: str, button: str) -> None:
    """Typed in place of a press."""
    assert button_named(words) == button


def test_the_words_of_a_button_on_the_screen_are_its_press() -> None:
    """As they stand there, without its signs; other words are heard, and so is everything before the first screen."""
    turns = Turns(tiny_engine.step, lambda: None)
    first = turns.again("")
    assert first is not None
    pressed = turns.turn("", Press(first.screen.choices[1].token))
    for words in ("Go b", "go B!", "  gó b "):
        assert turns.turn(first.token, Typed(words)) == pressed
    assert turns.turn(first.token, Typed("go")) != pressed
    assert turns.turn("", Typed("go b")) != pressed
    assert turns.read("Go b", first.token) == Press(first.screen.choices[1].token)
    assert turns.read("go", first.token) == Typed("go")


@pytest.mark.parametrize("words", ["i want to leave", "quiero salir", "adiós", "bye", "sos", "help", "ayuda", "", "leave " * 20])
def test_other_words_are_heard(words: str) -> None:
    """A goodbye may be one, and who wants to leave their work says so in more words."""
    assert button_named(words) is None


def test_a_link_shows_its_address_in_a_terminal() -> None:
    """Behind its words, once, in colour or not."""
    spans = [Span("Read "), Span("this", "link", "https://example.org/a"), Span(" · https://b.org", "link", "https://b.org")]
    for colour in (True, False):
        assert spans_text(spans, colour) == "Read this (https://example.org/a) · https://b.org"
