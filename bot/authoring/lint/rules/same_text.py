"""Texts that are the same in two languages: nobody translated them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_WORDS = 4
"""Shorter texts may be the same: names, abbreviations."""


def look(pack: Pack) -> Iterator[Fault]:
    """Told at the second of the two."""
    for file, at, words in pack.texts:
        seen: dict[str, str] = {}
        for language, text in words.items():
            if len(text.split()) < _WORDS:
                continue
            if seen.setdefault(text, language) != language:
                yield pack.fault(file, (*at, language), "SAME-TEXT", f"This is the same text as in {seen[text]}.",
                                 "Translate one of them.", "warning", "Somebody would read another language.")  # fmt: skip


RULE = Rule("SAME-TEXT", "translations", "The same text in two languages.", look,
            tip_file("Drink water and rest well.", "Drink water and rest well."), tip_file(), 13)  # fmt: skip
