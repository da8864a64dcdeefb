"""The words of a screen as HTML: bold words, links and contacts, everything else escaped. For any page that shows screens."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from bot.engine import Span


def spans_html(spans: Iterable[Span]) -> str:
    """Text with its bold words, links and contacts."""
    return "".join(map(span_html, spans))


def span_html(span: Span) -> str:
    """One run of text. A link that is no page's address stays words: nothing else can be opened from a screen."""
    text = escape(span.text)
    if span.style == "bold":
        return f"<b>{text}</b>"
    if span.style == "link" and span.target.startswith(("https://", "http://")):
        return f'<a href="{escape(span.target)}" rel="noreferrer noopener" target="_blank">{text}</a>'
    if span.style == "contact":
        return f'<span class="contact">{text}</span>'
    return text
