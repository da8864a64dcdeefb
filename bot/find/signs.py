"""Signs of danger found in a run of words: each sign is one meaning with many patterns. One index for each language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.find.patterns import GAP, STEM, Part, Pattern, PatternError, PatternReader, Sounds


class Signs:
    """The signs of one language. `words`: every whole word that a pattern uses, by sound.

    A pattern is looked at only where the message holds its rarest word.
    """

    def __init__(
        self, signs: Mapping[str, Iterable[str]], groups: Mapping[str, Iterable[str]], fillers: Iterable[str], sounds: Sounds
    ) -> None:
        """`signs`: each with its patterns; `groups`: words that may stand in for one another; `fillers`: words that may stand
        anywhere and change nothing. A pattern that cannot be read is left out, and `unread` is true: `read_pack` tells where it
        stands."""
        self._fillers = frozenset(word for filler in fillers for word in sounds(filler))
        reader = PatternReader(groups, sounds)
        patterns = []
        self.unread = False
        for sign, texts in signs.items():
            for text in texts:
                try:
                    patterns.append(reader.read(sign, text))
                except PatternError:
                    self.unread = True
        self.words: frozenset[str] = frozenset().union(*(pattern.words for pattern in patterns))
        often: Counter[str] = Counter(head for pattern in patterns for part in pattern.parts for head in _all(part))
        self._by_word: dict[str, list[Pattern]] = {}
        self._by_stem: dict[str, list[Pattern]] = {}
        for pattern in patterns:
            must = [part for part in pattern.parts if part.kind == "word" and not part.optional]
            plain, stems = min(must, key=lambda part: sum(often[head] for head in _all(part))).heads
            for word in plain:
                self._by_word.setdefault(word, []).append(pattern)
            for stem in {stem[:STEM] for stem in stems}:
                self._by_stem.setdefault(stem, []).append(pattern)

    def found(self, words: Sequence[str]) -> set[str]:
        """The signs in `words`, which are given by sound."""
        out: set[str] = set()
        looked: set[int] = set()
        said = frozenset(words)
        for word in said:
            for pattern in (*self._by_word.get(word, ()), *self._by_stem.get(word[:STEM], ())):
                if pattern.sign in out or id(pattern) in looked:
                    continue
                looked.add(id(pattern))
                plain, stems = pattern.begins.plain, pattern.begins.stems
                if not stems and plain.isdisjoint(said):
                    continue  # most end here: nothing that was said can begin it
                for at, first in enumerate(words):
                    begins = first in plain or (stems and first.startswith(stems))
                    if begins and self._ends(pattern.parts, words, at):
                        out.add(pattern.sign)
                        break
        return out

    def _ends(self, parts: Sequence[Part], words: Sequence[str], at: int) -> bool:
        """Whether `parts` fit from `at` on. Fillers between them do not count."""
        if not parts:
            return True
        part, rest = parts[0], parts[1:]
        if part.kind == "gap":
            left = GAP
            while at < len(words) and left >= 0:
                if self._ends(rest, words, at):
                    return True
                left -= words[at] not in self._fillers
                at += 1
            return False
        if part.kind == "start":
            return all(word in self._fillers for word in words[:at]) and self._ends(rest, words, at)
        if part.kind == "end":
            return all(word in self._fillers for word in words[at:])
        if part.optional and self._ends(rest, words, at):
            return True
        while at < len(words):
            if part.fits(words[at]) and self._ends(rest, words, at + 1):
                return True
            if any(self._ends((*run, *rest), words, at) for run in part.runs):
                return True
            if words[at] not in self._fillers:
                return False
            at += 1
        return False


def _all(part: Part) -> frozenset[str]:
    plain, stems = part.heads
    return plain.union(stems)
