"""What a change of the pack still needs before it may go out: what changed, of which class, and whose approval is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.authoring.review.entries import Item, ItemKind, Items, items_of
from bot.authoring.review.policy import STAKES, Need, PolicyContext, Stake, area_of, bound_of, needs
from bot.authoring.review.reviewers import ApprovalStatus, Reviewers, people_of, plain, standing
from bot.authoring.review.value_diff import ValueDifference, differences
from bot.book import Fault


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One field of a thing that changed. `line`: where it stands now, from 1."""

    difference: ValueDifference
    line: int
    needs: frozenset[Need]


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """One thing that changed, with what its changes need together. `how`: whether it is new, changed or gone."""

    kind: ItemKind
    name: str
    file: str
    line: int
    how: str
    changes: tuple[ChangedField, ...]
    standing: ApprovalStatus

    @property
    def stakes(self) -> tuple[Stake, ...]:
        """The classes of its changes, as `STAKES` lists them."""
        found = {need.stake for change in self.changes for need in change.needs}
        return tuple(stake for stake in STAKES if stake in found)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that changed. `unknown`: those who agreed but whom the book names in no role. `unreadable`: files that
    nobody can approve before they are mended, each with what is wrong. `wrote`: those whom the book names and who wrote it."""

    asks: tuple[ApprovalRequest, ...]
    people: Reviewers
    unknown: tuple[str, ...]
    unreadable: Mapping[str, Fault]
    wrote: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.unreadable and not any(ask.standing.missing for ask in self.asks)


def approvals(
    before: Mapping[str, bytes], after: Mapping[str, bytes], authors: Iterable[str] = (), approved_by: Iterable[str] = ()
) -> Report:
    """What the change from one snapshot to another needs. `authors`: who wrote it; `approved_by`: who agreed so far (pseudonyms).

    Roles are those of `before`.
    """
    was, now = items_of(before), items_of(after)
    people = people_of(was)
    authors, approved_by = tuple(authors), tuple(approved_by)
    languages = _languages(was, now)
    asks = []
    for kind, name in sorted({*was.found, *now.found}):
        if (kind, name) not in now.found and was.found[kind, name].file in now.unreadable:
            continue  # nobody knows whether it is gone: the file has to be mended first
        ask = _ask(kind, name, was, now, languages, people)
        if ask:
            listed = [need for change in ask for need in change.needs]
            old, new = was.found.get((kind, name)), now.found.get((kind, name))
            item = new or old
            assert item is not None
            how = "changed" if old and new else "new" if new else "gone"
            line = min(change.line for change in ask) if new else 1
            asks.append(ApprovalRequest(kind, name, item.file, line, how, ask, standing(listed, people, authors, approved_by)))
    unknown = tuple(name for name in dict.fromkeys(approved_by) if plain(name) not in people.known)
    wrote = tuple(sorted(people.known & set(map(plain, authors))))
    return Report(tuple(sorted(asks, key=_place)), people, unknown, now.unreadable, wrote)


def _place(ask: ApprovalRequest) -> tuple[str, int, str]:
    return ask.file, ask.line, ask.name


def _languages(was: Items, now: Items) -> tuple[str, ...]:
    """Every language of the book before and after, the first one that the others are made from."""
    listed = [items.field("book", "book", "languages") for items in (was, now)]
    return tuple(
        dict.fromkeys(code for codes in listed if isinstance(codes, list) for code in codes if isinstance(code, str))
    ) or ("en",)


def _ask(
    kind: ItemKind, name: str, was: Items, now: Items, languages: tuple[str, ...], people: Reviewers
) -> tuple[ChangedField, ...]:
    old, new = was.found.get((kind, name)), now.found.get((kind, name))
    first, second = old.value if old else None, new.value if new else None
    contexts = [
        PolicyContext(
            area_of(items, kind, item.value), languages, frozenset(people.members), bound_of(items, item.value), item.of
        )
        for items, item in ((was, old), (now, new))
        if item
    ]
    found = []
    for difference in differences(first, second):
        asked: set[Need] = set()
        for context, value in zip(contexts, (value for value in (first, second) if value is not None), strict=True):
            asked |= needs(kind, difference, context, value)
        found.append(ChangedField(difference, _line(new, difference), frozenset(asked)))
    return tuple(found)


def _line(item: Item | None, difference: ValueDifference) -> int:
    return item.line(difference.at) if item else 1
