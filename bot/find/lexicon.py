"""Ideas: many ways of saying one thing, found in a run of words. Learned from the pack's lexicons, per language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.find.words import PackWords, spoken

_GAP = 3
_GAP_SIGN = "\x00"
Expression = tuple[str, ...]
_Entry = tuple[Expression, str]
"""An expression and its idea."""


def parse(expression: str, text_speak: Mapping[str, tuple[str, ...]], known: PackWords) -> Expression:
    """An expression as its words by sound, text-speak written out; a word that ends in `*` keeps it, `..` becomes a gap."""
    out: list[str] = []
    for part in expression.replace("..", " .. ").split():
        if part == "..":
            out.append(_GAP_SIGN)
            continue
        words = known.fold(part.rstrip("*"))
        out += [known.sound(word) for word in (words if part.endswith("*") else spoken(words, text_speak))]
        if part.endswith("*") and out:
            out[-1] += "*"
    return tuple(out)


def _same(pattern: str, word: str) -> bool:
    return word == pattern or (pattern[-1:] == "*" and word.startswith(pattern[:-1]))


class Lexicon:
    """Finds ideas. `words`: every whole word that an expression uses, for the speller.

    Expressions are looked up by their first word, and where the second is a plain word too by both: most are never compared.
    """

    def __init__(self, ideas: Iterable[tuple[str, str]], text_speak: Mapping[str, tuple[str, ...]], known: PackWords) -> None:
        """`ideas`: pairs of an idea's id and one expression. `text_speak`: what short forms stand for. `known`: for the making
        alone."""
        self._alone: dict[str, set[str]] = {}
        pairs: dict[tuple[str, str], list[_Entry]] = {}
        firsts: dict[str, list[_Entry]] = {}
        stems: dict[str, list[_Entry]] = {}
        self.words: set[str] = set()
        for idea, text in ideas:
            expression = parse(text, text_speak, known)
            if not expression:
                continue
            self.words.update(word for word in expression if word != _GAP_SIGN and word[-1:] != "*")
            first, entry = expression[0], (expression, idea)
            if first.endswith("*"):
                stems.setdefault(first[:3], []).append(entry)
            elif len(expression) == 1:
                self._alone.setdefault(first, set()).add(idea)
            elif expression[1] == _GAP_SIGN or expression[1].endswith("*"):
                firsts.setdefault(first, []).append(entry)
            else:
                pairs.setdefault((first, expression[1]), []).append(entry)

        # Lists have room for more, and none comes.
        self._pairs = {key: tuple(found) for key, found in pairs.items()}
        self._first = {key: tuple(found) for key, found in firsts.items()}
        self._stems = {key: tuple(found) for key, found in stems.items()}

    def ideas(self, words: Sequence[str]) -> set[str]:
        """The ideas in `words`, which are given by sound."""
        found: set[str] = set()
        following, said = [*words[1:], ""], set(words)
        for at, word in enumerate(words):
            if alone := self._alone.get(word):
                found |= alone
            for entries in (
                self._pairs.get((word, following[at])),
                self._first.get(word),
                self._stems.get(word[:3]),
            ):
                for expression, idea in entries or ():
                    # Its last word rules most out before they are compared.
                    last = expression[-1]
                    if (last in said or last[-1:] == "*") and idea not in found and _matches(expression, words, at):
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
