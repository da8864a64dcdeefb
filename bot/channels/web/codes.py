"""Codes of cards on the web: typed on the first page. Some open nothing there, since a page is read over a shoulder."""

from __future__ import annotations

from bot.book import Edition, opens_on_page


def web_code(edition: Edition, typed: str) -> str:
    """The code that was typed, "" where the words are none."""
    code = typed.strip().strip(".").lower()
    return code if code in edition.links else ""


def opens_on_web(edition: Edition, code: str) -> bool:
    """Whether a code opens its page on the web; where not, it opens the first screen."""
    return opens_on_page(edition.links.get(code, ()), edition.topics)
