"""What changed since a revision, for whom: the older pack beside the newer, screen by screen, wherever the change shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.authoring.review.screens import ScreenChange, ScreenCopy, ScreenKey, changes, redrawn
from bot.authoring.review.text_diff import ChangeGroup, alike
from bot.book import Book, BookFault, Snapshot, translation_of
from bot.engine import World


class DrawablePack(Protocol):
    """A pack whose screens can be drawn."""

    @property
    def files(self) -> Snapshot:
        """The bytes of its files."""

    @property
    def book(self) -> Book:
        """What they were built to."""

    @property
    def world(self) -> World:
        """What draws its screens."""

    def screens(self, language: str, place: str) -> Mapping[ScreenKey, ScreenCopy]:
        """Its screens in a language at a place."""


@dataclass(frozen=True)
class PartialPack:
    """A pack of which only the screens of another are drawn again: a look at an edit of content takes a tenth of the time."""

    pack: DrawablePack
    before: DrawablePack

    @property
    def files(self) -> Snapshot:
        """The bytes of its files."""
        return self.pack.files

    @property
    def book(self) -> Book:
        """What they were built to."""
        return self.pack.book

    @property
    def world(self) -> World:
        """What draws its screens."""
        return self.pack.world

    def screens(self, language: str, place: str) -> Mapping[ScreenKey, ScreenCopy]:
        """The other's screens in a language at a place, drawn here."""
        return redrawn(self.pack.world, self.before.screens(language, place))


@dataclass(frozen=True)
class OlderPack:
    """The older pack. `revision`: as it was asked for. `pack`: None where it could not be built. `files`: its bytes."""

    revision: str
    files: Snapshot
    pack: DrawablePack | None


def places_of(files: Iterable[str], packs: Iterable[DrawablePack]) -> list[str]:
    """The places at which changed files can show: nowhere said, the places they lie in, and those that their tips name."""
    places = [""]
    for file in files:
        parts = file.split("/")
        if parts[:2] == ["content", "places"]:
            places.append(parts[2])
        for pack in packs:
            beside = translation_of(file)
            value = pack.book.docs.get(beside[0] if beside else file, ({}, {}))[0]
            tips = value.get("tips") if isinstance(value, dict) else None
            for tip in tips if isinstance(tips, list) else ():
                if isinstance(tip, dict):
                    places += tip.get("valid_in") or []
    known = {"", *(place for pack in packs for place in pack.book.places)}
    return [place for place in dict.fromkeys(places) if place in known and place != "world"]


def _seen(shown: ScreenCopy) -> object:
    """What a person sees of a screen."""
    return shown.screen.spans, tuple(choice.label for choice in (*shown.screen.choices, *shown.screen.footer))


@dataclass(frozen=True)
class ScreenDifference:
    """What differs in one language. `places`: for each group's first screen, the places at which it was found."""

    language: str
    groups: list[ChangeGroup]
    places: Mapping[int, tuple[str, ...]]


def difference(before: DrawablePack, after: DrawablePack, language: str, places: Iterable[str]) -> ScreenDifference:
    """The changed screens of a language at some places; the same change at several places counts once."""
    found: dict[object, tuple[ScreenChange, list[str]]] = {}
    for place in places:
        # A place that only one of the two has is compared with the talk in which no place was said.
        old, new = (
            pack.screens(language, place if place in pack.book.places else "") if language in pack.book.languages else {}
            for pack in (before, after)
        )
        for change in changes(old, new):
            sides = tuple(shown and _seen(shown) for shown in (change.before, change.after))
            found.setdefault((change.key, change.how, sides), (change, []))[1].append(place)
    groups = alike(change for change, _ in found.values())
    at = {id(change): tuple(where) for change, where in found.values()}
    return ScreenDifference(language, groups, {number: at[id(group.change)] for number, group in enumerate(groups)})


def languages_of(before: DrawablePack, after: DrawablePack) -> list[str]:
    """The languages of both packs, the newer one's first."""
    return list(dict.fromkeys((*after.book.languages, *before.book.languages)))


def since_of(revision: str, files: Snapshot, build: Callable[[Snapshot], DrawablePack]) -> OlderPack:
    """The older pack; one that cannot be built any more still shows which lines changed."""
    try:
        return OlderPack(revision, files, build(files))
    except BookFault:
        return OlderPack(revision, files, None)
