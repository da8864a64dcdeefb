"""What Telegram brings again, to this process or to another that shares the state, is not answered again."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import cast

import httpx
import pytest

from bot.channels.telegram import app
from bot.channels.telegram.app import RunningChannel
from bot.channels.telegram.counters import Counters
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.job import Job
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.recovery import Recovery
from bot.channels.telegram.settings import Settings
from bot.channels.telegram.transport import Answer
from bot.channels.telegram.updates import Update
from bot.channels.telegram.webhook import Webhook
from bot.runtime.health import Health
from bot.runtime.state import Claims, MemoryClaims

SECRET = "s" * 16


class Replica:
    """A webhook whose jobs the test ends. `jobs`: those that it took in."""

    def __init__(self, claims: Claims, health: Health | None = None) -> None:
        self.jobs: list[Job] = []
        self.intake = Intake(self._receive, claims, self._hears, Counters())
        served = Webhook(SECRET, self.intake, health or Health(None), Counters()).app()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://bot")

    def _receive(self, update: Update) -> Job:
        self.jobs.append(Job(update, 0.0))
        return self.jobs[-1]

    async def _hears(self, update: Update) -> bool:
        return "knife" in update.text

    async def health(self) -> tuple[int, str]:
        """What `/health` says."""
        found = await self._client.get("/health")
        return found.status_code, found.text

    async def bring(self, number: int) -> int:
        """Brings an update; gives the status."""
        return (await self.post(number)).status_code

    async def post(self, number: int) -> httpx.Response:
        """Brings an update."""
        message = {"message_id": 5, "date": 1, "chat": {"id": 11, "type": "private"}, "text": "hello"}
        body = json.dumps({"update_id": number, "message": message})
        headers = {"x-telegram-bot-api-secret-token": SECRET}
        return await self._client.post("/", content=body, headers=headers)


async def test_an_update_on_its_way_has_one_job_and_both_wait_for_it() -> None:
    """Telegram lost patience and brings it again: it is answered once, and confirmed to both when it is."""
    one = Replica(MemoryClaims())
    waiting = [asyncio.create_task(one.bring(7)) for _ in range(2)]
    await asyncio.sleep(0.05)
    assert len(one.jobs) == 1
    assert not any(task.done() for task in waiting)
    one.jobs[0].finish()
    assert await asyncio.wait_for(asyncio.gather(*waiting), 2) == [200, 200]


async def test_an_update_that_is_done_is_done_for_every_replica() -> None:
    """The confirmation got lost: whoever gets the update then says so again. Another update is another job."""
    claims = MemoryClaims()
    one, two = Replica(claims), Replica(claims)
    waiting = asyncio.create_task(one.bring(7))
    await asyncio.sleep(0.05)
    assert await two.bring(7) == 503, "not before it is answered: Telegram brings it again"
    assert not two.jobs
    one.jobs[0].finish()
    assert await waiting == 200
    async with asyncio.timeout(2):
        assert [await one.bring(7), await two.bring(7)] == [200, 200]
    other = asyncio.create_task(two.bring(8))
    await asyncio.sleep(0.05)
    assert (len(one.jobs), len(two.jobs)) == (1, 1)
    two.jobs[0].finish()
    assert await other == 200


async def test_health_names_the_part_that_is_yellow() -> None:
    """Yellow is 200, so that no proxy takes all replicas away; red is 503 whatever else is wrong."""
    now, wrong = [0.0], {"deaf": "", "away": False}
    health = Health(None, lambda: now[0], deaf=lambda: wrong["deaf"], away=lambda: bool(wrong["away"]))
    bot = Replica(MemoryClaims(), health)
    assert await bot.health() == (200, "green\n")
    wrong["deaf"] = "encoder"
    assert await bot.health() == (200, "yellow: encoder\n")
    wrong["away"] = True
    assert await bot.health() == (200, "yellow: valkey\n")
    now[0] = 60.0
    assert await bot.health() == (503, "red\n")


async def test_answers_that_got_lost_are_looked_for_once_telegram_has_nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a webhook nothing else tells that all words are here: what nobody knows of then is no person's."""
    waiting, asked = [2], asyncio.Event()
    settings = Settings("123:TEST", webhook_url="https://bot.example/x", webhook_secret=SECRET)

    class Bot:
        async def call(self, method: str, **_: object) -> Answer:
            if method == "getWebhookInfo":
                asked.set()
            found = {"url": settings.webhook_url, "pending_update_count": waiting[0]}
            return Answer(json.dumps({"ok": True, "result": found}).encode())

    bot = Bot()
    recovery = Recovery(cast(Outbox, None))
    parts = SimpleNamespace(bot=bot, driver=SimpleNamespace(recovery=recovery), health=Health(None))
    monkeypatch.setattr(app, "HEARTBEAT", 0.01)
    beating = asyncio.create_task(app._heartbeat(cast(RunningChannel, parts), settings))
    await asked.wait()
    recovery.suspect(11, [5, 6], [])
    await asyncio.sleep(0.05)
    assert recovery.wait(11)
    waiting[0] = 0
    await asyncio.sleep(0.05)
    assert recovery.wait(11) == 0
    beating.cancel()
