"""Topics with so few phrases in a language that the finder has little to go by."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.rules.phrases_none import counts
from bot.authoring.lint.subject import Pack
from bot.book import Fault

PHRASES_WANTED = 20
"""How many ways of asking a topic should have in a language."""


def look(pack: Pack) -> Iterator[Fault]:
    """Topics with some phrases in a language, and fewer than twenty."""
    if any(file.startswith("content/find/phrases") for file in pack.broken):
        return
    count = counts(pack)
    for name in pack.book.topics:
        for language in pack.book.languages:
            if 0 < count[name, language] < PHRASES_WANTED:
                what = f"{count[name, language]} phrases in {language}."
                yield pack.fault(pack.file_of("topic", name), ("phrases", language), "PHRASES-FEW", what,
                                 f"{PHRASES_WANTED} help the finder.", "warning", "Typed words may miss it.")  # fmt: skip


_MANY = ", ".join(f'"sample question number {number}"' for number in range(20))
RULE = Rule("PHRASES-FEW", "search", "A topic with under twenty phrases in a language.", look, tip_file(),
            {TIP_FILE: tip_file()[TIP_FILE].replace('["sample question"]', f"[{_MANY}]")
             .replace('["sample question en español"]', f"[{_MANY}]")}, 6)  # fmt: skip
