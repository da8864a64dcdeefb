"""Doses, hours and days that one language has and another has not: often a slip, sometimes another unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")
"""1,500 in English. In most Spanish-speaking countries that reads as one and a half, so Spanish writes 1500."""
_CLOCK = re.compile(r"\b([01]?\d|2[0-4])(?::([0-5]\d))?\b")


def _numbers(text: str, *, hours: bool) -> list[str]:
    """The numbers of a text. Of opening hours, with a clock of twelve: one language may say "6 pm" and another "18:00"."""
    if hours:
        text = _CLOCK.sub(lambda found: f"{int(found[1]) % 12}" + (f" {found[2]}" if int(found[2] or 0) else ""), text)
    return sorted(_NUMBER.findall(_GROUPED.sub(lambda found: found[0].replace(",", ""), text)))


def look(pack: Pack) -> Iterator[Fault]:
    """Numbers of every text that a person can read, compared between the languages: tips, also those of a place, cards, episodes,
    disclosures, laws, plans, policies and the bot's own words."""
    for file, at, words in pack.texts:
        if len(words) < 2:
            continue
        found = {language: _numbers(text, hours="hours" in at) for language, text in words.items()}
        first = next(iter(found.values()))
        for language, numbers in found.items():
            if numbers != first:
                yield pack.fault(
                    file,
                    (*at, language),
                    "NUMBERS-DIFFER",
                    "The languages have different numbers.",
                    "Compare both with the source.",
                    "warning",
                    "A wrong dose or deadline can hurt somebody.",
                )
                break


RULE = Rule("NUMBERS-DIFFER", "translations", "Numbers differ between languages.", look,
            tip_file("Wait 72 hours.", "Espera 27 horas."), tip_file("Wait 72 hours.", "Espera 72 horas."), 13)  # fmt: skip
