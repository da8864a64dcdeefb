"""Real browsers with scripts off: Leave, Back and send again; what a screen reader, a small screen and a text browser get."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.authoring.desk.screenshots import browser_path
from bot.channels.web import app
from bot.channels.web.driver import number_tables
from bot.channels.web.headers import SIZES, padded
from bot.channels.web.pages import Words, busy_page, copy_page, first_page, left_page, screen_page
from bot.channels.web.seals import Seals
from bot.engine import Copy, Leave, Press, State, World, pack, step, walk

pytestmark = pytest.mark.heavy
ROOT = Path(__file__).resolve().parents[3]
HEAVY = ROOT / ".heavy/node_modules"
AXE, VNU = HEAVY / "axe-core/axe.min.js", HEAVY / "vnu-jar/build/dist/vnu.jar"
PLACES = ("", "us-ny")
BACK_FORWARD = "--disable-back-forward-cache"
"""What Playwright starts Chromium with, and nobody else: pages that Back takes from memory are part of what is tried."""


def every_page(world: World) -> tuple[dict[str, str], dict[int, str]]:
    """A page of each structure that there is: of each step in each language, and the pages around them. And each size that
    pages are padded to, with one that has it."""
    seals, found, sizes = Seals(), dict[str, tuple[str, str]](), dict[int, str]()
    talk = seals.talk()

    def seal(token: str) -> str:
        return seals.seal(talk, token)

    def keep(name: str, page: str) -> None:
        sizes.setdefault(len(padded(page)), name)
        found.setdefault(name.split()[1] + structure(page), (name, page))

    for language in world.edition.languages:
        words = Words(lambda key, language=language: world.index.flows.says(key, language), language)
        for place in PLACES:
            for visit in walk(world, language, place, vary=False).visits:
                name = f"{visit.step} {language} {place}"
                keep(name, screen_page(words, visit.screen, seal(visit.token), seal, ["One.", "Two."][: len(visit.effects)]))
                for effect in visit.effects:
                    if isinstance(effect, Copy):
                        keep(f"copy-{name}", copy_page(words, effect.spans, visit.screen, seal(visit.token), seal))
                    elif isinstance(effect, Leave):
                        for by in ("link", "refresh"):
                            keep(f"left-{name}", left_page(words, effect.neutral, "https://weather.example/", by))
            home = step(world, "", Press(pack(State(language=language, step=world.index.flows.hash["welcome.home"]))))
            for closed in (False, True):
                keep(f"first {language}", first_page(words, home.screen, seal(home.token), seal, [("fr", "F")], closed=closed))
            keep(f"busy {language}", busy_page(words, home.screen, seal(home.token), seal, number_tables(world, State(language))))
        keep(f"rtl {language}", first_page(Words(_arabic, "ar"), home.screen, seal(home.token), seal, [], closed=False))
    return dict(found.values()), sizes


def _arabic(_key: str) -> str:
    return "أسئلة وأجوبة"


def structure(page: str) -> str:
    """The tags of a page with their classes and roles; a tag that follows itself counts once."""
    tags = re.findall(
        r"<(/?[a-z0-9]+)((?: (?:class|role|type|name)=\"[^\"]*\")*)",
        re.sub(r'name="t\.[^"]*"', "", page.partition("</style>")[2]),
    )
    kept = [f"{tag}{re.sub(r'value=.*', '', more)}" for tag, more in tags if tag not in ("b", "/b", "br")]
    text = " ".join(kept)
    while (short := re.sub(r"((?:\S+ ){1,4})\1+", r"\1", text)) != text:
        text = short
    return text


@pytest.fixture(scope="module")
def made(page_world: World) -> tuple[dict[str, str], dict[int, str]]:
    """What `every_page` gives."""
    return every_page(page_world)


@pytest.fixture(scope="module")
def pages(made: tuple[dict[str, str], dict[int, str]]) -> dict[str, str]:
    """Every page, by what it is."""
    return made[0]


def test_the_network_sees_one_size(made: tuple[dict[str, str], dict[int, str]]) -> None:
    """A screen that is the only one of another size would be known by it."""
    assert set(made[1]) == {SIZES[0]}, made[1]


@pytest.fixture
async def chromium() -> Any:
    """Chromium."""
    playwright = pytest.importorskip("playwright.async_api", reason="pip install '.[heavy]'")
    if not browser_path():
        pytest.skip("no browser: apt-get install chromium")
    async with playwright.async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=browser_path(), args=["--no-sandbox"], ignore_default_args=[BACK_FORWARD]
        )
        yield browser
        await browser.close()


async def _shown(view: Any) -> str:
    from playwright.async_api import Error

    for _ in range(50):
        try:
            return " ".join((await view.content()).split())
        except Error:  # between two pages
            await asyncio.sleep(0.1)
    raise AssertionError("the page never came to rest")


async def test_leave_back_and_send_again_show_nothing_of_the_talk(chromium: Any, parts: app.RunningChannel) -> None:
    """Scripts off. The history has one address and one dull title; each of its entries, opened or sent again, shows no screen."""
    context = await chromium.new_context(java_script_enabled=False, locale="en-US")
    view = await context.new_page()
    await view.goto(parts.address + "en/us-ny")
    asked: list[str] = []
    view.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    for label in ("Begin", "Someone hurt or threatened me"):
        await view.get_by_role("button", name=label, exact=True).click()
    await view.get_by_role("textbox").fill("canary he choked me")
    await view.get_by_role("button", name="Send", exact=True).click()
    assert "Choked or strangled" in await _shown(view)
    screens = ("Choked", "choked", "canary", "hurt or threatened", "Emergency room")
    await view.get_by_role("button", name="Leave", exact=True).click()
    assert "Nothing here." in await _shown(view)
    assert set(asked) == {f"POST {parts.address}"}  # no image, no font, no icon, no other address
    history = await (await context.new_cdp_session(view)).send("Page.getNavigationHistory")
    assert {entry["title"] for entry in history["entries"]} <= {"Notebook", "", "about:blank"}
    assert {entry["url"] for entry in history["entries"]} <= {parts.address, parts.address + "en/us-ny", "about:blank"}
    for _ in range(4):
        await _quietly(view.go_back(wait_until="load", timeout=5000))
        shown = await _shown(view)
        assert not any(words in shown for words in screens)
        await _quietly(view.reload(wait_until="load", timeout=5000))
        shown = await _shown(view)
        assert not any(words in shown for words in screens)
    for _ in range(4):
        await _quietly(view.go_forward(wait_until="load", timeout=5000))
        await _quietly(view.reload(wait_until="load", timeout=5000))
        shown = await _shown(view)
        assert not any(words in shown for words in screens)
    assert await context.cookies() == []
    await context.close()


async def _quietly(work: Any) -> None:
    """Chromium's own notice that a form would be sent again counts as a failure of the visit: it is what should come."""
    from playwright.async_api import Error

    try:
        await work
    except Error:
        return


