"""What has to be remembered after an answer is out, and how it changes the session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from bot.privacy.session import Session

DOUBT_SPAN: Final = 100


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """The outcome of one answer.

    `bubble`: the message that shows `token` now, 0 where only `gone` has changed. `kept`: other messages that are there
    and should go with leave. `gone`: messages deleted. `saw`: the update answered, -1 for a press. `timer`: seconds
    asked for, None if not asked. `doubt`: the ids between which an answer may stand that got lost on its way, or None.
    """

    token: str
    bubble: int
    kept: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    saw: int = -1
    timer: int | None = None
    doubt: tuple[int, int] | None = None

    def after(self, earlier: Note) -> Note:
        """Both in one: what `earlier` left to remember, and this."""
        gone = {*earlier.gone, *self.gone}
        if not self.bubble:
            left = tuple(message for message in earlier.kept if message not in gone)
            return replace(earlier, kept=left, gone=tuple(gone))
        kept = [*earlier.kept, *self.kept]
        if earlier.bubble not in (0, self.bubble):
            kept.append(earlier.bubble)
        return replace(
            self,
            kept=tuple(message for message in kept if message not in gone),
            gone=tuple(gone),
            timer=earlier.timer if self.timer is None else self.timer,
            doubt=self.doubt or earlier.doubt,
        )

    def applied(self, session: Session | None) -> tuple[Session, int]:
        """The session after this, and the message that showed the talk before and has to go (0 for none)."""
        before = session or Session()
        if not self.bubble:
            return before.lost(*self.gone), 0
        old = before.bubble if before.bubble not in (0, self.bubble, *self.gone) else 0
        now = replace(before, token=self.token, bubble=self.bubble).owns(*self.kept).lost(self.bubble, *self.gone)
        return (now.saw(self.saw) if self.saw >= 0 else now), old

    def doubted(self, session: Session) -> list[int]:
        """Ids that may be answers that got lost: all between the two, save what is known."""
        if self.doubt is None:
            return []
        first, last = self.doubt
        known = {session.bubble, *session.own_messages, *self.kept}
        return [number for number in range(max(first, last - DOUBT_SPAN) + 1, last) if number not in known]
