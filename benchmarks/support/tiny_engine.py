"""An engine with a handful of steps: enough to see what a channel makes of turns."""

from __future__ import annotations

from typing import Any

from bot.engine.types import (
    Alert,
    Choice,
    Copy,
    Effect,
    Erase,
    Event,
    Layout,
    Leave,
    Press,
    Screen,
    Span,
    Start,
    Timer,
    Turn,
    Typed,
)

OPENING = "Hello. Here is the page you opened just now."
NEUTRAL = "Nothing here."
REMAINS = "Some older messages could not be deleted."
STEPS = ("home", "a", "b", "c")
FOOTER = (Choice("Home", "home", "home"), Choice("Urgent", "urgent", "urgent"), Choice("Leave", "leave", "leave"))
CHOICES = tuple(Choice(f"Go {name}", name) for name in STEPS[1:])
MORE = (
    Choice("Keep a copy", "copy"),
    Choice("Clear later", "timer"),
    Choice("Never mind", "timer_off"),
    Choice("Readers", "fresh"),
    Choice("As before", "same"),
    Choice("Tell me", "tell"),
    Choice("Break", "break"),
)


class TinyWorld:
    """A world of nothing: one first line for all messages."""

    deaf = ""

    def picking(self, _pick: Any) -> TinyWorld:
        """Itself."""
        return self


WORLD: Any = TinyWorld()


def show(token: str, text: str = "", *effects: Effect) -> Turn:
    """A screen named after its token."""
    spans = (Span(OPENING), Span("\n\n"), Span(text or f"This is {token}. <&>", "bold"), Span(" more"))
    return Turn(token, Screen(token, spans, CHOICES + MORE, FOOTER), effects)


def step(_world: Any, token: str, event: Event) -> Turn:
    """The engine's one function, in small. Typed words are echoed; "boom" breaks it."""
    if isinstance(event, Start):
        return show("home", f"Welcome {event.language} {event.payload}.")
    if isinstance(event, Typed):
        if event.text == "boom":
            raise ValueError(f"secret {event.text}")
        return show(f"said:{event.text}"[:60], f"You said {event.text} in {token or 'nothing'}.")
    if not isinstance(event, Press):
        return show(token or "home", "", Alert("I cannot open this."))
    match event.token:
        case "leave":
            return Turn("left", Screen("left", (Span(NEUTRAL),), (), FOOTER), (Leave(NEUTRAL, REMAINS),))
        case "copy":
            return show("a", "", Copy((Span("Keep this."),), Choice("Erase", "erase", "erase")))
        case "erase":
            return show("home", "", Erase())
        case "timer":
            return show("home", "", Timer(600))
        case "timer_off":
            return show("home", "", Timer(0))
        case "fresh" | "same":
            return show("home", "", Layout(event.token == "fresh"))
        case "tell":
            return show("b", "", Alert("Just so you know."))
        case "break":
            raise KeyError("secret token")
        case known if known.startswith("said:"):
            return show(known, f"You said {known[5:]} in nothing.")
    return show(event.token)
