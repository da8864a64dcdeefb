"""Ideas: many ways of saying one thing, found in a run of words. Learned from the pack's lexicons, per language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.find.words import fold, sound, spoken

_GAP = 3
_GAP_SIGN = "\x00"
Expression = tuple[str, ...]


def parse(expression: str, text_speak: Mapping[str, tuple[str, ...]]) -> Expression:
    """An expression as its words by sound, text-speak written out; a word that ends in `*` keeps it, `..` becomes a gap."""
    out: list[str] = []
    for part in expression.replace("..", " .. ").split():
        if part == "..":
            out.append(_GAP_SIGN)
            continue
        words = fold(part.rstrip("*"))
        out += [sound(word) for word in (words if part.endswith("*") else spoken(words, text_speak))]
        if part.endswith("*") and out:
            out[-1] += "*"
    return tuple(out)


def _same(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


class Lexicon:
    """Finds ideas. `words`: every whole word that an expression uses, for the speller.

    Expressions are looked up by their first word, and where the second is a plain word too by both: most are never compared.
    """

    def __init__(self, ideas: Iterable[tuple[str, str]], text_speak: Mapping[str, tuple[str, ...]]) -> None:
        """`ideas`: pairs of an idea's id and one expression. `text_speak`: what short forms stand for."""
        self._alone: dict[str, set[str]] = {}
        self._pairs: dict[tuple[str, str], list[tuple[Expression, str]]] = {}
        self._first: dict[str, list[tuple[Expression, str]]] = {}
        self._stems: dict[str, list[tuple[Expression, str]]] = {}
        self.words: set[str] = set()
        for idea, text in ideas:
            expression = parse(text, text_speak)
            if not expression:
                continue
            self.words |= {word for word in expression if word != _GAP_SIGN and not word.endswith("*")}
            first = expression[0]
            if first.endswith("*"):
                self._stems.setdefault(first[:3], []).append((expression, idea))
            elif len(expression) == 1:
                self._alone.setdefault(first, set()).add(idea)
            elif expression[1] == _GAP_SIGN or expression[1].endswith("*"):
                self._first.setdefault(first, []).append((expression, idea))
            else:
                self._pairs.setdefault((first, expression[1]), []).append((expression, idea))

    def ideas(self, words: Sequence[str]) -> set[str]:
        """The ideas in `words`, which are given by sound."""
        found: set[str] = set()
        following = [*words[1:], ""]
        for at, word in enumerate(words):
            if alone := self._alone.get(word):
                found |= alone
            for expression, idea in (
                *self._pairs.get((word, following[at]), ()),
                *self._first.get(word, ()),
                *self._stems.get(word[:3], ()),
            ):
                if idea not in found and _matches(expression, words, at):
                    found.add(idea)
        return found


def _matches(expression: Expression, words: Sequence[str], at: int) -> bool:
    reach = 1
    for part in expression:
        if part == _GAP_SIGN:
            reach = _GAP + 1
            continue
        for place in range(at, min(at + reach, len(words))):
            if _same(part, words[place]):
                at, reach = place + 1, 1
                break
        else:
            return False
    return True
