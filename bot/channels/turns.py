"""The engine as a channel calls it: guarded, and able to find a footer's choice and a numbered answer. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.channels.channel import Step, WorldOf
from bot.channels.numbered import LONGEST_LABEL, WORDS, Choices, choice_named, read_answer
from bot.engine import ChoiceKind, Event, Press, Start, Turn, Typed
from bot.privacy import safe_log

_HEARD: Final = frozenset(("bye", "quit", "adiós", "adios", "sos"))
"""Where there are buttons these are heard: a goodbye may be one, who quits may mean their work, and SOS is a cry for help."""
BUTTONS: Final[dict[str, ChoiceKind]] = {
    word: kind for kind, words in WORDS.items() if kind != "more" for word in words if word not in _HEARD
}
"""Words that somebody types in place of a button at the foot of a screen."""


def button_named(words: str) -> ChoiceKind | None:
    """The button at the foot of a screen that words name, and say nothing else; None for all other words."""
    return BUTTONS.get(words.strip(" .!¡←").lower()) if len(words) <= 40 else None


class Turns:
    """Turns out of events. A fault of the engine's becomes a line in the log, and the first screen the answer.

    `fault`: told of each error, after which the talk goes on.
    """

    def __init__(self, step: Step, world_of: WorldOf, fault: Callable[[Exception], None] = safe_log.fault) -> None:
        self._step, self._world_of, self._fault = step, world_of, fault

    def turn(self, token: str, event: Event) -> Turn | None:
        """The answer to `event`; the first screen if that fails; None if even this does."""
        for attempt in (event, Start()):
            try:
                return self._step(self._world_of(), token, self._pressed(token, attempt))
            except Exception as error:
                self._fault(error)
        return None

    def _pressed(self, token: str, event: Event) -> Event:
        """The press of the button of the screen whose very words were typed; `event` where there is none."""
        if not isinstance(event, Typed) or not token or len(event.text) > LONGEST_LABEL:
            return event
        screen = self._step(self._world_of(), token, Press(token)).screen
        # Where a word of one's own is asked for, any words may be it.
        choice = choice_named(event.text, screen.choices) if screen.hears != "word" else None
        return Press(choice.token) if choice else event

    def again(self, token: str, language: str = "") -> Turn | None:
        """The screen that `token` stands for: a token is the whole state after its own press. "": the first screen."""
        return self.turn("", Press(token) if token else Start(language=language))

    def footer(self, kind: ChoiceKind, token: str, language: str = "") -> Turn | None:
        """What the choice of `kind` leads to from the screen of `token`, or that screen if it has none."""
        turn = self.again(token, language)
        if turn is None:
            return None
        for choice in (*turn.screen.footer, *turn.screen.choices):
            if choice.kind == kind:
                return self.turn(turn.token, Press(choice.token))
        return turn

    def read(self, said: str, token: str) -> Event | None:
        """What words mean on the numbered screen of `token`; None where they are nothing that could be answered there."""
        turn = self.again(token)
        return read_answer(said, Choices.of(turn.screen)) if turn else Start()

    def hears_danger(self, words: str) -> bool:
        """Whether triage hears danger in words: a life at stake now or maybe, or somebody who may be reading along. True where
        that cannot be told."""
        try:
            world = self._world_of()
            return world.listen(words, world.edition.languages[0]).danger != "no"
        except Exception as error:
            self._fault(error)
            return True
