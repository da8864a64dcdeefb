"""Codes of cards on the web: typed on the first page. Some are none here, since a page is read over a shoulder."""

from __future__ import annotations

from bot.book import Edition

_AREAS = frozenset(("violence", "exit"))
"""Assault, control, leaving: whoever finds the card would only have to open the page to see which it is."""
_CONTROL = frozenset(("protection-orders",))
"""Topics of other areas that say the same."""
_YOUNG = "young"


def web_code(edition: Edition, typed: str) -> str:
    """The code that was typed, "" where the words are none."""
    code = typed.strip().strip(".").lower()
    return code if code in edition.links else ""


def opens_on_web(edition: Edition, code: str) -> bool:
    """Whether a code opens its page on the web; where not, it opens the first screen. Not those of assault, control or leaving,
    nor what opens behind the neutral page, nor what is for the young."""
    parts = edition.links.get(code, ())
    topics = [topic for part in parts if (topic := edition.topics.get(part))]
    closed = any(topic.area in _AREAS or topic.guarded or topic.topic in _CONTROL for topic in topics)
    return not closed and not any(part.startswith(_YOUNG) for part in parts)
