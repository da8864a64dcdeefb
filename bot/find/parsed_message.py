"""A message taken apart, as the search and the nets read it. Kept by nobody after its answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class ParsedMessage:
    """A sentence taken apart: its words as typed, by sound without stop words, and its ideas with a leading #.

    `language`: where it is clear, else "". `caught`: every idea and every sign of danger in any language, for the nets.
    `named`: the words as a name of a place is looked up by, letters of any script kept.
    """

    typed: tuple[str, ...]
    words: tuple[str, ...]
    ideas: tuple[str, ...]
    caught: frozenset[str]
    language: str
    named: tuple[str, ...] = ()
