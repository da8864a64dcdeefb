"""Words that were split ("my self") or run together ("killmyself"), as they were meant. Works on known words alone."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence

_SMALL = frozenset(
    {
        "to", "me", "my", "up", "no", "so", "he", "is", "it", "in", "on", "of", "do", "am", "be", "go", "we", "us", "if",
        "de", "la", "se", "te", "lo", "le", "mi", "tu", "ya", "si", "un", "es", "el", "su", "al",
    }
)  # fmt: skip
"""Words of two letters that may be a part: with any other, half of all words would come apart."""
_LEAST, _MOST = 6, 40
"""Letters of a word that is looked at for being several: shorter ones are slips, longer ones are no words at all."""
_PARTS = 6
_LONGEST = 14
_LETTERS = 4
"""Letters that the longest part needs, and each of two: "iwanttodie" has "want", "methods" has no "ods"."""


class EitherSet(Container[str]):
    """What is in either of two sets, which others have as well: a union would be a copy."""

    __slots__ = ("_first", "_second")

    def __init__(self, first: frozenset[str], second: frozenset[str]) -> None:
        self._first, self._second = first, second

    def __contains__(self, word: object) -> bool:
        return word in self._second or word in self._first


def joined(words: Sequence[str], known: Collection[str]) -> list[str]:
    """`words` with neighbours put together where that makes a known word: "my self" is "myself", "don t" is "dont"."""
    out: list[str] = []
    at = 0
    while at < len(words):
        both = words[at] + words[at + 1] if at + 1 < len(words) else ""
        if len(both) > 3 and both in known:
            out.append(both)
            at += 2
        else:
            out.append(words[at])
            at += 1
    return out


def parted(word: str, known: Container[str]) -> tuple[str, ...]:
    """The known words that `word` is made of, as few as can be; itself alone where it is known or not made of known words."""
    if word in known or not _LEAST <= len(word) <= _MOST or not word.isalpha():
        return (word,)
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for begin in range(max(0, end - _LONGEST), end):
            before, part = best[begin], word[begin:end]
            if before is None or len(before) == _PARTS or not _may_be(part, begin, known):
                continue
            if (now := best[end]) is None or len(before) + 1 < len(now):
                best[end] = (*before, part)
    found = best[-1]
    if not found or max(map(len, found)) < _LETTERS or (len(found) == 2 and min(map(len, found)) == _LETTERS - 1):
        return (word,)
    return found


def _may_be(part: str, begin: int, known: Container[str]) -> bool:
    if len(part) < 3:
        return part in _SMALL or (part == "i" and begin == 0)
    return part in known
