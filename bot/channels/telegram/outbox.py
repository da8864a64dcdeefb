"""Every call that goes out, and the one table of what an error means: done, gone, forbidden, or try again."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any, Final

from bot.channels.telegram.counters import Counters
from bot.channels.telegram.fence import Fence
from bot.channels.telegram.render import Message
from bot.channels.telegram.transport import Answer, QuietBot, Refusal, RefusedError, UnreachableError
from bot.channels.telegram.trouble import HANG_SECONDS, OF_THIS_QUEUE, Trouble
from bot.runtime.state import Pacing

BACK_OFF: Final = (0.1, 0.2, 0.5, 1.0, 2.0)
GIVE_UP_SECONDS: Final = 30 * 60.0
BATCH: Final = 100
LOOK_SECONDS: Final = 0.25
"""How often a message that waits for its moment looks whether it is still wanted."""
SOON: Final = 0.05
"""A wait up to this is everybody's, a longer one that of the chat alone."""


class Outcome(Enum):
    """How a call ended."""

    DONE = auto()
    MISSING = auto()
    """The message is not there (any more)."""
    STAYS = auto()
    """The message cannot be deleted or edited."""
    FORBIDDEN = auto()
    """The person blocked the bot, or the chat is gone: forget it."""
    STALE = auto()
    """Not sent: something newer has come."""
    FAILED = auto()
    """Refused for good, or for too long."""


@dataclass(frozen=True, slots=True)
class Result:
    """`message`: the id of a message sent. `doubtful`: an earlier attempt may have sent another one."""

    outcome: Outcome
    message: int = 0
    doubtful: bool = False


Stale = Callable[[], bool]
Unanswered = set[asyncio.Task[Answer]]


def _never() -> bool:
    return False


_MEANING: Final = {
    Refusal.NOT_MODIFIED: Outcome.DONE,
    Refusal.LATE: Outcome.DONE,
    Refusal.LATE_ID: Outcome.DONE,
    Refusal.NO_DELETE: Outcome.MISSING,
    Refusal.NO_EDIT: Outcome.MISSING,
    Refusal.NO_REPLY: Outcome.MISSING,
    Refusal.CANNOT_EDIT: Outcome.STAYS,
    Refusal.CANNOT_DELETE: Outcome.STAYS,
    Refusal.NO_CHAT: Outcome.FORBIDDEN,
}


