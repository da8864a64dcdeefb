"""Kinds of answer that take more than three presses from the first screen."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.flow_graph import taps
from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.engine import ENTRY, Step

MOST = 3
ANSWERS = {"tips": "tips", "card": "an emergency card", "law": "the law in short"}
"""Blocks that are an answer. A list of referrals is one too; the page of each then says first what it does with police."""


def _kinds(step: Step) -> set[str]:
    found = {show.show for show in step.show if show.show in ANSWERS}
    return found | ({"referrals"} if any(item.of == "referrals" for item in step.lists) else set())


def look(pack: Pack) -> Iterator[Fault]:
    """For each kind of answer, the nearest step that gives it. Told at the first screen, where the way begins."""
    steps = pack.book.flows.steps
    far = taps(steps)
    far["urgent.card"] = min(far.get("urgent.card", 1000), 2)  # the footer leads to the menu, and that to a card
    if any(file.startswith("flows/") for file in pack.broken) or ENTRY not in steps:
        return
    for kind in (*ANSWERS, "referrals"):
        giving = {name: far.get(name, 1000) for name, step in steps.items() if kind in _kinds(step)}
        nearest = min(giving, key=lambda name: giving[name], default=None)
        if nearest is None or giving[nearest] <= MOST:
            continue
        file, at = pack.step_at(ENTRY)
        often = f"takes {giving[nearest]} presses" if giving[nearest] < 1000 else "cannot be pressed to"
        yield pack.fault(file, at, "TAPS-MANY", f"From the first screen, {ANSWERS.get(kind, 'who can help')} {often}.",
                         f"Lead to it in at most {MOST}.", why="A person in a hurry gives up.")  # fmt: skip


_FAR = """flow: welcome
steps:
  home:
    say: {en: Hello., es: Hola.}
    choices:
      - choice: on
        label: {en: "On", es: "Seguir"}
        go: about.facts
"""
RULE = Rule(
    "TAPS-MANY", "flows", "A kind of answer that takes more than three presses.", look, {"flows/welcome.yaml": _FAR}, {}, 3
)
