"""Which of several processes serves the account on Signal: the holder of one lease. The others wait, and connect to nothing.

A daemon serves one bot. So a process that lost the lease must not say a word more, even where it does not know yet because it
stood still: `Turn.holds` is asked before each, and needs nobody's answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import FIRST_COMPLETED
from collections.abc import Awaitable, Callable
from typing import Final

from bot.privacy import safe_log
from bot.runtime.state import Lease, SessionStore, boot_clock

NAME: Final = b"signal account"
LOOK_SECONDS: Final = 0.5
AGAIN_SECONDS: Final = 1.0


class Turn:
    """The time in which this process serves, as long as a lease is its own."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def holds(self) -> bool:
        """Whether nobody else can be serving at this moment, by this machine's clock."""
        return not self._lease.lost.is_set() and boot_clock() < self._lease.until

    async def over(self) -> None:
        """Waits until it is over."""
        while self.holds():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._lease.lost.wait()


async def in_turn(
    store: SessionStore, serve: Callable[[Turn], Awaitable[None]], stop: asyncio.Event, waits: Callable[[], None]
) -> None:
    """Calls `serve` whenever the lease is ours, until `stop`. It returns when its turn is over, or once all is done at `stop`.

    `waits`: called once a second while this process does not serve. Without the store nobody serves: two would be worse.
    """
    serving = False

    async def turns() -> None:
        nonlocal serving
        while not stop.is_set():
            async with store.lease(NAME) as lease:
                if lease.kept:
                    serving = True
                    safe_log.say("active")
                    await serve(Turn(lease))
                    serving = False
                    safe_log.say("passive")
            if not lease.kept:
                await asyncio.sleep(AGAIN_SECONDS)

    work, stopping = asyncio.create_task(turns()), asyncio.create_task(stop.wait())
    try:
        while not work.done() and (serving or not stopping.done()):
            if not serving:
                waits()
            await asyncio.wait(
                {work} if stopping.done() else {work, stopping}, timeout=AGAIN_SECONDS, return_when=FIRST_COMPLETED
            )
    finally:
        for task in (work, stopping):
            task.cancel()
        await asyncio.gather(stopping, return_exceptions=True)
        with contextlib.suppress(asyncio.CancelledError):
            await work
