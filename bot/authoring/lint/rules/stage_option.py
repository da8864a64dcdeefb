"""Rows of the stage table that name an answer which nobody can give."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault, near


def look(pack: Pack) -> Iterator[Fault]:
    """Aims and paces of `flows/stages.yaml` that `flows/fields.yaml` does not have."""
    options = pack.book.flows.options
    file = next((name for name, (value, _) in pack.book.docs.items() if name.startswith("flows/") and "stages" in value), "")
    for number, row in enumerate(pack.book.flows.stages.stages if options else ()):
        named = [("aims", ("aim",), row.aim), *(("pace", ("pace", at), pace) for at, pace in enumerate(row.pace))]
        for field, at, name in named:
            if name not in options.get(field, {}):
                yield pack.fault(file, ("stages", number, *at), "OPTION-UNKNOWN", f'"{name}" is not an option of {field}.',
                                 near(name, options.get(field, {})) or "Options are listed in flows/fields.yaml.",
                                 why="This row would never be used.")  # fmt: skip


_STAGES = """stages:
  - aim: AIM
    help: [harm_reduction]
    stage: a sample
nothing_said: [harm_reduction]
"""
RULE = Rule(
    "OPTION-UNKNOWN",
    "flows",
    "An answer that no field has.",
    look,
    {"flows/stages.yaml": _STAGES.replace("AIM", "saferr")},
    {"flows/stages.yaml": _STAGES.replace("AIM", "safer")},
    2,
)
