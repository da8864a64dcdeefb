""" "Clear after 10 minutes", on the person's own wish: the chat's address, sealed, for that time only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from secrets import token_bytes
from typing import Final

from bot.privacy.sealing import seal, unseal
from bot.privacy.session import TIMER_BYTES

LIMIT: Final = 4096

Fire = Callable[[int, int, str], None]


class Timers:
    """Timers by a random handle. `fire` gets the chat, the newest message known and the talk's token.

    The key lies in this process; at a clean stop all timers fire early rather than never.
    """

    def __init__(self, fire: Fire) -> None:
        self._fire = fire
        self._key = token_bytes(32)
        self._kept: dict[bytes, tuple[asyncio.TimerHandle, bytes]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def arm(self, seconds: float, chat: int, message: int, token: str) -> bytes:
        """A new timer's handle; b"" where there are too many."""
        if len(self._kept) >= LIMIT:
            return b""
        handle = token_bytes(TIMER_BYTES)
        plain = chat.to_bytes(8, "big", signed=True) + message.to_bytes(8, "big", signed=True) + token.encode()
        later = asyncio.get_running_loop().call_later(seconds, self._ring, handle)
        self._kept[handle] = (later, seal(self._key, handle, plain))
        return handle

    def cancel(self, handle: bytes) -> None:
        """Forgets a timer; harmless where there is none."""
        if kept := self._kept.pop(handle, None):
            kept[0].cancel()

    def fire_all(self) -> None:
        """Lets every timer fire now."""
        for handle in list(self._kept):
            self._ring(handle)

    def _ring(self, handle: bytes) -> None:
        if kept := self._kept.pop(handle, None):
            kept[0].cancel()
            plain = unseal(self._key, handle, kept[1])
            chat, message = (int.from_bytes(plain[at : at + 8], "big", signed=True) for at in (0, 8))
            self._fire(chat, message, plain[16:].decode())
