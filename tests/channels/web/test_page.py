"""The page as anybody finds it: neutral at first, closed by its headers, one answer to everything that is over."""

from __future__ import annotations

import re

import aiohttp
import pytest

from benchmarks.support.browser import Browser, Page
from bot.channels.web import app
from bot.channels.web.fields import AT, LANGUAGE, PRESS, WORDS
from bot.channels.web.headers import SIZES
from bot.channels.web.seals import TTL
from bot.engine import World, hash_of, unpack

HEADERS = [
    ("content-type", r"text/html; charset=utf-8"),
    ("content-security-policy",
     r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"),
    ("cache-control", r"no-store"),
    ("referrer-policy", r"no-referrer"),
    ("x-content-type-options", r"nosniff"),
    ("x-frame-options", r"DENY"),
    ("x-robots-tag", r"noindex, nofollow, noarchive, nosnippet"),
    ("cross-origin-opener-policy", r"same-origin"),
    ("cross-origin-resource-policy", r"same-origin"),
    ("cross-origin-embedder-policy", r"require-corp"),
    ("permissions-policy", r"[a-z-]+=\(\)(, [a-z-]+=\(\)){25,}"),
    ("content-length", r"9216|12288"),
]  # fmt: skip
SUBJECT = re.compile(
    r"\b(?:sex|drug|police|hurt|violen|hiv|condom|abuse|assault|traffick|escort|sexo|droga|polic)", re.IGNORECASE
)


async def _begun(browser: Browser) -> Page:
    await browser.open()
    return await browser.press("Begin")


def _plain(page: Page) -> str:
    """A page without what differs each time: the seals."""
    return re.sub(r'(?:value="|name="t\.)[A-Za-z0-9_-]{182}"', "", page.body.decode())


async def test_a_buttons_name_typed_is_that_button(browser: Browser) -> None:
    """Home, and Leave, in either language."""
    page = await _begun(browser)
    urgent = await browser.press("Urgent")
    assert urgent.main != page.main
    assert (await browser.type("inicio")).labels == page.labels
    left = await browser.type("salir")
    assert left.main == "Nothing here."
    assert not left.forms


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "", 200), ("GET", "es/mx", 200), ("GET", "robots.txt", 200), ("POST", "", 200), ("PUT", "", 405),
     ("OPTIONS", "", 405), ("DELETE", "x?y=z", 405), ("GET", "?q=secret", 200)],
)  # fmt: skip
async def test_every_answer_has_these_headers_and_no_other(browser: Browser, method: str, path: str, status: int) -> None:
    """In this order, each as it is written here: no cookie, no date, no server, no encoding, no ETag."""
    page = await browser.fetch(method, path)
    assert page.status == status
    found = [pair for pair in page.headers if pair[0] != "connection"]
    assert [name for name, _ in found] == [name for name, _ in HEADERS]
    for (name, value), (_, wanted) in zip(found, HEADERS, strict=True):
        assert re.fullmatch(wanted, value), (name, value)
    assert int(dict(found)["content-length"]) == len(page.body)


async def test_the_policy_lets_the_pages_own_style_through(browser: Browser) -> None:
    """The hash in the header is that of the sheet in the page, which is the only thing loaded."""
    from base64 import b64encode
    from hashlib import sha256

    page = await browser.open()
    sheet = re.search(r"<style>(.*?)</style>", page.body.decode(), re.DOTALL)
    assert sheet
    hashed = b64encode(sha256(sheet[1].encode()).digest()).decode()
    assert f"'sha256-{hashed}'" in dict(page.headers)["content-security-policy"]
    assert not {"script", "img", "link", "iframe", "audio", "video", "object", "embed", "svg"} & set(page.tags)
    assert " style=" not in page.body.decode()
    assert "url(" not in sheet[1]
    assert "@import" not in sheet[1]


async def test_the_first_page_says_nothing_of_the_subject(browser: Browser, page_world: World) -> None:
    """In each language: urgent, one way in, a line to type in, the history; and a discreet title."""
    for language in page_world.edition.languages:
        page = await browser.open(language)
        assert not SUBJECT.search(page.words), language
        assert f'lang="{language}"' in page.body.decode()
        assert page_world.index.flows.says("page_history", language) in page.words
        assert page.labels[0] == page_world.index.flows.says("urgent", language)
        assert all(form.method == "post" and form.action == "/" for form in page.forms)


