"""Texts that are hard to read, each language by its own scale."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.readability import grade_en, inflesz_es
from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

HARD_EN, HARD_ES = 9.0, 40.0
_WORDS = 5
"""In shorter texts, as titles are, one word would decide."""


def look(pack: Pack) -> Iterator[Fault]:
    """Tips and emergency cards over Flesch-Kincaid grade 9, or under 40 on the INFLESZ scale."""
    for file, at, language, text in pack.prose:
        if ("tips" not in at and not file.startswith("content/cards/")) or text.count(" ") < _WORDS - 1:
            continue
        if language == "en" and grade_en(text) > HARD_EN:
            yield pack.fault(file, at, "READING", "This is hard to read (over grade 9).",
                             "Shorter sentences, shorter words.", "warning", "People read it tired, scared or high.")  # fmt: skip
        if language == "es" and inflesz_es(text) < HARD_ES:
            yield pack.fault(
                file,
                at,
                "READING",
                "Cuesta leerlo (INFLESZ bajo 40).",
                "Frases y palabras más cortas.",
                "warning",
                "Se lee con cansancio, con miedo o con algo encima.",
            )


RULE = Rule(
    "READING",
    "words",
    "A tip that is hard to read.",
    look,
    tip_file("Consideration of institutional confidentiality obligations necessitates clarification."),
    tip_file(),
    12,
)
