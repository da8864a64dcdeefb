"""Patterns of signs, read: ways of saying one thing with words left open, as `danger.<language>.yaml` writes them.

A pattern is words with a few marks: `gun/knife` is either word, `(all over/everywhere)` is either saying, a `?` behind it lets it
be missing, `<weapon>` is any word of that group, `bleed*` ends in any way, `..` stands for up to three words. `^` and `$` are the
beginning and the end of the message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

GAP = 3
"""Words that `..` may stand for."""
STEM = 3
"""Letters that a word ending in `*` needs at least: with fewer it would be anything."""
_DEEPEST = 4
_TOKENS = re.compile(r"\(([^()]*)\)(\??)|(\S+)")

Sounds = Callable[[str], Sequence[str]]
"""A written word to what it sounds like: several where it stands for several ("cant" is "can not")."""


class PatternError(ValueError):
    """A pattern that cannot be read; the text says why and how to mend it."""


class Part(NamedTuple):
    """One place of a pattern. `plain`: whole words that fit; `stems`: beginnings of such; `runs`: several words in a row.
    `optional`: it may be missing."""

    kind: Literal["word", "gap", "start", "end"]
    plain: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    runs: tuple[tuple[Part, ...], ...] = ()
    optional: bool = False

    def fits(self, word: str) -> bool:
        """Whether one word fits here."""
        return word in self.plain or (bool(self.stems) and word.startswith(self.stems))

    @property
    def heads(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """Words, and beginnings of words, with which something that fits here begins."""
        first = [run[0].heads for run in self.runs]
        return self.plain.union(*(plain for plain, _ in first)), (*self.stems, *(stem for _, stems in first for stem in stems))

    @property
    def words(self) -> frozenset[str]:
        """Every whole word in it."""
        return self.plain.union(*(part.words for run in self.runs for part in run))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of a sign. `begins`: what the first word of a match can be."""

    sign: str
    parts: tuple[Part, ...]
    begins: Part

    @property
    def words(self) -> frozenset[str]:
        """Every whole word in it."""
        return frozenset().union(*(part.words for part in self.parts))


class PatternReader:
    """Reads patterns with the groups of one file."""

    def __init__(self, groups: Mapping[str, Iterable[str]], sounds: Sounds) -> None:
        """`groups`: words that may stand in for one another, by name."""
        self._groups, self._sounds = groups, sounds
        self._read: dict[str, Part] = {}
        self._words: dict[str, list[Part]] = {}
        self._tokens: dict[tuple[str, str, str], Part] = {}
        self._same: dict[Part, Part] = {}

    def read(self, sign: str, text: str) -> Pattern:
        """The pattern of `text`. Raises PatternError where it cannot be read."""
        parts = self._parts(text)
        if all(part.kind != "word" or part.optional for part in parts):
            raise PatternError(f'"{text}" has no word that must be there; at least one has to stand without a ?')
        if "gap" in (parts[0].kind, parts[-1].kind):
            raise PatternError(f'"{text}" begins or ends with ..; take the .. away')
        return Pattern(sign, parts, self._once(_begins(parts)))

    def _once(self, part: Part) -> Part:
        """The same object for equal parts: most patterns share theirs."""
        return self._same.setdefault(part, part)

    def _parts(self, text: str) -> tuple[Part, ...]:
        out: list[Part] = []
        for token in _TOKENS.findall(text):
            inner, mark, word = token
            if (known := self._tokens.get(token)) is not None:
                out.append(known)
            elif inner:
                out.append(self._once(self._any_of(inner.split("/"), 0)._replace(optional=bool(mark))))
                self._tokens[token] = out[-1]
            elif "(" in word or ")" in word or not word:
                raise PatternError(f'"{text}" has a bracket that is empty or not closed, or one without a space around it')
            elif word == "..":
                out.append(Part("gap"))
            elif word in "^$":
                out.append(Part("start" if word == "^" else "end"))
            else:
                optional = word.endswith("?")
                out.append(self._once(self._any_of(word.rstrip("?").split("/"), 0)._replace(optional=optional)))
                self._tokens[token] = out[-1]
        return tuple(out)

    def _any_of(self, texts: Iterable[str], deep: int) -> Part:
        plain: set[str] = set()
        stems: set[str] = set()
        runs: list[tuple[Part, ...]] = []
        for text in texts:
            run = [part for word in text.split() for part in self._word(word, deep)]
            if not run:
                raise PatternError(f'"{text}" has no letter or digit')
            if len(run) > 1:
                runs.append(tuple(map(self._once, run)))
            else:
                plain |= run[0].plain
                stems |= set(run[0].stems)
                runs += run[0].runs
        return Part("word", frozenset(plain), tuple(sorted(stems)), tuple(runs))

    def _word(self, text: str, deep: int) -> list[Part]:
        """A word, the beginning of one, or a group; several parts where a short form stands for several words."""
        if text.startswith("<"):
            return [self._group(text.strip("<>"), deep + 1)]
        found = self._words.get(text)
        if found is None:
            if text.endswith("*"):
                found = [Part("word", stems=self._stems(text))]
            else:
                found = [Part("word", frozenset((sound,))) for sound in self._sounds(text)]
            self._words[text] = found
        return found

    def _stems(self, text: str) -> tuple[str, ...]:
        """What words that begin so begin with by sound: it depends on the vowel that follows, as in "ahorca" and "ahorque"."""
        whole = [(self._sounds(text[:-1] + vowel), vowel) for vowel in "aeo"]
        stems = {sounds[0][:-1] for sounds, vowel in whole if len(sounds) == 1 and sounds[0].endswith(vowel)}
        if not stems or min(map(len, stems)) < STEM:
            raise PatternError(f'"{text}" is too short for a *; write {STEM} letters or more, or whole words')
        return tuple(sorted(stems))

    def _group(self, name: str, deep: int) -> Part:
        if name not in self._groups:
            raise PatternError(f'there is no group "{name}" under groups; known are: {", ".join(self._groups) or "none"}')
        if deep > _DEEPEST:
            raise PatternError(f'the group "{name}" stands in itself or too deep in others; write its words out')
        if name not in self._read:
            self._read[name] = self._any_of(self._groups[name], deep)
        return self._read[name]


def _begins(parts: Sequence[Part]) -> Part:
    """What the first word of a match can be: all that may be missing at the beginning, and what comes after it."""
    plain: set[str] = set()
    stems: set[str] = set()
    for part in parts:
        words, beginnings = part.heads
        plain |= words
        stems |= set(beginnings)
        if part.kind == "word" and not part.optional:
            break
    return Part("word", frozenset(plain), tuple(sorted(stems)))
