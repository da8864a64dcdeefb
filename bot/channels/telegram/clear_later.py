""" "Clear after 10 minutes", on the person's own wish: the chat's address, sealed among the timers, for that time only."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_bytes

from bot.privacy import safe_log
from bot.privacy.session import TIMER_BYTES
from bot.runtime.state import Due, Timers

Clear = Callable[[Due, int, int, str], None]


class ClearLater:
    """Chats to clear when their time is up. `clear` gets the timer, the chat, the newest message known and the talk's token; a
    timer that is not `done` comes again."""

    def __init__(self, timers: Timers, clear: Clear) -> None:
        self._timers, self._clear = timers, clear

    async def arm(self, seconds: float, chat: int, message: int, token: str) -> bytes:
        """Clears `chat` in `seconds`; gives the handle that takes it back, b"" where too many have asked."""
        handle = token_bytes(TIMER_BYTES)
        payload = chat.to_bytes(8, "big", signed=True) + message.to_bytes(8, "big", signed=True) + token.encode()
        return handle if await self._timers.arm(handle, seconds, payload) else b""

    async def cancel(self, handle: bytes) -> None:
        """Takes it back; harmless where there is nothing."""
        if handle:
            await self._timers.cancel(handle)

    async def done(self, due: Due) -> None:
        """The chat is cleared, or the timer means nothing any more."""
        await self._timers.done(due)

    async def run(self) -> None:
        """Clears each chat in its time, until cancelled."""
        while True:
            self._ring(await self._timers.next())

    async def clear_all(self) -> None:
        """Clears them all now: at a clean stop, rather early than never. Not those that other processes clear in their time."""
        for due in await self._timers.release():
            self._ring(due)

    def _ring(self, due: Due) -> None:
        chat, message = (int.from_bytes(due.payload[at : at + 8], "big", signed=True) for at in (0, 8))
        try:
            self._clear(due, chat, message, due.payload[16:].decode())
        except Exception as error:
            safe_log.fault(error)
