"""Words that one region says and others do not know, alone in a text for everybody (`regional` in `content/words.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault, Path, Regional


@cache
def _pattern(forms: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the forms as a whole word; `*` at the end stands for any ending."""
    parts = [re.escape(form.rstrip("*")) + (r"\w*" if form.endswith("*") else "") for form in forms]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts) or '(?!)'})(?!\w)", re.I)


@cache
def _apart(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)", re.I)


def _alone(thing: Regional, text: str) -> tuple[str, Sequence[str]] | None:
    """The word for a thing that a text has, with its places, where the text has no other word for it."""
    bare = _apart(tuple(thing.exceptions)).sub("", text)
    found = [(hit[0], word.places) for word in thing.words if (hit := _pattern(tuple(word.said)).search(bare))]
    return found[0] if len(found) == 1 and not _pattern(tuple(thing.everywhere)).search(bare) else None


def _where(pack: Pack, file: str, at: Path) -> list[str]:
    """The places that a text is for: of its folder, else those that the nearest thing around it names; none for everybody."""
    parts = file.split("/")
    if parts[:2] == ["content", "places"] and parts[2] != "world":
        return [parts[2]]
    places: list[str] = []
    here = pack.book.docs[file][0] if file in pack.book.docs else None
    for key in at:
        if isinstance(here, dict) and isinstance(here.get("valid_in"), list):
            places = [str(place) for place in here["valid_in"]]
        if isinstance(here, dict):
            here = here.get(key)
        elif isinstance(here, list) and isinstance(key, int) and key < len(here):
            here = here[key]
    return places


def look(pack: Pack) -> Iterator[Fault]:
    """One search over all words of a language decides for most texts."""
    things: dict[str, list[Regional]] = {}
    for thing in pack.book.words.regional:
        things.setdefault(thing.language, []).append(thing)
    any_of = {
        language: _pattern(tuple(form for thing in those for word in thing.words for form in word.said))
        for language, those in things.items()
    }
    for file, at, language, text in pack.prose:
        if language not in things or not any_of[language].search(text):
            continue
        for thing in things[language]:
            if not (found := _alone(thing, text)):
                continue
            word, places = found
            where = _where(pack, file, at)
            if where and all(not set(places).isdisjoint(pack.edition.chain(place)) for place in where):
                continue
            said = f"in {', '.join(places)}" if places else "nowhere in this pack"
            yield pack.fault(file, at, "WORD-REGIONAL", f'"{word}" is said {said}, and this text is read elsewhere too.',
                             f"Write: {thing.write}.", "warning", "Somebody would not know what is meant.", word)  # fmt: skip


RULE = Rule(
    "WORD-REGIONAL",
    "words",
    "A word of one region alone in a text for everybody (`regional` in `content/words.yaml`).",
    look,
    tip_file("Your own straw.", "Tu propio popote."),
    tip_file("Your own straw.", "Tu propio popote, pajita o pitillo."),
    13,
)
