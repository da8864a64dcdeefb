"""A screen as a phone shows it, as HTML: the bubble, its buttons, its footer; with marks where two versions differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.authoring.desk.html import e
from bot.authoring.review.screens import buttons
from bot.authoring.review.text_diff import MarkedRun
from bot.channels.html_render import span_html, spans_html
from bot.engine import Choice, Screen

Button = Callable[[Choice], str]
"""How a choice becomes HTML: something to press in a page, plain words in a picture."""


def marked_html(runs: Iterable[MarkedRun], tag: str) -> str:
    """Text with what differs in `ins` or `del`; screen readers hear where it begins and ends."""
    said = {"ins": "new words", "del": "words that go"}[tag]
    parts = []
    for span, differs in runs:
        inner = span_html(span)
        if differs and span.text.strip():
            parts.append(f'<{tag}><span class="sr"> [{said}: </span>{inner}<span class="sr">] </span></{tag}>')
        else:
            parts.append(inner)
    return "".join(parts)


def plain_button(choice: Choice) -> str:
    """A choice that only shows."""
    return f'<span class="key {choice.kind}">{e(choice.label)}</span>'


def press_button(choice: Choice) -> str:
    """A choice that opens the talk at what it leads to; the page holds a form called `talk`."""
    return f'<button class="key {choice.kind}" form="talk" name="press" value="{e(choice.token)}">{e(choice.label)}</button>'


def bubble(
    screen: Screen, language: str, button: Button = plain_button, text: str = "", marks: frozenset[str] = frozenset()
) -> str:
    """A screen in its phone. `text`: its words as HTML already, else its spans. `marks`: labels that the other side lacks."""
    rows = []
    for row in buttons(screen):
        keys = [f"<mark>{button(choice)}</mark>" if choice.label in marks else button(choice) for choice in row]
        rows.append(f'<div class="row">{"".join(keys)}</div>')
    return (
        f'<div class="phone" lang="{e(language)}"><div class="bubble">{text or spans_html(screen.spans)}</div>'
        f'<div class="keys">{"".join(rows)}</div></div>'
    )
