"""Telegram's updates as turns: presses, words, and the commands that a phone knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from zlib import crc32

from bot.channels.telegram.updates import Update
from bot.channels.turns import Turns, button_named
from bot.engine import ChoiceKind, Layout, Leave, Press, Start, Turn, Typed, Unreadable, unpack

COMMANDS: Final[dict[str, ChoiceKind]] = {"leave": "leave", "urgent": "urgent", "home": "home", "back": "back"}
PAYLOAD_LIMIT: Final = 64


class UpdateTurns(Turns):
    """Turns out of updates."""

    def answer(self, update: Update, token: str) -> Turn | None:
        """The turn for a press, typed words, a command, or something unreadable, in the talk of `token`."""
        turns = self._for(update)
        if update.kind == "press":
            return turns.turn(token, Press(update.text))
        if update.kind in ("unreadable", "personal"):
            return turns.turn(token, Unreadable(personal=update.kind == "personal"))
        if not update.text.startswith("/"):
            return turns.turn(token, Typed(update.text))
        command, _, rest = update.text[1:].partition(" ")
        kind = COMMANDS.get(_name(command))
        if kind is not None:
            return turns.footer(kind, token, update.language)
        payload = rest.strip() if _name(command) == "start" else ""
        return turns.turn(token, Start(payload[:PAYLOAD_LIMIT], update.language))

    def answer_again(self, update: Update, token: str) -> Turn | None:
        """The screen of `token`, which answered this update before."""
        return self._for(update).again(token)

    def _for(self, update: Update) -> Turns:
        """Turns whose first lines follow from the update. One that comes again after a kill gets the very same words: then
        Telegram changes nothing in a message that shows them already, and an old answer is not shown above a newer one."""

        def pick(count: int) -> int:
            return crc32(str(update.id).encode()) % count

        return Turns(self._step, lambda: self._world_of().picking(pick), self._fault)


def with_command(update: Update) -> Update:
    """The update with a command for words that name a button: who types "salir" in a hurry wants to leave."""
    kind = button_named(update.text) if update.kind == "typed" else None
    return replace(update, text=f"/{kind}") if kind else update


def is_leave_command(update: Update) -> bool:
    """Whether the person typed /leave."""
    if update.kind != "typed" or not update.text.startswith("/"):
        return False
    return COMMANDS.get(_name(update.text[1:].partition(" ")[0])) == "leave"


def is_heard(update: Update) -> bool:
    """Whether the finder has to hear what was typed: commands need no hearing."""
    return update.kind == "typed" and not update.text.startswith("/")


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


def leave_of(turn: Turn | None) -> Leave | None:
    """The leave that a turn asks for, if any."""
    return next((effect for effect in turn.effects if isinstance(effect, Leave)), None) if turn is not None else None
