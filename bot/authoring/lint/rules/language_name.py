"""Languages that people are offered without a name: the button for them would show a code."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault

_BOOK = "content/book.yaml"


def look(pack: Pack) -> Iterator[Fault]:
    """Each language under `languages` that `language_names` does not name."""
    if not pack.book.docs.get(_BOOK):
        return  # the book's own file cannot be read: its fault says so
    for number, language in enumerate(pack.book.languages):
        if not pack.book.file.language_names.get(language, "").strip():
            what, fix = f"The language {language} has no name.", f"Write under `language_names` how its speakers call {language}."
            why = "Its button would show the code, and somebody may not know it."
            yield pack.fault(_BOOK, ("languages", number), "LANGUAGE-NAME", what, fix, "warning", why)


_FILE = """book: constellation-seed
name: {en: Night Sky, es: Cielo de noche}
languages: [en, es]
language_names: {NAMES}
review: {tip: 180d, referral: 90d, law: 365d, card: 180d}
"""
RULE = Rule(
    "LANGUAGE-NAME",
    "translations",
    "A language that people are offered without its name.",
    look,
    {_BOOK: _FILE.replace("NAMES", "en: English")},
    {_BOOK: _FILE.replace("NAMES", "en: English, es: Español")},
    3,
)
