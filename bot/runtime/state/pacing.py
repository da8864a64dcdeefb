"""How fast messages may go out: 30 a second to everybody, one a second in a chat after a short burst."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from hashlib import blake2b
from secrets import token_bytes

MonotonicClock = Callable[[], float]


class Pacing:
    """Lends moments to send at. `overall`, `chat`: messages a second, 0 for no limit. `burst`: at once in a chat.

    A chat is remembered under a keyed hash, and only until its burst is whole again and Telegram's own wait is over.
    """

    def __init__(self, overall: float = 30.0, chat: float = 1.0, burst: int = 3, clock: MonotonicClock | None = None) -> None:
        self._overall, self._chat, self._burst = overall, chat, burst
        self._clock = clock or asyncio.get_running_loop().time
        self._next = 0.0
        self._chats: dict[bytes, float] = {}
        self._held: dict[bytes, float] = {}
        self._key = token_bytes(32)

    async def turn(self, chat: int, stale: Callable[[], bool] = bool) -> None:
        """Waits until a message may go to `chat`, or until it is not wanted any more."""
        while (delay := self._delay(chat)) > 0 and not stale():
            await asyncio.sleep(min(delay, 0.25))

    def hold(self, chat: int, seconds: float) -> None:
        """Nothing may go to `chat` for `seconds`: Telegram said so."""
        self._held[self._name(chat)] = self._clock() + seconds

    def _name(self, chat: int) -> bytes:
        return blake2b(chat.to_bytes(8, "big", signed=True), key=self._key, digest_size=12).digest()

    def _delay(self, chat: int) -> float:
        """Seconds still to wait; 0 once the moment has been lent."""
        now = self._clock()
        name = self._name(chat)
        if (held := self._held.get(name, 0.0) - now) > 0:
            return held
        free_at = self._chats.get(name, 0.0)
        if self._chat and free_at - now > (self._burst - 1) / self._chat:
            return free_at - now - (self._burst - 1) / self._chat
        if self._overall and self._next - now > 1.0:
            return self._next - now - 1.0
        if self._overall:
            self._next = max(self._next, now) + 1 / self._overall
        if self._chat:
            self._chats[name] = max(free_at, now) + 1 / self._chat
        return 0.0

    def sweep(self) -> int:
        """Forgets the chats that need not wait any more; gives how many are left."""
        now = self._clock()
        for kept in (self._chats, self._held):
            for name in [name for name, until in kept.items() if until <= now]:
                del kept[name]
        return len(self._chats) + len(self._held)
