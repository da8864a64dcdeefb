"""Screens that offer nothing to press but the footer, and have no screen above them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import FLOW_FILE, Rule, flow_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault


def look(pack: Pack) -> Iterator[Fault]:
    """Steps without choices, lists, question, branch or task of their own, that name no parent either."""
    for step_id, step in pack.book.flows.steps.items():
        if step.choices or step.lists or step.where or step.branch or step.does or step.parent:
            continue
        file, at = pack.step_at(step_id)
        if file not in pack.broken:
            yield pack.fault(file, at, "DEAD-END", f'Nothing leads on from "{step_id}".',
                             "Add a choice, or `parent:` with the step above it.",
                             why="A person would stand there with the footer alone.")  # fmt: skip


_END = """  end:
    say: {en: Hello., es: Hola.}
"""
_GOOD = flow_file(_END + "    parent: sample.home\n")[FLOW_FILE]
RULE = Rule(
    "DEAD-END",
    "flows",
    "A screen with nothing to press but the footer, and no parent.",
    look,
    {FLOW_FILE: flow_file(_END)[FLOW_FILE].replace("go: welcome.home", "go: sample.end")},
    {FLOW_FILE: _GOOD},
    12,
)
