"""Addresses of pages and mailboxes in a text: they live in referrals, voices and sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

ADDRESS = re.compile(
    r"https?://|www\.|\b[a-z0-9-]+\.(?:com|org|net|info|gov|edu|io|me|help|chat)\b|\b[\w.+-]+@[\w-]+\.\w+|\bt\.me/", re.I
)


def look(pack: Pack) -> Iterator[Fault]:
    """Web and mail addresses in a text."""
    for file, at, _, text in pack.prose:
        if ("." in text or "://" in text) and (found := ADDRESS.search(text)):
            yield pack.fault(file, at, "ADDRESS-IN-PROSE", "This looks like an address in a text.",
                             "Put it into a referral or a voice, with what it leaves behind.",
                             why="It would stay when the address is withdrawn.", word=found[0])  # fmt: skip


RULE = Rule("ADDRESS-IN-PROSE", "promises", "A web or mail address in a text.", look,
            tip_file("See www.example.org for more."), tip_file("See the page. More is there."), 12)  # fmt: skip
