"""Texts of the book into spans: links to their sources, values into slots, as plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.book import Text
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
    """Spans of `text`. `address`: a source id to its address; `named`: a referral id to its name.

    A value takes the style of the words around it, bold or a link's; a number that can be called stays one.
    """
    spans: list[Span] = []
    for piece in text.pieces:
        if piece.kind == "slot":
            named_here = piece.text == "contact"
            value = named(piece.target) if named_here else slot(piece.text)
            around = _styled(piece.source, piece.bold or named_here, address)
            for span in (Span(value),) if isinstance(value, str) else value:
                _put(spans, around._replace(text=span.text) if span.style == "plain" else span)
        else:
            _put(spans, _styled(piece.target, piece.bold, address)._replace(text=piece.text))
    return tuple(spans)


def _put(spans: list[Span], span: Span) -> None:
    """Adds a span to those before it; one style is one span, so that a link with a slot in its words stays one link."""
    last = spans[-1] if spans else None
    if last and span.style != "contact" and (last.style, last.target) == (span.style, span.target):
        spans[-1] = last._replace(text=last.text + span.text)
    else:
        spans.append(span)


def _styled(source: str, bold: bool, address: Callable[[str], str]) -> Span:
    """An empty span of the style that words have in bold, or among the words of a link where its source has an address."""
    target = address(source) if source else ""
    return Span("", "link", target) if target else Span("", "bold" if bold else "plain")