class Outbox:
    """Sends, edits, deletes and acknowledges. Never raises for what Telegram or the network does.

    `newest`: the highest message id known in any chat; ids rise over all chats of a bot.
    """

    def __init__(self, bot: QuietBot, counters: Counters, pacing: Pacing) -> None:
        self._bot = bot
        self._pacing = pacing
        self.counters = counters
        self.newest = 0
        self._line: deque[asyncio.Event] = deque()

    async def send(
        self,
        chat: int,
        message: Message,
        *,
        stale: Stale = _never,
        answers: int = 0,
        unanswered: Unanswered | None = None,
        fence: Fence | None = None,
    ) -> Result:
        """Sends `message` silently. `answers`: the message it replies to. `unanswered`: gets the call that is on its way where
        this is cancelled: it may have its effect all the same. `fence`: asked before each try."""
        extra: dict[str, Any] = {"disable_notification": True}
        if answers:
            extra["reply_parameters"] = {"message_id": answers, "allow_sending_without_reply": True}
        result = await self._message("sendMessage", chat, message, stale, extra, unanswered, fence)
        self.newest = max(self.newest, result.message)
        return result

    async def edit(
        self,
        chat: int,
        number: int,
        message: Message,
        *,
        stale: Stale = _never,
        unanswered: Unanswered | None = None,
        fence: Fence | None = None,
    ) -> Result:
        """Puts `message` in the place of the message `number`. `unanswered`, `fence`: see `send`."""
        return await self._message("editMessageText", chat, message, stale, {"message_id": number}, unanswered, fence)

    async def blank(self, chat: int, number: int, neutral: str) -> Result:
        """Puts a neutral text in the place of a message that cannot be deleted, without buttons."""
        return await self._call("editMessageText", chat, {"message_id": number, "text": neutral})

    async def exists(self, chat: int, number: int, message: Message | None = None) -> bool:
        """Whether a message is still there. Asks for an edit that is never allowed on one of the person's; one of the bot's
        gets the buttons of `message`."""
        markup = {"reply_markup": message.parameters()["reply_markup"]} if message else {}
        result = await self._call("editMessageReplyMarkup", chat, {"message_id": number, **markup})
        return result.outcome is not Outcome.MISSING

    async def delete(self, chat: int, number: int) -> Outcome:
        """Deletes one message: DONE, MISSING or STAYS."""
        return (await self._call("deleteMessage", chat, {"message_id": number})).outcome

    async def delete_all(self, chat: int, numbers: Sequence[int]) -> list[int]:
        """Deletes messages; gives those that are there and cannot be deleted."""
        wanted = sorted({number for number in numbers if number > 0}, reverse=True)
        left: list[int] = []
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            if len(part) > 1:
                outcome = (await self._call("deleteMessages", chat, {"message_ids": part[::-1]})).outcome
                if outcome in (Outcome.DONE, Outcome.FORBIDDEN):
                    continue
            for number in part:
                if await self.delete(chat, number) not in (Outcome.DONE, Outcome.MISSING, Outcome.FORBIDDEN):
                    left.append(number)
        return left

    async def sweep(self, chat: int, numbers: Sequence[int], calls: int = 1) -> list[int]:
        """Deletes those of `numbers` (up to 100, rising) that are in the chat; gives those that cannot be deleted.

        Telegram passes over ids that are not there. Where it refuses a whole batch for one old message, halves are
        tried, the newer half first, until `calls` are used up.
        """
        left: list[int] = []
        parts = [list(numbers)]
        while parts and calls > 0:
            part = parts.pop()
            if not part:
                continue
            calls -= 1
            result = await self._call("deleteMessages", chat, {"message_ids": part}, seconds=10)
            if result.outcome in (Outcome.DONE, Outcome.MISSING):
                continue
            if len(part) == 1 and result.outcome is Outcome.STAYS:
                left += part
            elif len(part) > 1:
                parts += [part[: len(part) // 2], part[len(part) // 2 :]]
        return left

    async def acknowledge(self, query: str, text: str = "") -> None:
        """Answers a press, with a pop-up where there is `text`. Tried twice, then let go."""
        parameters: dict[str, Any] = {"callback_query_id": query}
        if text:
            parameters |= {"text": text, "show_alert": True}
        for _ in range(2):
            try:
                await self._bot.call("answerCallbackQuery", **parameters)
                return
            except RefusedError as error:
                self.counters.refused(error.code)
                if error.code < 500:
                    return
            except UnreachableError:
                await asyncio.sleep(BACK_OFF[0])

    async def leave(self, chat: int) -> None:
        """Leaves a group or channel."""
        await self._call("leaveChat", chat, {}, seconds=5)

    async def _message(
        self,
        method: str,
        chat: int,
        message: Message,
        stale: Stale,
        extra: dict[str, Any],
        unanswered: Unanswered | None,
        fence: Fence | None,
    ) -> Result:
        shows = partial(self._call, method, chat, stale=stale, paced=True, unanswered=unanswered, fence=fence)
        result = await shows(message.parameters() | extra)
        if result.outcome is Outcome.FAILED and not stale():
            self.counters.plain += 1
            result = await shows(message.parameters(html=False) | extra)
        if result.outcome is Outcome.FAILED:
            self.counters.poison += 1
        return result

    async def _call(
        self,
        method: str,
        chat: int,
        parameters: dict[str, Any],
        stale: Stale = _never,
        *,
        paced: bool = False,
        seconds: float = GIVE_UP_SECONDS,
        unanswered: Unanswered | None = None,
        fence: Fence | None = None,
    ) -> Result:
        trouble = OF_THIS_QUEUE.get() or Trouble()
        if paced:
            with trouble.spell(after=0 if trouble.limited else math.inf):
                await self._pace(chat, stale)
        with trouble.spell(after=HANG_SECONDS) as spell:
            worsen = partial(trouble.worsen, spell)
            tried = self._tried(
                method, chat, parameters, stale, worsen, fence, paced=paced, seconds=seconds, unanswered=unanswered
            )
            return await tried

    async def _tried(
        self,
        method: str,
        chat: int,
        parameters: dict[str, Any],
        stale: Stale,
        worsen: Callable[[float], None],
        fence: Fence | None,
        *,
        paced: bool,
        seconds: float,
        unanswered: Unanswered | None,
    ) -> Result:
        """The call, until it has an outcome. `worsen` is called when it fails, with the seconds that Telegram wants to wait."""
        clock = asyncio.get_running_loop().time
        until = clock() + seconds
        doubtful = False
        attempt = 0
        while True:
            if paced and attempt:
                await self._pace(chat, stale)
            if stale() or (fence is not None and await fence()) or stale():
                return Result(Outcome.STALE, doubtful=doubtful)
            try:
                answer = await self._answer(method, chat, parameters, unanswered)
                number = answer.field("message_id") if method == "sendMessage" else 0
                self.counters.called(failed=False)
                return Result(Outcome.DONE, number if isinstance(number, int) else 0, doubtful)
            except RefusedError as error:
                self.counters.refused(error.code)
                outcome, wait = self._meaning(error, attempt)
                self.counters.called(failed=outcome is None)
                if outcome is not None:
                    return Result(outcome, doubtful=doubtful)
                held = error.code == 429
            except UnreachableError as error:
                self.counters.called(failed=True)
                wait, held = _back_off(attempt), False
                if error.sent and method == "sendMessage":
                    doubtful = True
                    self.counters.doubtful += 1
            worsen(wait if held else 0)
            if clock() + wait > until:
                self.counters.gave_up += 1
                return Result(Outcome.FAILED, doubtful=doubtful)
            self.counters.retries += 1
            attempt += 1
            await self._pause(chat, wait, stale, held=held)

    async def _answer(self, method: str, chat: int, parameters: dict[str, Any], unanswered: Unanswered | None) -> Answer:
        call = self._bot.call(method, chat_id=chat, **parameters)
        if unanswered is None:
            return await call
        on_its_way = asyncio.create_task(call)
        try:
            return await asyncio.shield(on_its_way)
        except asyncio.CancelledError:
            # Also where the answer is there and nobody has read it yet.
            if not on_its_way.cancelled():
                unanswered.add(on_its_way)
            raise
        finally:
            # An error that comes out here holds this frame, and the task holds the error: with the task in the frame too, the
            # chat's id and the words would stay until the collector runs.
            del on_its_way

    async def _pace(self, chat: int, stale: Stale) -> None:
        """Waits until a message may go to `chat`, or until it is not wanted any more. First come, first served: only the first in
        line asks for a moment, so that a hundred who wait cost no more than one."""
        turn = asyncio.Event()
        self._line.append(turn)
        try:
            while not stale():
                if self._line[0] is not turn:
                    await _woken(turn, LOOK_SECONDS)
                    continue
                if (delay := await self._pacing.take(chat)) <= 0:
                    return
                if delay <= SOON:
                    await asyncio.sleep(delay)
                    continue
                self._leave_line(turn)
                await asyncio.sleep(min(delay, LOOK_SECONDS))
                self._line.appendleft(turn)
        finally:
            self._leave_line(turn)

    def _leave_line(self, turn: asyncio.Event) -> None:
        if turn in self._line:
            self._line.remove(turn)
        if self._line:
            self._line[0].set()

    async def _pause(self, chat: int, seconds: float, stale: Stale, *, held: bool) -> None:
        """Waits, but looks twice a second whether the wait is still worth it. `held`: Telegram said so, for the whole chat."""
        clock = asyncio.get_running_loop().time
        until = clock() + seconds
        while not stale() and (left := until - clock()) > 0:
            if held:
                await self._pacing.hold(chat, left)
            await asyncio.sleep(min(left, 0.5))

    def _meaning(self, error: RefusedError, attempt: int) -> tuple[Outcome | None, float]:
        """What a refusal means: an end, or None and the seconds to wait."""
        if error.code == 429:
            return None, max(error.retry_after, 0.5)
        if error.code == 403:
            return Outcome.FORBIDDEN, 0
        if error.code == 400:
            return _MEANING.get(error.why, Outcome.FAILED), 0
        return None, _back_off(attempt)


def _back_off(attempt: int) -> float:
    return BACK_OFF[min(attempt, len(BACK_OFF) - 1)]


async def _woken(event: asyncio.Event, seconds: float) -> None:
    """Until `event` is set, `seconds` at most."""
    event.clear()
    later = asyncio.get_running_loop().call_later(seconds, event.set)
    await event.wait()
    later.cancel()
