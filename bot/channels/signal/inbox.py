"""What people wrote on Signal and was not answered yet, sealed where the processes share it: who takes over answers it.

The daemon hands each message over once. Without this, what a process had when it died would be lost with it.
"""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_bytes
from typing import Final, cast

from bot.channels.signal.envelope import Kind, Update
from bot.privacy import safe_log
from bot.runtime.state import LEASE_SECONDS, Due, Timers

AGAIN_SECONDS: Final = LEASE_SECONDS + 2
"""Seconds until a message that nobody has answered is handed out: who had it is gone by then, or says that it is busy."""
HANDLE_BYTES: Final = 16
Key = tuple[str, int]


class Inbox:
    """Messages by timers of a state that is shared. `receive`: takes a message in. `holds`: whether this process serves."""

    def __init__(self, timers: Timers, receive: Callable[[Update], None], holds: Callable[[], bool]) -> None:
        self._timers, self._receive, self._holds = timers, receive, holds
        self._open: dict[Key, bytes] = {}

    async def take(self, update: Update) -> None:
        """A message from the daemon: kept, then taken in. Of one that came while another serves it is only kept."""
        key, handle = _key(update), token_bytes(HANDLE_BYTES)
        if not self._holds():
            await self._timers.arm(handle, 0.0, _packed(update))
        elif key not in self._open:
            self._open[key] = handle
            await self._timers.arm(handle, AGAIN_SECONDS, _packed(update))
            self._receive(update)

    async def done(self, update: Update) -> None:
        """It is answered, or nobody waits for an answer any more."""
        if handle := self._open.pop(_key(update), b""):
            await self._timers.cancel(handle)

    async def run(self) -> None:
        """Takes in what others have left, until cancelled or as long as this process serves."""
        while self._holds():
            await self._take_over(await self._timers.next())

    async def _take_over(self, due: Due) -> None:
        # In a frame of its own, which ends: no words are held while the next is awaited.
        try:
            if not self._holds():
                await self._timers.arm(due.handle, 0.0, due.payload)  # for who serves now
                return
            update = _unpacked(due.payload)
            key = _key(update)
            if key in self._open and self._open[key] != due.handle:
                await self._timers.done(due)
                return
            new = key not in self._open
            self._open[key] = due.handle
            await self._timers.arm(due.handle, AGAIN_SECONDS, due.payload)
            if new:
                self._receive(update)
        except Exception as error:
            safe_log.fault(error)

    def close(self) -> None:
        """Forgets what this process has of them; what is kept stays for the others."""
        self._open.clear()


def _key(update: Update) -> Key:
    return update.aci, update.timestamp


def _packed(update: Update) -> bytes:
    return f"{update.aci} {update.timestamp} {update.kind} {update.text}".encode()


def _unpacked(payload: bytes) -> Update:
    aci, timestamp, kind, text = payload.decode().split(" ", 3)
    return Update(aci, int(timestamp), cast(Kind, kind), text)
