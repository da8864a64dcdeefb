"""A screen as one Signal message: the text, numbered choices, and where it is bold, counted in UTF-16 units."""

from __future__ import annotations

from collections.abc import Iterable

from bot.channels.first_line import below_first_line
from bot.engine import Screen, Span


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def styled(spans: Iterable[Span]) -> tuple[str, list[str]]:
    """The text of spans and its styles, as signal-cli takes them: `start:length:BOLD`. A link's address follows its words."""
    text, styles = "", []
    for span in spans:
        if span.style == "bold" and span.text.strip():
            styles.append(f"{_units(text)}:{_units(span.text)}:BOLD")
        text += span.text
        if span.style == "link" and span.target and span.target not in span.text:
            text += f" ({span.target})"
    return text, styles


def message(screen: Screen, before: str = "", after: str = "") -> tuple[str, list[str]]:
    """A whole screen. `before`: a line above it, below a harmless first line; `after`: a line below the choices."""
    text, styles = styled(below_first_line(screen.spans, [before] if before else []))
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(screen.choices, 1)]
    first = len(screen.choices) + 1
    lines.append("   ".join(f"{first + at}. {choice.label}" for at, choice in enumerate(screen.footer)))
    if after:
        lines.append(after)
    return f"{text}\n\n" + "\n".join(lines), styles
