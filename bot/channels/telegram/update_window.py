"""Which updates are on their way, and from where Telegram has to send again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.channels.telegram.job import Job

SIZE: Final = 100


class UpdateWindow:
    """The updates that Telegram has delivered and may not forget yet.

    The offset confirms all updates before it, so it stays at the earliest one that is not done. Ids rise within a
    delivery but may restart anywhere, also lower, after a quiet week: once all is done the offset follows the last one.
    """

    def __init__(self) -> None:
        self._jobs: dict[int, Job | None] = {}
        self._last: int | None = None

    def unknown(self, numbers: Iterable[int]) -> list[int]:
        """Which of the delivered updates are new, in the order of their ids. The others that are done are let go."""
        delivered = sorted({number for number in numbers if number >= 0})
        if delivered:
            self._last = delivered[-1]
        there = set(delivered)
        self._jobs = {number: job for number, job in self._jobs.items() if number in there or not (job is None or job.confirmed)}
        return [number for number in delivered if number not in self._jobs]

    def add(self, number: int, job: Job | None) -> None:
        """`number` is on its way; None for one that needs no answer."""
        self._jobs[number] = job

    def let_go(self) -> None:
        """Keeps the numbers of what is done, and nothing else of it: the next delivery may be half a minute away."""
        self._jobs = {number: None if job is None or job.confirmed else job for number, job in self._jobs.items()}

    @property
    def open(self) -> list[int]:
        """Updates that Telegram must not forget."""
        return [number for number, job in self._jobs.items() if not (job is None or job.confirmed)]

    @property
    def size(self) -> int:
        """How many updates Telegram would send again just now."""
        first = self.offset
        return sum(number >= first for number in self._jobs) if first is not None else 0

    @property
    def blocked(self) -> bool:
        """Whether a few chats hold up all others: Telegram sends no more than it has sent, and most of that is done."""
        return self.size >= SIZE and len(self.open) <= self.size // 2

    @property
    def offset(self) -> int | None:
        """What to ask for next; None before anything came."""
        waiting = self.open
        if waiting:
            return min(waiting)
        return None if self._last is None else self._last + 1
