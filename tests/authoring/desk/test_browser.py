"""A real browser drives the real commands: a talk, language and place, a save seen by itself, changes, the desk; pictures too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.authoring.desk.screenshots import browser_path
from bot.cli import main
from tests.authoring.packs import PEP, on_disk, real, with_words

pytestmark = pytest.mark.heavy
WAIT = 30_000
DAY = ["--date", "2026-11-24"]


def _git(folder: Path, *words: str) -> None:
    who = {"GIT_AUTHOR_NAME": "peer", "GIT_AUTHOR_EMAIL": "peer@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
    who |= {"GIT_COMMITTER_NAME": who["GIT_AUTHOR_NAME"], "GIT_COMMITTER_EMAIL": who["GIT_AUTHOR_EMAIL"]}
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, env={**os.environ, **who})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The real pack in a repository of its own, with one commit."""
    made = on_disk(real(), tmp_path / "pack")
    _git(made, "init", "-q")
    _git(made, "add", ".")
    _git(made, "commit", "-qm", "one")
    return made


@pytest.fixture
def page(start: Start) -> Iterator[Any]:
    """A page of a real browser. Errors of its scripts fail the test. Closed before the servers of `start`: a page that looks
    for news would find nobody there."""
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install '.[heavy]'")
    if not browser_path():
        pytest.skip("no browser: apt-get install chromium")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 1100, "height": 900})
        view.set_default_timeout(WAIT)
        errors: list[str] = []
        view.on("pageerror", lambda error: errors.append(str(error)))
        view.on(
            "console",
            lambda said: errors.append(said.text) if said.type == "error" and "status of 403" not in said.text else None,
        )
        yield view
        browser.close()
    assert errors == []


