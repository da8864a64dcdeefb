"""What is on paper as PDF: shaped text, also from right to left; a page that does not fit is drawn smaller, or refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, WrapMode, XPos, YPos
from fpdf.fonts import TTFFont

from bot.outreach.fonts import Typeface, missing, refuse, typeface
from bot.outreach.page import CARD, CARDS, LARGE_CARD, LARGE_CARDS
from bot.outreach.paper import SIZES, Blank, CutOut, Group, Handout, Line, Part, Sheet, Size, right_to_left
from bot.outreach.qr import squares

_MARGIN = 10.0
_LEAD = 1.3
_MM = 25.4 / 72
_SCALE = {"title": 1.45, "heading": 1.1, "subheading": 1.0, "text": 1.0, "small": 0.85}
_STEPS = (1.0, 0.95, 0.9, 0.85, 0.8)
"""How much smaller a page may be drawn before it is refused: smaller than that, nobody reads it."""
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class OverfullPage(ValueError):
    """The words do not fit on the paper."""


class _Pdf(FPDF):
    """A PDF without a date, a maker or a title: a file says nothing of who made it or when."""

    def __init__(self, words: str, language: str, size: Size, points: float, face: Typeface) -> None:
        super().__init__(unit="mm", format=SIZES[size])
        self.points = points
        self.set_margin(_MARGIN)
        self.c_margin = 0.0
        self.set_auto_page_break(False)
        self.add_font("face", "", face.regular)
        self.add_font("face", "B", face.bold)
        self.set_font("face", size=points)
        font = self.fonts["face"]
        assert isinstance(font, TTFFont)
        if lacking := missing(words, font.cmap):
            raise refuse(lacking)
        self.rtl = right_to_left(words)
        self.set_text_shaping(True)
        self.set_lang(language)
        self.set_producer("")
        self.set_creation_date(_EPOCH)

    @property
    def room(self) -> float:
        """How far down a page is written, in millimetres from its top."""
        return self.h - _MARGIN

    def said(self, words: str, x: float, y: float, width: float, points: float, *, dry: bool = False, bold: bool = False,
             align: Align | None = None, letters: bool = False) -> float:  # fmt: skip
        """Writes words, `**bold**` ones bold, into a column; gives their height. `letters`: may break inside a word."""
        self.set_font("face", "B" if bold else "", points)
        self.set_xy(x, y)
        height = self.multi_cell(
            width,
            points * _MM * _LEAD,
            words,
            align=align or (Align.R if self.rtl and not letters else Align.L),
            markdown=not letters,
            wrapmode=WrapMode.CHAR if letters else WrapMode.WORD,
            new_x=XPos.LEFT,
            new_y=YPos.NEXT,
            dry_run=dry,
            output=MethodReturnValue.HEIGHT,
        )
        # The library's one signature names all that it can give; with this `output` it is the height.
        return cast("float", height)

    def code(self, address: str, x: float, y: float, width: float) -> None:
        """An address as a QR code, its white border with it."""
        count, runs = squares(address)
        side = width / count
        self.set_fill_color(0)
        for column, row, length in runs:
            self.rect(x + column * side, y + row * side, length * side, side * 1.01, style="F")

    def made(self) -> bytes:
        """The file."""
        return bytes(self.output())


def _escaped(words: str) -> str:
    for mark in ("\\", "**", "__", "~~", "--"):
        words = words.replace(mark, "\\" + mark)
    return words


def _marked(line: Line) -> str:
    return "".join(f"**{_escaped(words).strip()}**{' ' if words[-1:].isspace() else ''}" if bold and words.strip()
                   else _escaped(words) for words, bold in line.runs)  # fmt: skip


class _Column:
    """A document written from top to bottom. A group that does not fit in what is left of a page goes to the next; where `flows`,
    only those of its paragraphs that do not, so that no half page of large letters stays empty."""

    def __init__(self, pdf: _Pdf, *, flows: bool = False) -> None:
        self.pdf, self.x, self.y, self.width, self.flows = pdf, _MARGIN, _MARGIN, pdf.w - 2 * _MARGIN, flows
        pdf.add_page()

    def write(self, part: Part) -> None:
        if isinstance(part, CutOut):
            for left in range(0, len(part.groups), 2):
                self._row(part.groups[left : left + 2])
            return
        if isinstance(part, Group) and self.flows and len(part.parts) > 1:
            # A heading never stands alone at the foot of a page.
            self._write(Group(part.parts[:1]), with_next=self._height(part.parts[1]))
            for inner in part.parts[1:]:
                self._write(inner)
            return
        self._write(part)

    def _height(self, part: Line | Blank | Group) -> float:
        return self._draw(part, self.x, self.y, self.width, dry=True)

    def _write(self, part: Line | Blank | Group, with_next: float = 0.0) -> None:
        if self.y + self._height(part) + with_next > self.pdf.room and self.y > _MARGIN:
            self.pdf.add_page()
            self.y = _MARGIN
        self.y += self._draw(part, self.x, self.y, self.width)

    def _row(self, groups: tuple[Group, ...]) -> None:
        half, pad = self.width / 2, 4.0
        height = max(45.0, *(self._inner(group, 0, 0, half - 2 * pad, dry=True) + 2 * pad for group in groups))
        if self.y + height > self.pdf.room:
            self.pdf.add_page()
            self.y = _MARGIN
        for number, group in enumerate(groups):
            at = (1 - number if self.pdf.rtl else number) * half + self.x
            _cut(self.pdf, at, self.y, half, height)
            self._inner(group, at + pad, self.y + pad, half - 2 * pad)
        self.y += height

    def _inner(self, group: Group, x: float, y: float, width: float, *, dry: bool = False) -> float:
        start = y
        for part in group.parts:
            y += self._draw(part, x, y, width, dry=dry)
        return y - start

    def _draw(self, part: Line | Blank | Group, x: float, y: float, width: float, *, dry: bool = False) -> float:
        pdf = self.pdf
        if isinstance(part, Blank):
            if not dry:
                pdf.set_draw_color(130)
                pdf.line(x, y + 8, x + width, y + 8)
            return 9.0
        if isinstance(part, Group):
            gap = pdf.points * _MM * 0.4
            if not dry:
                pdf.set_draw_color(0)
                pdf.line(x, y + gap, x + width, y + gap)
            return 2 * gap + self._inner(part, x, y + 2 * gap, width, dry=dry)
        points = pdf.points * _SCALE[part.style]
        return pdf.said(_marked(part), x, y, width, points, dry=dry) + points * _MM * 0.3


def _cut(pdf: _Pdf, x: float, y: float, width: float, height: float) -> None:
    pdf.set_draw_color(150)
    pdf.set_dash_pattern(dash=1, gap=1)
    pdf.rect(x, y, width, height)
    pdf.set_dash_pattern()


def _fits(draw: Callable[[float], _Pdf | None], what: str) -> bytes:
    for scale in _STEPS:
        if pdf := draw(scale):
            return pdf.made()
    raise OverfullPage(f"{what} does not fit on its paper: shorten its words in content/outreach.yaml or in content/cards/")


def sheet_pdf(sheet: Sheet, size: Size = "a4", *, large: bool = False, font: Path | None = None) -> bytes:
    """A document as PDF. Raises OverfullPage where it needs more pages than it may have, NoFont where signs are missing."""
    face = typeface(font)

    def draw(scale: float) -> _Pdf | None:
        points = (18.0 if large else 11.0) * scale
        pdf = _Pdf(sheet.words, sheet.language, size, points, face)
        column = _Column(pdf, flows=large and sheet.pages > 0)
        for part in sheet.parts:
            column.write(part)
        return pdf if not sheet.pages or (pdf.pages_count <= sheet.pages and column.y <= pdf.room) else None

    return _fits(draw, "this sheet")


def _said(handout: Handout) -> Iterator[tuple[str, bool]]:
    """What stands after the address: words, and whether they are bold."""
    if handout.code:
        yield handout.code[0], False
        yield handout.code[1], True
    if handout.three:
        yield handout.three[0], False
        yield handout.three[1], True
    yield handout.never, False
    yield handout.dated, False


def _card(pdf: _Pdf, handout: Handout, x: float, y: float, points: float, *, large: bool) -> bool:
    """One card; whether everything stayed inside."""
    width, height = LARGE_CARD if large else CARD
    square, pad = (44.0, 3.0) if large else (30.0, 2.5)
    _cut(pdf, x, y, width, height)
    pdf.code(handout.address, x + width - square - pad if pdf.rtl else x + pad, y + pad, square)
    if large:
        left, top, room = x + pad, y + pad + square + 1, width - 2 * pad
    else:
        left, top, room = x + pad + (0 if pdf.rtl else square + 2), y + pad, width - square - 2 * pad - 2
    top += pdf.said(_escaped(handout.name), left, top, room, points * 1.45, bold=True)
    top += pdf.said(_escaped(handout.what), left, top, room, points) + 0.5
    top += pdf.said(handout.shown, left, top, room, points, bold=True, letters=True) + 0.5
    for words, bold in _said(handout):
        top += pdf.said(_escaped(words), left, top, room, points, bold=bold) + 0.3
    return top <= y + height - pad / 2


def _poster(pdf: _Pdf, handout: Handout, points: float, *, large: bool) -> bool:
    """A poster on the page; whether everything stayed inside."""
    square = 85.0 if large else 95.0
    room, left, top = pdf.w - 40, 20.0, 20.0

    def say(words: str, size: float, *, bold: bool = False, letters: bool = False) -> float:
        plain = words if letters else _escaped(words)
        return pdf.said(plain, left, top, room, size, bold=bold, align=Align.C, letters=letters) + size * _MM * 0.4

    top += say(handout.name, points * 2, bold=True)
    top += say(handout.what, points)
    pdf.code(handout.address, (pdf.w - square) / 2, top, square)
    top += square + 2
    top += say(handout.shown, points, bold=True, letters=True)
    for words in handout.more:
        top += say(words, points)
    for words, bold in _said(handout):
        top += say(words, points, bold=bold)
    return top <= pdf.room


def handout_pdf(handout: Handout, size: Size = "a4", *, large: bool = False, font: Path | None = None) -> bytes:
    """Ten wallet cards on a sheet (four in large print), or one poster. Raises as `sheet_pdf` does."""
    face = typeface(font)

    def draw(scale: float) -> _Pdf | None:
        card = handout.kind == "cards"
        points = ((15.5 if large else 8.5) if card else (22.0 if large else 16.0)) * scale
        pdf = _Pdf(handout.words, handout.language, size, points, face)
        pdf.add_page()
        if not card:
            return pdf if _poster(pdf, handout, points, large=large) else None
        (width, height), count = (LARGE_CARD, LARGE_CARDS) if large else (CARD, CARDS)
        left = (pdf.w - 2 * width) / 2
        places = [(left + number % 2 * width, _MARGIN + number // 2 * height) for number in range(count)]
        inside = [_card(pdf, handout, x, y, points, large=large) for x, y in places]
        return pdf if all(inside) else None

    return _fits(draw, "this card" if handout.kind == "cards" else "this poster")