async def test_axe_finds_nothing_in_any_structure(chromium: Any, pages: dict[str, str]) -> None:
    """WCAG 2.2 AA and its good practices: each step in each language once for each structure, some in the dark and small too."""
    if not AXE.is_file():
        pytest.skip("no axe-core: npm install --prefix .heavy axe-core@4")
    assert len(pages) > 40
    source = AXE.read_text("utf-8")
    found: dict[str, list[str]] = {}
    for scheme, width, chosen in (("light", 1000, list(pages)), ("dark", 320, list(pages)[::4])):
        context = await chromium.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 640})
        view = await context.new_page()
        for name in chosen:
            await view.set_content(pages[name])
            await view.evaluate(source)
            faults = await view.evaluate(
                "axe.run({runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
                ".then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html.slice(0, 120)))"
            )
            if faults:
                found[f"{name} {scheme}"] = faults
        await context.close()
    assert found == {}


async def test_a_small_screen_shows_all_of_it(chromium: Any, pages: dict[str, str]) -> None:
    """At 320 px, which is 200 % of 640: nothing runs out of the page, targets are large, the new screen has the focus."""
    context = await chromium.new_context(bypass_csp=True, viewport={"width": 320, "height": 640})
    view = await context.new_page()
    for name, page in list(pages.items())[::3]:
        await view.set_content(page)
        told = await view.evaluate(
            "() => ({wide: document.documentElement.scrollWidth, focus: document.activeElement.tagName,"
            " small: [...document.querySelectorAll('button, input:not([type=hidden])')]"
            ".map(b => b.getBoundingClientRect()).filter(r => r.height < 44 || r.width < 44).length})"
        )
        assert told["wide"] <= 320, name
        assert told["small"] == 0, name
        assert told["focus"] in ("MAIN", "BODY"), name
    await context.close()


