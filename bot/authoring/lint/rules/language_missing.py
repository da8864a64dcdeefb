"""Texts, buttons and words of the bot that lack one of the pack's languages."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, referral_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault, add_it

_ONE_ENOUGH = ("calls", "awaits")


def look(pack: Pack) -> Iterator[Fault]:
    """Wherever a text stands in one language of the pack, it stands in all of them; phrases are PHRASES-NONE."""
    wanted = pack.book.languages
    for file, at, words in pack.texts:
        missing = [language for language in wanted if language not in words]
        if missing and not (at and at[-1] in _ONE_ENOUGH):
            yield pack.fault(file, at, "LANGUAGE-MISSING", f"This text is missing in: {', '.join(missing)}.",
                             add_it(file, missing, pack.files), why="Somebody would read another language.")  # fmt: skip


RULE = Rule("LANGUAGE-MISSING", "translations", "A text, a button or words of the bot without one of the pack's languages.", look,
            referral_file("  contact: unknown", "  contact: may\n  says: {en: They may call.}"), referral_file(), 15)  # fmt: skip
