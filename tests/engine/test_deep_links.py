"""Links: every language with every place opens that language and that place, whatever the link goes through."""

from __future__ import annotations

import io
from collections.abc import Iterator
from copy import copy
from dataclasses import replace

import pytest

from bot.authoring.desk.preview_chat import event_of
from bot.authoring.scenarios.player import begin
from bot.book import Book, Edition
from bot.book.links import LinkCode, Links
from bot.channels.telegram.turns import PAYLOAD_LIMIT, UpdateTurns
from bot.channels.telegram.updates import Update
from bot.channels.terminal import Terminal
from bot.cli import main
from bot.engine.input import link_payload
from bot.engine.tokens import unpack
from bot.engine.turn import step
from bot.engine.types import Start, World
from bot.outreach.addresses import Addresses, links
from bot.outreach.sheets import cards
from tests.conftest import TODAY, nothing_heard

MORE_LANGUAGES = ("en", "es", "ar", "de", "fr", "nl", "pt", "ca", "fil")
"""The pack's languages and some that a community may add: five of these codes are countries too."""


def _opened(world: World, token: str) -> tuple[str, str]:
    state = unpack(token)
    assert state is not None
    return state.language, world.index.place.get(state.place, "")


def _starts(world: World, payload: str, hint: str = "en") -> tuple[str, str]:
    return _opened(world, step(world, "", Start(payload, hint)).token)


def _pairs(world: World) -> Iterator[tuple[str, str]]:
    for language in world.edition.languages:
        for place in world.edition.places:
            yield language, place


@pytest.fixture(scope="module")
def wide(edition: Edition) -> World:
    """The pack as if it had more languages."""
    made = copy(edition)
    made.languages = MORE_LANGUAGES
    return World(made, nothing_heard)


def test_spanish_in_spain(world: World) -> None:
    """The one that was read as Spanish twice."""
    assert _starts(world, "es_es") == ("es", "es")
    assert _starts(world, "es_es_pep") == ("es", "es")
    assert _starts(world, "en_es") == _starts(world, "es_en") == ("en", "es")
    assert _starts(world, "es") == ("es", "")
    assert _starts(world, "_es") == ("en", "es")
    assert _starts(world, "_es", "es") == ("es", "es")
    assert _starts(world, "es_es-murcia") == _starts(world, "es-murcia_es") == ("es", "es-murcia")


def test_every_language_with_every_place(wide: World) -> None:
    """With a topic behind, between and in front too; and with whatever language the phone has."""
    for language, place in _pairs(wide):
        for payload in (
            link_payload(language, place),
            f"{language}_{place}_pep",
            f"{language}_pep_{place}",
            f"pep_{language}_{place}",
        ):
            assert len(payload) <= PAYLOAD_LIMIT
            for hint in ("", "en", "de"):
                assert _starts(wide, payload, hint) == (language, place), payload
        if place not in MORE_LANGUAGES or language not in wide.edition.places:
            assert _starts(wide, f"{place}_{language}") == (language, place)


def test_a_language_or_a_place_alone(wide: World) -> None:
    """A place alone keeps the phone's language; a language alone says no place."""
    for language in wide.edition.languages:
        assert _starts(wide, link_payload(language), "en") == (language, "")
    for place in wide.edition.places:
        for hint in ("en", "es", "ar"):
            assert _starts(wide, link_payload("", place), hint) == (hint, place)
            assert _starts(wide, link_payload("", place, "pep"), hint) == (hint, place)


def test_unknown_parts_are_ignored(world: World) -> None:
    """And nothing that a link carries raises."""
    assert _starts(world, "zz_es_es_nowhere") == ("es", "es")
    for payload in ("", "_", "__", "_____es_es", "es__es", "es_es_es_es_es_es_es_es", "🌙_es", "\x00"):
        assert _starts(world, payload)[0] in ("en", "es")


def test_a_renamed_place_or_topic_is_still_opened(book: Book) -> None:
    """Links stand on paper, so the old id goes on working."""
    places = {("esp" if name == "es" else name): place for name, place in book.places.items()}
    places["esp"] = places["esp"].model_copy(update={"place": "esp", "was": ["es"]})
    topics = {("prep-and-pep" if name == "pep" else name): topic for name, topic in book.topics.items()}
    topics["prep-and-pep"] = topics["prep-and-pep"].model_copy(update={"topic": "prep-and-pep", "was": ["pep"]})
    world = World(Edition(replace(book, places=places, topics=topics), TODAY), nothing_heard)
    assert _starts(world, "es_es") == ("es", "esp")
    assert step(world, "", Start("es_es_pep")).screen.step == "topic.tips"


