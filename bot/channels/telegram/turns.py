"""The engine as the driver calls it: guarded, and able to find a footer's choice. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.channels.telegram.counters import Counters
from bot.channels.telegram.updates import Update
from bot.engine import ChoiceKind, Event, Layout, Press, Start, Turn, Typed, Unreadable, World, unpack

Step = Callable[[World, str, Event], Turn]
WorldOf = Callable[[], World]

COMMANDS: Final[dict[str, ChoiceKind]] = {"leave": "leave", "urgent": "urgent", "home": "home"}
PAYLOAD_LIMIT: Final = 64


class Turns:
    """Turns out of updates. A fault of the engine's becomes a line in the log, and the first screen the answer."""

    def __init__(self, step: Step, world_of: WorldOf, counters: Counters) -> None:
        self._step, self._world_of, self._counters = step, world_of, counters

    def turn(self, token: str, event: Event) -> Turn | None:
        """The answer to `event`; the first screen if that fails; None if even this does."""
        for attempt in (event, Start()):
            try:
                return self._step(self._world_of(), token, attempt)
            except Exception as error:
                self._counters.fault(error)
        return None

    def again(self, token: str) -> Turn | None:
        """The screen that `token` stands for: a token is the whole state after its own press."""
        return self.turn("", Press(token))

    def answer(self, update: Update, token: str) -> Turn | None:
        """The turn for a press, typed words, a command, or something unreadable, in the talk of `token`."""
        if update.kind == "press":
            return self.turn(token, Press(update.text))
        if update.kind in ("unreadable", "personal"):
            return self.turn(token, Unreadable(personal=update.kind == "personal"))
        if not update.text.startswith("/"):
            return self.turn(token, Typed(update.text))
        command, _, rest = update.text[1:].partition(" ")
        kind = COMMANDS.get(_name(command))
        if kind is not None:
            return self.footer(kind, token, update.language)
        payload = rest.strip() if _name(command) == "start" else ""
        return self.turn(token, Start(payload[:PAYLOAD_LIMIT], update.language))

    def footer(self, kind: ChoiceKind, token: str, language: str = "") -> Turn | None:
        """What the choice of `kind` leads to from the screen of `token`, or that screen if it has none."""
        turn = self.again(token) if token else self.turn("", Start(language=language))
        if turn is None:
            return None
        for choice in (*turn.screen.footer, *turn.screen.choices):
            if choice.kind == kind:
                return self.turn(turn.token, Press(choice.token))
        return turn


def is_leave_command(update: Update) -> bool:
    """Whether the person typed /leave."""
    if update.kind != "typed" or not update.text.startswith("/"):
        return False
    return COMMANDS.get(_name(update.text[1:].partition(" ")[0])) == "leave"


def _name(command: str) -> str:
    """`leave` of `Leave@some_bot`."""
    return command.partition("@")[0].lower()


def is_fresh(turn: Turn) -> bool:
    """Whether each screen is to be a new message: the layout just chosen, else what the token holds."""
    for effect in turn.effects:
        if isinstance(effect, Layout):
            return effect.fresh
    state = unpack(turn.token)
    return state is not None and state.fresh
