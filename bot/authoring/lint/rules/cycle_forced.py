"""Screens that lead only to each other: a person could leave them by the footer alone."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.flow_graph import BACK, onward, rings
from bot.authoring.lint.rule import Rule, flow_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.engine import ENTRY, Step


def _ways_out(step: Step) -> bool:
    """A choice back, a list that leads back, words that are taken, or an answer to read."""
    return (
        any(choice.go == "back" for choice in step.choices)
        or any(item.of in BACK for item in step.lists)
        or step.hears in ("word", "place")
        or bool(step.show)
    )


def look(pack: Pack) -> Iterator[Fault]:
    """Rings without a way out, and forks that lead to each other and never to a screen."""
    steps = pack.book.flows.steps
    forks = {name: onward(step) for name, step in steps.items() if step.branch}
    trapped = [*rings(forks)]
    for ring in rings({name: onward(step) for name, step in steps.items()}):
        leaves = any(onward(steps[name]) - ring for name in ring)
        if not leaves and ENTRY not in ring and not any(_ways_out(steps[name]) for name in ring) and ring not in trapped:
            trapped.append(ring)
    for ring in trapped:
        first = min(ring, key=list(steps).index)
        file, at = pack.step_at(first)
        if not pack.broken & {pack.step_at(name)[0] for name in ring}:
            yield pack.fault(file, at, "CYCLE-FORCED", f"From here one can only go in a ring: {', '.join(sorted(ring))}.",
                             "Add a choice that leads out of it.",
                             why="A person would go round until they find the footer.")  # fmt: skip


_RING = """  one:
    say: {en: Hello., es: Hola.}
    choices:
      - choice: on
        label: {en: "On", es: "Seguir"}
        go: sample.two
  two:
    say: {en: Hello., es: Hola.}
    choices:
      - choice: on
        label: {en: "On", es: "Seguir"}
        go: sample.one
"""
_OUT = """      - choice: out
        label: {en: "Out", es: "Salir"}
        go: sample.home
"""
RULE = Rule("CYCLE-FORCED", "flows", "Screens that lead only to each other, with no way out but the footer.", look,
            flow_file(_RING), flow_file(_RING + _OUT), 12)  # fmt: skip
