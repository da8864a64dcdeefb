"""Phrases whose neighbours the finder sends to something else than the topic they are written under."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.rules.phrase_twice import folded
from bot.authoring.lint.subject import Pack
from bot.authoring.lint.workers import shared
from bot.book import Fault


def look(pack: Pack) -> Iterator[Fault]:
    """Each phrase is put to the finder as if a person had typed it and nobody had written it down: who says it nearly like this
    goes there. Phrases that stand under two topics are PHRASE-TWICE."""
    topics: dict[tuple[str, ...], set[str]] = {}
    for phrase, words in zip(pack.phrases, folded(pack), strict=True):
        topics.setdefault(words, set()).add(phrase.topic)
    once = {
        (words, phrase.language): (phrase, words)
        for phrase, words in zip(reversed(pack.phrases), reversed(folded(pack)), strict=True)
        if len(topics[words]) == 1
    }
    asked = list(reversed(once.values()))
    finder = pack.finder

    def goes(number: int) -> str:
        phrase, words = asked[number]
        return finder.elsewhere(words, phrase.language, phrase.topic, pack.weighed)

    for (phrase, _), goes_to in zip(asked, shared(goes, len(asked), pack.workers), strict=True):
        if goes_to:
            yield pack.fault(phrase.file, phrase.at, "PHRASE-ELSEWHERE", f'The finder takes words like these for "{goes_to}".',
                             "Add more ways to say it, or move it.", "warning",
                             "Whoever says it a little differently reads something else first.")  # fmt: skip


_GOOD = tip_file()
RULE = Rule(
    "PHRASE-ELSEWHERE",
    "search",
    "A phrase that the finder sends to something else than its topic, if it is said a little differently.",
    look,
    {TIP_FILE: _GOOD[TIP_FILE].replace('["sample question"]', '["im 16 and a guy pays me"]')},
    _GOOD,
    6,
)
