"""Orders outside emergencies: the person decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_ORDER = re.compile(r"\byou must\b|\byou have got to\b|(?<!le )\bdebes\b|\btienes que\b|\btenés que\b", re.I)
_NOT_ORDER = re.compile(
    r"\"[^\"]*\"|[^.!?¿]*\?|\b(?:no|qué|cuánto) (?:tienes que|tenés que|debes)|\bsi debes\b|\btienes que ver\b", re.I
)


def look(pack: Pack) -> Iterator[Fault]:
    """ "You must" and its like, but for emergency cards, quotes and questions."""
    for file, at, _, text in pack.prose:
        if file.startswith("content/cards/") or not _ORDER.search(text):
            continue
        if found := _ORDER.search(_NOT_ORDER.sub("", text)):
            yield pack.fault(file, at, "ORDER", "This tells people what they must do.",
                             "Say what they could do.", why="The person decides.", word=found[0])  # fmt: skip


RULE = Rule("ORDER", "words", "An order outside emergencies.", look, tip_file("You must tell someone."),
            tip_file("You don't have to tell anyone."), 12)  # fmt: skip
