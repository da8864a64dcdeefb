"""Steps that nothing leads to: words that nobody will ever read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from bot.authoring.lint.flow_graph import ENGINE, reached
from bot.authoring.lint.rule import FLOW_FILE, Rule, flow_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.engine import ENTRY, full, mix_steps


def _meant(pack: Pack) -> set[str]:
    """Steps that a slip elsewhere keeps from being led to: mending that slip mends both."""
    steps = pack.book.flows.steps
    found: set[str] = set()
    for fault in pack.faults:
        if fault.code == "STEP-UNKNOWN":
            found.update(get_close_matches("".join(re.findall(r'"([^"]+)"', fault.what)[:1]), steps, 1))
        elif fault.file.startswith("flows/") and fault.severity == "error":
            flow = fault.file.removeprefix("flows/").removesuffix(".yaml")
            text = pack.files.get(fault.file, b"").decode("utf-8", "replace")
            found.update(full(flow, name) for name in re.findall(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?", text))
    return found & set(steps)


def look(pack: Pack) -> Iterator[Fault]:
    """Steps that no press, typed word or link leads to: a loop that only leads to itself counts."""
    steps = pack.book.flows.steps
    own = (f"{flow}.home" for flow in pack.book.flows.own_links)
    seen = reached(steps, [ENTRY, *ENGINE, *own, *mix_steps(pack.book.flows), *_meant(pack)])
    for step_id in sorted(set(steps) - seen):
        file, at = pack.step_at(step_id)
        yield pack.fault(file, at, "STEP-UNREACHABLE", f'Nothing leads to "{step_id}".', "Lead a choice to it, or delete it.",
                         why="Nobody would ever see it.")  # fmt: skip


_LONELY = """  lonely:
    say: {en: Hello., es: Hola.}
    choices:
      - choice: again
        label: {en: "Again", es: "Otra vez"}
        go: sample.lonely
      - choice: home
        label: {en: "Home", es: "Inicio"}
        go: welcome.home
"""
_LED = flow_file(_LONELY)[FLOW_FILE].replace("go: welcome.home", "go: sample.lonely", 1)
RULE = Rule("STEP-UNREACHABLE", "flows", "A step that nothing leads to from the first screen.", look, flow_file(_LONELY),
            {FLOW_FILE: _LED}, 12)  # fmt: skip
