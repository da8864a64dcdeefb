"""Tips that limit another: on one page with it, in the pack that ships; and none without its limits."""

from __future__ import annotations

import re

import pytest

from bot.book import Book, Edition, Retraction
from bot.engine import Press, Screen, State, World, hash_of, pack, step, unpack

LIMITS = {
    "doxypep": {"dose": ["pregnant", "how", "limit", "sun"]},
    "ghb": {"side": ["not-breathing"], "measure": ["no-mix", "wait", "small-extra"]},
    "mixing": {"benzos": ["less", "first", "uppers"]},
    "naloxone": {"spray": ["again", "wears-off"], "shot": ["again", "wears-off"]},
    "overamping": {"naloxone": ["passed-out"], "cool": ["passed-out"], "ice": ["cool"], "calm": ["not-this"]},
    "overdose-response": {"call-and-naloxone": ["breathe", "cpr"], "breathe": ["cpr"], "side": ["after"]},
    "pregnancy": {"pills": ["not-if", "hospital", "ectopic", "same-care"]},
    "prep": {"on-demand": ["hep-b"]},
    "tranq": {"still-naloxone": ["asleep", "benzo-dope"], "nitazenes": ["still-naloxone"]},
    "test-strips": {"read": ["not-safe", "yes-no"]},
}
"""Where reading a tip without its limit could cost a life: topic, tip, its limits."""


def _pages(world: World, topic: str, language: str) -> list[Screen]:
    state = State(language=language, step=hash_of("topic.tips"), subject=world.index.of[f"topic:{topic}"], opened=True)
    found: list[Screen] = []
    for page in range(32):
        screen = step(world, "", Press(pack(state._replace(page=page)))).screen
        found.append(screen)
        more = next((unpack(choice.token) for choice in screen.choices if choice.kind == "more"), None)
        if more is None or more.page <= page:
            break
    return found


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("topic", LIMITS)
def test_a_dose_and_its_limits_are_on_one_page(world: World, edition: Edition, topic: str, language: str) -> None:
    """Whatever the words get to be: the pair is kept, not near by chance."""
    tips = edition.tips(topic)
    needs = {tip.tip: tip.needs for tip in tips}
    names = iter(tips)
    on_page = {
        next(names).tip: number
        for number, screen in enumerate(_pages(world, topic, language))
        for _ in range(screen.text.count("• "))
    }
    for tip, limits in LIMITS[topic].items():
        assert set(limits) <= set(needs[tip])
        assert {on_page[limit] for limit in limits} == {on_page[tip]}


@pytest.mark.parametrize("topic", LIMITS)
def test_a_dose_whose_limit_is_withdrawn_is_on_no_page(world: World, book: Book, topic: str) -> None:
    """In a bot that is running: the page keeps what is safe without it."""
    for tip, limits in LIMITS[topic].items():
        for limit in limits:
            gone = Retraction(withdraw="tip", id=f"{topic}/{limit}", why="it was wrong", on=world.edition.date)
            other = World(Edition(book, world.edition.date, [gone]), world.listen, world.surface)
            text = next(one for one in book.topics[topic].tips if one.tip == tip).text["en"].raw
            words = max(re.split(r"[*{}\[\]()]", text), key=len).strip()
            assert any(words in screen.text for screen in _pages(world, topic, "en"))
            assert not [screen for screen in _pages(other, topic, "en") if words in screen.text]


def test_each_thing_on_a_page_has_its_own_clock(world: World) -> None:
    """After an assault HIV medicine, contraception and the exam wait for different times; none stands above the whole page."""
    text = "\n".join(screen.text for screen in _pages(world, "after-assault", "en"))
    for clock, tip in (
        ("72 hours", "Medicine against HIV"),
        ("5 days", "If you could get pregnant"),
        ("7 days", "The exam takes"),
    ):
        assert re.search(rf"• ⏱ within {clock}[^\n]*\n{tip}", text)
    assert not re.search(r"\n⏱", text)
