"""The word cache: words by sound and by language, each worked out once in a run over the pack's own words."""

from __future__ import annotations

from collections.abc import Iterable

from bot.find.language_id import LanguageId
from bot.find.words import sound


class WordCache:
    """Words by sound and by language, each worked out once. For a run over the pack's own words, never kept with a person's."""

    def __init__(self) -> None:
        self.sounds: dict[str, str] = {}
        self.weights: dict[str, tuple[float, ...]] = {}

    def by_sound(self, words: Iterable[str]) -> list[str]:
        """Each word by sound."""
        sounds = self.sounds
        return [sounds[word] if word in sounds else sounds.setdefault(word, sound(word)) for word in words]

    def by_tongue(self, tongue: LanguageId, words: Iterable[str]) -> list[tuple[float, ...]]:
        """How likely each word is in each language."""
        weights = self.weights
        return [weights[word] if word in weights else weights.setdefault(word, tongue.weigh(word)) for word in words]