# --- what a link goes through ----------------------------------------------------------------------------------------


def test_telegram_opens_them(world: World) -> None:
    """As Telegram hands a deep link over: `/start` and the payload."""
    talk = UpdateTurns(step, lambda: world)
    for language, place in _pairs(world):
        for command in ("/start", "/start@night_sky_bot"):
            update = Update(1, "typed", chat=1, text=f"{command} {link_payload(language, place)}", language="fr")
            turn = talk.answer(update, "")
            assert turn
            assert _opened(world, turn.token) == (language, place)


def test_the_terminal_opens_them(world: World) -> None:
    """`constellation chat --start`, and its `--lang` with `--place`."""
    for language, place in _pairs(world):
        terminal = Terminal(world, io.StringIO())
        terminal.run([], link_payload(language, place))
        assert _opened(world, terminal.token) == (language, place)


@pytest.mark.parametrize("options", [["--start", "es_es"], ["--lang", "es", "--place", "es"]])
def test_the_command_opens_spanish_in_spain(
    options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole command: Spanish words, and Spain's number on the emergency card."""
    monkeypatch.setattr("sys.stdin", io.StringIO("urgente\n1\n"))
    assert main(["chat", *options]) == 0
    said = capsys.readouterr().out
    assert "España" in said
    assert "112" in said


def test_the_desk_and_written_talks_open_them(world: World) -> None:
    """The talk in the local web app by its two fields; a talk as a file by `language` and `place`."""
    for language, place in _pairs(world):
        event = event_of({"lang": language, "place": place})
        assert _opened(world, step(world, "", event).token) == (language, place)
        assert _opened(world, begin(world, {"language": language, "place": place}).token) == (language, place)
    assert _opened(world, step(world, "", event_of({"lang": "", "place": "es"})).token) == ("en", "es")


def _codes(book: Book, *, language: bool) -> tuple[World, list[LinkCode]]:
    """A pack with a code for every place, in every language or in none."""
    pairs = [(code, place) for code in (book.languages if language else (None,)) for place in book.places]
    codes = [LinkCode(code=f"q{number}", language=code, place=place) for number, (code, place) in enumerate(pairs)]
    edition = Edition(replace(book, links=Links(links=codes)), TODAY)
    return World(edition, nothing_heard), codes


@pytest.mark.parametrize("language", [True, False])
def test_codes_on_cards_open_them(book: Book, language: bool) -> None:
    """From the pack's codes to the address that `constellation share link` prints and a card carries, and back."""
    world, codes = _codes(book, language=language)
    for code, link in zip(codes, links(codes, Addresses("night_sky_bot")), strict=True):
        address = cards(world.edition, "en", link.first).address
        assert _starts(world, address.partition("?start=")[2], "es") == (code.language or "es", code.place)


def test_signal_and_pages_carry_no_code(book: Book) -> None:
    """Their addresses open the first screen whatever a code says; a page's carries the code's language and place, and nothing of
    what it opens."""
    _, codes = _codes(book, language=True)
    addresses = Addresses(signal="https://signal.me/#eu/abc", page="https://night-sky.example")
    for code, link in zip(codes, links(codes, addresses), strict=True):
        page = "/".join(["https://night-sky.example", *(part for part in (code.language, code.place) if part)])
        assert (link.telegram, link.signal, link.page) == ("", "https://signal.me/#eu/abc", page)


@pytest.mark.heavy
def test_a_reader_of_codes_opens_them(book: Book) -> None:
    """The square on a card, read by a reader, opens the language and the place: all of them."""
    zxing = pytest.importorskip("zxingcpp", reason="no zxing-cpp: pip install '.[heavy]'")
    pillow = pytest.importorskip("PIL.Image", reason="no pillow: pip install '.[heavy]'")
    from bot.outreach.qr import squares

    world, codes = _codes(book, language=True)
    for code, link in zip(codes, links(codes, Addresses("night_sky_bot")), strict=True):
        width, runs = squares(link.first)
        picture = pillow.new("L", (width, width), 255)
        for column, row, length in runs:
            picture.paste(0, (column, row, column + length, row + 1))
        (read,) = zxing.read_barcodes(picture.resize((width * 4, width * 4), pillow.Resampling.NEAREST))
        assert read.text == link.first
        assert _starts(world, read.text.partition("?start=")[2]) == (code.language, code.place)
