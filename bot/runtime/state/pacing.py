"""How fast messages may go out: 30 a second to everybody, one a second in a chat after a short burst. Protocol and memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

from bot.runtime.state.chat_digest import ChatDigest

HELD_SECONDS: Final = 4.0
"""How long a wait that Telegram asked for is remembered after somebody last asked or said so."""


class Pacing(Protocol):
    """Lends moments to send at, one rate for all who share it.

    Losing it costs refusals by Telegram (429) and the waits that it then asks for: slower answers, none lost.
    """

    async def take(self, chat: int) -> float:
        """Lends a message to `chat` the present moment: 0. Or the seconds after which to ask again, and nothing is lent."""

    async def hold(self, chat: int, seconds: float) -> None:
        """Nothing may go to `chat` for `seconds` from now: Telegram said so. It is remembered only while somebody waits for it:
        `HELD_SECONDS` after this, or after the last `take` that it held up."""

    async def sweep(self) -> int:
        """Forgets the chats that need not wait any more; gives how many are left."""

    async def close(self) -> None:
        """Forgets what this process alone holds."""


class MemoryPacing:
    """`Pacing` in this process. `overall`, `chat`: messages a second, 0 for no limit. `burst`: at once in a chat.

    A chat is remembered under a keyed hash, which is fast: only until its burst is whole again and its wait over, seconds after
    its last message, beside the queue that knows its id anyway.
    """

    def __init__(
        self, overall: float = 30.0, chat: float = 1.0, burst: int = 3, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._overall, self._chat, self._burst, self._clock = overall, chat, burst, clock
        self._digest = ChatDigest()
        self._next = 0.0
        self._free_at: dict[bytes, float] = {}
        self._held_until: dict[bytes, tuple[float, float]] = {}

    async def take(self, chat: int) -> float:
        """As in `Pacing`."""
        now = self._clock()
        name = self._digest(chat)
        until, forgotten = self._held_until.get(name, (0.0, 0.0))
        if until > now and forgotten > now:
            self._held_until[name] = (until, now + HELD_SECONDS)
            return until - now
        free_at = self._free_at.get(name, 0.0)
        if self._chat and free_at - now > (self._burst - 1) / self._chat:
            return free_at - now - (self._burst - 1) / self._chat
        if self._overall and self._next - now > 1.0:
            return self._next - now - 1.0
        if self._overall:
            self._next = max(self._next, now) + 1 / self._overall
        if self._chat:
            self._free_at[name] = max(free_at, now) + 1 / self._chat
        return 0.0

    async def hold(self, chat: int, seconds: float) -> None:
        """As in `Pacing`."""
        now = self._clock()
        self._held_until[self._digest(chat)] = (now + seconds, now + HELD_SECONDS)

    async def sweep(self) -> int:
        """As in `Pacing`."""
        now = self._clock()
        for name in [name for name, until in self._free_at.items() if until <= now]:
            del self._free_at[name]
        for name in [name for name, held in self._held_until.items() if min(held) <= now]:
            del self._held_until[name]
        return len(self._free_at) + len(self._held_until)

    async def close(self) -> None:
        """As in `Pacing`."""
        self._free_at.clear()
        self._held_until.clear()
