"""The one message that is the talk: edited in place, or moved below what is newer. Copies are messages of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.telegram.chat_queue import ChatQueue
from bot.channels.telegram.fence import Fence
from bot.channels.telegram.job import Job
from bot.channels.telegram.outbox import Outbox, Outcome, Result, Stale
from bot.channels.telegram.recovery import Between
from bot.channels.telegram.render import Message, copy_message, screen_message
from bot.channels.telegram.session_update import SessionUpdate
from bot.channels.telegram.turns import is_fresh
from bot.engine import Alert, Copy, Timer, Turn


@dataclass(frozen=True, slots=True)
class Shown:
    """How a screen came to be shown. `bubble`: the message that holds it. `copies`: messages sent to keep.

    `gone`: the message it replaced and that has been deleted, 0 for none. `stays`: one that could not be.
    `lost`: the ids between which another answer may stand, that got lost on its way.
    """

    outcome: Outcome
    bubble: int = 0
    copies: tuple[int, ...] = ()
    gone: int = 0
    stays: int = 0
    lost: Between | None = None

    def update(self, job: Job, turn: Turn) -> SessionUpdate:
        """What its session has to know of it."""
        timer = next((effect.seconds for effect in turn.effects if isinstance(effect, Timer)), None)
        kept = (*self.copies, *((self.stays,) if self.stays else ()))
        gone = (self.gone,) if self.gone else ()
        number, message = job.update.id, job.update.message
        return SessionUpdate(
            turn.token, self.bubble, kept, gone=gone, timer=timer, lost=self.lost, number=number, message=message
        )


class Bubble:
    """Shows turns in a chat."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def press(
        self,
        queue: ChatQueue,
        pressed: int,
        turn: Turn,
        *,
        again: bool = False,
        newest: bool = False,
        dead: Callable[[], Awaitable[bool | None]] | None = None,
        fence: Fence | None = None,
    ) -> Shown:
        """The answer to a press on the message `pressed`: that message becomes the screen.

        `again`: the process before this one may have answered it. Whatever is answered elsewhere than in the pressed message
        deletes that message last, so that one which is gone tells that the press was answered: `STALE`. Or it tells that an
        answer before it took the place of that message; the `newest` of what a chat wants is then shown rather than lost.
        `dead`: asked where the message is gone, whether a leave at another process took it. `fence`: see `Outbox.send`.
        """
        moves = is_fresh(turn) or any(isinstance(effect, Copy) for effect in turn.effects)
        if again and moves and not await self._outbox.exists(queue.chat, pressed, screen_message(turn.screen)):
            return Shown(Outcome.STALE)
        copies, lost = await self._copies(queue, pressed, turn, fence)
        if not copies and not is_fresh(turn):
            # Alerts are not drawn: the pop-up has shown them.
            result = await self._outbox.edit(
                queue.chat,
                pressed,
                screen_message(turn.screen),
                stale=self._stale(queue),
                unanswered=queue.unanswered,
                fence=fence,
            )
            if result.outcome not in (Outcome.MISSING, Outcome.STAYS):
                return Shown(result.outcome, pressed)
            if again and not newest and result.outcome is Outcome.MISSING:
                return Shown(Outcome.STALE)
            if dead is not None and result.outcome is Outcome.MISSING and await dead():
                return Shown(Outcome.STALE)
        result = await self._send(queue, screen_message(turn.screen), stale=self._stale(queue, copies), fence=fence)
        lost = lost or self._lost(pressed, result)
        if result.outcome is not Outcome.DONE:
            return Shown(result.outcome, pressed, copies, lost=lost)
        stays = await self._outbox.delete_all(queue.chat, [pressed])
        if stays:
            return Shown(result.outcome, result.message, copies, stays=pressed, lost=lost)
        return Shown(result.outcome, result.message, copies, gone=pressed, lost=lost)

    async def below(self, queue: ChatQueue, written: int, turn: Turn, answers: int = 0, fence: Fence | None = None) -> Shown:
        """The answer to the message `written`: a new message under it. Alerts stand above the words."""
        copies, lost = await self._copies(queue, written, turn, fence)
        alerts = [effect for effect in turn.effects if isinstance(effect, Alert)]
        message = screen_message(turn.screen, alerts)
        result = await self._send(queue, message, stale=self._stale(queue, (1,)), answers=answers, fence=fence)
        return Shown(result.outcome, result.message, copies, lost=lost or self._lost(written, result))

    async def same(self, queue: ChatQueue, bubble: int, turn: Turn, fence: Fence | None = None) -> Shown:
        """The screen that is already shown, once more: nothing changes where it stands."""
        result = await self._outbox.edit(
            queue.chat,
            bubble,
            screen_message(turn.screen),
            stale=queue.overrun,
            unanswered=queue.unanswered,
            fence=fence,
        )
        if result.outcome in (Outcome.MISSING, Outcome.STAYS):
            result = await self._send(queue, screen_message(turn.screen), stale=queue.overrun, fence=fence)
            return Shown(result.outcome, result.message, stays=bubble)
        return Shown(result.outcome, bubble)

    async def _copies(
        self, queue: ChatQueue, after: int, turn: Turn, fence: Fence | None
    ) -> tuple[tuple[int, ...], Between | None]:
        sent: list[int] = []
        lost: Between | None = None
        for effect in turn.effects:
            if isinstance(effect, Copy):
                result = await self._send(queue, copy_message(effect.spans, effect.erase), stale=queue.overrun, fence=fence)
                lost = lost or self._lost(after, result)
                if result.outcome is Outcome.DONE:
                    sent.append(result.message)
        return tuple(sent), lost

    async def _send(
        self, queue: ChatQueue, message: Message, *, stale: Stale, answers: int = 0, fence: Fence | None = None
    ) -> Result:
        """Sends, and has the queue remember the message until a session does: what comes next may fail."""
        result = await self._outbox.send(
            queue.chat, message, stale=stale, answers=answers, unanswered=queue.unanswered, fence=fence
        )
        queue.untracked.add(result.message)
        return result

    def _stale(self, queue: ChatQueue, once: tuple[int, ...] = ()) -> Stale:
        """A screen may be overtaken; one that a copy or typed words wait for only by leave."""
        return queue.overrun if once else queue.stale

    def _lost(self, after: int, result: Result) -> Between | None:
        return (after, result.message) if result.doubtful and result.message else None
