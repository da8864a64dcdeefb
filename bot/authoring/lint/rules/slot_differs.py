"""Placeholders that one language has and another has not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_SLOT = re.compile(r"\{[a-z_]+(?::[a-z0-9-]+)?\}|(?<=\]\()[a-z0-9-]+(?=\))")


def look(pack: Pack) -> Iterator[Fault]:
    """`{placeholders}` and the sources of links, compared; `{word}` may differ, since grammar decides where it fits."""
    for file, at, words in pack.texts:
        if len(words) < 2 or not any("{" in text or "](" in text for text in words.values()):
            continue
        sets = {language: sorted(slot for slot in _SLOT.findall(text) if slot != "{word}") for language, text in words.items()}
        first = next(iter(sets.values()))
        for language, found in sets.items():
            if found != first:
                yield pack.fault(file, (*at, language), "SLOT-DIFFERS", "The languages use different {placeholders} or links.",
                                 "Use the same in each.", why="One language would lack a number or a page.")  # fmt: skip
                break


RULE = Rule("SLOT-DIFFERS", "translations", "Placeholders or links differ between languages.", look,
            tip_file("Call {emergency}.", "Llama."), tip_file("Call {emergency}.", "Llama al {emergency}."), 13)  # fmt: skip
