"""Answers for which the mix has nothing, or nothing of its own."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.engine import BITS, FieldName

FILE = "flows/stages.yaml"
ASKED: tuple[FieldName, ...] = ("wants", "barriers", "stays", "pace")
"""The answers of the check-in: each has to bring something."""
NOT_ALONE = {"pace": "no_change", "wants": "safer"}
"""Answers that bring nothing of their own: they leave out what is about change."""


def look(pack: Pack) -> Iterator[Fault]:
    """Each answer that no row is for, each without its few words, and each part without a row for everybody."""
    flows = pack.book.flows
    stages = flows.stages
    if not stages.mix:
        return
    for field in ASKED:
        brought = {option for row in stages.mix for option in row.for_.get(field, ())}
        said = stages.because.answers.get(field, {}) if stages.because else {}
        for option in flows.options.get(field, {}):
            if NOT_ALONE.get(field) == option:
                continue
            if option not in brought:
                yield pack.fault(FILE, ("mix",), "MIX-GAP", f'No row is for the answer "{option}" of {field}.',
                                 f"Add a row with `for: {{{field}: [{option}]}}`.",
                                 why="Whoever gives it sees nothing for it.")  # fmt: skip
            elif option not in said:
                yield pack.fault(FILE, ("because",), "MIX-GAP", f'The answer "{option}" of {field} has no few words.',
                                 "Add them under `because:`.", why="The button would not say why it is there.")  # fmt: skip
    for part in ("safer", "change", "people"):
        for young in ("yes", "only") if part != "change" else ():
            if not any(row.part == part and not row.for_ and row.young in ("yes", young) for row in stages.mix):
                yield pack.fault(FILE, ("mix",), "MIX-GAP", f"No row of {part} is for everybody.",
                                 "Add one without `for:`, with `young: yes`.",
                                 why="Whoever skips every question, or is under 18, would find the part empty.")  # fmt: skip
                break
    for number, row in enumerate(stages.mix):
        for name, field_options in ((name, options) for group in (row.for_, row.unless) for name, options in group.items()):
            for option in field_options:
                if name in BITS and option != "none" and option not in flows.options.get(name, {}):
                    yield pack.fault(FILE, ("mix", number), "MIX-GAP", f'"{option}" is not an option of {name}.',
                                     "Options are listed in flows/fields.yaml.", why="This row would never be used.")  # fmt: skip


_TABLE = """stages: []
nothing_said: [harm_reduction]
because:
  answers: {}
  anyone: {en: "good on any night", es: "sirve cualquier noche"}
mix:
  - part: safer
    thing: topic:naloxone
    reason: a sample
"""
RULE = Rule(
    "MIX-GAP",
    "flows",
    "An answer of the check-in for which the mix has nothing.",
    look,
    {FILE: _TABLE},
    {FILE: "stages: []\nnothing_said: [harm_reduction]\n"},
    6,
)
