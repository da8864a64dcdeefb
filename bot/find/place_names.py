"""Places that typed words name, by their names in every language and what people call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.book import Place
from bot.find.words import fold

_LEADS = frozenset(["in", "near", "at", "from", "around", "en", "cerca", "de", "desde", "por"])
_SHORT = 4
_MOST = 3


class PlaceNames:
    """Finds places. Short names and names that are words too count only after "in" and the like, or alone."""

    def __init__(self, places: Mapping[str, Place], common: frozenset[str]) -> None:
        """`common`: words that phrases use for something else, so that "reading" or "us" alone names no place."""
        self._names: dict[tuple[str, ...], list[str]] = {}
        self._common = common
        self._level = {name: ("world", "country", "state", "city").index(place.level) for name, place in places.items()}
        for name, place in places.items():
            texts = [str(text) for text in place.name.values()] + [call for calls in place.calls.values() for call in calls]
            for text in texts:
                for key in {tuple(fold(text)), tuple(fold(text.split("(")[0]))}:
                    if key and name not in self._names.setdefault(key, []):
                        self._names[key].append(name)
        self._longest = max((len(key) for key in self._names), default=0)

    def places(self, words: Sequence[str]) -> tuple[str, ...]:
        """The places that `words` (as `fold` gives them) name, the most exact first; at most three."""
        found: list[str] = []
        at = 0
        while at < len(words):
            step = 1
            for size in range(min(self._longest, len(words) - at), 0, -1):
                key = tuple(words[at : at + size])
                names = self._names.get(key)
                if names and self._meant(key, words, at):
                    found += [name for name in names if name not in found]
                    step = size
                    break
            at += step
        return tuple(sorted(found, key=lambda name: -self._level[name])[:_MOST])

    def _meant(self, key: tuple[str, ...], words: Sequence[str], at: int) -> bool:
        alone = len(key) == len(words)
        led = at > 0 and words[at - 1] in _LEADS
        plain = len(key) > 1 or (len(key[0]) >= _SHORT and key[0] not in self._common)
        return alone or led or plain
