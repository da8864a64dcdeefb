"""Promises of safety or anonymity that nobody can keep."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_CLAIM = re.compile(
    r"100 ?%|\bguarante|\bgarant(?:iz|ía|iza)|\b(?:completely|totally|fully|perfectly) (?:safe|anonymous|private|secure)"
    r"|\balways (?:safe|anonymous)\b|\bnever unsafe\b|\brisk-free\b|\buntraceable\b|\bimpossible to trace\b"
    r"|\b(?:totalmente|completamente|absolutamente) (?:segur|anónim|privad)|\bsiempre (?:es )?(?:segur|anónim)"
    r"|\bimposible de rastrear|nobody can (?:ever )?find|\bno one will ever know|\bnadie (?:puede|podrá) (?:encontrar|saber)",
    re.I,
)


def look(pack: Pack) -> Iterator[Fault]:
    """Words that promise what no tip, bot or phone can give."""
    for file, at, _, text in pack.prose:
        if found := _CLAIM.search(text):
            yield pack.fault(file, at, "CLAIM", "This promises safety or anonymity that nobody can give.",
                             "Say what helps, and what remains.", why="Somebody may trust it with their life.",
                             word=found[0])  # fmt: skip


RULE = Rule("CLAIM", "promises", "A promise of safety or anonymity.", look, tip_file("This app is 100% safe."),
            tip_file("This makes it safer. Some risk remains."), 12)  # fmt: skip
