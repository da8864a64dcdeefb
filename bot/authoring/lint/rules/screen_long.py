"""Screens with more words, or more buttons of their own, than somebody takes in while they need help."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.drawn_screens import DrawnScreen, blame, drawn
from bot.authoring.lint.rule import Rule, flow_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault, Path
from bot.engine import BUTTONS, WORDS, words_read

AT_ONCE = ("urgent", "hurt")
"""Flows that people read while something is happening: there no button may be on a second page."""


def words(seen: DrawnScreen) -> int:
    """Words on a screen as a person sees them, the table of numbers apart."""
    return words_read(seen.screen.text)


def buttons(seen: DrawnScreen) -> int:
    """Buttons of the screen's own: without the footer, the language, the next page and leaving."""
    return sum(choice.kind == "choice" for choice in seen.screen.choices)


def look(pack: Pack) -> Iterator[Fault]:
    """Pages that are too long although the bot has turned over what it can, each at its longest text; then menus of too much."""
    steps = pack.book.flows.steps
    long: dict[tuple[str, str], tuple[int, DrawnScreen]] = {}
    pressed: dict[str, tuple[int, DrawnScreen]] = {}
    labels: dict[tuple[str, str, str], set[str]] = {}
    for seen in drawn(pack):
        if steps[seen.step].does:  # a copy to keep, no screen
            continue
        key, count, wide = (seen.step, seen.subject), words(seen), buttons(seen)
        if seen.step.split(".")[0] in AT_ONCE:
            all_pages = labels.setdefault((*key, seen.language), set())
            all_pages |= {choice.label for choice in seen.screen.choices if choice.kind == "choice"}
            wide = max(wide, len(all_pages))
        if count > max(WORDS, long.get(key, (0, seen))[0]):
            long[key] = (count, seen)
        if wide > max(BUTTONS, pressed.get(seen.step, (0, seen))[0]):
            pressed[seen.step] = (wide, seen)
    for count, seen in long.values():
        yield _fault(pack, blame(pack, seen), seen, f"{count} words", f"At most {WORDS}: cut, or make two of the longest text.")
    for count, seen in pressed.values():
        yield _fault(pack, pack.step_at(seen.step), seen, f"{count} buttons of its own", f"At most {BUTTONS}: take some away.")


def _fault(pack: Pack, spot: tuple[str, Path], seen: DrawnScreen, has: str, fix: str) -> Fault:
    name = f" of {seen.subject.partition(':')[2]}" if seen.subject else ""
    return pack.fault(*spot, "SCREEN-LONG", f"The screen{name} in {seen.step} has {has}.", fix,
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
    "A page of over 120 words, or over nine buttons of its own; what can be turned over is.",
    look,
    flow_file(_LONG.replace("WORDS", " ".join(["word"] * 115))),
    flow_file(_LONG.replace("WORDS", " ".join(["word"] * 100))),
    14,
)
