"""Phrases that the finder sends to something else than the topic they are written under."""

from __future__ import annotations

from collections.abc import Iterator

from bot.book.faults import Fault
from bot.desk.checks.base import TIP_FILE, Rule, tip_file
from bot.desk.checks.pack import Pack
from bot.desk.checks.phrase_twice import folded


def look(pack: Pack) -> Iterator[Fault]:
    """Each phrase is put to the finder as if a person had typed it. Phrases that stand under two topics are PHRASE-TWICE."""
    topics: dict[tuple[str, ...], set[str]] = {}
    for phrase, words in zip(pack.phrases, folded(pack), strict=True):
        topics.setdefault(words, set()).add(phrase.topic)
    seen: set[tuple[tuple[str, ...], str]] = set()
    finder = pack.finder
    for phrase, words in zip(pack.phrases, folded(pack), strict=True):
        if len(topics[words]) > 1 or (words, phrase.language) in seen:
            continue
        seen.add((words, phrase.language))
        goes = finder.elsewhere(words, phrase.language, phrase.topic, pack.weighed)
        if goes:
            yield pack.fault(phrase.file, phrase.at, "PHRASE-ELSEWHERE", f'The finder takes this phrase for "{goes}".',
                             "Say it as people do for this topic alone, or move it.", "warning",
                             "Whoever types it reads something else first.")  # fmt: skip


_GOOD = tip_file()
RULE = Rule(
    "PHRASE-ELSEWHERE",
    "search",
    "A phrase that the finder sends to something else than its topic.",
    look,
    {TIP_FILE: _GOOD[TIP_FILE].replace('["sample question"]', '["how much do you charge for an hour"]')},
    _GOOD,
    6,
)
