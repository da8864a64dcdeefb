"""The book: everything the pack says, checked and immutable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.book.agency import Agency
from bot.book.episode import Episode
from bot.book.faults import Fault
from bot.book.links import GenuineFile, Links
from bot.book.models import BookFile, Card, Place, Plan, Retraction, Source, Topic, TopicHere, Voice, WordList
from bot.book.outreach import Outreach
from bot.book.referral import Referral
from bot.book.stored_docs import StoredDocs, slim

Docs = dict[str, tuple[Any, Mapping[tuple[Any, ...], tuple[int, int]]]]
"""Path to (value, positions): files as they were read, each with the translations beside it put in; and the translations."""


@dataclass(frozen=True)
class Book:
    """Everything under `content/` and `flows/`, checked. Immutable; `Edition(book, day)` is what a day shows.

    `data`: files of numbers, by path; whoever reads one checks that it belongs to its texts. `digests`: the SHA-256 of each file
    that somebody else reads, in hex. `unread`: paths of such files that were not looked into.
    """

    file: BookFile
    topics: Mapping[str, Topic]
    here: Mapping[str, Mapping[str, TopicHere]]
    cards: Mapping[str, Card]
    places: Mapping[str, Place]
    referrals: Mapping[str, Referral]
    sources: Mapping[str, Source]
    voices: Mapping[str, Voice]
    words: WordList
    retractions: tuple[Retraction, ...]
    docs: Mapping[str, tuple[Any, Mapping[tuple[Any, ...], tuple[int, int]]]]
    flows: Any
    fingerprint: str
    where: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()
    plan: Plan | None = None
    agency: Agency = field(default_factory=Agency)
    episodes: Mapping[str, Episode] = field(default_factory=dict)
    links: Links | None = None
    genuine: GenuineFile | None = None
    outreach: Outreach | None = None
    data: Mapping[str, bytes] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()

    def lean(self, values: str, lines: str, numbers: Callable[[str], bool] = lambda _: True) -> Book:
        """The book without what only checking and editing need. `values`: the beginning of the paths whose files stay as they
        were read, without the places of their lines, stored small; `lines`: the one file that keeps these too. `numbers`: which
        files of numbers stay."""
        kept = {path: doc for path, doc in self.docs.items() if path.startswith(values) or path == lines}
        docs = StoredDocs({path: doc if path == lines else (doc[0], {}) for path, doc in kept.items()})
        return replace(self, docs=docs, digests={}, data={path: data for path, data in self.data.items() if numbers(path)})

    def compact(self) -> None:
        """Lets go of what only writing models back asks for. The first screen does not wait for this."""
        slim(vars(self).values())

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that every text has."""
        return tuple(self.file.languages)
