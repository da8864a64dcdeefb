"""A piece of a screen that paging never splits."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.types import Span


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a screen. `sources`: named below the page that holds the block.

    `head`: repeated on every page. `joined`: on the page of the block before it, always. `contact`: a way to reach somebody.
    `gap`: what stands between the block before it and this one.
    """

    spans: tuple[Span, ...]
    sources: tuple[str, ...] = ()
    head: bool = False
    joined: bool = False
    contact: bool = False
    gap: str = "\n\n"
