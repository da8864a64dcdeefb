"""Words that name a hard day: the phrases of episodes, found inside what was typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.book import Episode

LEAST = 2
"""Words that a phrase needs beside stop words to be found inside a sentence: one alone ("court") names a topic, not a day."""


class EpisodeWords:
    """The phrases of a pack's episodes, each as typed and by its words without stop words."""

    def __init__(self, phrases: Iterable[tuple[str, Sequence[str], Iterable[str]]]) -> None:
        """`phrases`: an episode's id, a phrase as `fold` gives it, and its words by sound without stop words."""
        self._exact: dict[tuple[str, ...], str] = {}
        self._inside: list[tuple[frozenset[str], str]] = []
        for name, typed, plain in phrases:
            self._exact.setdefault(tuple(typed), name)
            words = frozenset(plain)
            if len(words) >= LEAST:
                self._inside.append((words, name))
        self._inside.sort(key=lambda item: -len(item[0]))

    @property
    def words(self) -> frozenset[str]:
        """Every word of the phrases that are found inside sentences."""
        return frozenset[str]().union(*(words for words, _ in self._inside))

    def named(self, typed: Sequence[str], words: Collection[str]) -> str:
        """The episode whose phrase was typed, else of the longest phrase whose words are all among `words`; "" for none."""
        said = set(words)
        return self._exact.get(tuple(typed)) or next((name for phrase, name in self._inside if phrase <= said), "")


def phrases_of(episodes: Mapping[str, Episode]) -> Iterable[tuple[str, str]]:
    """Each episode's id with each of its phrases, in every language."""
    return ((name, text) for name, episode in episodes.items() for texts in episode.phrases.values() for text in texts)