@pytest.mark.parametrize(
    ("path", "language", "place"),
    [("", "en", ""), ("es", "es", ""), ("es/mx", "es", "mx"), ("en/us-ny", "en", "us-ny"), ("mx", "en", "mx"),
     ("es/es", "es", "es"), ("ES/MX/", "es", "mx"), ("en/nowhere", "en", ""), ("en/after-assault", "en", ""), ("r2", "en", ""),
     ("agency", "en", ""),
     ("en/us-ny?place=mx", "en", "us-ny"), ("%2e%2e/%2e%2e/etc/passwd", "en", ""), ("es/%00", "es", "")],
)  # fmt: skip
async def test_a_path_carries_language_and_place_alone(
    browser: Browser, parts: app.RunningChannel, page_world: World, path: str, language: str, place: str
) -> None:
    """The place stands in the seal, not in the page; all else in the path is ignored without a sign."""
    plain = _plain(await browser.open(language))
    page = await browser.open(path)
    assert _plain(page) == plain
    opened = parts.seals.open(page.typed("")[AT])
    assert opened
    state = unpack(opened.token)
    assert state
    assert state.language == language
    assert page_world.index.place.get(state.place, "") == place
    assert state.step == hash_of("welcome.home")
    assert state.subject == 0


async def test_the_browsers_language_counts_where_the_path_has_none(browser: Browser) -> None:
    """As the phone's does elsewhere."""
    browser.language = "de-DE,es-MX;q=0.8,en;q=0.5"
    assert 'lang="es"' in (await browser.open()).body.decode()
    assert 'lang="en"' in (await browser.open("en")).body.decode()


async def test_another_language_is_one_press_away_and_the_place_stays(browser: Browser, parts: app.RunningChannel) -> None:
    """On the first page, by the same form as everything."""
    await browser.open("en/us-ny")
    page = await browser.press("Español")
    assert 'lang="es"' in page.body.decode()
    opened = parts.seals.open(page.typed("")[AT])
    state = unpack(opened.token) if opened else None
    assert state
    assert (state.language, state.place) == ("es", hash_of("place:us-ny"))


async def test_leave_is_one_press_and_the_talk_stays_dead(browser: Browser) -> None:
    """Resend of any page of it, of its words and of Leave itself shows the first page; another talk goes on."""
    other = Browser(browser._session, browser.address)
    await _begun(other)
    first = await browser.open()
    sent = [first.press("Begin"), first.typed("i was raped"), first.press("Urgent"), first.press("Español")]
    page = await browser.press("Begin")
    sent += [page.press("Tips to stay safer"), page.typed("he choked me"), page.press("Leave")]
    page = await browser.press("Someone hurt or threatened me")
    sent += [page.press(label) for label in page.labels if label != "Send"]
    left = await browser.press("Leave")
    assert left.main == "Nothing here."
    assert not left.forms
    for fields in sent:
        again = await browser.send(fields)
        assert "This page was closed. You can begin again." in again.main or "Esta página se cerró." in again.main
        assert not SUBJECT.search(again.words)
        assert "choked" not in again.body.decode()
    assert "Sex, HIV, health" in (await other.press("Tips to stay safer")).labels


async def test_everything_that_is_over_has_one_and_the_same_answer(browser: Browser, parts: app.RunningChannel, clock) -> None:
    """Left, too old, from before a restart, changed, made up, empty, or with words: the same bytes but for the seals."""
    page = await _begun(browser)
    old = page.press("Tips to stay safer")
    page = await _begun(browser)
    left = page.press("Tips to stay safer")
    typed = page.typed("he is choking me right now")
    await browser.press("Leave")
    clock.now += TTL
    answers = [await browser.send(fields) for fields in (old, left, typed)]
    live = (await _begun(browser)).press("Tips to stay safer")
    sealed = next(name for name in live if name.startswith("t.")).removeprefix("t.")
    changed = sealed[:90] + ("A" if sealed[90] != "A" else "B") + sealed[91:]
    answers += [
        await browser.send({f"t.{changed}": "", LANGUAGE: "en"}),
        await browser.send({PRESS: "A" * 182, LANGUAGE: "en"}),
        await browser.send({PRESS: "", LANGUAGE: "en"}),
        await browser.send({AT: "x", WORDS: "he is choking me right now", LANGUAGE: "en"}),
    ]
    parts.seals.renew()  # as a restart does
    answers.append(await browser.send(live))
    first = _plain(await browser.open())
    assert len({_plain(page) for page in answers}) == 1
    closed = answers[0]
    assert closed.status == 200
    assert "This page was closed. You can begin again." in closed.main
    assert closed.labels[0] == "Urgent"
    note = '<p class="note" role="status">This page was closed. You can begin again.</p>'
    assert re.sub(r"<!--.*-->", "", _plain(closed).replace(note, "")) == re.sub(r"<!--.*-->", "", first)
    assert len(closed.body) == len((await browser.open()).body)
    await browser.send(old)
    assert "What do you see?" in (await browser.press("Urgent")).main


async def test_a_seal_holds_for_half_an_hour_from_the_last_press(browser: Browser, clock) -> None:
    """Each page counts anew."""
    await _begun(browser)
    for label in ("Tips to stay safer", "Sex, HIV, health", "← Back", "Home"):
        clock.now += TTL - 1
        page = await browser.press(label)
        assert "This page was closed" not in page.main, label
    clock.now += TTL
    assert "This page was closed" in (await browser.press("Tips to stay safer")).main


