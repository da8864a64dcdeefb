"""Rows of the mix that offer what is not there, or what may never stand in the open."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.rule import Rule
from bot.authoring.lint.subject import Pack
from bot.book import Fault, near

FILE = "flows/stages.yaml"
YOUNG_AREAS = frozenset({"violence", "overdose", "health", "wellbeing", "legal"})
YOUNG_TOPICS = frozenset({"a-place-to-stay", "drugs-and-alcohol-support", "childcare", "health-cover"})
"""Of leaving, what is shelter, health or care: never earning."""


def look(pack: Pack) -> Iterator[Fault]:
    """Things and steps that no row can open; guarded ones; and rows for under 18 that are about earning."""
    book, steps = pack.book, pack.book.flows.steps
    known = {"topic": book.topics, "card": book.cards, "voice": book.voices, "episode": book.episodes}
    for number, row in enumerate(book.flows.stages.mix):
        kind, _, name = (row.thing or "").partition(":")
        if not kind:
            continue
        at = ("mix", number, "thing")
        there = steps if kind == "step" else known[kind]
        thing = there.get(name)
        if thing is None:
            fix = near(name, there) or "Write one that there is."
            yield pack.fault(FILE, at, "MIX-THING", f'There is no {kind} "{name}".', fix,
                             why="This row would never be used.")  # fmt: skip
        elif getattr(thing, "guarded", False):
            yield pack.fault(FILE, at, "MIX-THING", f"{name} opens behind the neutral page.", "Take the row out.",
                             why="Its name would stand in the open on the mix, and in a copy of it.")  # fmt: skip
        elif kind == "step" and not row.label:
            yield pack.fault(FILE, at, "MIX-THING", f"The button to {name} has no words.", "Add `label:` in each language.",
                             why="A step has no title of its own.")  # fmt: skip
        elif kind == "topic" and row.young != "no":
            topic = book.topics[name]
            if not topic.young or (topic.area not in YOUNG_AREAS and name not in YOUNG_TOPICS):
                yield pack.fault(FILE, (*at[:-1], "young"), "MIX-THING", f"{name} is not for somebody under 18.",
                                 "Take `young:` away.",
                                 why="They get health, safety, shelter and rights, never earning.")  # fmt: skip


_ROW = """stages: []
nothing_said: [harm_reduction]
mix:
  - part: safer
    thing: topic:THING
    reason: a sample
"""
RULE = Rule(
    "MIX-THING",
    "flows",
    "A row of the mix whose thing is not there, is guarded, has no words, or is not for under 18.",
    look,
    {FILE: _ROW.replace("THING", "no-such-topic")},
    {FILE: _ROW.replace("THING", "naloxone")},
    5,
)
