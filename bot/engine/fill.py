"""Texts of the book into spans: links to their sources, values into slots, as plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.book.text import Text
from bot.engine.types import Span

Slot = Callable[[str], str | tuple[Span, ...]]
"""A slot's name to its value; unknown names give "". Asked only for the slots that a text has."""


def in_language(texts: Mapping[str, Text], language: str) -> Text:
    """The text in `language`, else in the first language there is: a missing translation never leaves a hole."""
    return texts.get(language) or next(iter(texts.values()))


def label_in(labels: Mapping[str, str], language: str) -> str:
    """The label in `language`, else in the first language there is."""
    return labels.get(language) or next(iter(labels.values()))


def fill(text: Text, slot: Slot, address: Callable[[str], str], named: Callable[[str], str]) -> tuple[Span, ...]:
    """Spans of `text`. `address`: a source id to its address; `named`: a referral id to its name."""
    spans: list[Span] = []
    for piece in text.pieces:
        if piece.kind == "plain":
            spans.append(Span(piece.text))
        elif piece.kind == "bold":
            spans.append(Span(piece.text, "bold"))
        elif piece.kind == "link":
            target = address(piece.target)
            spans.append(Span(piece.text, "link", target) if target else Span(piece.text))
        elif piece.text == "contact":
            spans.append(Span(named(piece.target), "bold"))
        else:
            value = slot(piece.text)
            if isinstance(value, tuple):
                spans.extend(value)
            else:
                spans.append(Span(value))
    return tuple(spans)


def plain_length(spans: Iterable[Span]) -> int:
    """Characters that the spans show."""
    return sum(len(span.text) for span in spans)
