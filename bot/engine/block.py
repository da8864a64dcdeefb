"""A piece of a screen that paging never splits."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.types import Span


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a screen. `head`: repeated on every page. `sources`: named below the page that holds the block."""

    spans: tuple[Span, ...]
    sources: tuple[str, ...] = ()
    head: bool = False
