"""Escapes in double quotes (YAML 1.2, 5.7): where in a file one stands that means a given character."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_ESCAPE = re.compile(r"\\(?:x(?P<x>[0-9A-Fa-f]{2})|u(?P<u>[0-9A-Fa-f]{4})|U(?P<U>[0-9A-Fa-f]{8})|(?P<sign>.))")
_SIGNS = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "r": "\r",
    "v": "\v",
    "N": "\x85",
    "L": "\u2028",
    "P": "\u2029",
}
"""What a backslash and a letter stand for, where that is a hidden character."""


def place_of_sign(lines: Sequence[str], first: Any, last: Any, sign: str, before: int) -> tuple[int, int, str]:
    """The line and column, from 1, and the written form of a character between two marks, having stood there `before` times."""
    for number in range(first.line, min(last.line + 1, len(lines))):
        line = lines[number]
        begin, end = first.column if number == first.line else 0, last.column if number == last.line else len(line)
        for found in re.finditer(f"{re.escape(sign)}|{_ESCAPE.pattern}", line[begin:end]):
            if found.group() == sign or _meant(found) == sign:
                if not before:
                    return number + 1, begin + found.start() + 1, found.group()
                before -= 1
    return first.line + 1, first.column + 1, "An escape here"


def _meant(escape: re.Match[str]) -> str:
    """The character that an escape stands for, "" where it is none that is hidden."""
    digits = escape["x"] or escape["u"] or escape["U"]
    if digits:
        return chr(int(digits, 16)) if int(digits, 16) < 0x110000 else ""
    return _SIGNS.get(escape["sign"] or "", "")
