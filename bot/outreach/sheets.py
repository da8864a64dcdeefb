"""Cards, posters and the offline emergency sheet as HTML that any browser prints, the QR code with its address beside it."""

from __future__ import annotations

import html
import io
from collections.abc import Iterable
from typing import Literal

import segno

from bot.book.edition import Edition
from bot.book.text import Text

Paper = Literal["a4", "letter"]
PAPERS: dict[Paper, tuple[str, str, str]] = {"a4": ("A4", "210mm", "297mm"), "letter": ("letter", "8.5in", "11in")}
CARDS = 10
SHEET = ("overdose-response", "strangulation", "after-assault")
_WORDS = {
    "en": ("Questions about safety, health, rights? No names.", "printed", "The bot never asks for your name, a code or money.",
           "In danger of life, call", "Keep this paper where only you find it.", "facts last checked"),
    "es": ("¿Dudas de seguridad, salud o derechos? Sin nombres.", "impreso", "El bot nunca pide tu nombre, un código ni dinero.",
           "Si hay peligro de muerte, llama", "Guarda este papel donde solo tú lo encuentres.", "datos revisados el"),
}  # fmt: skip
_RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ur", "ps", "yi"))


def qr(address: str) -> str:
    """The address as an SVG picture, with the most repair that QR codes know."""
    out = io.BytesIO()
    segno.make(address, error="h", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True, svgclass="qr", lineclass=None
    )
    return out.getvalue().decode()


def _page(language: str, paper: Paper, large: bool, body: str) -> str:
    name, width, _ = PAPERS[paper]
    size = "18pt" if large else "11pt"
    direction = "rtl" if language in _RIGHT_TO_LEFT else "ltr"
    return f"""<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>.</title>
<style>
@page {{ size: {name}; margin: 10mm }}
* {{ box-sizing: border-box }}
body {{ font: {size}/1.35 "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", sans-serif }}
body {{ margin: 0; color: #000; background: #fff; max-width: {width} }}
.cards {{ display: grid; grid-template-columns: 1fr 1fr }}
.card {{ border: .2mm dashed #999; padding: 3mm; height: 52mm; display: flex; gap: 3mm; overflow: hidden; break-inside: avoid }}
.card .qr {{ width: 34mm; height: 34mm; flex: none }}
.poster {{ text-align: center; padding: 15mm }} .poster .qr {{ width: 100mm; height: 100mm }}
.poster h1 {{ font-size: 2.4em }} address {{ font-style: normal; overflow-wrap: anywhere; direction: ltr }}
h1 {{ font-size: 1.2em; margin: 0 0 1mm }}
h2 {{ font-size: 1.15em; margin: 4mm 0 1mm }} p {{ margin: 0 0 1.5mm }} small {{ font-size: .8em }}
.sheet section {{ break-inside: avoid; border-top: .3mm solid #000 }}
</style></head><body>{body}</body></html>
"""


def _said(language: str) -> tuple[str, ...]:
    return _WORDS.get(language, _WORDS["en"])


def _name(edition: Edition, language: str) -> str:
    return html.escape(edition.book.name.get(language) or next(iter(edition.book.name.values())))


def _three(edition: Edition) -> str:
    words = " · ".join(edition.genuine.words)
    return f"<b>{html.escape(words)}</b> · " if words else ""


def cards(edition: Edition, language: str, address: str, paper: Paper = "a4", *, large: bool = False) -> str:
    """Ten wallet cards on a sheet (four in large print): a neutral name, the QR code, the address, the day it was printed."""
    what, printed, genuine, *_ = _said(language)
    shown = html.escape(address.removeprefix("https://"))
    card = (
        f'<div class="card">{qr(address)}<div><h1>{_name(edition, language)}</h1><p>{what}</p><address>{shown}</address>'
        f"<p><small>{genuine} {_three(edition)}{printed} {edition.date}</small></p></div></div>"
    )
    style = "<style>.card { height: 130mm }</style>" if large else ""
    return _page(language, paper, large, f'{style}<div class="cards">{card * (4 if large else CARDS)}</div>')


def poster(edition: Edition, language: str, address: str, paper: Paper = "a4", *, large: bool = False) -> str:
    """One poster."""
    what, printed, genuine, *_ = _said(language)
    shown = html.escape(address.removeprefix("https://"))
    body = (
        f'<div class="poster"><h1>{_name(edition, language)}</h1><p>{what}</p>{qr(address)}<p><address>{shown}</address></p>'
        f"<p><small>{genuine} {_three(edition)}{printed} {edition.date}</small></p></div>"
    )
    return _page(language, paper, large, body)


def sheet(edition: Edition, language: str, place: str, paper: Paper = "a4", *, large: bool = False) -> str:
    """The offline emergency sheet of a place. Raises ValueError where the place has no emergency number."""
    found = edition.emergency(place)
    if found is None:
        raise ValueError("choose a place that has an emergency number, like --place us: a wrong number can cost a life")
    _, emergency = found
    general, ambulance = emergency.general.number, (emergency.ambulance or emergency.general).number
    _, _, _, danger, keep, checked = _said(language)
    oldest = min(edition.cards[name].review.checked for name in SHEET)
    parts = [f'<div class="sheet"><h1>{danger} {ambulance}</h1>']
    for name in SHEET:
        card = edition.cards[name]
        parts.append(f"<section><h2>{html.escape(card.title.get(language, card.title['en']))}</h2>")
        for text in (card.steps, card.calling):
            parts += _lines(text.get(language, text["en"]), {"{emergency}": general, "{ambulance}": ambulance})
        parts.append("</section>")
    parts.append(f"<p><small>{checked} {oldest}. {keep}</small></p></div>")
    return _page(language, paper, large, "".join(parts))


def _lines(text: Text, slots: dict[str, str]) -> Iterable[str]:
    for line in text.raw.splitlines():
        for slot, value in slots.items():
            line = line.replace(slot, value)
        yield f"<p>{html.escape(line.replace('**', ''))}</p>"
