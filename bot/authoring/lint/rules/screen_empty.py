"""Screens without a word, in some language or at some place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.authoring.lint.drawn_screens import drawn
from bot.authoring.lint.rule import FLOW_FILE, Rule, flow_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault


def _topics(pack: Pack) -> Iterator[Fault]:
    """Topics whose tips are all unverified, and those of which a place hides everything."""
    for name, topic in pack.book.topics.items():
        if all(tip.status == "unverified" for tip in topic.tips):
            yield pack.fault(pack.file_of("topic", name), ("tips",), "SCREEN-EMPTY", "Every tip of this topic is unverified.",
                             "Check one against its source and write how it is known.",
                             why="Unverified tips are not shown, so the page is empty.")  # fmt: skip
    for place, topics in pack.book.here.items():
        for name, local in topics.items():
            if local.hide and name in pack.book.topics and not pack.edition.tips(name, place) and pack.edition.tips(name):
                yield pack.fault(pack.file_of("here", f"{place}/{name}"), ("hide",), "SCREEN-EMPTY",
                                 "This hides every tip of the topic here.", "Leave one, or add one of your own.",
                                 why="People here would find an empty page.")  # fmt: skip


def _words(text: str, openings: Iterable[str]) -> str:
    """The words of a screen without its harmless first line."""
    return next((text.removeprefix(line) for line in openings if text.startswith(line)), text).strip()


def look(pack: Pack) -> Iterator[Fault]:
    """Steps that show nothing below the opening words, topics without a tip to show."""
    yield from _topics(pack)
    seen: set[str] = set()
    for step_id, _, language, screen in drawn(pack):
        if step_id in seen or _words(screen.text, pack.book.flows.openings_in(language)):
            continue
        if pack.book.flows.steps[step_id].does:  # its parent is shown instead, or the chat is gone by then
            continue
        seen.add(step_id)
        file, at = pack.step_at(step_id)
        yield pack.fault(file, at, "SCREEN-EMPTY", f"This screen can be empty ({language}).",
                         "Give it words: `say:` in each language.", why="A person would see buttons without a word.")  # fmt: skip


_MUTE = """  mute:
    choices:
      - choice: on
        label: {en: "On", es: "Seguir"}
        go: sample.home
"""
RULE = Rule(
    "SCREEN-EMPTY",
    "flows",
    "A screen without words in some language or at some place.",
    look,
    flow_file(_MUTE),
    {FLOW_FILE: flow_file(_MUTE)[FLOW_FILE].replace("  mute:\n", "  mute:\n    say: {en: Hello., es: Hola.}\n")},
    12,
)
