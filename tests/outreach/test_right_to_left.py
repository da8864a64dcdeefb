"""A language that is written from right to left: turned round on the page, its letters joined in the PDF."""

from __future__ import annotations

import io

import pytest

from bot.book import Edition
from bot.outreach.page import handout_page, sheet_page
from bot.outreach.paper import Handout, Sheet, line, right_to_left
from bot.outreach.sheets import cards
from tests.outreach.printing import ADDRESS, EXTRA, fonts

WORD = "سماء"
HANDOUT = Handout("xx", "cards", WORD, "أسئلة عن الصحة والحقوق", ADDRESS, "لا يسأل عن المال", None, "2026-11-25")


def test_the_page_is_turned_round_and_the_address_is_not(edition: Edition) -> None:
    """By the letters, not by a list of languages."""
    page = handout_page(HANDOUT)
    assert 'dir="rtl"' in page
    assert "direction: ltr; unicode-bidi: isolate" in page
    assert 'dir="rtl"' in sheet_page(Sheet("xx", (line("text", "911 שלום"),)))
    assert 'dir="ltr"' in handout_page(cards(edition, "es", ADDRESS))
    assert not right_to_left("2026")


def test_letters_are_joined_and_run_from_right_to_left() -> None:
    """The word's glyphs are those that the shaper gives: as wide as joined letters, in falling order, at the right margin."""
    fonts()
    pdfium = pytest.importorskip("pypdfium2", reason=f"no pypdfium2: {EXTRA}")
    harfbuzz = pytest.importorskip("uharfbuzz", reason=f"no uharfbuzz: {EXTRA}")
    from bot.outreach.fonts import typeface
    from bot.outreach.pdf import sheet_pdf

    page = pdfium.PdfDocument(io.BytesIO(sheet_pdf(Sheet("xx", (line("text", WORD),)))))[0]
    text = page.get_textpage()
    boxes = [text.get_charbox(number, loose=True) for number in range(text.count_chars())]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    assert right == pytest.approx(page.get_width() - 10 * 72 / 25.4, abs=1)
    font = harfbuzz.Font(harfbuzz.Face(typeface().regular.read_bytes()))

    def wide(*parts: str) -> float:
        total = 0
        for part in parts:
            buffer = harfbuzz.Buffer()
            buffer.add_str(part)
            buffer.guess_segment_properties()
            harfbuzz.shape(font, buffer)
            total += sum(position.x_advance for position in buffer.glyph_positions)
        return total / font.face.upem * 11.0

    assert right - left == pytest.approx(wide(WORD), rel=0.02)
    assert wide(WORD) < 0.9 * wide(*WORD)
    first = next(number for number in range(text.count_chars()) if text.get_text_range(number, 1) in ("س", "ﺳ"))
    assert boxes[first][2] == pytest.approx(right, abs=1)


def test_a_sign_that_the_font_lacks_is_refused() -> None:
    """An empty box in a step or a number can hurt: the error names the sign and how to mend it."""
    fonts()
    from bot.outreach.fonts import MissingFont
    from bot.outreach.pdf import sheet_pdf

    with pytest.raises(MissingFont, match=r"U\+5929.*--font"):
        sheet_pdf(Sheet("xx", (line("text", "天空"),)))


def test_what_does_not_fit_is_refused() -> None:
    """Never a sheet whose last steps fall off the paper."""
    fonts()
    from bot.outreach.pdf import OverfullPage, handout_pdf, sheet_pdf

    with pytest.raises(OverfullPage, match="shorten"):
        sheet_pdf(Sheet("en", tuple(line("text", f"Step {number}") for number in range(90)), pages=1))
    long = Handout("en", "cards", "Night Sky", "word " * 150, ADDRESS, "never", None, "2026-11-25")
    with pytest.raises(OverfullPage):
        handout_pdf(long)


def test_a_pdf_says_nothing_of_who_made_it_or_when() -> None:
    """No maker, no title, no day; the same words give the same bytes."""
    fonts()
    from bot.outreach.pdf import handout_pdf

    made = handout_pdf(HANDOUT)
    assert made == handout_pdf(HANDOUT)
    for mark in (b"fpdf", b"/Author", b"/Title", b"/Producer (py", b"D:2026"):
        assert mark not in made
