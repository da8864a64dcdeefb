"""Places that typed words name, by their names in every language and what people call them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.book import Place
from bot.find.heard import Naming
from bot.find.words import LONGEST, fold

WORLD = "world"
"""The place that is called by the names of places that the pack does not have: only what holds everywhere is known there."""
_LEADS = frozenset(["in", "near", "at", "from", "around", "en", "cerca", "de", "desde", "por"])
_THERE = """
i im am me my we were are is its it live based right located staying now here currently the a city town state country of area
estoy soy vivo resido me encuentro la el los las ciudad estado pais provincia aqui ahora yo y somos estamos vivimos
"""
_FILLERS = _LEADS.union(_THERE.split())
"""Words that say no more about a place than that somebody is there."""
_SHORT = 4
_MOST = 3
_LONG = 6
"""Letters of a name from which on one may be wrong."""
_UNKNOWN_WORDS = 3
_PARTS = re.compile(r"[a-z0-9]+|[^\W\d_a-z]+|[^\w\s]")


class PlaceMention(NamedTuple):
    """What words say about places. `places`: the most exact first; all that share a name, where that is all there is. `rest`: the
    other words, without what leads to a name."""

    places: tuple[str, ...] = ()
    naming: Naming = ""
    rest: tuple[str, ...] = ()


def place_words(text: str) -> tuple[str, ...]:
    """The words of a name in small letters without accents, letters of any script and flags kept: "São Paulo" is sao, paulo."""
    if text.isascii():
        return tuple(fold(text))
    plain = unicodedata.normalize("NFKD", text[:LONGEST].casefold().translate(_APOSTROPHES))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign) and sign not in _JOINERS)
    return tuple(part for part in _PARTS.findall(plain) if part[0].isalnum() or unicodedata.category(part[0]) == "So")


_APOSTROPHES = str.maketrans("", "", "'’‘`´")
_JOINERS = "\u200d\ufe0f"


def _names(places: Mapping[str, Place]) -> dict[tuple[str, ...], list[str]]:
    """Every name as words with the places that have it. A country's own name outranks the same among those that nobody has."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name, place in places.items():
        if name == WORLD:
            continue
        texts = [str(text) for text in place.name.values()] + [call for calls in place.calls.values() for call in calls]
        for text in texts:
            for key in {place_words(text), place_words(text.split("(")[0])}:
                if key and name not in found.setdefault(key, []):
                    found[key].append(name)
    for name, place in places.items():
        if place.level == "country" and len(name) == 2:
            found.setdefault(_flag(name), []).append(name)
    own = {place_words(str(text)) for place in places.values() if place.level == "country" for text in place.name.values()}
    world = places.get(WORLD)
    for calls in world.calls.values() if world else ():
        for key in {place_words(call) for call in calls} - own:
            if key and WORLD not in found.setdefault(key, []):
                found[key].append(WORLD)
    return found


def _flag(code: str) -> tuple[str, ...]:
    """The two signs of a country's flag, by its code of two letters."""
    return tuple(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in code)


def shared_names(places: Mapping[str, Place]) -> set[tuple[str, ...]]:
    """The places that share a name, each time sorted."""
    return {tuple(sorted(found)) for found in _names(places).values() if len(found) > 1}