async def test_the_new_screen_has_the_focus_and_keys_are_enough(chromium: Any, parts: app.RunningChannel) -> None:
    """Through the server: after a press the focus stands on the screen; Tab reaches its buttons, Enter presses them."""
    context = await chromium.new_context(bypass_csp=True, locale="en-US")
    view = await context.new_page()
    await view.goto(parts.address)
    for _ in range(20):
        await view.keyboard.press("Tab")
        if await view.evaluate("document.activeElement.textContent") == "Begin":
            break
    await view.keyboard.press("Enter")
    await view.wait_for_selector("text=What would help right now?")
    assert await view.evaluate("document.activeElement.tagName") == "MAIN"
    await view.keyboard.press("Tab")
    assert await view.evaluate("document.activeElement.textContent") == "Someone hurt or threatened me"
    await context.close()


def test_the_html_is_valid(pages: dict[str, str], tmp_path: Path) -> None:
    """The Nu checker has no word to say of any structure."""
    if not VNU.is_file() or not shutil.which("java"):
        pytest.skip("no checker: npm install --prefix .heavy vnu-jar; apt-get install default-jre-headless")
    for number, page in enumerate(pages.values()):
        (tmp_path / f"{number}.html").write_text(page, "utf-8")
    done = subprocess.run(
        ["java", "-jar", str(VNU), "--format", "json", "--also-check-css", "--exit-zero-always", str(tmp_path)],
        capture_output=True, text=True, timeout=170,
    )  # fmt: skip
    said = json.loads(done.stderr or done.stdout)["messages"]
    assert [(each["message"], each.get("extract", "")) for each in said if each["type"] != "info"] == []


def _text_browsers() -> Iterator[Any]:
    for name, words in (
        ("lynx", ["lynx", "-dump", "-nolist", "-width=72"]),
        ("w3m", ["w3m", "-dump", "-cols", "72"]),
    ):
        yield pytest.param(words, id=name)


@pytest.mark.parametrize("words", _text_browsers())
async def test_a_text_browser_reads_every_page(words: list[str], pages: dict[str, str], tmp_path: Path) -> None:
    """Its words and its buttons are there; the style is not."""
    if not shutil.which(words[0]):
        pytest.skip(f"no {words[0]}: apt-get install {words[0]}")
    for number, (name, page) in enumerate(list(pages.items())[::8]):
        file = tmp_path / f"{number}.html"
        file.write_text(page, "utf-8")
        done = await asyncio.to_thread(subprocess.run, [*words, str(file)], capture_output=True, timeout=30)
        read = " ".join(done.stdout.decode("utf-8", "replace").split())
        assert "prefers-color-scheme" not in read, name
        assert not re.search(r"[A-Za-z0-9_-]{40}", read), name  # no seal is read out
        heading = re.search(r"<h1[^>]*>([^<]*)</h1>", page)
        assert heading
        assert heading[1].split()[0].replace("&#39;", "'") in read, name
