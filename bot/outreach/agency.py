"""What an agency prints: the self-assessment, its action plan, the scenes, the cards, a policy, the questionnaire. Plain HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import TypeVar

from bot.book.agency import Policy
from bot.book.edition import Edition
from bot.book.text import Text
from bot.engine.marks import SIGNS, answer_of, asked, role_of

T = TypeVar("T")
_LINE = '<p class="line"></p>'
_TITLES = {
    "en": {
        "assessment": "Five competencies: where do we stand?", "action": "Action plan", "scenes": "Practise talking",
        "values": "Cards for a team meeting", "barriers": "What keeps people out?", "shows": "What would show it?",
        "first": "First step", "who": "Who, by when", "place": "in place", "begun": "begun", "notyet": "not yet",
        "decide": "To decide", "brings": "What it brings", "plain": "Nothing here is stored anywhere but on this paper.",
    },
    "es": {
        "assessment": "Cinco competencias: ¿cómo estamos?", "action": "Plan de acción", "scenes": "Practicar la charla",
        "values": "Tarjetas para una reunión", "barriers": "¿Qué frena a la gente?", "shows": "¿Qué lo mostraría?",
        "first": "Primer paso", "who": "Quién y para cuándo", "place": "ya está", "begun": "empezado", "notyet": "aún no",
        "decide": "Por decidir", "brings": "Qué trae", "plain": "Nada de esto se guarda fuera de este papel.",
    },
}  # fmt: skip


class _Paper:
    """A page in the making, in one language."""

    def __init__(self, edition: Edition, language: str) -> None:
        self.edition, self.language = edition, language
        self.words = _TITLES.get(language, _TITLES["en"])
        self.parts: list[str] = []

    def text(self, texts: Mapping[str, Text] | Mapping[str, str]) -> str:
        found = texts.get(self.language) or next(iter(texts.values()))
        return html.escape(str(getattr(found, "raw", found)).replace("**", "").strip())

    def add(self, tag: str, words: str, **attributes: str) -> None:
        marks = "".join(f' {name}="{value}"' for name, value in attributes.items())
        self.parts.append(f"<{tag}{marks}>{words}</{tag}>")

    def sources(self, names: Iterable[str]) -> None:
        titles = [html.escape(self.edition.sources[name].title) for name in names if name in self.edition.sources]
        if titles:
            self.add("p", f"<small>{'; '.join(titles)}</small>")

    def page(self) -> str:
        body = "\n".join(self.parts)
        return f"""<!doctype html>
