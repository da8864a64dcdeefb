"""A fence in front of messages: whether what was long on its way to a chat may still be shown there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bot.channels.telegram.job import Job
from bot.runtime.state import CLAIM_SECONDS, boot_clock

ALONE_SECONDS: Final = CLAIM_SECONDS - 2.0
"""So long after it came nobody but this process can have an update, unless it was confirmed before it was answered, or another
process had it before."""
SINCE_SECONDS: Final = 1.0
"""So long an answer of the others counts."""
PAUSES: Final = (0.0, 0.3, 0.6, 1.0)
"""Between the tries to ask them: a process that stood still finds its connections dead."""

Overtaken = Callable[[], Awaitable[bool | None]]


class Fence:
    """Asked before each call that shows something. `overtaken`: whether something newer is in the chat, or the chat was left;
    None where nobody can be asked. `fell`: that it was so, and that nothing more may be shown.

    Telegram brings a chat's next press once this one is confirmed, and another process may answer it while this one still tries,
    stands still, or has died and left its press to a third. Else nobody is asked: an answer that comes at once costs nothing.
    """

    def __init__(self, job: Job, overtaken: Overtaken) -> None:
        self._job, self._overtaken = job, overtaken
        self._clock = asyncio.get_running_loop().time
        # The loop's clock stands still where the machine sleeps.
        self._asked, self._began = (float("-inf"), float("-inf")), (job.arrived, job.born)
        self.fell = False

    async def __call__(self) -> bool:
        """Whether nothing may be shown. Where nobody can be asked, it may: a person waits."""
        for pause in PAUSES:
            await asyncio.sleep(pause)
            # Also after it was asked: this process may have stood still meanwhile.
            while not self.fell and self._is_late():
                now = self._now()
                found = await self._overtaken()
                if found is None:
                    break
                self._asked, self.fell = now, found
            else:
                return self.fell
        self._asked = self._now()
        return False

    def _is_late(self) -> bool:
        alone = not self._job.parked and not self._job.again
        if alone and not _past(self._now(), self._began, ALONE_SECONDS):
            return False
        return _past(self._now(), self._asked, SINCE_SECONDS)

    def _now(self) -> tuple[float, float]:
        return self._clock(), boot_clock()


def _past(now: tuple[float, float], since: tuple[float, float], seconds: float) -> bool:
    return any(late - early > seconds for late, early in zip(now, since, strict=True))
