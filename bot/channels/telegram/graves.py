"""What is of before a leave, here or at another process: it shows nothing more, and takes back what it has shown."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.channels.sessions import SessionLease
from bot.channels.telegram.bubble import Shown
from bot.channels.telegram.chat_queue import WRITTEN, ChatQueue
from bot.channels.telegram.job import Job
from bot.channels.telegram.outbox import Outbox
from bot.runtime.state import Tombstones

LEFT_SECONDS: Final = 1.5
"""So long words wait for a leave before them that another process is still at."""


class Graves:
    """The tombstones of leaves, as the work on an update asks for them."""

    def __init__(self, tombstones: Tombstones, outbox: Outbox) -> None:
        self._tombstones, self._outbox = tombstones, outbox
        self._clock = asyncio.get_running_loop().time

    async def covers(self, job: Job, queue: ChatQueue) -> bool:
        """Whether its chat was just left, here or at another process: what is of before shows nothing more."""
        grave = await self._tombstones.of(queue.chat)
        return grave.covers(message=job.update.message, update=max(0, job.update.id))

    async def bury(self, job: Job, queue: ChatQueue, shown: Shown | None = None) -> None:
        """Deletes what is of before a leave and was shown or typed all the same, and remembers nothing of it."""
        there = {*shown.copies, shown.bubble, shown.stays} if shown is not None else set[int]()
        if job.update.kind in WRITTEN:
            there.add(job.update.message)
        if there - {0}:
            await self._outbox.delete_all(queue.chat, sorted(there))
        queue.untracked.discard(*there)

    async def is_being_left(self, job: Job, queue: ChatQueue, lease: SessionLease) -> bool:
        """Whether another process is still at a leave that came before these words: it has to find the session of before."""
        session, grave = lease.session, await self._tombstones.of(queue.chat)
        if not 0 < grave.update < job.update.id or session is None or session.latest > grave.update:
            return False
        if self._clock() - job.arrived < LEFT_SECONDS:
            return True
        lease.session = None
        return False
