"""A bot whose calls go to the strict server without a network: the same rules, each call a few waits long, in any clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from benchmarks.support.telegram_rules import Refused
from benchmarks.support.telegram_server import Fault, TelegramServer
from bot.channels.telegram.transport import Answer, Refusal, RefusedError, UnreachableError


class DirectBot:
    """In the place of `QuietBot`. `fault`: what goes wrong with a call of a method to a chat, the n-th of all. `delay`: seconds
    each call takes, half before and half after its effect. `dead`: its process is."""

    def __init__(self, server: TelegramServer, delay: float = 0.0) -> None:
        self.server, self.delay, self.dead = server, delay, False
        self.fault: Callable[[str, int], Fault | None] = lambda _method, _chat: None
        self._late: set[asyncio.Task[Any]] = set()

    async def call(self, method: str, read: float = 8.0, **parameters: Any) -> Answer:
        """As `QuietBot.call`."""
        if self.dead:
            raise asyncio.CancelledError
        self.server.calls[method] += 1
        fault = self.fault(method, int(parameters.get("chat_id", 0)))
        if fault is not None and fault.kind == "status":
            await asyncio.sleep(self.delay)
            raise RefusedError(fault.status, Refusal.OTHER, fault.retry_after)
        sent = json.dumps(parameters)[::-1]
        effect = asyncio.ensure_future(self._effect(method, sent, fault.seconds if fault else 0.0))
        # Telegram has the request: it does not hear that nobody waits any more.
        self._late.add(effect)
        effect.add_done_callback(self._arrived)
        result = await asyncio.shield(effect)
        if fault is not None and fault.kind == "after":
            raise UnreachableError(sent=True)
        await asyncio.sleep(self.delay / 2)
        if isinstance(result, dict):
            return Answer(b'{"ok":true,"result":{"message_id":%d}}' % result["message_id"])
        return Answer()

    def _arrived(self, effect: asyncio.Task[Any]) -> None:
        self._late.discard(effect)
        if not effect.cancelled():
            effect.exception()

    async def _effect(self, method: str, sent: str, seconds: float) -> Any:
        """Telegram's side. What it holds meanwhile reads backwards: who searches this process for words looks for the bot's."""
        await asyncio.sleep(self.delay / 2 + seconds)
        try:
            return await getattr(self.server, f"_do_{method}")(json.loads(sent[::-1]))
        except Refused as refused:
            said = refused.why.lower()
            why = next((reason for reason in Refusal if reason.value and reason.value in said), Refusal.OTHER)
            raise RefusedError(refused.code, why, refused.retry_after) from None
