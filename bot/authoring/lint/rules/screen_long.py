"""Screens with more words, or more buttons of their own, than somebody takes in while they need help."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.drawn_screens import DrawnScreen, blame, drawn
from bot.authoring.lint.rule import Rule, flow_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault
from bot.engine import BUTTONS, WORDS, words_read

AT_ONCE = ("urgent", "hurt")
"""Flows that people read while something is happening: too much there is an error, elsewhere a warning."""


def words(seen: DrawnScreen) -> int:
    """Words on a screen as a person sees them, the table of numbers apart."""
    return words_read(seen.screen.text)


def buttons(seen: DrawnScreen) -> int:
    """Buttons of the screen's own: without the footer, the language, the next page and leaving."""
    return sum(choice.kind == "choice" for choice in seen.screen.choices)


def look(pack: Pack) -> Iterator[Fault]:
    """Where something may be happening, each such text; elsewhere the longest of each step, with how many there are."""
    steps = pack.book.flows.steps
    long: dict[tuple[str, str, str], tuple[int, DrawnScreen]] = {}
    for seen in drawn(pack):
        if steps[seen.step].does:  # a copy to keep, no screen
            continue
        for what, count, most in (("words", words(seen), WORDS), ("buttons of its own", buttons(seen), BUTTONS)):
            key = (seen.step, what, seen.subject)
            if count > most and count > long.get(key, (0, seen))[0]:
                long[key] = (count, seen)
    for step_id, what in dict.fromkeys((step_id, what) for step_id, what, _ in long):
        found = sorted((value for key, value in long.items() if key[:2] == (step_id, what)), key=lambda value: -value[0])
        most = WORDS if what == "words" else BUTTONS
        urgent = step_id.split(".")[0] in AT_ONCE
        for count, seen in found if urgent else found[:1]:
            file, at = blame(pack, seen) if urgent and what == "words" else pack.step_at(step_id)
            more = f", and {len(found) - 1} more like it" if len(found) > 1 and not urgent else ""
            name = f" of {seen.subject.partition(':')[2]}" if seen.subject else ""
            yield pack.fault(file, at, "SCREEN-LONG", f"The screen{name} in {step_id} has {count} {what}{more}.",
                             f"At most {most}: cut, or put a part behind a button.", "error" if urgent else "warning",
                             why="On a phone, in a hurry, people read the first lines and press the first button.")  # fmt: skip


_LONG = """  long:
    say:
      en: "WORDS"
      es: "Hola."
    choices:
      - choice: on
        label: {en: "On", es: "Seguir"}
        go: sample.home
"""
RULE = Rule(
    "SCREEN-LONG",
    "flows",
    "A screen of over 120 words, or with over nine buttons of its own.",
    look,
    flow_file(_LONG.replace("WORDS", " ".join(["word"] * 115))),
    flow_file(_LONG.replace("WORDS", " ".join(["word"] * 100))),
    12,
)