class PlaceNames:
    """Finds places. Short names and names that are words too count only after "in" and the like, after another name, or alone."""

    def __init__(self, places: Mapping[str, Place], common: frozenset[str]) -> None:
        """`common`: words that phrases use for something else, so that "reading" or "us" alone names no place."""
        self._names = _names(places)
        self._common = common
        self._level = {name: ("world", "country", "state", "city").index(place.level) for name, place in places.items()}
        self._parents = {name: place.parent for name, place in places.items()}
        self._longest = max((len(key) for key in self._names), default=0)
        self._spelled = {" ".join(key): key for key in self._names if len("".join(key)) >= _LONG - 1}

    def mention(self, words: Sequence[str], known: Collection[str] = ()) -> PlaceMention:
        """What `words` (as `place_words` gives them) say about places. `known`: words that somebody wrote down."""
        spans, alone = list(self._spans(words, every=True)), True
        covered = {at for start, end, _ in spans for at in range(start, end)}
        if not spans or not all(at in covered or word in _FILLERS for at, word in enumerate(words)):
            spans, alone = list(self._spans(words)), False
            covered = {at for start, end, _ in spans for at in range(start, end)}
        if not spans:
            return self._almost(words, known)._replace(rest=tuple(words))
        found = self._narrowed([names for _, _, names in spans])
        if alone and set(found) == {WORLD}:
            return PlaceMention((), "elsewhere")
        if not alone:
            found = [name for name in found if name != WORLD]
        leads = {start - 1 for start, _, _ in spans if start and words[start - 1] in _LEADS}
        rest = tuple(word for at, word in enumerate(words) if at not in covered | leads)
        several = len(spans) == 1 and len(found) > 1
        return PlaceMention(tuple(found if several else found[:_MOST]), "place" if alone and found else "", rest)

    def beside(self, words: Sequence[str]) -> Iterator[PlaceMention]:
        """Each name that stands at the beginning or the end of `words`, however short, with the rest: for those who know what the
        rest would have to be."""
        for size in range(min(self._longest, len(words) - 1), 0, -1):
            for key, rest in ((words[:size], words[size:]), (words[-size:], words[:-size])):
                if names := [name for name in self._names.get(tuple(key), ()) if name != WORLD]:
                    found = self._narrowed([names])
                    yield PlaceMention(tuple(found), "", tuple(rest))

    def _spans(self, words: Sequence[str], *, every: bool = False) -> Iterator[tuple[int, int, list[str]]]:
        """Where names stand, the longest first, with the places that have them. `every`: words of other phrases too, which is
        right only where nothing else is said."""
        at, before = 0, -1
        while at < len(words):
            step = 1
            for size in range(min(self._longest, len(words) - at), 0, -1):
                key = tuple(words[at : at + size])
                names = self._names.get(key)
                if names and self._meant(key, words, at, after_name=before == at, every=every):
                    yield at, at + size, names
                    step = size
                    before = at + size
                    break
            at += step

    def _meant(self, key: tuple[str, ...], words: Sequence[str], at: int, *, after_name: bool, every: bool) -> bool:
        """Whether the words stand for the place here, and not for something else."""
        last = at + len(key) == len(words)
        if len(key) == 1 and len(key[0]) < _SHORT and (key[0] in self._common or key[0] in _FILLERS):
            # "us" and "la" are words of nearly every message.
            return len(words) == 1 or (last and at > 0 and (after_name or words[at - 1] == "in"))
        led = at > 0 and words[at - 1] in _LEADS
        plain = len(key) > 1 or (len(key[0]) >= _SHORT and key[0] not in self._common)
        return every or led or plain or (after_name and last)

    def _around(self, name: str) -> set[str]:
        found = {name}
        parent = self._parents.get(name)
        while parent and parent not in found:
            found.add(parent)
            parent = self._parents.get(parent)
        return found - {WORLD} | {name}

    def _narrowed(self, mentions: Sequence[Sequence[str]]) -> list[str]:
        """The places that all mentions allow together: of each name those that lie in another mention, or hold it; then without
        what another lies in. "London, Ontario" is one place, and so is "Portland, Oregon"."""
        kept: list[str] = []
        for number, names in enumerate(mentions):
            others = [name for other, found in enumerate(mentions) if other != number for name in found]
            fits = [
                name
                for name in names
                if any(name != other and (other in self._around(name) or name in self._around(other)) for other in others)
                or (name in others)
            ]
            kept += [name for name in (fits or names) if name not in kept]
        if len(mentions) > 1:
            kept = [name for name in kept if not any(name != other and name in self._around(other) for other in kept)]
        return sorted(kept, key=lambda name: -self._level[name])

    def _almost(self, words: Sequence[str], known: Collection[str]) -> PlaceMention:
        """A long name with one letter wrong, where the words mean nothing else; or words that may be a name."""
        rest = [word for word in words if word not in _FILLERS]
        if len(rest) == 2 and all("\U0001f1e6" <= word <= "\U0001f1ff" for word in rest):
            return PlaceMention((), "elsewhere")  # the flag of a country that the pack does not have
        if not rest or len(rest) > _UNKNOWN_WORDS or any(word in self._common or word in known for word in rest):
            return PlaceMention()
        if not all(word.isalpha() for word in rest):
            return PlaceMention()
        text = " ".join(rest)
        if len(text) >= _LONG - 1:
            near = process.extract(text, self._spelled.keys(), scorer=OSA.distance, score_cutoff=1, limit=4)
            found = {tuple(self._names[self._spelled[name]]) for name, _, _ in near if max(len(name), len(text)) >= _LONG}
            if len(found) == 1:
                names = next(iter(found))
                return PlaceMention((), "elsewhere") if names == (WORLD,) else PlaceMention(tuple(names), "near")
        return PlaceMention((), "unknown")
