"""Where more is typed than can be heard: danger is answered first, everything else is asked to come again, presses go on."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import time
from typing import Any

import aiohttp
import pytest

from benchmarks.support.browser import Browser
from bot.channels.web import driver as driver_module
from bot.engine import Typed, World, step
from bot.find import Heard


class Held:
    """A finder that hears nothing until it is let go."""

    def __init__(self, world: World) -> None:
        self.go = threading.Event()
        self.began = threading.Event()
        self.heard = 0
        self._listen = world.listen

    def __call__(self, text: str, language: str) -> Heard:
        self.began.set()
        self.go.wait(20)
        self.heard += 1
        return self._listen(text, language)


@pytest.fixture
def held(page_world: World) -> Any:
    made = Held(page_world)
    yield made
    made.go.set()


async def _crowd(start, session, page_world: World, held: Held, monkeypatch, most: int, people: int) -> tuple[Any, list[Any]]:
    monkeypatch.setattr(driver_module.Driver.__init__, "__kwdefaults__", {"leave_to": "", "leave_by": "link", "most": most})
    world = dataclasses.replace(page_world, listen=held)
    parts = await start(world=world)
    crowd = []
    for _ in range(people):
        browser = Browser(session, parts.address)
        await browser.open("en")
        await browser.press("Begin")
        crowd.append(browser)
    waits = [asyncio.create_task(browser.type("where do I get condoms")) for browser in crowd]
    while parts.driver.waiting < most:
        await asyncio.sleep(0.01)
    return parts, [crowd, waits]


async def test_beyond_the_limit_danger_comes_first(
    start, session: aiohttp.ClientSession, page_world: World, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card at once by the nets; others get the busy page with urgent and the numbers, and every press is answered."""
    parts, (_, waits) = await _crowd(start, session, page_world, held, monkeypatch, 3, 4)
    late = Browser(session, parts.address)
    await late.open("en")
    await late.press("Begin")
    page = await late.type("he is strangling me right now")
    assert "Get to people" in page.main
    assert held.heard == 0
    await late.press("Home")
    page = await late.type("where do I get a syringe")
    assert "Many people are here right now. Try again in a minute." in page.main
    assert "syringe" not in page.body.decode()
    assert "911" in page.main
    assert "112" in page.main
    assert page.labels[:2] == ["Leave", "Urgent"]
    assert "Tips to stay safer" in (await late.press("← Back")).labels
    assert "What do you see?" in (await late.press("Urgent")).main
    held.go.set()
    for page in await asyncio.gather(*waits):
        assert "Condoms and lube" in page.words
    assert held.heard == 4


async def test_long_texts_fill_the_line_before_many_do(
    start, session: aiohttp.ClientSession, page_world: World, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten of the longest are as much as a hundred of what people write: nobody in danger waits behind more."""
    parts, (_, waits) = await _crowd(start, session, page_world, held, monkeypatch, 1, 2)
    flood = Browser(session, parts.address)
    await flood.open("en")
    page = await flood.press("Begin")
    parts.driver._most = 100
    texts = ["a" * 2000] * 9 + ["a" * 1940, "a" * 100]
    long = [asyncio.create_task(Browser(session, parts.address).send(page.typed(text))) for text in texts]
    late = Browser(session, parts.address)
    await late.open("en")
    await late.press("Begin")
    while parts.driver.waiting < 11 or not any(each.done() for each in long):
        await asyncio.sleep(0.01)
    assert "Get to people" in (await late.type("he is strangling me right now")).main
    assert len([each for each in long if each.done()]) == 1  # one was asked to come again
    held.go.set()
    for page in await asyncio.gather(*waits):
        assert "Condoms and lube" in page.words
    await asyncio.gather(*long)
    assert parts.driver._letters == 0


async def test_a_press_does_not_wait_for_words_beyond_the_limit(
    start, session: aiohttp.ClientSession, page_world: World, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nets look at one text at a time, and Urgent comes between two; who leaves meanwhile finds a closed page."""

    def slow(text: str, language: str) -> Heard:
        time.sleep(0.02)  # as long texts take
        assert page_world.nets
        return page_world.nets(text, language)

    world = dataclasses.replace(page_world, nets=slow)
    parts, (crowd, waits) = await _crowd(start, session, world, held, monkeypatch, 1, 2)
    flood = [asyncio.create_task(Browser(session, parts.address).send(crowd[0].page.typed("a flute"))) for _ in range(40)]
    while not any(each.done() for each in flood):
        await asyncio.sleep(0.001)
    assert "What do you see?" in (await crowd[1].press("Urgent")).main
    assert len([each for each in flood if each.done()]) < 20
    assert {("Many people" in page.main) for page in await asyncio.gather(*flood)} == {True}
    await parts.driver._netting.acquire()
    late = asyncio.create_task(Browser(session, parts.address).send(crowd[0].page.typed("a flute")))
    await asyncio.sleep(0.2)
    await crowd[0].press("Leave")
    parts.driver._netting.release()
    assert "This page was closed" in (await late).main
    held.go.set()
    await asyncio.gather(*waits)


async def test_words_that_wait_go_with_leave(
    start, session: aiohttp.ClientSession, page_world: World, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are never heard, and their answer is the first page; so is that of words that were being heard."""
    parts, (crowd, waits) = await _crowd(start, session, page_world, held, monkeypatch, 3, 4)
    first, last = crowd[0], crowd[-1]
    for browser in (first, last):
        left = Browser(session, parts.address)
        await left.send(browser.page.press("Leave"))
        assert left.page.main == "Nothing here."
    assert "This page was closed" in (await waits[-1]).main
    assert not waits[0].done()
    held.go.set()
    assert "This page was closed" in (await waits[0]).main
    for page in await asyncio.gather(*waits[1:3]):
        assert "Condoms" in page.words
    assert held.heard == 3


async def test_where_no_more_leaves_can_be_remembered_every_page_closes(start, session: aiohttp.ClientSession) -> None:
    """Somebody begins again; nobody's left talk opens."""
    parts = await start()
    parts.state.left._limit = 1
    people = [Browser(session, parts.address) for _ in range(3)]
    for browser in people:
        await browser.open("en")
        await browser.press("Begin")
    old = [browser.page.press("Tips to stay safer") for browser in people]
    for browser in people[:2]:
        assert (await browser.press("Leave")).main == "Nothing here."
    for browser, fields in zip(people, old, strict=True):
        assert "This page was closed" in (await browser.send(fields)).main


async def test_a_fault_of_the_engine_shows_the_first_screen_and_is_said_without_words(
    start, session: aiohttp.ClientSession, page_world: World, lines: list[str]
) -> None:
    """As on every channel."""

    def broken(world: World, token: str, event: Any) -> Any:
        if isinstance(event, Typed):
            raise ValueError(event.text)
        return step(world, token, event)

    parts = await start(broken)
    browser = Browser(session, parts.address)
    await browser.open("en")
    await browser.press("Begin")
    page = await browser.type("canary words")
    assert "What would help right now?" in page.main
    assert [line for line in lines if "ValueError" in line]
    assert not [line for line in lines if "canary" in line]
