"""What follows the end of a talk on Signal: the goodbye is deleted, and the daemon forgets the contact."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from secrets import token_bytes
from typing import Final

from bot.channels.signal.outbox import LATER, Outbox
from bot.privacy import safe_log
from bot.runtime.state import ChatDigest, Due, Timers

HANDLE_BYTES: Final = 16
BUSY_SECONDS: Final = 20.0
"""How long to wait with somebody who is being answered when their time is up."""


class Contacts:
    """Counts down to the end of each talk, by timers that hold the account id sealed.

    `idle`: seconds of silence that end a talk. `goodbye`: seconds that the goodbye stays. `busy`: whether somebody is being
    answered. `ended`: called for whoever is forgotten.
    """

    def __init__(
        self,
        timers: Timers,
        outbox: Outbox,
        busy: Callable[[str], bool],
        ended: Callable[[str], None],
        idle: float,
        goodbye: float,
    ) -> None:
        self._timers, self._outbox, self._busy, self._ended = timers, outbox, busy, ended
        self._idle, self._goodbye = idle, goodbye
        self._digest = ChatDigest()
        self._over: dict[bytes, str] = {}
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def talks(self, aci: str) -> None:
        """Somebody wrote: their contact is kept until they have been silent for `idle` seconds."""
        self._over.pop(self._digest(aci), None)
        await self._timers.arm(self._digest(aci), self._idle, aci.encode())

    async def leaves(self, aci: str, goodbye: int) -> None:
        """Somebody left: the message `goodbye` (0 for none) is deleted in `goodbye` seconds, and then their contact."""
        self._over.pop(self._digest(aci), None)
        await self._timers.cancel(self._digest(aci))
        await self._timers.arm(token_bytes(HANDLE_BYTES), self._goodbye, f"{aci} {goodbye}".encode())

    async def run(self) -> None:
        """Carries out what is due, until cancelled. Goodbyes wait for nobody."""
        while True:
            await self._carry_out(await self._timers.next())

    async def _carry_out(self, due: Due) -> None:
        # In a frame of its own, which ends: nobody is held while the next timer is awaited.
        self._ring(due.payload)
        await self._timers.done(due)

    def _ring(self, payload: bytes) -> None:
        aci, ends, goodbye = payload.decode().partition(" ")
        if ends:
            task = asyncio.create_task(self._after_goodbye(aci, int(goodbye)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._over[self._digest(aci)] = aci
            self._news.set()

    async def _after_goodbye(self, aci: str, goodbye: int) -> None:
        try:
            if goodbye:
                await self._outbox.call("remoteDelete", priority=LATER, recipient=[aci], targetTimestamp=goodbye)
            if self._digest(aci) not in self._over and not await self._timers.is_armed(self._digest(aci)):
                await self._outbox.call("removeContact", priority=LATER, recipient=aci, forget=True)
        except Exception as error:
            safe_log.fault(error)

    async def forget(self) -> None:
        """Lets the daemon forget those whose talk is over, one after the other, until cancelled: where Signal limits the bot, a
        call waits for hours."""
        while True:
            while not self._over:
                self._news.clear()
                await self._news.wait()
            try:
                await self._forget(self._over.pop(next(iter(self._over))))
            except Exception as error:
                safe_log.fault(error)

    async def _forget(self, aci: str) -> None:
        # Asked when its turn comes: while the daemon forgot another, somebody may have left or written again.
        if await self._timers.is_armed(self._digest(aci)):
            return
        if self._busy(aci):
            await self._timers.arm(self._digest(aci), min(self._idle, BUSY_SECONDS), aci.encode())
            return
        self._ended(aci)
        await self._outbox.call("removeContact", priority=LATER, recipient=aci, forget=True)

    def stop(self) -> None:
        """Ends what is on its way."""
        for task in self._tasks:
            task.cancel()
