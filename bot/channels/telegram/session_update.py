"""What has to be remembered after an answer is out, and how it changes the session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Final

from bot.channels.telegram.recovery import Between
from bot.privacy.session import Session
from bot.runtime.state import Grave, boot_clock

TOO_OLD: Final = 60.0
"""Seconds after which a note is not written any more: a grave tells of a leave for twice as long, so that no process that stood
still in between can write what was left meanwhile."""


def is_before(grave: Grave, number: int, message: int) -> bool:
    """Whether an update is of before the leave of `grave`. Where the numbers of both are known they say so alone: a message that
    could not be deleted may be pressed again later."""
    return number < grave.update if number > 0 and grave.update else grave.covers(message=message)


@dataclass(frozen=True, slots=True, repr=False)
class SessionUpdate:
    """The outcome of one answer.

    `bubble`: the message that shows `token` now, 0 where only `kept` and `gone` have changed. `kept`: other messages that are
    there and should go with leave. `replaced`: those that showed the talk before and have to go now. `gone`: messages deleted.
    `saw`: the update answered, -1 for a press. `timer`: seconds asked for, None if not asked. `lost`: the ids between
    which an answer may stand that got lost on its way, or None. `number`, `message`: of the update that it comes of, by which it
    is known to be of before a leave; -1 and 0 where it comes of none. `born`: its `boot_clock`.
    """

    token: str
    bubble: int
    kept: tuple[int, ...] = ()
    replaced: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    saw: int = -1
    timer: int | None = None
    lost: Between | None = None
    number: int = -1
    message: int = 0
    born: float = field(default_factory=boot_clock, compare=False)

    @property
    def messages(self) -> tuple[int, ...]:
        """The messages of it that are in the chat and stay there."""
        return (self.bubble, *self.kept)

    def after(self, earlier: SessionUpdate) -> SessionUpdate:
        """Both in one: what `earlier` left to remember, and this."""
        gone = {*earlier.gone, *self.gone}
        number, message = max(self.number, earlier.number), max(self.message, earlier.message)
        if not self.bubble:
            left = tuple(found for found in earlier.kept if found not in gone)
            return replace(earlier, kept=(*left, *self.kept), gone=tuple(gone), number=number, message=message)
        there = {*earlier.replaced, *self.replaced, earlier.bubble} - {0, self.bubble, *gone}
        return replace(
            self,
            kept=tuple(found for found in (*earlier.kept, *self.kept) if found not in gone),
            replaced=tuple(sorted(there)),
            gone=tuple(gone),
            timer=earlier.timer if self.timer is None else self.timer,
            lost=self.lost or earlier.lost,
            number=number,
            message=message,
        )

    def applied(self, session: Session | None, *, shared: bool = False) -> tuple[Session, tuple[int, ...]]:
        """The session after this, and the messages that showed the talk before and have to go.

        Where the session holds a newer answer already, of another process, that one stays, and what this one showed goes.
        `shared`: another process may have shown that newer message while this one edited the older, and deleted the older one:
        then both stay, rather than none.
        """
        before = session or Session()
        if not self.bubble:
            return before.owns(*self.kept).lost(*self.gone), ()
        if self.overtaken(before):
            now = before.owns(*self.kept).lost(before.bubble, *self.gone)
            old = {self.bubble, *self.replaced} - {0, before.bubble, *self.gone}
        else:
            now = replace(before, token=self.token, bubble=self.bubble, latest=max(before.latest, self.number))
            now = now.owns(*self.kept).lost(self.bubble, *self.gone)
            old = {before.bubble, *self.replaced} - {0, self.bubble, *self.gone}
            if shared and self.bubble < before.bubble:
                now, old = now.owns(before.bubble), old - {before.bubble}
        return (now.saw(self.saw) if self.saw >= 0 else now), tuple(sorted(old))

    def overtaken(self, session: Session) -> bool:
        """Whether the session holds the answer to a later update already."""
        return bool(self.bubble) and 0 <= self.number < session.latest

    def dead(self, grave: Grave) -> bool:
        """Whether it comes of before the leave that `grave` tells of: nothing of it may be written."""
        return is_before(grave, self.number, self.message or max(self.messages))

    @property
    def too_old(self) -> bool:
        """Whether a leave that came after it may be forgotten already."""
        return boot_clock() - self.born > TOO_OLD


def together(updates: Iterable[SessionUpdate]) -> SessionUpdate | None:
    """All of them in one, the oldest first; None for none."""
    found = list(updates)
    return reduce(lambda earlier, later: later.after(earlier), found) if found else None


def living(updates: Sequence[SessionUpdate], grave: Grave) -> tuple[list[SessionUpdate], set[int]]:
    """Those that may be written, and the messages of the others that have to go, since their chat was left."""
    kept = [update for update in updates if not update.too_old and not update.dead(grave)]
    dead = [update for update in updates if update.dead(grave)]
    there = {number for update in kept for number in update.messages}
    return kept, {number for update in dead for number in (*update.messages, *update.replaced)} - there - {0}
