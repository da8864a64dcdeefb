"""Ideas: many ways of saying one thing, found in a run of words. Learned from the pack's lexicons, per language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.find.words import fold, sound

_GAP = 3
_GAP_SIGN = "\x00"
Expression = tuple[str, ...]


def parse(expression: str) -> Expression:
    """An expression as its words by sound; a word that ends in `*` keeps it, `..` becomes a gap."""
    out: list[str] = []
    for part in expression.replace("..", " .. ").split():
        if part == "..":
            out.append(_GAP_SIGN)
            continue
        for word in fold(part.rstrip("*")):
            out.append(sound(word))
        if part.endswith("*") and out:
            out[-1] += "*"
    return tuple(out)


def _same(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


class Lexicon:
    """Finds ideas. `words`: every whole word that an expression uses, for the speller."""

    def __init__(self, ideas: Iterable[tuple[str, str]]) -> None:
        """`ideas`: pairs of an idea's id and one expression."""
        self._first: dict[str, list[tuple[Expression, str]]] = {}
        self._stems: dict[str, list[tuple[Expression, str]]] = {}
        self.words: set[str] = set()
        for idea, text in ideas:
            expression = parse(text)
            if not expression:
                continue
            first = expression[0]
            if first.endswith("*"):
                self._stems.setdefault(first[:3], []).append((expression, idea))
            else:
                self._first.setdefault(first, []).append((expression, idea))
            self.words |= {word for word in expression if word != _GAP_SIGN and not word.endswith("*")}

    def ideas(self, words: Sequence[str]) -> set[str]:
        """The ideas in `words`, which are given by sound."""
        found: set[str] = set()
        for at, word in enumerate(words):
            for expression, idea in self._first.get(word, ()):
                if idea not in found and self._matches(expression, words, at):
                    found.add(idea)
            for expression, idea in self._stems.get(word[:3], ()):
                if idea not in found and self._matches(expression, words, at):
                    found.add(idea)
        return found

    @staticmethod
    def _matches(expression: Expression, words: Sequence[str], at: int) -> bool:
        gap = False
        for part in expression:
            if part == _GAP_SIGN:
                gap = True
                continue
            reach = _GAP + 1 if gap else 1
            place = next((at + step for step in range(reach) if at + step < len(words) and _same(part, words[at + step])), -1)
            if place < 0:
                return False
            at, gap = place + 1, False
        return True


def lexicon_of(files: Mapping[str, Mapping[str, Sequence[str]]]) -> Lexicon:
    """The lexicon of several languages together: `files` is language to idea to expressions."""
    return Lexicon((idea, text) for ideas in files.values() for idea, texts in ideas.items() for text in texts)
