"""Pages of a screen: as many words and as many buttons as somebody in a hurry takes in, the most pressing first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.engine.block import Block

T = TypeVar("T")

WORDS = 120
"""Words that one screen shows at most, the neutral line among them. Not read are the table of numbers, which is looked up, and
the marks of sources, like [3], which are pressed."""
BUTTONS = 9
"""Buttons of a screen's own: without the next page, the other language and the footer."""
_ALWAYS = 5
"""A step's own choices up to so many stand on every page of its lists; more are turned over with them."""
_LISTED = 3
"""Items of a list on a page at least, however many other buttons the screen has."""
_NOT_READ = re.compile(r"^\d{2,6} \D.*$|\[\d+\]", re.MULTILINE)
"""A line of the table of emergency numbers; the mark of a source."""
_WORD = re.compile(r"[^\W_]\S*")
"""From the first letter or digit of a word to its end: signs alone are not read."""


def words_read(text: str) -> int:
    """Words that a person reads in `text`."""
    return len(_WORD.findall(_NOT_READ.sub("", text)))


def text_pages(blocks: Sequence[Block], fits: Callable[[list[Block]], bool]) -> list[list[Block]]:
    """Blocks in pages that fit, in their order; head blocks on every page, a joined block always with the one before it.

    A block, or joined ones, that fit no page have a page of their own: what belongs together is never torn apart.
    """
    head = [block for block in blocks if block.head]
    together: list[list[Block]] = []
    for block in blocks:
        if block.head:
            continue
        if block.joined and together:
            together[-1].append(block)
        else:
            together.append([block])
    pages: list[list[Block]] = []
    for group in together:
        if pages and fits([*pages[-1], *group]):
            pages[-1] += group
        else:
            pages.append([*head, *group])
    return pages or [head]


def choice_pages(listed: Sequence[T], own: Sequence[T], kept: int = 0) -> list[tuple[list[T], list[T]]]:
    """What lists offer and what a step offers itself, page by page, evenly: a page with one button left over helps nobody.

    `kept`: buttons of every page that are kept for others."""
    most = BUTTONS - kept
    if len(listed) + len(own) <= most or (not listed and len(own) <= BUTTONS):
        return [(list(listed), list(own))]
    if len(own) <= _ALWAYS:
        return [(part, list(own)) for part in _evenly(listed, max(_LISTED, most - len(own)))]
    return [(part, []) for part in _evenly([*listed, *own], max(_LISTED, most))]


def _evenly(items: Sequence[T], most: int) -> list[list[T]]:
    pages = -(-len(items) // most)
    size, over = divmod(len(items), pages)
    parts, start = [], 0
    for number in range(pages):
        end = start + size + (number < over)
        parts.append(list(items[start:end]))
        start = end
    return parts
