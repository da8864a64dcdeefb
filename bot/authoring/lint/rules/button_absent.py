"""Words that tell people to press a button that is not on their screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.authoring.lint.drawn_screens import DrawnScreen, blame, drawn
from bot.authoring.lint.rule import Rule, flow_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault, Path

ALWAYS = ("back", "home", "urgent", "leave", "more", "erase", "yes_show", "not_now")
"""The engine's own buttons, as `flows/ui.yaml` names them."""
_QUOTED = re.compile(r'["“«]([^"“”«»\n]{2,60})["”»]')
_PRESS = {"en": r"(?:press|tap|push|choose)", "es": r"(?:pulsa|toca|presiona|elige|ve a)"}
"""Verbs after which a label stands without quotes, in the languages that are known here."""


def _plain(label: str) -> str:
    """A label as somebody would quote it: no arrow, no mark, no case, nothing in brackets."""
    return re.sub(r"\s*\(.*?\)\s*$", "", label).strip(" ←›…:.?!").casefold()


def _labels(pack: Pack) -> dict[str, frozenset[str]]:
    """What buttons are called, by language: those of the flows and the engine's own."""
    flows = pack.book.flows
    found: dict[str, set[str]] = {language: set() for language in pack.book.languages}
    for step in flows.steps.values():
        for choice in step.choices:
            for language, label in choice.label.items():
                found.setdefault(language, set()).add(_plain(label))
    for language, labels in found.items():
        labels |= {_plain(flows.says(key, language)) for key in ALWAYS}
        labels.discard("")
    return {language: frozenset(labels) for language, labels in found.items()}


def _named(seen: DrawnScreen, labels: frozenset[str]) -> Iterator[str]:
    """The buttons that the words of a screen name: in quotes, or behind a verb of pressing."""
    text = seen.screen.text
    for quoted in _QUOTED.findall(text):
        if _plain(quoted) in labels:
            yield quoted
    if verb := _PRESS.get(seen.language):
        known = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
        yield from re.findall(rf"\b{verb}\s+[\"“«]?({known})\b", text, re.IGNORECASE)


def _source(pack: Pack, seen: DrawnScreen, name: str) -> tuple[str, Path]:
    """Where the words stand: the engine's own words where one of them holds the name, else what the screen is made of."""
    for prose in pack.prose:
        own = prose.file == "flows/ui.yaml" and prose.language == seen.language and prose.text != name
        if own and name in prose.text and prose.text in seen.screen.text:
            return prose.file, prose.at
    return blame(pack, seen)


def look(pack: Pack) -> Iterator[Fault]:
    """Each name of a button that a screen does not have, once a step and language."""
    labels = _labels(pack)
    told: set[tuple[str, str, str]] = set()
    for seen in drawn(pack):
        here = {_plain(choice.label) for choice in (*seen.screen.choices, *seen.screen.footer)}
        for name in _named(seen, labels.get(seen.language, frozenset())):
            key = (seen.step, seen.language, _plain(name))
            if key in told or any(label.startswith(_plain(name)[:36]) for label in here):
                continue
            told.add(key)
            file, at = _source(pack, seen, name)
            yield pack.fault(file, at, "BUTTON-ABSENT", f'This names the button "{name}", and {seen.step} has none of that name.',
                             "Give the step that button, or say it without the button.",
                             why="Somebody looks for it while they need help.")  # fmt: skip


_LOST = """  lost:
    say:
      en: 'More stands under "NAME".'
      es: "Hay más."
    choices:
      - choice: on
        label: {en: "On", es: "Seguir"}
        go: sample.home
"""
RULE = Rule(
    "BUTTON-ABSENT",
    "flows",
    "Words that name a button which is not on the screen.",
    look,
    flow_file(_LOST.replace("NAME", "Again")),
    flow_file(_LOST.replace("NAME", "On")),
    14,
)
