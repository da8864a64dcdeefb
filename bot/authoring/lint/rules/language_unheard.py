"""Languages that people are offered and in which a typed cry for help is not understood."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.find import FOLDER, Unheard, unheard

_NAMED = 6


def look(pack: Pack) -> Iterator[Fault]:
    """Each language under `languages`. A warning, no error: its buttons work, and a bot whose words somebody can read helps them
    more than one that speaks other languages only."""
    if pack.finder_faults or any(file.startswith(FOLDER) for file in pack.broken):
        return  # what is heard is not known while one of the finder's files cannot be read: its own fault says where
    finder = pack.finder.pack
    languages = pack.book.languages
    for language, missing in unheard(finder, languages).items():
        what, fix = said(language, missing)
        yield pack.fault("content/book.yaml", ("languages", languages.index(language)), "LANGUAGE-UNHEARD", what, fix, "warning",
                         "Somebody in danger may type instead of pressing a button.")  # fmt: skip


def said(language: str, missing: Unheard) -> tuple[str, str]:
    """What is missing, and how to mend it."""
    if missing.lexicon:
        return (
            f"Words typed in {language} are not understood, and no emergency card comes for them: there is no lexicon.",
            f"Collect how people say the ideas of another lexicon, in {FOLDER}lexicon.{language}.yaml, and write examples in "
            f"{FOLDER}nets.yaml.",
        )
    if missing.nets:
        what = f"Nothing typed in {language} brings the emergency card of these nets: {_some(missing.nets)}."
        return what, f"Write their ideas in {FOLDER}lexicon.{language}.yaml and their signs in {FOLDER}danger.{language}.yaml."
    what = f"No example in {language} shows that these emergency nets hold: {_some(missing.untried)}."
    return what, f"Write what somebody would type under `must_match` in {FOLDER}nets.yaml."


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


_BOOK = """book: constellation-seed
name: {en: Night Sky, es: Cielo de noche, NAMES}
languages: [en, es, CODE]
review: {tip: 180d, referral: 90d, law: 365d, card: 180d}
"""
RULE = Rule(
    "LANGUAGE-UNHEARD",
    "promises",
    "A language that people are offered and in which typed words bring no emergency card.",
    look,
    {"content/book.yaml": _BOOK.replace("NAMES", "fr: Ciel de nuit").replace("CODE", "fr")},
    {"content/book.yaml": _BOOK.replace(", NAMES", "").replace(", CODE", "")},
    3,
)
