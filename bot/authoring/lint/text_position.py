"""Where a word stands inside a text of a file: a text in several lines is long, and the one line with the fault is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile


def inside(lines: Sequence[str], line: int, column: int, word: str) -> tuple[int, int]:
    """Line and column (from 1) of `word` in the text that begins at `line` and `column`; of that beginning where the word is not
    to be seen as it is written, as in a folded text that breaks it or a quoted one that escapes it."""
    first = lines[line - 1] if line <= len(lines) else ""
    at = first.find(word, column - 1)
    if at >= 0:
        return line, at + 1
    for number, more in enumerate(
        takewhile(lambda more: not more.strip() or _depth(more) > _depth(first), lines[line:]), line + 1
    ):
        if (at := more.find(word)) >= 0:
            return number, at + 1
    return line, column


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
