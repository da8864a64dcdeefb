"""Digits that look like a phone number in a text: numbers live in referrals, behind what they do with police."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

NUMBER = re.compile(r"(?:\+|\b)\d(?:[ ().-]?\d){6,}\b")


def look(pack: Pack) -> Iterator[Fault]:
    """Seven digits or more in a row, with the signs that people put between them."""
    for file, at, _, text in pack.prose:
        if found := NUMBER.search(text):
            yield pack.fault(file, at, "PHONE-IN-PROSE", "This looks like a phone number in a text.",
                             "Put it into a referral, where people first read what it does with police.",
                             why="It would stay when the number is withdrawn.", word=found[0])  # fmt: skip


RULE = Rule("PHONE-IN-PROSE", "promises", "Digits that look like a phone number in a text.", look,
            tip_file("Call 555 123 4567 now."), tip_file("In 2024, 29 in 100 had it; take 2 pills."), 12)  # fmt: skip