async def test_pages_have_few_sizes_and_are_one_small_request(browser: Browser) -> None:
    """What the network sees of a screen is one number."""
    seen = {len((await browser.open()).body)}
    for label in (
        "Begin",
        "Tips to stay safer",
        "Sex, HIV, health",
        "Condoms and lube",
        "Keep a copy",
        "← Back",
        "Urgent",
        "Leave",
    ):
        page = await browser.press(label)
        seen.add(len(page.body))
        assert len(page.body) + sum(len(name) + len(value) + 4 for name, value in page.headers) < 14 * 1024
    assert seen <= set(SIZES)


async def test_typed_words_are_not_said_again(browser: Browser, session: aiohttp.ClientSession) -> None:
    """Not in an answer, not in a field; the own word is, where the person took it."""
    await _begun(browser)
    for words in ("canary-words and a condom broke", "<b>canary</b>", "qwertz asdfgh"):
        page = await browser.type(words)
        assert "canary" not in page.body.decode()
        assert "qwertz" not in page.body.decode()
    for form in page.forms:
        assert not set(form.fields.values()) & {"canary"}
    body = page.body.decode()
    line = re.search(r'<input id="w"[^>]*>', body)
    assert line
    assert 'autocomplete="off"' in line[0]
    assert 'spellcheck="false"' in line[0]
    assert "value" not in line[0]


@pytest.mark.parametrize(
    ("code", "at"),
    [("w5", "Naloxone"), (" W5. ", "Naloxone"), ("r2", "What would help right now?"), ("t9", "What would help right now?"),
     ("g8", "competencies"), ("k7", "What would help right now?")],
)  # fmt: skip
async def test_the_code_of_a_card_is_typed_on_the_first_page(browser: Browser, code: str, at: str) -> None:
    """It opens its page; those of assault, control, leaving and the young open the first screen, as a plain one does."""
    await browser.open("en/us-ny")
    assert at in (await browser.type(code)).main


async def test_somebody_elses_page_opens_nothing(browser: Browser) -> None:
    """A form of another site shows the neutral page; our own, and what says nothing of where it comes from, is answered."""
    page = await browser.open()
    begin = page.press("Begin")
    for site, opens in (("cross-site", False), ("same-site", False), ("same-origin", True), ("none", True)):
        found = await browser.fetch("POST", data=begin, headers={"sec-fetch-site": site})
        assert ("What would help" in found.main) == opens, site
    assert "What would help" not in (await browser.fetch("POST", "es", data=begin)).main


async def test_after_leave_the_operators_harmless_page(start, session: aiohttp.ClientSession) -> None:
    """By a link, or by itself; never by a redirect, which the policy would stop."""
    for by, refreshes in (("link", False), ("refresh", True)):
        parts = await start(leave_to="https://weather.example/today", leave_by=by)
        browser = Browser(session, parts.address)
        await _begun(browser)
        page = await browser.press("Leave")
        assert page.status == 200
        body = page.body.decode()
        assert 'href="https://weather.example/today"' in body
        assert ('http-equiv="refresh" content="1; url=https://weather.example/today"' in body) == refreshes


async def test_the_onion_address_is_named_where_there_is_one(start, session: aiohttp.ClientSession) -> None:
    """The address alone, whatever path was asked for."""
    onion = f"http://{'a' * 56}.onion"
    parts = await start(onion=onion)
    page = await Browser(session, parts.address).open("es/mx?x=y")
    assert dict(page.headers)["onion-location"] == onion


async def test_a_copy_is_a_page_of_its_own_to_print(browser: Browser) -> None:
    """With the way back and out, and nothing else to press."""
    await browser.open("en/us-ny")
    for label in ("Begin", "Tips to stay safer", "Sex, HIV, health", "Condoms and lube"):
        await browser.press(label)
    page = await browser.press("Keep a copy")
    assert page.labels == ["Leave", "Urgent", "← Back"]
    assert "To print, or to write down." in page.main
    assert "Keep a copy" in (await browser.press("← Back")).labels


async def test_about_says_what_a_page_leaves(browser: Browser) -> None:
    """The browser's history, screenshots, shared computers, the network, helpers that read along; nothing of chats."""
    await _begun(browser)
    assert "This browser's history keeps this site's name." in browser.page.main
    for label in ("Something else", "About this bot", "What is kept"):
        await browser.press(label)
    assert "site's name in its history" in browser.page.main
    page = await browser.press("What others keep")
    for words in ("screenshots", "shared or borrowed computer", "Wi-Fi or phone company", "helper", "Tor Browser"):
        assert words in page.main
    page = await browser.press("← Back")
    page = await browser.press("How to clear traces of this page")
    assert "Back does not show it again" in page.main
    assert "Closing the tab without Leave is not enough" in page.main
    assert "chat" not in page.main
