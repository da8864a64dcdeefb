"""The same phrase under two topics: the finder can only choose one."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import TIP_FILE, Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.find import fold

Twin = tuple[str, ...]


def folded(pack: Pack) -> list[Twin]:
    """Each phrase of the pack as the finder sees its words, in the order of `pack.phrases`."""
    return pack.once(_folded)


def _folded(pack: Pack) -> list[Twin]:
    return [tuple(fold(phrase.text)) for phrase in pack.phrases]


def look(pack: Pack) -> Iterator[Fault]:
    """Told at the second of the two, however it is written: case, accents and apostrophes do not count."""
    seen: dict[Twin, str] = {}
    for phrase, words in zip(pack.phrases, folded(pack), strict=True):
        other = seen.setdefault(words, phrase.topic)
        if other != phrase.topic:
            yield pack.fault(phrase.file, phrase.at, "PHRASE-TWICE", f'"{other}" has this phrase too.',
                             "Leave it under the one that answers it.", "warning", "The finder can only choose one.")  # fmt: skip


_TWO = TIP_FILE.replace("sample-topic", "sample-two")
_OTHER = tip_file(phrases="nothing but a sample")[TIP_FILE].replace("topic: sample-topic", "topic: sample-two")
RULE = Rule(
    "PHRASE-TWICE",
    "search",
    "The same phrase under two topics.",
    look,
    {_TWO: _OTHER.replace("nothing but a sample", "Sample, question!"), **tip_file()},
    {_TWO: _OTHER, **tip_file()},
    6,
)
