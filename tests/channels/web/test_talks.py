"""Every talk of tests/talks through the real server: each page shows what the engine says, and nothing that was typed."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from benchmarks.support.browser import Browser, Page
from bot.authoring.scenarios.player import about, begin, find
from bot.book.reader import read
from bot.channels.web import app
from bot.channels.web.fields import AT, PRESS
from bot.channels.web.phone import words_of
from bot.channels.web.screen_blocks import blocks
from bot.engine import Alert, Copy, Event, Leave, Press, Turn, Typed, World, step

ROOT = Path(__file__).resolve().parents[2]
TALKS = sorted((ROOT / "talks").glob("*.yaml"))


def shows(page: Page, turn: Turn, world: World) -> None:
    """The page has the words and the buttons of the screen; or, after Leave, the neutral ones alone."""
    left = next((effect for effect in turn.effects if isinstance(effect, Leave)), None)
    if left:
        assert page.main == left.neutral
        assert not page.forms
        return
    copy = next((effect for effect in turn.effects if isinstance(effect, Copy)), None)
    spans = copy.spans if copy else turn.screen.spans
    body = " ".join(words_of(str(block)) for block in blocks(spans, ""))
    assert body.strip() in page.main, turn.screen.step
    for effect in turn.effects:
        if isinstance(effect, Alert):
            assert " ".join(effect.text.split()) in page.main
    labels = [choice.label for choice in (*turn.screen.footer, *([] if copy else turn.screen.choices))]
    assert set(labels) - set(page.labels) <= ({"← Back", "← Atrás", "Home", "Inicio"} if copy else set())


def first(browser: Browser, world: World, talk: Mapping[str, Any]) -> str:
    """The path that opens a talk's place and language."""
    return "/".join(filter(None, (str(talk.get("language", "en")), str(talk.get("place", "")))))


@pytest.mark.parametrize("path", TALKS, ids=[path.stem for path in TALKS])
async def test_talk(path: Path, page_world: World, parts: app.RunningChannel, session: aiohttp.ClientSession) -> None:
    """The talk of this file, pressed and typed in a browser."""
    talk, _ = read(path.name, path.read_bytes())
    browser = Browser(session, parts.address, talk.get("language", "en"))
    turn = begin(page_world, talk)
    if talk.get("link"):
        await browser.open()
        # No link of the page carries a subject: its screen is reached by a token, as from any other page.
        opened = parts.seals.open(browser.page.typed("")[AT])
        assert opened
        await browser.send({PRESS: parts.seals.seal(opened.talk, turn.token)})
    else:
        await browser.open(first(browser, page_world, talk))
        await browser.press(page_world.index.flows.says("page_begin", talk.get("language", "en")))
    shows(browser.page, turn, page_world)
    for move in talk["turns"]:
        if "type" in move:
            event: Event = Typed(move["type"])
            form = [form for form in browser.page.forms if form.lines]
            fields = browser.page.typed(move["type"]) if form else {AT: parts.seals.seal(parts.seals.talk(), turn.token)}
            fields["w"] = move["type"]
            await browser.send(fields)
            if len(move["type"]) > 12 and "word" not in str(turn.screen.hears):
                assert html.escape(move["type"]) not in browser.page.body.decode()
        else:
            choice = find(page_world, turn, move["press"])
            if move.get("asks") in ("timer", "layout"):
                assert choice is None  # a page has neither, and does not offer it
                continue
            assert choice is not None, move
            event = Press(choice.token)
            await browser.press(choice.label)
        turn = step(page_world, turn.token, event)
        assert browser.page.status == 200
        assert "at" not in move or turn.screen.step == move["at"]
        assert "about" not in move or about(page_world, turn.token) == move["about"]
        shows(browser.page, turn, page_world)
        if any(isinstance(effect, Copy) for effect in turn.effects):
            await browser.press(page_world.index.flows.says("back", talk.get("language", "en")))
            shows(browser.page, step(page_world, "", Press(turn.token)), page_world)