<html lang="{self.language}"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>.</title><style>
@page {{ margin: 15mm }} body {{ font: 11pt/1.4 "Noto Sans", "DejaVu Sans", sans-serif; max-width: 180mm; margin: auto }}
section {{ break-inside: avoid; border-top: .2mm solid #888; padding: 2mm 0 }}
h1 {{ font-size: 1.5em }} h2 {{ font-size: 1.15em }}
h3 {{ font-size: 1em; margin: 1mm 0 }} p {{ margin: 0 0 1.5mm }} .line {{ border-bottom: .2mm solid #888; height: 8mm }}
.cards {{ display: grid; grid-template-columns: 1fr 1fr }}
.cards section {{ border: .2mm dashed #888; padding: 4mm; min-height: 45mm }}
</style></head><body>
{body}
</body></html>
"""


def _there(found: T | None, name: str) -> T:
    if found is None:
        raise ValueError(f"this pack has no content/practice/{name}.yaml")
    return found


def assessment(edition: Edition, language: str) -> str:
    """The questions on paper, a box for each answer. Raises ValueError where the pack has none."""
    found = _there(edition.agency.assessment, "assessment")
    paper = _Paper(edition, language)
    paper.add("h1", paper.words["assessment"])
    paper.add("p", paper.words["plain"])
    boxes = " ".join(f"☐ {paper.words[name]}" for name in ("place", "begun", "notyet"))
    for part in found.parts:
        paper.add("h2", paper.text(part.title))
        for item in part.questions:
            shows = f"<p><small>{paper.words['shows']} {paper.text(item.shows)}</small></p>"
            paper.add("section", f"<h3>{paper.text(item.title)}</h3><p>{paper.text(item.asks)}</p>{shows}<p>{boxes}</p>")
    paper.sources(found.sources)
    return paper.page()


def action(edition: Edition, language: str, ticks: int) -> str:
    """The action plan of the answers in `ticks` (`bot.engine.marks`), with lines for who does what by when."""
    found = _there(edition.agency.assessment, "assessment")
    paper = _Paper(edition, language)
    paper.add("h1", paper.words["action"])
    if role := role_of(ticks):
        paper.add("p", html.escape(edition.flows.says(f"role_{role.replace('-', '_')}", paper.language)))
    for part in found.parts:
        paper.add("h2", paper.text(part.title))
        for item in asked(part, ticks):
            answer = answer_of(ticks, item)
            title = f"<h3>{SIGNS[answer]} {paper.text(item.title)}</h3>"
            step = f"<p>{paper.words['first']}: {paper.text(item.begin)}</p><p>{paper.words['who']}:</p>{_LINE}"
            paper.add("section", title + (step if answer > 1 else ""))
    return paper.page()


def scenes(edition: Edition, language: str) -> str:
    """Every scene with its replies and what each does."""
    found = _there(edition.agency.scenes, "scenes")
    paper = _Paper(edition, language)
    paper.add("h1", paper.words["scenes"])
    for scene in found.scenes:
        replies = "".join(
            f"<p><b>{letter}.</b> {paper.text(reply.text)}<br><small>{paper.text(reply.does)}</small></p>"
            for letter, reply in zip("ABC", scene.replies, strict=True)
        )
        paper.add("section", f"<h2>{paper.text(scene.title)}</h2><p>{paper.text(scene.says)}</p>{replies}")
    return paper.page()


def values(edition: Edition, language: str) -> str:
    """The cards, to cut out."""
    found = _there(edition.agency.values, "values")
    paper = _Paper(edition, language)
    paper.add("h1", paper.words["values"])
    paper.add("p", paper.text(found.how))
    cards = "".join(f"<section><h3>{paper.text(card.says)}</h3><p>{paper.text(card.ask)}</p></section>" for card in found.values)
    paper.add("div", cards, **{"class": "cards"})
    return paper.page()


def barriers(edition: Edition, language: str) -> str:
    """The questionnaire, with boxes and lines, and no place for a name."""
    found = _there(edition.agency.barriers, "barriers")
    paper = _Paper(edition, language)
    paper.add("h1", paper.words["barriers"])
    paper.add("p", paper.text(found.opening))
    for number, item in enumerate(found.barriers, 1):
        boxes = " · ".join(f"☐ {paper.text(box)}" for box in item.boxes)
        paper.add("section", f"<h3>{number}. {paper.text(item.asks)}</h3>" + (f"<p>{boxes}</p>" if boxes else "") + _LINE * 2)
    paper.add("p", paper.text(found.closing))
    paper.sources(found.sources)
    return paper.page()


def policy(edition: Edition, language: str, name: str) -> str:
    """One policy: what was decided, every way where nothing was, lines for what is not filled in. ValueError for a wrong name."""
    known: Mapping[str, Policy] = edition.agency.policies
    if name not in known:
        raise ValueError(f"give --policy one of: {', '.join(known) or 'none, this pack has no policies'}")
    found, paper = known[name], _Paper(edition, language)
    paper.add("h1", paper.text(found.title))
    paper.add("p", paper.text(found.why))
    for blank in found.blanks:
        paper.add("p", f"{paper.text(blank.label)}: {html.escape(blank.value) or '______________________'}")
    for section in found.sections:
        inner = f"<h2>{paper.text(section.title)}</h2>" + (f"<p>{paper.text(section.text)}</p>" if section.text else "")
        if section.chosen and section.way:
            inner += f"<p>{paper.text(section.way.text)}</p>"
        elif section.ways:
            inner += f"<p><b>{paper.words['decide']}</b></p>"
            inner += "".join(
                f"<p>☐ {paper.text(way.text)}<br><small>{paper.words['brings']}: {paper.text(way.brings)}</small></p>"
                for way in section.ways
            )
        paper.add("section", inner)
    paper.sources(found.sources)
    return paper.page()
