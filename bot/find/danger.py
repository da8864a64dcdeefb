"""Signs of danger in a message, however it is spelled: short forms, slips, split and run-together words, several languages.

`content/find/danger.<language>.yaml` says how people say it; the nets (`content/find/nets.yaml`) which signs together mean
danger. Apart from the search, and before it. Keeps nothing of the words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from rapidfuzz.distance import OSA

from bot.find.joins import EitherSet, joined, parted
from bot.find.pack import DangerFile
from bot.find.signs import Signs
from bot.find.spelling import Speller
from bot.find.words import PackWords, sound, spoken

_DOUBLE = re.compile(r"(.)\1+")
_SLIPPED, _TWICE = 5, 9
"""Letters of a word that may be a slip by one letter, and by two."""
_MARKS = str.maketrans("()?/", "    ")
READ = 1500
"""Characters of a message that are looked at for signs: more than the search reads, for the danger may come last."""


class _LanguageSigns:
    """The signs of one language, and its way of comparing words."""

    def __init__(
        self, file: DangerFile, text_speak: Mapping[str, tuple[str, ...]], written: frozenset[str], words: PackWords
    ) -> None:
        self._by_sound = file.compare == "sound"
        own = {word: tuple(meant.split()) for word, meant in file.text_speak.items()}
        self._text_speak = {**text_speak, **own}
        self.signs = Signs(file.signs, file.groups, file.fillers, lambda text: self._normal(words.fold(text), words))
        self.joins = frozenset(_words(file, words)).union(self._text_speak)
        self.known = EitherSet(self.joins, written)
        self._speller = Speller(self.signs.words.union(self._normal(sorted(written), words)))
        self._single = {_once(word): word for word in sorted(self.signs.words)}

    def _normal(self, words: Collection[str], known: PackWords | None = None) -> list[str]:
        """Words as they are compared. `known`: for the pack's own."""
        written = spoken(words, self._text_speak)
        return list(map(known.sound if known else sound, written)) if self._by_sound else written

    def found(self, typed: Sequence[str], *, slips: bool) -> set[str]:
        """The signs in words as `fold` gives them. `slips`: whether to look for what may have been meant as well."""
        plain = self._normal(typed)
        found = self.signs.found(plain)
        if not slips:
            return found
        whole = [part for word in joined(typed, self.joins) for part in parted(word, self.known)]
        meant = [self._meant(word) for word in self._normal(whole)]
        return found | self.signs.found(meant) if meant != plain else found

    def _meant(self, word: str) -> str:
        """The known word that a slip stands for: one of the signs' own where it is as near as any."""
        if word in self._speller.known:
            return word
        if once := self._single.get(_once(word)):
            return once
        near = [other for other, _ in self._speller.meant(word) if other[0] == word[0] and _a_slip(word, other)]
        return next((other for other in near if other in self.signs.words), near[0]) if near else word


class SignFinder:
    """Finds the signs of every language in a message."""

    def __init__(
        self,
        files: Mapping[str, DangerFile],
        text_speak: Mapping[str, tuple[str, ...]],
        written: Collection[str],
        words: PackWords | None = None,
    ) -> None:
        """`text_speak`: short forms of the lexicons. `written`: further words as people write them, which are no slips of others
        and which run-together ones may be made of. `words`: for the making alone, where there are some already."""
        known, words = frozenset(written), words or PackWords()
        self._tongues = {name: _LanguageSigns(file, text_speak, known, words) for name, file in files.items()}

    @property
    def unread(self) -> bool:
        """Whether a pattern could not be read, and is left out."""
        return any(tongue.signs.unread for tongue in self._tongues.values())

    def among(self, typed: Sequence[str], language: str) -> frozenset[str]:
        """The signs in words as `fold` gives them. `language`: of the words, or "" where it is not clear: what is spelled right
        in one language is no slip of another."""
        slips = language not in self._tongues
        found = (tongue.found(typed, slips=slips or name == language) for name, tongue in self._tongues.items())
        return frozenset().union(*found)


def _once(word: str) -> str:
    """A word with each double letter once: "kil" is "kill" however short."""
    return _DOUBLE.sub(r"\1", word)


def _a_slip(word: str, meant: str) -> bool:
    """Whether one is a slip of the other where a life may hang on it: "bear" is no "beat", and "sailing" no "seizing"."""
    longest = max(len(word), len(meant))
    return longest >= _SLIPPED and OSA.distance(word, meant) <= (1 if longest < _TWICE else 2)


def _words(file: DangerFile, words: PackWords) -> Iterable[str]:
    """Every whole word in a file's patterns and groups, as it is written."""
    for texts in (*file.signs.values(), *file.groups.values(), file.fillers):
        for part in " ".join(texts).translate(_MARKS).split():
            if not part.endswith(("*", ">")) and part not in ("..", "^", "$"):
                yield from words.fold(part)
