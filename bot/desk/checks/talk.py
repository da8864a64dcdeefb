"""How a talk goes: steps that nothing leads to, labels too long for a phone, dead ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.book.faults import Fault
from bot.desk.checks.base import Pack, Rule
from bot.engine.flow import Step
from bot.engine.flows import ENTRY, REQUIRED

LABEL = 40


def _leads(step: Step) -> set[str]:
    found = {choice.go for choice in step.choices} | {item.go for item in step.lists if item.go}
    found |= {go for item in step.lists for go in item.each.values()}
    if step.parent:
        found.add(step.parent)
    if step.branch:
        found |= {case.go for case in step.branch.cases} | {step.branch.otherwise}
    return found - {"back"}


def _where(pack: Pack, step_id: str) -> tuple[str, tuple[Any, ...]]:
    flow, _, name = step_id.partition(".")
    for file, (value, _positions) in pack.book.docs.items():
        if file.startswith("flows/") and isinstance(value, dict) and value.get("flow") == flow and name in value.get("steps", {}):
            return file, ("steps", name)
    return "flows", ()


def unreachable(pack: Pack) -> Iterator[Fault]:
    """Steps that no press, word or link leads to, from the first screen: a lonely loop counts."""
    steps = pack.book.flows.steps
    lists = {
        "place.inside",
        "language.pick",
        "found.place",
        "leave.erase_copy",
        "topic.tips",
        "referral.show",
        "voice.show",
        "urgent.card",
    }
    queue = [ENTRY, *REQUIRED, *lists, *(name for name in steps if name.split(".")[0] in pack.book.flows.own_links)]
    seen = set(queue) & set(steps)
    queue = list(seen)
    while queue:
        for step_id in _leads(steps[queue.pop()]):
            if step_id in steps and step_id not in seen:
                seen.add(step_id)
                queue.append(step_id)
    for step_id in sorted(set(steps) - seen):
        file, at = _where(pack, step_id)
        yield pack.fault(file, at, "STEP-UNREACHABLE", f'Nothing leads to "{step_id}".', "Lead a choice to it, or delete it.")


def long_label(pack: Pack) -> Iterator[Fault]:
    """Labels of choices that a phone would cut."""
    for file, (value, _) in pack.book.docs.items():
        if not file.startswith("flows/") or not isinstance(value, dict):
            continue
        for name, step in value.get("steps", {}).items():
            for number, choice in enumerate(step.get("choices", ())):
                for language, label in choice.get("label", {}).items():
                    if len(label) > LABEL and "{word}" not in label:
                        at = ("steps", name, "choices", number, "label", language)
                        what = f"This label has {len(label)} signs."
                        yield pack.fault(file, at, "LABEL-LONG", what, f"At most {LABEL}: phones cut the rest.")


_LOOP = """flow: sample
steps:
  lonely:
    say: {en: Hello., es: Hola.}
    choices:
      - choice: again
        label: {en: "Again", es: "Otra vez"}
        go: sample.lonely
"""
_LED = """flow: sample
own_link: true
steps:
  home:
    say: {en: Hello., es: Hola.}
    choices:
      - choice: again
        label:
          en: LABEL
          es: Otra vez
        go: sample.home
"""
RULES = (
    Rule("STEP-UNREACHABLE", "A step that nothing leads to.", unreachable, {"flows/sample.yaml": _LOOP},
         {"flows/sample.yaml": _LED.replace("LABEL", "Again")}, 4),
    Rule("LABEL-LONG", "A label that a phone would cut.", long_label,
         {"flows/sample.yaml": _LED.replace("LABEL", "This label is far too long for a telephone")},
         {"flows/sample.yaml": _LED.replace("LABEL", "Again")}, 9),
)  # fmt: skip
