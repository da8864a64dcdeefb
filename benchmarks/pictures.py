"""Draws the pictures of the documents again: the papers that are handed out, and a talk as a phone shows it.

    python -m benchmarks.pictures            # all of them
    python -m benchmarks.pictures talk       # the talk alone

A paper is the first page of a PDF, drawn by pdfium: what a person holds, not what a browser shows. The talk is one of
`tests/talks/`,
drawn by the engine from the pack and photographed in a browser (`pip install -e '.[pictures]'` and Debian's chromium).
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Iterator
from importlib.resources import files as package_files
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.authoring.desk.screen_html import bubble  # noqa: E402
from bot.authoring.desk.screenshots import browser_path  # noqa: E402
from bot.authoring.scenarios.player import begin, go  # noqa: E402
from bot.book import Edition, build, default_folders, snapshot  # noqa: E402
from bot.book.reader import read  # noqa: E402
from bot.channels.telegram import SURFACE  # noqa: E402
from bot.cli import main as constellation  # noqa: E402
from bot.engine.flow_compiler import compile_flows  # noqa: E402
from bot.engine.types import Screen  # noqa: E402
from bot.runtime.world import LaterFinder, world  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
PAPERS = {
    "cards": ["cards", "--bot", "night_sky_bot", "--lang", "en"],
    "poster": ["poster", "--bot", "night_sky_bot", "--lang", "es", "--paper", "letter"],
    "sheet": ["sheet", "--place", "us-ny", "--lang", "es"],
    "sheet-large": ["sheet", "--place", "us-ny", "--lang", "en", "--large", "--paper", "letter"],
}
TALK = ROOT / "tests" / "talks" / "safer-in-three-taps.yaml"
SCREENS = 4


def screens() -> Iterator[Screen]:
    """The first screens of the talk, as the pack says them today."""
    talk, _ = read(TALK.name, TALK.read_bytes())
    edition = Edition(build(snapshot(*default_folders()), compile_flows), dt.datetime.now(dt.UTC).date())
    stage = world(edition, SURFACE, listen=LaterFinder(edition).listen, steady=True)
    turn = begin(stage, talk)
    yield turn.screen
    for move in talk["turns"][: SCREENS - 1]:
        turn = go(stage, turn, move)
        yield turn.screen


def draw_talk() -> None:
    """Writes docs/pictures/talk.png: the screens side by side."""
    from playwright.sync_api import sync_playwright

    look = package_files("bot.authoring.desk").joinpath("look.css").read_text("utf-8")
    row = "display:flex;gap:14px;align-items:flex-start;padding:14px;width:1280px"
    body = f'<main style="{row}">{"".join(bubble(screen, "en") for screen in screens())}</main>'
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path() or None, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 1308, "height": 600}, color_scheme="light", java_script_enabled=False)
        view.set_content(f'<!doctype html><meta charset="utf-8"><style>{look} .phone {{ flex: 1 }}</style>{body}')
        view.locator("main").screenshot(path=PICTURES / "talk.png")
        browser.close()


def draw_papers() -> None:
    """Writes a picture of each paper."""
    import pypdfium2

    today = dt.datetime.now(dt.UTC).date().isoformat()
    with tempfile.TemporaryDirectory() as folder:
        for name, words in PAPERS.items():
            made = Path(folder) / f"{name}.pdf"
            if constellation(["share", "print", *words, "--date", today, "--format", "pdf", "--out", str(made)]):
                raise SystemExit(f"{name} could not be printed")
            picture = pypdfium2.PdfDocument(made)[0].render(scale=1.2).to_pil().convert("L")
            picture.quantize(16).save(PICTURES / f"{name}.png", optimize=True)


def main() -> None:
    """Draws what the command line names, else everything."""
    if "talk" not in sys.argv[1:]:
        draw_papers()
    draw_talk()


if __name__ == "__main__":
    main()
