"""Labels of buttons that a phone would cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.authoring.lint.rule import Rule, flow_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.engine import LABEL


def _titles(pack: Pack) -> Iterator[tuple[str, tuple[object, ...], Mapping[str, str]]]:
    for kind, things in (
        ("topic", pack.book.topics),
        ("card", pack.book.cards),
        ("voice", pack.book.voices),
        ("episode", pack.book.episodes),
    ):
        for name, thing in things.items():
            yield pack.file_of(kind, name), ("title",), thing.title


def look(pack: Pack) -> Iterator[Fault]:
    """Labels of choices (an error), and titles that become buttons and are shortened there (a warning)."""
    for step_id, step in pack.book.flows.steps.items():
        file, base = pack.step_at(step_id)
        for number, choice in enumerate(step.choices):
            for language, label in choice.label.items():
                if len(label) > LABEL:
                    at = (*base, "choices", number, "label", language)
                    what, fix = f"This label has {len(label)} signs.", f"At most {LABEL}."
                    yield pack.fault(file, at, "LABEL-LONG", what, fix, why="Phones cut the rest.")
    for file, at, titles in _titles(pack):
        for language, title in titles.items():
            if len(title) > LABEL:
                yield pack.fault(
                    file,
                    (*at, language),
                    "LABEL-LONG",
                    f"This title has {len(title)} signs.",
                    f"Say what matters in the first {LABEL}.",
                    "warning",
                    "On a button the rest is cut.",
                )


RULE = Rule("LABEL-LONG", "flows", "A label that a phone would cut.", look,
            flow_file("", home="This label is far too long for a telephone"), flow_file(""), 9)  # fmt: skip
