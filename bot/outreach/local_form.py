"""Forms of one page, filled in by hand, without a computer and without a name: local knowledge, and whether the bot helps."""

from __future__ import annotations

from typing import Literal

from bot.book import Edition
from bot.outreach.paper import Blank, Group, Line, Sheet, line
from bot.outreach.sheets import said, words_of


def form(edition: Edition, language: str, *, large: bool = False, name: Literal["form", "questionnaire"] = "form") -> Sheet:
    """A form in a language, on one page, in large print on two. Raises ValueError where the pack has no words for it."""
    words = words_of(edition).form if name == "form" else words_of(edition).questionnaire
    if words is None:
        raise ValueError(f"content/outreach.yaml has no `{name}`; copy it from the pack that ships and change its words")
    parts: list[Line | Group] = [line("title", said(words.title, language), bold=True), line("text", said(words.how, language))]
    parts += [line("text", said(never, language), bold=True) for never in words.never]
    for number, question in enumerate(words.questions, 1):
        boxes = "   ".join(f"☐ {said(box, language)}" for box in question.boxes)
        asked: list[Line | Blank] = [line("text", f"{number}. {said(question.asks, language)}", bold=True)]
        asked += [line("text", boxes)] if boxes else []
        parts.append(Group((*asked, *(Blank() for _ in range(question.lines)))))
    parts.append(Group((line("small", said(words.typed, language)),)))
    return Sheet(language, tuple(parts), pages=2 if large else 1)
