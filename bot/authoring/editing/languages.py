"""How far each language of a pack is: its texts, which of them are older than what they translate, and what typed words bring."""

from __future__ import annotations

from typing import NamedTuple

from bot.authoring.editing.translation import OWN_WAY, languages_in, units
from bot.book import Edition, places, translation_of
from bot.find import Unheard, read_pack, unheard


class LanguageStatus(NamedTuple):
    """One language. `offered`: whether people can choose it. `texts`, `wanted`: how many there are, and should be. `old`: how
    many are older than what they translate, by the file these stand in. `unheard`: what typed emergencies lack, or None."""

    language: str
    offered: bool
    texts: int
    wanted: int
    old: dict[str, int]
    unheard: Unheard | None


def standings(edition: Edition) -> list[LanguageStatus]:
    """Each language of the pack, those in preparation last."""
    values = {path: value for path, (value, _) in edition.docs.items()}
    languages = languages_in(values)
    texts = [
        words
        for path, value in values.items()
        if not translation_of(path) and not path.startswith(OWN_WAY)
        for _, _, words in places(value, languages.all)
        if any(isinstance(text, str) for text in words.values())
    ]
    old: dict[str, dict[str, int]] = {language: {} for language in languages.all}
    for unit in units(values):
        if unit.state == "old":
            old[unit.language][unit.file] = old[unit.language].get(unit.file, 0) + 1
    heard = unheard(read_pack(edition.docs), languages.all)
    return [
        LanguageStatus(
            language,
            language in languages.offered,
            sum(language in words for words in texts),
            len(texts),
            old[language],
            heard.get(language),
        )
        for language in languages.all
    ]
