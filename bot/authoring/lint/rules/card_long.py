"""Emergency screens with more words than somebody can read while a life is at stake."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault

WORDS = 60


def look(pack: Pack) -> Iterator[Fault]:
    """Cards and steps of the urgent flow with 60 words or more."""
    texts = [
        (pack.file_of("card", name), ("steps", language), text.raw)
        for name, card in pack.book.cards.items()
        for language, text in card.steps.items()
    ]
    for step_id, step in pack.book.flows.steps.items():
        if not step_id.startswith("urgent."):
            continue
        file, base = pack.step_at(step_id)
        for field, said in (("say", step.say), ("say_on_page", step.say_on_page)):
            texts += [(file, (*base, field, language), text.raw) for language, text in (said or {}).items()]
    for file, at, text in texts:
        count = len(text.split())
        if count >= WORDS:
            yield pack.fault(file, at, "CARD-LONG", f"This emergency text has {count} words.", f"Under {WORDS}.",
                             why="Somebody reads it while a life is at stake.")  # fmt: skip


_CARD = """card: sample-card
title: {en: Sample, es: Muestra}
needs: ambulance
steps:
  en: "WORDS"
  es: "Muestra corta."
calling: {en: "Police may come.", es: "Puede venir policía."}
sources: []
status: support
review: {checked: 2026-11-01, by: seed-pack, every: 180d}
"""


def _card(words: int) -> dict[str, str]:
    return {"content/cards/sample-card.yaml": _CARD.replace("WORDS", " ".join(["word"] * words))}


RULE = Rule("CARD-LONG", "promises", "An emergency text of 60 words or more.", look, _card(60), _card(20), 5)
