"""Questions of a pack as if it had not learned from them: each collection is judged by a classifier of all the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace

from bot.book import Edition
from bot.find.classifier.asked import AskedFile
from bot.find.classifier.topic_meaning import TopicMeaning
from bot.find.classifier.training import classes_of, learned
from bot.find.evaluation import Question
from bot.find.finder import Finder
from bot.find.fitting import FitSample, samples
from bot.find.pack import FindPack, read_pack
from bot.find.triage.hearing import Found

ASKED = "asked"
"""The kind of these questions."""


def questions_of(file: AskedFile, topics: Sequence[str]) -> list[Question]:
    """The questions of a collection with what would be right; those of a topic that is not there are left out."""

    def asked() -> Iterator[Question]:
        for right, group in ((True, file.topics), (False, file.none)):
            for name, languages in group.items():
                expected = frozenset([name]) if right else frozenset()
                if expected <= set(topics):
                    yield from (Question(to, text, expected, ASKED) for to, texts in languages.items() for text in texts)

    return list(asked())


def unseen(finder: Finder, edition: Edition) -> list[FitSample]:
    """The samples of a pack's own questions by words and meaning, each judged unseen. Half a minute of fitting a collection."""
    pack = read_pack(edition.docs)
    found: list[FitSample] = []
    for file in pack.asked:
        judge = _without(finder, edition, pack, file)
        found += samples(judge, questions_of(file, finder.topics), by_meaning=True)
    return found


def _without(finder: Finder, edition: Edition, pack: FindPack, file: AskedFile) -> Finder:
    """The finder with a classifier that a collection taught nothing."""
    others = replace(pack, asked=tuple(other for other in pack.asked if other is not file))
    judge = copy(finder)
    judge.hears(Found(None, "heads"), TopicMeaning(learned(edition, others), classes_of(edition, pack)))
    return judge
