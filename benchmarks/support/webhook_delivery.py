"""Telegram's half of a webhook: brings the queued updates of a `TelegramServer` to the address that was set, until each is taken.

As read in Telegram's own server (tdlib/telegram-bot-api of 2026-05-07, WebhookActor.cpp and Client.cpp):
- Updates stand in rows, and of each row only the first is on its way. The messages of a chat are one row, the presses of a person
  another: a press may overtake typed words.
- An answer other than 2xx, a broken connection or 60 seconds of silence: the update comes again, at once after its first failure,
  then after 2, 4, 8 seconds and so on up to a minute or two. `Retry-After` in the answer takes the place of that wait.
- At most `max_connections` are open. New ones come at ten in half a second; where nothing has been taken for ten seconds, one in
  two seconds and no second beside it.
- Words are dropped after a day, presses after 150 seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from benchmarks.support.telegram_server import TelegramServer

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
ANSWER_SECONDS: Final = 60.0
LONGEST_WAIT: Final = 60.0
LONGEST_ASKED: Final = 3600.0
QUIET_SECONDS: Final = 10.0
Row = tuple[str, int]


@dataclass
class _Try:
    """What is known of an update that is not taken yet."""

    delay: float = 1.0
    failures: int = 0
    due: float = 0.0


@dataclass
class WebhookDelivery:
    """Brings updates. `second`: how long a second of waiting lasts, for tests. `answer_seconds`: silence that is a failure."""

    server: TelegramServer
    second: float = 1.0
    answer_seconds: float = ANSWER_SECONDS
    dice: random.Random = field(default_factory=lambda: random.Random(5))
    statuses: Counter[int] = field(default_factory=Counter)
    """How often each status was answered; 0 where no answer came."""
    taken: dict[int, float] = field(default_factory=dict)
    """When each update was taken, by its number."""
    most_open: int = 0

    def __post_init__(self) -> None:
        self._tries: dict[int, _Try] = {}
        self._on_way: dict[Row, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = self._idle = 0
        self._opened: list[float] = []
        self._success = self._now() - 3600
        self._news = asyncio.Event()

    def _now(self) -> float:
        return time.monotonic() / self.second

    async def run(self) -> None:
        """Brings what is there and what comes, until cancelled."""
        self.server.on_update = self._news.set
        connector = aiohttp.TCPConnector(limit=0)
        try:
            async with aiohttp.ClientSession(connector=connector) as session:
                while True:
                    self._news.clear()
                    wait = self._send(session)
                    # Not `wait_for`, which on Python 3.11 swallows an end that comes with news.
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(wait * self.second):
                            await self._news.wait()
        finally:
            self.server.on_update = lambda: None
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _send(self, session: aiohttp.ClientSession) -> float:
        """Sends all that may go now; gives the seconds until more may."""
        hook = self.server.profile.get(("webhook", ""))
        if not hook or not hook.get("url"):
            return 0.2
        self.server.expire()
        now, wait = self._now(), 60.0
        ready: list[tuple[float, int, Row, dict[str, Any]]] = []
        seen: set[Row] = set()
        for number, content in self.server.updates:
            row = row_of(number, content)
            if row in seen:
                continue
            seen.add(row)
            if row in self._on_way:
                continue
            due = self._tries.setdefault(number, _Try(due=now)).due
            if due > now:
                wait = min(wait, due - now)
            else:
                ready.append((due, number, row, content))
        for _, number, row, content in sorted(ready, key=lambda one: one[:2]):
            if not self._connection(len(seen), int(hook.get("max_connections", 40))):
                return min(wait, 0.05)
            self._on_way[row] = number
            task = asyncio.create_task(self._bring(session, hook, number, row, content))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return wait

    def _connection(self, rows: int, most: int) -> bool:
        """Takes an idle connection or a new one; False where there is none to be had now."""
        if self._idle:
            self._idle -= 1
            return True
        now = self._now()
        quiet = now - self._success > QUIET_SECONDS
        seconds, burst = (2.0, 1) if quiet else (0.5, 10)
        recent = [at for at in self._opened if at > now - seconds]
        if self._open >= (1 if quiet else min(rows, most)) or len(recent) >= burst:
            return False
        self._opened = [*recent, now]
        self._open += 1
        self.most_open = max(self.most_open, self._open)
        return True

    async def _bring(self, session: aiohttp.ClientSession, hook: dict[str, Any], number: int, row: Row, content: Any) -> None:
        headers = {SECRET_HEADER: hook["secret_token"]} if hook.get("secret_token") else {}
        status, after = 0, 0.0
        try:
            limit = aiohttp.ClientTimeout(self.answer_seconds * self.second)
            async with session.post(hook["url"], json=content, headers=headers, timeout=limit) as answer:
                await answer.read()
                status = answer.status
                asked = answer.headers.get("Retry-After", "")
                after = min(float(asked), LONGEST_ASKED) if asked.isdecimal() else 0.0
                self._idle += 1
        except (aiohttp.ClientError, TimeoutError, OSError):
            self._open -= 1
        finally:
            self._on_way.pop(row, None)
        self.statuses[status] += 1
        if 200 <= status < 300:
            self._success = self._now()
            self.taken[number] = time.monotonic()
            self.server.confirm(number)
            self._tries.pop(number, None)
        else:
            self._failed(self._tries[number], status, after)
        self._news.set()

    def _failed(self, known: _Try, status: int, after: float) -> None:
        self.server.webhook_error = f"Wrong response from the webhook: {status}" if status else "Webhook connection closed"
        wait = after
        if not after and known.failures:
            known.delay = wait = min(known.delay * 2, self.dice.uniform(LONGEST_WAIT, LONGEST_WAIT * 2))
        known.failures += 1
        known.due = self._now() + wait


def row_of(number: int, content: dict[str, Any]) -> Row:
    """The row that an update stands in: those of one row are brought one after the other."""
    if message := content.get("message"):
        return ("message", message["chat"]["id"])
    if query := content.get("callback_query"):
        return ("press", query["from"]["id"])
    if member := content.get("my_chat_member"):
        return ("member", member["chat"]["id"])
    return ("alone", number)


@asynccontextmanager
async def delivering(
    server: TelegramServer, second: float = 1.0, answer_seconds: float = ANSWER_SECONDS
) -> AsyncIterator[WebhookDelivery]:
    """Brings the updates of `server` as long as the block runs."""
    delivery = WebhookDelivery(server, second, answer_seconds)
    task = asyncio.create_task(delivery.run())
    try:
        yield delivery
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
