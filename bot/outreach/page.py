"""What is on paper as HTML that any browser prints: one file, no script, nothing fetched."""

from __future__ import annotations

import html

from bot.outreach.paper import SIZES, Blank, Group, Handout, Line, Part, Sheet, Size, right_to_left
from bot.outreach.qr import svg

CARDS = 10
LARGE_CARDS = 4
CARD = (86, 51)
"""Width and height of a wallet card in millimetres: it slides behind a bank card."""
LARGE_CARD = (95, 129)
_LONG = 50
"""Letters of an address from which a card is written smaller: Signal's links have eighty."""
_TAGS = {"title": "h1", "heading": "h2", "subheading": "h3", "text": "p", "small": "p"}
_STYLE = """
* { box-sizing: border-box }
body { margin: 0; color: #000; background: #fff; line-height: 1.3; overflow-wrap: anywhere;
  font-family: "Noto Sans", "DejaVu Sans", "Noto Sans Arabic", "Noto Sans Hebrew", sans-serif }
h1, h2, h3, p { margin: 0 0 .35em; font-size: 1em; font-weight: inherit }
h1 { font-size: 1.45em } h2 { font-size: 1.1em } small { font-size: .85em }
.blank { border-bottom: .2mm solid #888; height: 8mm }
section { break-inside: avoid; border-top: .3mm solid #000; padding-top: .4em; margin-top: .4em }
.cut { display: grid; grid-template-columns: 1fr 1fr }
.cut section { border: .2mm dashed #888; margin: 0; padding: 4mm; min-height: 45mm }
.cards { display: grid; justify-content: center }
.card { border: .2mm dashed #888; padding: 2.5mm 3mm; display: flex; gap: 2mm; overflow: hidden; break-inside: avoid }
.card > div { min-width: 0; line-height: 1.22 } .card p, .card h1 { margin-bottom: .18em }
.qr { flex: none; display: block } address { font-style: normal; direction: ltr; unicode-bidi: isolate; font-weight: bold }
.poster { text-align: center; overflow: hidden; padding: 8mm 10mm 0 }
.poster h1 { font-size: 2em } .poster .qr { margin: 4mm auto }
"""
_LARGE = """
body { line-height: 1.25 } section { break-inside: auto } section > * { break-inside: avoid } h2, h3 { break-after: avoid }
"""
"""Large letters on few pages: a group may go on overleaf, between two paragraphs, so that no half page stays empty."""


def _document(language: str, words: str, size: Size, points: float, style: str, body: str) -> str:
    direction = "rtl" if right_to_left(words) else "ltr"
    name = "A4" if size == "a4" else "letter"
    return f"""<!doctype html>
<html lang="{html.escape(language)}" dir="{direction}"><head><meta charset="utf-8">
<meta name="referrer" content="no-referrer"><title>.</title><style>@page {{ size: {name}; margin: 10mm }}{_STYLE}
body {{ font-size: {points}pt; width: {SIZES[size][0] - 20}mm }} @media screen {{ body {{ margin: 10mm }} }}
{style}</style></head><body>
{body}
</body></html>
"""


def _runs(line: Line) -> str:
    return "".join(f"<b>{html.escape(words)}</b>" if bold else html.escape(words) for words, bold in line.runs)


def _part(part: Part) -> str:
    if isinstance(part, Line):
        tag, words = _TAGS[part.style], _runs(part)
        return f"<{tag}>{f'<small>{words}</small>' if part.style == 'small' else words}</{tag}>"
    if isinstance(part, Blank):
        return '<div class="blank"></div>'
    if isinstance(part, Group):
        return f"<section>{''.join(_part(inner) for inner in part.parts)}</section>"
    return f'<div class="cut">{"".join(_part(group) for group in part.groups)}</div>'


def sheet_page(sheet: Sheet, size: Size = "a4", *, large: bool = False) -> str:
    """A document as a page."""
    points = 16.0 if large else 9.8 if sheet.pages else 11.0
    style = _LARGE if large and sheet.pages else ""
    return _document(sheet.language, sheet.words, size, points, style, "\n".join(_part(part) for part in sheet.parts))


def _said(handout: Handout) -> str:
    code = f"<p>{html.escape(handout.code[0])} <b>{html.escape(handout.code[1])}</b></p>" if handout.code else ""
    three = f"<p>{html.escape(handout.three[0])} <b>{html.escape(handout.three[1])}</b></p>" if handout.three else ""
    return f"{code}{three}<p>{html.escape(handout.never)}</p><p>{html.escape(handout.dated)}</p>"


def handout_page(handout: Handout, size: Size = "a4", *, large: bool = False) -> str:
    """Ten wallet cards on a sheet (four in large print), or one poster."""
    code, shown = svg(handout.address), html.escape(handout.shown)
    head = f"<h1><b>{html.escape(handout.name)}</b></h1><p>{html.escape(handout.what)}</p>"
    if handout.kind == "poster":
        more = "".join(f"<p>{html.escape(words)}</p>" for words in handout.more)
        body = f'<div class="poster">{head}{code}<p><address>{shown}</address></p>{more}<hr>{_said(handout)}</div>'
        square, points = (78, 18.0) if large else (95, 15.0)
        style = f".qr {{ width: {square}mm; height: {square}mm }} .poster {{ height: {SIZES[size][1] - 21}mm }}"
        return _document(handout.language, handout.words, size, points, style, body)
    width, height = LARGE_CARD if large else CARD
    long = len(handout.address) > _LONG
    square, points = (40, 12.8 if long else 15.0) if large else (30, 6.8 if long else 7.8)
    style = (
        f".cards {{ grid-template-columns: {width}mm {width}mm }} .card {{ width: {width}mm; height: {height}mm }} "
        f".qr {{ width: {square}mm; height: {square}mm }}" + (" .card { flex-direction: column }" if large else "")
    )
    card = f'<div class="card">{code}<div>{head}<p><address>{shown}</address></p>{_said(handout)}</div></div>'
    body = f'<div class="cards">{card * (LARGE_CARDS if large else CARDS)}</div>'
    return _document(handout.language, handout.words, size, points, style, body)
