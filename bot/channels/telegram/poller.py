"""Asks Telegram for updates, confirms only what is done, and comes back by itself from whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Final

from bot.channels.telegram.chat_queue import ChatQueues
from bot.channels.telegram.counters import Counters
from bot.channels.telegram.job import Job
from bot.channels.telegram.json_fields import NoJsonError
from bot.channels.telegram.recovery import Recovery
from bot.channels.telegram.transport import QuietBot, Refusal, RefusedError, UnreachableError
from bot.channels.telegram.update_window import SIZE, UpdateWindow
from bot.channels.telegram.updates import ALLOWED, PoisonError, Update, decode, update_ids
from bot.privacy import safe_log
from bot.runtime.health import Health

LONG_POLL: Final = 8
GRACE: Final = 4.0
BACK_OFF: Final = (0.2, 0.5, 1.0, 2.0)
QUICK: Final = 0.03
GATHER: Final = 0.06
SLOW: Final = 0.5
QUICK_FOR: Final = 5.0
CONFLICT: Final = 409
RIVAL_SECONDS: Final = 60.0
"""A second refusal with 409 within this time is a rival; a single one may be the end of the process before this one."""


class Poller:
    """One loop. `receive` takes an update in and gives its job."""

    def __init__(
        self,
        bot: QuietBot,
        receive: Callable[[Update], Job],
        queues: ChatQueues,
        recovery: Recovery,
        health: Health,
        counters: Counters,
    ) -> None:
        self._bot, self._receive, self._queues, self._recovery = bot, receive, queues, recovery
        self._health, self._counters = health, counters
        self._window = UpdateWindow()
        self._failures = 0
        self._rivals = 0
        self._rival_at = -RIVAL_SECONDS
        self._caught_up = False
        self._clock = asyncio.get_running_loop().time
        self._quiet_since = self._clock()

    async def take_webhook_away(self) -> None:
        """A webhook, of ours from before or somebody else's, refuses every poll."""
        with contextlib.suppress(RefusedError, UnreachableError):
            await self._bot.call("deleteWebhook", read=3.0)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. Never raises for what Telegram, the network or an update does."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self._until(stopping, self._round())
        finally:
            stopping.cancel()

    async def confirm(self) -> None:
        """Tells Telegram what is done, at the end."""
        if self._window.offset is not None:
            with contextlib.suppress(RefusedError, UnreachableError):
                await self._bot.call("getUpdates", read=3.0, offset=self._window.offset, limit=1, timeout=0)

    async def _until(self, stopping: asyncio.Task[Any], work: Any) -> None:
        task = asyncio.ensure_future(work)
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _round(self) -> None:
        try:
            new = await self._poll()
        except (RefusedError, UnreachableError, NoJsonError) as error:
            await self._failed(error)
            return
        except Exception as error:
            self._counters.fault(error)
            await self._failed(error)
            return
        if self._failures:
            safe_log.say("poll_back", n=self._failures)
            self._failures = 0
        self._queues.park(blocked=self._window.blocked)
        if new:
            self._quiet_since = self._clock()
        if self._window.open:
            await self._await_progress(bool(new))

    async def _poll(self) -> int:
        """One call; gives how many updates were new."""
        self._window.let_go()
        waiting = bool(self._window.open)
        # After a failure a call that hangs would cost more time than it saves; the first one asks for what lies there already.
        at_once = waiting or self._failures or not self._caught_up or self._recovery.waits
        timeout = 0 if at_once else LONG_POLL
        parameters: dict[str, Any] = {"timeout": timeout, "limit": SIZE, "allowed_updates": list(ALLOWED)}
        if self._window.offset is not None:
            parameters["offset"] = self._window.offset
        # A shielded call: an answer that is cut off by a stop is simply sent again to the next process.
        asked = self._recovery.asks()
        answer = await self._bot.call("getUpdates", read=timeout + GRACE, **parameters)
        found = update_ids(answer.raw)
        self._health.good()
        raw = dict(found)
        self._counters.poison += sum(number < 0 for number, _ in found)
        all_there = len(found) < SIZE
        new = self._window.unknown(raw)
        self._take_all(new, raw)
        if all_there:
            self._recovery.delivers(asked)
        self._caught_up = True
        some, broken, count = bool(found), all(number < 0 for number, _ in found), len(new)
        # Nothing of what came is held while this waits: people's words are in it, and of some who leave meanwhile.
        del answer, found, raw, new
        if some and not count and not waiting:
            await asyncio.sleep(QUICK)
        if some and broken:
            await asyncio.sleep(BACK_OFF[-1])
        return count

    def _take_all(self, new: list[int], raw: dict[int, bytes]) -> None:
        """Takes in what is new."""
        last: dict[int, Job] = {}
        presses: dict[tuple[int, int], Job] = {}
        for number in new:
            job = self._take(raw[number])
            self._window.add(number, job)
            if job is None:
                continue
            last[job.update.chat] = job
            if job.is_press and not job.done:
                place = job.update.chat, job.update.message
                if place in presses:
                    presses[place].overtaken = True
                presses[place] = job
        for job in last.values():
            # Also where more wait at Telegram: what the process before may have answered all fits into its first delivery.
            job.newest = True

    def _take(self, raw: bytes) -> Job | None:
        try:
            job = self._receive(decode(raw))
            # What was answered and not confirmed fits into one delivery: a window is no larger.
            job.again = not self._caught_up
            return job
        except PoisonError:
            self._counters.poison += 1
        except Exception as error:
            self._counters.fault(error)
        return None

    async def _await_progress(self, new: bool) -> None:
        """Before asking again: until a queue has moved, or long enough that others should be looked for."""
        if self._window.size >= SIZE:
            # Telegram sends at most a hundred: more cannot come before some of these are done, or a chat in trouble is let go.
            await self._changed(QUICK if self._window.blocked else 2.0)
            enough = self._clock() + GATHER
            while self._window.size > SIZE // 2 and (left := enough - self._clock()) > 0:
                await self._changed(left)
            return
        quiet = self._clock() - self._quiet_since
        await self._changed(QUICK if new or quiet < QUICK_FOR else SLOW)

    async def _changed(self, seconds: float) -> None:
        self._queues.changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._queues.changed.wait(), max(0.0, seconds))

    async def _failed(self, error: Exception) -> None:
        code = error.code if isinstance(error, RefusedError) else 0
        if isinstance(error, RefusedError) and code == CONFLICT:
            await self._rival(error)
        if self._failures in (0, 10) or self._failures % 100 == 0:
            safe_log.say("poll_failed", code=code, n=self._failures)
        wait = BACK_OFF[min(self._failures, len(BACK_OFF) - 1)]
        if isinstance(error, RefusedError) and error.code == 429:
            wait = max(wait, min(error.retry_after, 30.0))
        self._failures += 1
        self._queues.park()
        await asyncio.sleep(wait)

    async def _rival(self, error: RefusedError) -> None:
        """Somebody else asks for our updates, or has them brought: told, red, and a webhook that is not ours is taken away."""
        webhook, now = error.why is Refusal.WEBHOOK, self._clock()
        again, self._rival_at = now - self._rival_at < RIVAL_SECONDS, now
        self._rivals += 1
        if webhook or again:
            self._health.rival()
            if self._rivals <= 2 or self._rivals % 100 == 0:
                safe_log.say("rival", n=self._rivals)
        if webhook:
            await self.take_webhook_away()
