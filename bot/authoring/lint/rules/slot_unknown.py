"""Placeholders that nothing is put into: people would see a hole in the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault, near

SLOTS = ("word", "emergency", "ambulance", "police", "fire", "place", "name", "channel", "topic", "contact")
_SLOT = re.compile(r"\{([a-z_]+)(?::[a-z0-9-]+)?\}")


def look(pack: Pack) -> Iterator[Fault]:
    """A `{name}` that the bot does not know."""
    for file, at, _, text in pack.prose:
        if "{" not in text:
            continue
        for found in _SLOT.finditer(text):
            if (name := found[1]) not in SLOTS:
                yield pack.fault(file, at, "SLOT-UNKNOWN", f"Nothing is put where {{{name}}} stands.",
                                 near(name, SLOTS) or f"Known are {', '.join('{' + slot + '}' for slot in SLOTS)}.",
                                 why="People would see a hole in the sentence.", word=found[0])  # fmt: skip


RULE = Rule(
    "SLOT-UNKNOWN", "reading", "A {placeholder} that the bot does not know.", look,
    tip_file("Call {emergancy} now."), tip_file("Call {emergency} now.", "Llama al {emergency}."), 12,
)  # fmt: skip
