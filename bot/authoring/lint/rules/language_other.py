"""Texts that are written in another language than they say."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.find import fold

_WORDS = 6
"""In shorter texts names and borrowed words would decide."""


def look(pack: Pack) -> Iterator[Fault]:
    """Texts whose words the finder clearly takes for another language of the pack. Each word is weighed once a run."""
    tongue = pack.finder.tongue
    for file, at, language, text in pack.prose:
        words = text.split()
        # Within a sentence a capital is a name, and a list of towns is in no language.
        plain = [word for word in words[1:] if word[:1].islower()]
        if len(plain) < _WORDS - 1:
            continue
        clear = tongue.clearest(pack.weighed.by_tongue(tongue, fold(" ".join([words[0], *plain]))))
        if clear and clear != language and language in tongue.languages:
            yield pack.fault(file, at, "LANGUAGE-OTHER", f"This says {language} and reads like {clear}.",
                             "Move it under its language.", "warning", "Somebody would read another language.")  # fmt: skip


RULE = Rule("LANGUAGE-OTHER", "translations", "A text in another language than it says.", look,
            tip_file("Bebe agua y descansa todo lo que puedas hoy.", "Bebe agua y duerme todo lo que puedas hoy."),
            tip_file("Drink water and rest all you can today.", "Bebe agua y duerme todo lo que puedas hoy."), 12)  # fmt: skip
