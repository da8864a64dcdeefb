"""Nets: sets of signs and ideas that mean an emergency or open a path. They only add; what the search finds stays in reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.find.heard import Danger
from bot.find.pack import Net
from bot.find.words import sound

_YEARS = frozenset(sound(word) for word in ("years", "year", "yo", "old", "anos", "anitos", "aged", "age"))
_I_AM = (("i", "am"), ("im",), ("only",), ("turned",), ("age",), ("tengo",), ("cumpli",), ("edad",), ("recien", "cumplo"))
_OTHER = frozenset(
    {
        "weeks", "week", "days", "day", "hours", "hour", "minutes", "minute", "months", "month", "percent", "bucks", "dollars",
        "am", "pm", "miles", "semanas", "semana", "dias", "dia", "horas", "hora", "minutos", "minuto", "meses", "mes", "pesos",
        "euros", "dolares", "kilos", "pounds", "clients", "clientes", "x", "in", "on", "with", "kids", "hijos",
    }
)  # fmt: skip
_YOUNG, _GROWN = range(9, 18), range(18, 100)
_SPELLED = {
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "quinse": 15, "dieciseis": 16, "diecisiete": 17,
}  # fmt: skip
_ENDS = frozenset(("", "and", "but", "y", "pero"))
"""What follows a spelled-out age where no "years" does."""


def caught(nets: Sequence[Net], ideas: Collection[str]) -> list[Net]:
    """The nets that `ideas` fall into, in the order of the pack."""
    return [
        net
        for net in nets
        if any(all(idea in ideas for idea in line) for line in net.when) and not any(idea in ideas for idea in net.unless)
    ]


def triage(nets: Sequence[Net], found: Collection[str]) -> tuple[Danger, Net | None]:
    """How sure it is that a life is at stake, and the net that says so: the first of those for now, else the first maybe.

    `nets`: those that were caught; `found`: the signs and ideas that they were caught by.
    """
    maybe = None
    for net in nets:
        if net.card and net.level == "now" and not any(sign in found for sign in net.maybe_when):
            return "now", net
        maybe = maybe or (net if net.card else None)
    return ("maybe", maybe) if maybe else ("no", None)


def says_young(words: Sequence[str]) -> bool:
    """Whether `words` give an age under 18: "im 16", "tengo 15 años", "17 yo"; not "im 16 weeks pregnant"."""
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if word in _SPELLED and following in _ENDS and _own(words, at):
            return True
        if not word.isdigit() or len(word) > 2 or int(word) not in _YOUNG:
            continue
        if sound(following) in _YEARS:
            before = words[max(0, at - 4) : at]
            if not {"for", "since", "hace", "desde", "por", "last", "ago"} & set(before) and words[at + 2 : at + 3] != ["ago"]:
                return True
        if following in _OTHER:
            continue
        if _own(words, at):
            return True
    return False


def says_grown(words: Sequence[str]) -> bool:
    """Whether `words` give an own age of 18 or more, and none under it: "im 24", "tengo 20"; not "tengo 20 clientes"."""
    ages = [at for at, word in enumerate(words) if word.isdigit() and len(word) == 2 and int(word) in _GROWN]
    return not says_young(words) and any(_own(words, at) and _OTHER.isdisjoint(words[at + 1 : at + 2]) for at in ages)


def _own(words: Sequence[str], at: int) -> bool:
    """Whether what stands at `at` is said of oneself: "im ...", "tengo ..."."""
    return any(tuple(words[at - len(lead) : at]) == lead for lead in _I_AM if len(lead) <= at)