Start = Callable[..., str]


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Starts a command on the folder and gives the address that it prints."""
    running: list[subprocess.Popen[str]] = []

    def begun(*more: str) -> str:
        words = ["--content", str(folder / "content"), "--flows", str(folder / "flows"), "--port", "0", *DAY, *more]
        command = [sys.executable, "-m", "bot", "desk", *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        running.append(process)
        assert process.stdout
        first = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\S+", first)
        assert found, first
        return found.group()

    yield begun
    for process in running:
        process.terminate()
        rest, _ = process.communicate(timeout=20)
        assert "wibble zqxv wobble" not in rest
        assert "Traceback" not in rest


def test_the_preview_in_a_browser(page: Any, start: Start, folder: Path) -> None:
    """Screens, a talk by keys and words, language and place, a save that shows by itself, one that breaks the pack, changes."""
    address = start("--read-only", "--since", "HEAD")
    page.goto(address)
    assert page.title() == "Pages"
    page.get_by_role("button", name="Urgent").click()
    page.get_by_role("heading", name="urgent.menu").wait_for()

    page.select_option("#pick-lang", "es")
    page.select_option("#pick-place", "us-ny")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("button", name="Urgente").wait_for()
    page.locator(".keys button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/talk")
    page.fill("#words", "estoy embarazada")
    page.keyboard.press("Enter")
    page.get_by_text("found.answer").first.wait_for()
    page.fill("#words", "wibble zqxv wobble")
    page.get_by_role("button", name="Send").click()
    page.get_by_text(re.compile(r"^found\.(choose|unsure|more)")).wait_for()
    assert "wibble zqxv wobble" not in page.content()

    page.goto(f"{address}?flow=topic&about=topic:pep")
    page.evaluate("window.same = true")
    on_disk(with_words(real(), PEP, "Take every dose", "Take each dose"), folder)
    page.get_by_text("Take each dose").first.wait_for()
    assert page.evaluate("window.same")
    on_disk({PEP: real()[PEP].replace(b"\ntips:", b"\ntips: [")}, folder)
    page.locator("#broken").wait_for()
    assert page.get_by_text("Take each dose").first.is_visible()
    assert PEP in page.locator("#broken").inner_text()
    on_disk(with_words(real(), PEP, "Take every dose", "Take each dose"), folder)
    page.locator("#broken").wait_for(state="detached")

    page.get_by_role("link", name="Changes").click()
    page.locator("ins").first.wait_for()
    assert "each" in page.locator("ins").first.inner_text()
    assert "every" in page.locator("del").first.inner_text()
    page.set_viewport_size({"width": 360, "height": 700})
    for path in ("changes", "?flow=urgent", "talk", "faults"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_the_desk_in_a_browser(page: Any, start: Start, folder: Path) -> None:
    """A tip is changed from its screen: the difference first, then the file; undo; and a change from elsewhere is not lost."""
    address = start()
    bare = address.split("?")[0]
    page.goto(bare + "now")
    assert "Open this page with the whole address" in page.content()
    page.goto(address)
    page.goto(f"{bare}?flow=topic&about=topic:pep")
    page.get_by_role("link", name="Change", exact=True).first.click()
    page.get_by_role("link", name="Change days").click()
    page.fill("textarea[name=text-en]", "You take it for 28 days. Take each dose.")
    before = (folder / PEP).read_bytes()
    page.get_by_role("button", name="Look at the change").click()
    page.get_by_role("button", name="Save it").wait_for()
    assert "Take each dose." in page.locator(".lines .plus").inner_text()
    assert "What people will see" in page.content()
    assert (folder / PEP).read_bytes() == before
    page.get_by_role("button", name="Save it").click()
    page.get_by_role("heading", name="Saved").wait_for()
    changed = (folder / PEP).read_bytes()
    assert len(set(changed.splitlines()) ^ set(before.splitlines())) == 2
    page.get_by_role("button", name="Undo the last save").click()
    page.get_by_role("heading", name="Taken back").wait_for()
    assert (folder / PEP).read_bytes() == before


def test_another_page_cannot_write_through_the_desk(page: Any, start: Start, folder: Path) -> None:
    """A form of a page elsewhere is refused in a browser that has the desk open."""
    address = start()
    page.goto(address)
    target = address.split("?")[0] + "desk/save"
    page.goto("data:text/html,<title>x</title>")
    fields = {"do": "withdraw", "kind": "topic", "id": "pep", "why": "because", "seen": "none"}
    inputs = "".join(f"<input name={name} value={value}>" for name, value in fields.items())
    page.set_content(f'<form id="f" method="post" action="{target}">{inputs}</form>')
    with page.expect_response(target) as answered:
        page.evaluate("setTimeout(() => document.getElementById('f').submit())")
    assert answered.value.status == 403
    assert "pep" not in (folder / "content/retractions.yaml").read_text("utf-8")


def test_pictures_of_the_changed_screens(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One for each changed screen and language, a page and a table; nothing but a word where nothing changed."""
    pytest.importorskip("playwright.sync_api", reason="pip install '.[heavy]'")
    if not browser_path():
        pytest.skip("no browser: apt-get install chromium")
    out = tmp_path / "pictures"
    words = [
        "desk",
        "--content",
        str(folder / "content"),
        "--flows",
        str(folder / "flows"),
        "--since",
        "HEAD",
        "--pictures",
        str(out),
    ]
    assert main(words + DAY) == 0
    assert "No screen changed" in (out / "summary.md").read_text("utf-8")
    assert list(out.glob("*.png")) == []
    on_disk(
        with_words(with_words(real(), PEP, "Take every dose", "Take each dose"), PEP, "Se toma 28 días", "Es por 28 días"), folder
    )
    assert main(words + DAY) == 0
    assert "2 pictures" in capsys.readouterr().out
    pictures = sorted(path.name for path in out.glob("*.png"))
    assert pictures == ["en-001-topic-tips-topic-pep.png", "es-001-topic-tips-topic-pep.png"]
    assert all((out / name).read_bytes().startswith(b"\x89PNG") for name in pictures)
    assert all(
        name in (out / "summary.md").read_text("utf-8") and name in (out / "index.html").read_text("utf-8") for name in pictures
    )
