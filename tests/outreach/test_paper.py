"""Paper as people hold it: every code reads, nothing is cut off, the sheet is one page, in a browser and as PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.book import Edition
from bot.outreach import agency
from bot.outreach.page import handout_page, sheet_page
from bot.outreach.paper import SIZES, Size
from bot.outreach.sheets import cards, poster, sheet
from tests.outreach.printing import ADDRESS, EXTRA, SIGNAL, browser_path, fonts, pictures, with_list

pytestmark = pytest.mark.heavy
PAPERS: tuple[Size, ...] = ("a4", "letter")
KINDS = (
    (cards, False, ADDRESS),
    (cards, False, SIGNAL),
    (cards, True, SIGNAL),
    (poster, False, ADDRESS),
    (poster, True, SIGNAL),
)
"""What is drawn, in large print or not, with the address: a short one, and the longest there is."""
_OUTSIDE = """() => [...document.querySelectorAll('.card, .poster, .card > div')].filter(box =>
  box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1 ||
  box.getBoundingClientRect().bottom > box.parentElement.getBoundingClientRect().bottom + 1).length"""


def _many(make: Any, large: bool) -> int:
    return 1 if make is poster else 4 if large else 10


def _codes(picture: Any) -> list[str]:
    zxing = pytest.importorskip("zxingcpp", reason=f"no zxing-cpp: {EXTRA}")
    return [code.text for code in zxing.read_barcodes(picture)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real browser, for all tests here."""
    path = browser_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def _printed(browser: Any, page: str, folder: Path) -> tuple[int, list[Any], tuple[float, float], int]:
    """How many boxes overflow, the printed pages as pictures, a page's size in millimetres, and how many pages there are."""
    pdfium = pytest.importorskip("pypdfium2", reason=f"no pypdfium2: {EXTRA}")
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    view = browser.new_page(viewport={"width": 900, "height": 1300})
    view.goto(file.as_uri())
    outside = view.evaluate(_OUTSIDE)
    pdf = view.pdf(prefer_css_page_size=True)
    view.close()
    document = pdfium.PdfDocument(pdf)
    width, height = document[0].get_size()
    return outside, pictures(pdf), (width * 25.4 / 72, height * 25.4 / 72), len(document)


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_a_browser_prints_is_whole(edition: Edition, browser: Any, tmp_path: Path, language: str, size: Size) -> None:
    """Ten cards and four large ones, posters: every code reads, nothing leaves its box, one page of the paper asked for."""
    listed = with_list(edition)
    for make, large, address in KINDS:
        page = handout_page(make(listed, language, address), size, large=large)
        outside, shown, measured, count = _printed(browser, page, tmp_path)
        what = (make.__name__, large, len(address))
        assert not outside, what
        assert count == 1, what
        assert measured == pytest.approx(SIZES[size], abs=1), what
        assert _codes(shown[0]) == [address] * _many(make, large), what


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_sheet_is_one_page(edition: Edition, browser: Any, tmp_path: Path, language: str, size: Size) -> None:
    """Two in large print; the place with the most words too, which has a number of its own for police."""
    places = [name for name, place in edition.places.items() if place.emergency and edition.reaching(name, "ambulance")]
    longest = max(places, key=lambda name: len(sheet(edition, language, name).words))
    for place in ("us-ny", longest):
        for large, most in ((False, 1), (True, 2)):
            page = sheet_page(sheet(edition, language, place, large=large), size, large=large)
            assert _printed(browser, page, tmp_path)[3] <= most, (place, large)


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_pdf_has_every_code_and_the_same_pages(edition: Edition, language: str, size: Size) -> None:
    """Drawn to pixels and read back."""
    fonts()
    from bot.outreach.pdf import handout_pdf, sheet_pdf

    listed = with_list(edition)
    for make, large, address in KINDS:
        shown = pictures(handout_pdf(make(listed, language, address), size, large=large))
        assert [_codes(page) for page in shown] == [[address] * _many(make, large)], (make.__name__, large)
    for large, most in ((False, 1), (True, 2)):
        assert len(pictures(sheet_pdf(sheet(edition, language, "es", large=large), size, large=large))) <= most


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_agencys_papers_lose_no_word_in_a_pdf(edition: Edition, language: str) -> None:
    """Every paper, one in large print too: the words of the PDF are the words of the paper."""
    fonts()
    from bot.outreach.pdf import sheet_pdf

    pdfium = pytest.importorskip("pypdfium2", reason=f"no pypdfium2: {EXTRA}")
    made = [agency.assessment(edition, language), agency.scenes(edition, language), agency.values(edition, language),
            agency.barriers(edition, language), agency.action(edition, language, 0),
            *(agency.policy(edition, language, name) for name in edition.agency.policies)]  # fmt: skip
    for paper in made:
        for large in (False, True) if paper is made[-1] else (False,):
            document = pdfium.PdfDocument(io.BytesIO(sheet_pdf(paper, "letter", large=large)))
            text = " ".join(page.get_textpage().get_text_bounded() for page in document)
            assert sorted("".join(text.split())) == sorted("".join(paper.words.split()))
