"""What has to be remembered after an answer is out, and how it changes the session."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.channels.telegram.recovery import Between
from bot.privacy.session import Session


@dataclass(frozen=True, slots=True, repr=False)
class SessionUpdate:
    """The outcome of one answer.

    `bubble`: the message that shows `token` now, 0 where only `kept` and `gone` have changed. `kept`: other messages that are
    there and should go with leave. `replaced`: those that showed the talk before and have to go now. `gone`: messages deleted.
    `saw`: the update answered, -1 for a press. `timer`: seconds asked for, None if not asked. `lost`: the ids between
    which an answer may stand that got lost on its way, or None.
    """

    token: str
    bubble: int
    kept: tuple[int, ...] = ()
    replaced: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    saw: int = -1
    timer: int | None = None
    lost: Between | None = None

    @property
    def messages(self) -> tuple[int, ...]:
        """The messages of it that are in the chat and stay there."""
        return (self.bubble, *self.kept)

    def after(self, earlier: SessionUpdate) -> SessionUpdate:
        """Both in one: what `earlier` left to remember, and this."""
        gone = {*earlier.gone, *self.gone}
        if not self.bubble:
            left = tuple(message for message in earlier.kept if message not in gone)
            return replace(earlier, kept=(*left, *self.kept), gone=tuple(gone))
        there = {*earlier.replaced, *self.replaced, earlier.bubble} - {0, self.bubble, *gone}
        return replace(
            self,
            kept=tuple(message for message in (*earlier.kept, *self.kept) if message not in gone),
            replaced=tuple(sorted(there)),
            gone=tuple(gone),
            timer=earlier.timer if self.timer is None else self.timer,
            lost=self.lost or earlier.lost,
        )

    def applied(self, session: Session | None) -> tuple[Session, tuple[int, ...]]:
        """The session after this, and the messages that showed the talk before and have to go."""
        before = session or Session()
        if not self.bubble:
            return before.owns(*self.kept).lost(*self.gone), ()
        old = {before.bubble, *self.replaced} - {0, self.bubble, *self.gone}
        now = replace(before, token=self.token, bubble=self.bubble).owns(*self.kept).lost(self.bubble, *self.gone)
        return (now.saw(self.saw) if self.saw >= 0 else now), tuple(sorted(old))
