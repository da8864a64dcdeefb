"""The emergency menu must be one press from every screen and show cards at once, in nine entries that a glance takes in."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault

ENTRIES = 9


def look(pack: Pack) -> Iterator[Fault]:
    """Every footer leads to `urgent.menu`; this looks at what stands there: cards, no guard, no fork, few entries."""
    step = pack.book.flows.steps.get("urgent.menu")
    if step is None:  # STEP-UNKNOWN tells it
        return
    file, at = pack.step_at("urgent.menu")
    cards = [item for item in step.lists if item.of == "cards" and not item.when]
    slow = step.branch or step.guarded or step.does or not cards
    entries = sum(len(item.ids or pack.book.cards) for item in step.lists) + len(step.choices)
    if not slow and entries <= ENTRIES:
        return
    if not slow:
        yield pack.fault(file, at, "URGENT-FAR", f"The emergency menu has {entries} entries.",
                         f"At most {ENTRIES}: put those that look alike behind one button, with a step of its own.",
                         why="Somebody in a hurry reads nine at a glance, and not more.")  # fmt: skip
        return
    yield pack.fault(file, at, "URGENT-FAR", "One press on urgent does not show the emergency cards.",
                     "Let urgent.menu list cards, with no `guarded`, `branch` or `when` before them.",
                     why="A life may hang on it.")  # fmt: skip


_MENU = """flow: urgent
steps:
  menu:
    say: {en: "What is happening?", es: "¿Qué está pasando?"}
    lists:
      - of: OF
        ids: [bleeding, seizure]
        go: urgent.card
  card:
    parent: urgent.menu
    show:
      - show: card
"""
RULE = Rule(
    "URGENT-FAR",
    "flows",
    "A press on urgent that does not show emergency cards, or over nine entries.",
    look,
    {"flows/urgent.yaml": _MENU.replace("OF\n        ids: [bleeding, seizure]", "topics")},
    {"flows/urgent.yaml": _MENU.replace("OF", "cards")},
    3,
)
