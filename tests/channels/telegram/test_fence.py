"""What was long on its way is looked at again: how often the others are asked, and what a process that stood still may send."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.telegram import fence as fences
from bot.channels.telegram import transport
from bot.channels.telegram.fence import ALONE_SECONDS, Fence
from bot.channels.telegram.job import Job
from bot.channels.telegram.transport import Transport, UnreachableError
from bot.channels.telegram.updates import Update


class Others:
    """What the others answer, one after the other, and how often they were asked."""

    def __init__(self, *answers: bool | None) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self) -> bool | None:
        """The next answer."""
        self.asked += 1
        return self.answers.pop(0)


def _job(age: float = 0.0, *, parked: bool = False, again: bool = False) -> Job:
    job = Job(Update(1, "press", 5, 6), asyncio.get_running_loop().time() - age)
    job.parked, job.again = parked, again
    return job


async def test_an_answer_that_comes_at_once_asks_nobody() -> None:
    """Nobody else can have an update that is claimed here and not confirmed."""
    others = Others()
    assert not await Fence(_job(ALONE_SECONDS - 1), others)()


async def test_what_was_confirmed_or_had_elsewhere_or_is_old_is_asked_about_once_a_second() -> None:
    """Each further try within that second counts on the same answer."""
    for job in (_job(parked=True), _job(again=True), _job(ALONE_SECONDS + 1)):
        others = Others(False)
        fence = Fence(job, others)
        assert not await fence()
        assert not await fence()
        assert others.asked == 1


async def test_what_fell_once_stays_so() -> None:
    """The others have shown something newer: nobody takes that back."""
    others = Others(True)
    fence = Fence(_job(parked=True), others)
    assert await fence()
    assert await fence()
    assert fence.fell
    assert others.asked == 1


async def test_who_cannot_ask_tries_again_and_then_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connections of a process that stood still are dead; but an answer counts for more than its order."""
    monkeypatch.setattr(fences, "PAUSES", (0.0, 0.01, 0.01))
    assert await Fence(_job(parked=True), Others(None, None, True))()
    assert not await Fence(_job(parked=True), Others(None, None, None))()


async def test_a_process_that_stands_still_while_it_asks_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the machine slept, and the loop's clock with it."""
    now = [100.0]
    monkeypatch.setattr(fences, "boot_clock", lambda: now[0])

    class Slow(Others):
        async def __call__(self) -> bool | None:
            now[0] += 14.0 if not self.asked else 0.0
            return await super().__call__()

    others = Slow(False, True)
    assert await Fence(_job(parked=True), others)()
    assert others.asked == 2


async def test_a_call_does_not_go_out_on_a_connection_that_came_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process stood still between its look and its call: Telegram hears nothing, and the call is tried anew."""
    heard: list[str] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response(text="{}")

    app = web.Application()
    app.router.add_post("/{what}", hear)
    now = iter([0.0, 14.0, 20.0, 20.1])
    monkeypatch.setattr(transport, "boot_clock", lambda: next(now))
    async with TestServer(app) as server:
        calls = Transport()
        await calls.open()
        with pytest.raises(UnreachableError) as error:
            await calls.post(str(server.make_url("/late")), b"{}")
        assert not error.value.sent
        assert await calls.post(str(server.make_url("/soon")), b"{}") == b"{}"
        await calls.close()
    assert heard == ["/soon"]
