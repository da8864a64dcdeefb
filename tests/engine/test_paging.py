"""Pages of a screen: short enough, nothing lost between them, what belongs together on one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from bot.book import Edition
from bot.channels.registry import CHANNELS
from bot.engine import BUTTONS, WORDS, Press, Screen, State, World, hash_of, pack, step, unpack, words_read
from bot.engine.block import Block
from bot.engine.paging import choice_pages, text_pages
from bot.engine.types import Copy, Span
from bot.find import Heard


def _block(words: str, *, joined: bool = False) -> Block:
    return Block((Span(words),), joined=joined)


def _fits(page: list[Block]) -> bool:
    return sum(len(block.spans[0].text.split()) for block in page) <= 5


def _words(pages: list[list[Block]]) -> list[str]:
    return [" ".join(block.spans[0].text for block in page) for page in pages]


def test_a_tip_and_its_limit_are_on_one_page_even_where_that_page_is_long() -> None:
    """Never "take X" on one page and "not with Y" on the next."""
    torn = [_block("a b c"), _block("take it x"), _block("not with y")]
    kept = [*torn[:2], replace(torn[2], joined=True)]
    assert _words(text_pages(torn, _fits)) == ["a b c", "take it x", "not with y"]
    assert _words(text_pages(kept, _fits)) == ["a b c", "take it x not with y"]


def test_the_head_stands_on_every_page() -> None:
    """A title, or what somebody does with police."""
    pages = text_pages([Block((Span("T"),), head=True), _block("a b c"), _block("d e f")], _fits)
    assert _words(pages) == ["T a b c", "T d e f"]


@pytest.mark.parametrize("listed", [0, 1, 8, 9, 10, 30])
@pytest.mark.parametrize("own", [0, 1, 5, 6, 14])
def test_every_button_is_on_some_page_and_no_page_has_over_nine(listed: int, own: int) -> None:
    """In their order, spread evenly."""
    found, always = [f"l{number}" for number in range(listed)], [f"o{number}" for number in range(own)]
    pages = choice_pages(found, always)
    assert all(len(first) + len(second) <= BUTTONS for first, second in pages)
    shown = list(dict.fromkeys(name for first, second in pages for name in (*first, *second)))
    assert sorted(shown) == sorted(found + always)
    if len(pages) > 1:
        sizes = [len(first) for first, _ in pages]
        assert max(sizes) - min(sizes) <= 1


def _world(edition: Edition, channel: str) -> World:
    return World(edition, lambda _text, language: Heard("unsure", language=language), CHANNELS[channel].surface)


def _pages(world: World, step_id: str, subject: str, language: str) -> Iterator[Screen]:
    state = State(language=language, step=hash_of(step_id), subject=world.index.of[subject], opened=True)
    for page in range(32):
        turn = step(world, "", Press(pack(state._replace(page=page))))
        yield turn.screen
        more = next((unpack(choice.token) for choice in turn.screen.choices if choice.kind == "more"), None)
        if more is None or more.page <= page:
            return


@pytest.mark.parametrize("language", ["en", "es"])
def test_turned_over_every_tip_of_a_topic_is_read_once(edition: Edition, language: str) -> None:
    """On Telegram, on Signal and in the terminal alike, each page under the most and with the same tips."""
    worlds = [_world(edition, name) for name in ("telegram", "signal", "terminal")]
    for name in edition.topics:
        tips = edition.tips(name)
        on_pages: list[list[int]] = []
        for world in worlds:
            screens = list(_pages(world, "topic.tips", f"topic:{name}", language))
            assert all(words_read(screen.text) <= WORDS for screen in screens), name
            on_pages.append([screen.text.count("• ") for screen in screens])
        assert on_pages[0] == on_pages[1] == on_pages[2], name
        assert sum(on_pages[0]) == len(tips), name


@pytest.mark.parametrize("language", ["en", "es"])
def test_above_every_contact_stands_what_they_do_with_police(edition: Edition, language: str) -> None:
    """On whichever page of a referral the contact is; the other disclosures are on that page or before it."""
    world = _world(edition, "telegram")
    for name, referral in edition.referrals.items():
        says = world.index.flows.says(f"police_{referral.police.contact}", language)
        screens = list(_pages(world, "referral.show", f"referral:{name}", language))
        assert any(span.style == "contact" for screen in screens for span in screen.spans) == bool(referral.contact), name
        for screen in screens:
            first = next((at for at, span in enumerate(screen.spans) if span.style == "contact"), None)
            assert first is None or says in "".join(span.text for span in screen.spans[:first]), name


def test_a_page_of_before_opens_the_last_there_is(edition: Edition) -> None:
    """An old button's page may be gone: the tips were cut meanwhile. Pages from 16 on are the list of places."""
    world = _world(edition, "telegram")
    state = State(language="en", step=hash_of("topic.tips"), subject=world.index.of["topic:after-assault"], page=15, opened=True)
    last = list(_pages(world, "topic.tips", "topic:after-assault", "en"))[-1]
    assert step(world, "", Press(pack(state))).screen.text == last.text


def test_an_emergency_card_is_one_page(edition: Edition) -> None:
    """No step of it stands behind a button."""
    world = _world(edition, "telegram")
    for name in edition.cards:
        for language in edition.languages:
            assert len(list(_pages(world, "urgent.card", f"card:{name}", language))) == 1, name


@pytest.mark.parametrize(("channel", "stands"), [("telegram", True), ("signal", True), ("terminal", False)])
def test_the_first_line_is_one_of_several_where_messages_are_previewed(edition: Edition, channel: str, stands: bool) -> None:
    """Picked by what the channel hands in; the page below is the same whichever stands there."""
    for language in edition.languages:
        lines = _world(edition, channel).index.flows.openings_in(language)
        assert len(set(lines)) >= 2
        token = pack(State(language=language, step=hash_of("about.open")))
        below = set()
        for number, line in enumerate(lines):
            world = replace(_world(edition, channel), pick=partial(min, number))
            text = step(world, "", Press(token)).screen.text
            assert text.startswith(line) == stands
            below.add(text.removeprefix(line) if stands else text)
        assert len(below) == 1


def test_a_copy_to_keep_begins_with_a_first_line_too(edition: Edition) -> None:
    """It is the newest message of the chat, so the list of chats shows how it begins."""
    world = _world(edition, "telegram")
    token = pack(State(language="en", step=hash_of("topic.copy"), subject=world.index.of["topic:pep"]))
    (copy,) = step(world, "", Press(token)).effects
    assert isinstance(copy, Copy)
    text = "".join(span.text for span in copy.spans)
    assert text.startswith(world.index.flows.openings_in("en"))
    assert text.count("• ") == len(edition.tips("pep"))
