"""Where a card was read: sources in the language of the screen first, those of another language last."""

from __future__ import annotations

import pytest

from bot.book import Edition
from bot.engine import Press, State, World, hash_of, pack, step

CARD = "overdose-response"


def _linked(world: World, language: str) -> list[str]:
    """The addresses behind the card's [1], [2] …, as they stand."""
    state = State(language=language, step=hash_of("urgent.card"), subject=world.index.of[f"card:{CARD}"], opened=True)
    screen = step(world, "", Press(pack(state))).screen
    return [span.target for span in screen.spans if span.style == "link" and span.text.startswith("[")]


def _languages(edition: Edition, addresses: list[str]) -> list[str | None]:
    known = {source.address: source.language for source in edition.sources.values()}
    return [known[address] for address in addresses]


def test_the_card_has_a_source_in_spanish(edition: Edition) -> None:
    """What the other tests need: without one they would say nothing."""
    named = [edition.sources[name].language for name in edition.cards[CARD].sources]
    assert "es" in named
    assert None in named


@pytest.mark.parametrize(("language", "place"), [("en", -1), ("es", 0)])
def test_the_readers_language_comes_first(world: World, language: str, place: int) -> None:
    """In English the Spanish page is the last one, in Spanish the first."""
    found = _languages(world.edition, _linked(world, language))
    assert found[place] == "es"
    assert found.count("es") == 1


def test_nothing_is_lost_and_the_rest_keeps_its_order(world: World) -> None:
    """Only the page of another language moves."""
    named = [world.edition.sources[name].address for name in world.edition.cards[CARD].sources]
    spanish = [address for address in named if _languages(world.edition, [address or ""]) == ["es"]]
    rest = [address for address in named if address not in spanish]
    assert _linked(world, "en") == rest + spanish
    assert _linked(world, "es") == spanish + rest
