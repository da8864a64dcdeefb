"""Answers on channels without buttons: a number, a short word with its typos, or anything else as a question."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.engine import Choice, ChoiceKind, Event, Press, Screen, Typed

WORDS: dict[ChoiceKind, tuple[str, ...]] = {
    "home": ("home", "start", "menu", "inicio", "menú", "empezar"),
    "back": ("back", "atrás", "atras", "volver"),
    "leave": ("leave", "bye", "exit", "quit", "salir", "adiós", "adios"),
    "urgent": ("urgent", "urgente", "sos"),
    "more": ("more", "next", "más", "mas", "siguiente"),
}
"""Short words that work on every screen, in every language of the pack."""

LONGEST_LABEL = 60
"""Characters of what could be a button's words."""
_NEVER_A_CHOICE = 3
"""Digits of a number that no choice has."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be answered on a screen: choices by number, and those that have a short word."""

    numbered: tuple[Choice, ...]

    @classmethod
    def of(cls, screen: Screen) -> Choices:
        """The answers of a screen: its choices, then its footer."""
        return cls((*screen.choices, *screen.footer))


def _plain(label: str) -> str:
    """Words without accents, case and signs around them: what a person would type of a button."""
    letters = (sign for sign in unicodedata.normalize("NFKD", label.casefold()) if not unicodedata.combining(sign))
    return " ".join("".join(letters).strip(" .,!?¡¿…←›✓").split())


def choice_named(text: str, choices: Iterable[Choice]) -> Choice | None:
    """The choice whose very words were typed, None where there is none."""
    said = _plain(text) if len(text) <= LONGEST_LABEL else ""
    return next((choice for choice in choices if said and _plain(choice.label) == said), None)


def word_kind(text: str) -> str:
    """Which short word this is ("home", "leave"...), else "". Words of five letters and more may have one slip in them."""
    said = text.strip().strip(".!¡¿?/").lower()
    for kind, words in WORDS.items():
        if said in words:
            return kind
    if " " in said or len(said) < 5:
        return ""
    near = {kind for kind, words in WORDS.items() for word in words if len(word) >= 5 and OSA.distance(said, word) <= 1}
    return near.pop() if len(near) == 1 else ""


def read_answer(line: str, choices: Choices) -> Event | None:
    """The event that a line means on a screen, or None for an empty line. A number without a choice is nothing at all; one of
    three digits or more is words: no screen has as many choices, and "911" may be a cry for help."""
    said = line.strip()
    if not said:
        return None
    number = said.rstrip(".)")
    if number.isdecimal() and number.isascii() and len(number) < _NEVER_A_CHOICE:
        at = int(number)
        return Press(choices.numbered[at - 1].token) if 1 <= at <= len(choices.numbered) else None
    if kind := word_kind(said):
        for choice in choices.numbered:
            if choice.kind == kind:
                return Press(choice.token)
    named = choice_named(said, choices.numbered)
    return Press(named.token) if named else Typed(said)
