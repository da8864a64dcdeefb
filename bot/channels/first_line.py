"""What stands above the words of a screen without being the first thing that a list of chats shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.engine import Span

LOCK_SCREEN: Final = 40
"""Characters of a message that a lock screen or a list of chats shows."""


def below_first_line(spans: tuple[Span, ...], lines: Iterable[str]) -> tuple[Span, ...]:
    """`lines` above the words, but below a harmless first line where there is one."""
    if len(spans) > 1 and len(spans[0].text) >= LOCK_SCREEN:
        return (spans[0], *(Span(f"\n\n{line}") for line in lines), *spans[1:])
    return (*(Span(f"{line}\n\n") for line in lines), *spans)
