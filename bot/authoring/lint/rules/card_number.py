"""Emergency cards on which a number stands before what calling may bring."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault, Path, Text

_SLOT = re.compile(r"\{(?:emergency|police|ambulance|fire|contact:[a-z0-9-]+)\}")
_POLICE = {"en": re.compile(r"\bpolice\b", re.IGNORECASE), "es": re.compile(r"\bpolicía\b", re.IGNORECASE)}
"""What says "police" in the languages that are known here."""
_BY_POLICE = "police-violence"
"""The topic of a card for an attack by police."""
_SHORT = 2
"""Shorter numbers (15, 17) look like minutes."""


def look(pack: Pack) -> Iterator[Fault]:
    """Numbers in the steps, in what calling may bring and in who answers; and a `calling` that does not speak of police."""
    book = pack.book
    numbers = [
        (pack.file_of("place", name), part, number)
        for name, place in book.places.items()
        if place.emergency
        for part, number in place.emergency.numbers.items()
    ]
    known = sorted({number.number for _, _, number in numbers if len(number.number) > _SHORT})
    written = re.compile("|".join(rf"\b{number}\b(?![.,]\d)" for number in known) or r"(?!)")  # 100.4 is a temperature
    texts: list[tuple[str, Path, Text]] = [
        (pack.file_of("card", name), (part, language), text)
        for name, card in book.cards.items()
        for part, said in (("steps", card.steps), ("calling", card.calling))
        for language, text in said.items()
    ]
    texts += [
        (file, ("emergency", part, "answers", language), text)
        for file, part, number in numbers
        for language, text in number.answers.items()
    ]
    for file, at, text in texts:
        if found := _SLOT.search(text.raw) or written.search(text.raw):
            yield pack.fault(file, at, "CARD-NUMBER", "A number stands here, before who answers and what calling may bring.",
                             "Leave it out: the card shows the number that it `needs` at the end.",
                             why="Somebody would call police without knowing it.", word=found[0])  # fmt: skip
    for name, card in book.cards.items():
        if card.topic == _BY_POLICE and card.needs != "nobody":
            yield pack.fault(pack.file_of("card", name), ("needs",), "CARD-NUMBER",
                             "This card is for an attack by police, and shows an emergency number.",
                             "Write `needs: nobody`: the card then shows no number.",
                             why="The number brings more of the people who attack.")  # fmt: skip
        for language, text in card.calling.items():
            if language in _POLICE and not _POLICE[language].search(text.raw):
                yield pack.fault(pack.file_of("card", name), ("calling", language), "CARD-NUMBER",
                                 "This does not say whether police may come.", "Say it in a few words: the number follows.",
                                 why="Somebody would call police without knowing it.")  # fmt: skip


_CARD = """card: sample-card
title: {en: Sample, es: Muestra}
needs: ambulance
steps:
  en: "Get an ambulance."
  es: "Pide ambulancia."
calling: {en: "Police may come.", es: "Puede venir policía."}
sources: []
status: support
review: {checked: 2026-11-01, by: seed-pack, every: 180d}
"""
RULE = Rule(
    "CARD-NUMBER", "promises", "A number on an emergency card before what calling it may bring.", look,
    {"content/cards/sample-card.yaml": _CARD.replace("an ambulance.", "an ambulance: {ambulance}.")},
    {"content/cards/sample-card.yaml": _CARD}, 5,
)  # fmt: skip
