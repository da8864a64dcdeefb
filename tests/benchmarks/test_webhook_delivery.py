"""The tests' Telegram brings updates as the real one does, and the front sends them on as nginx does."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from benchmarks.support.front import Front
from benchmarks.support.telegram_server import TelegramServer
from benchmarks.support.webhook_delivery import SECRET_HEADER, delivering

SECOND = 0.1
"""How long a second of Telegram's waiting lasts here."""


class Stub:
    """A replica that answers what the test says, and remembers what came. `hold`: cleared, its answers wait."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.got: list[tuple[float, int, str]] = []
        self.answers: dict[int, list[web.Response | None]] = {}
        """For an update, what is answered first, and so on; None breaks the connection. Then 200."""
        self.hold = asyncio.Event()
        self.hold.set()
        self.busy = self.most_busy = 0
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.UnixSite(self._runner, str(self.socket)).start()

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    async def _take(self, request: web.Request) -> web.Response:
        number = json.loads(await request.read())["update_id"]
        self.got.append((time.monotonic(), number, request.headers.get(SECRET_HEADER, "")))
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        await self.hold.wait()
        self.busy -= 1
        answer = self.answers[number].pop(0) if self.answers.get(number) else web.Response()
        if answer is None:
            assert request.transport
            request.transport.abort()
        return answer or web.Response()

    @property
    def numbers(self) -> list[int]:
        return [number for _, number, _ in self.got]


@pytest.fixture
async def stubs(tmp_path: Path) -> AsyncIterator[list[Stub]]:
    """Three replicas."""
    made = [Stub(tmp_path / f"{number}.sock") for number in range(3)]
    for stub in made:
        await stub.start()
    yield made
    for stub in made:
        await stub.stop()


@pytest.fixture
async def server() -> TelegramServer:
    """A Telegram that is asked nothing."""
    return TelegramServer()


async def _front(server: TelegramServer, stubs: list[Stub], most: int = 40, **more: Any) -> Front:
    front = Front([stub.socket for stub in stubs], **more)
    await front.start()
    await server._do_setWebhook({"url": front.url, "secret_token": "s" * 16, "max_connections": most})
    return front


async def test_a_failed_update_comes_again_after_growing_waits_and_holds_up_only_its_row(server, stubs):
    """At once, then after two seconds, then four; words wait behind words, a press overtakes them, and so does anybody else."""
    front = await _front(server, stubs[:1])
    ann, bob = server.person(1), server.person(2)
    stubs[0].answers = {500_001: [web.Response(status=503), web.Response(status=500), None]}
    async with delivering(server, SECOND):
        ann.types("one")
        await server.until(lambda: len(stubs[0].got) == 2)
        ann.types("two")
        server.add_press(ann, server.chats[1][1001], "a")
        bob.types("three")
        await server.quiet()
    numbers = stubs[0].numbers
    assert sorted(numbers) == [500_001] * 4 + [500_002, 500_003, 500_004]
    assert numbers[-1] == 500_002
    assert max(numbers.index(500_003), numbers.index(500_004)) < 6 - numbers[::-1].index(500_001)
    assert {secret for _, _, secret in stubs[0].got} == {"s" * 16}
    times = [at for at, number, _ in stubs[0].got if number == 500_001]
    waits = [(later - at) / SECOND for at, later in itertools.pairwise(times)]
    assert waits[1] >= 2
    assert waits[2] >= 4
    found = await server._do_getWebhookInfo({})
    assert (found["pending_update_count"], found["max_connections"]) == (0, 40)
    assert "webhook" in found["last_error_message"].lower()
    await front.stop()


async def test_retry_after_takes_the_place_of_the_wait(server, stubs):
    """Three failures, each with a second: three seconds, not six."""
    front = await _front(server, stubs[:1])
    stubs[0].answers = {500_001: [web.Response(status=503, headers={"Retry-After": "1"}) for _ in range(3)]}
    async with delivering(server, SECOND):
        server.person(1).types("one")
        await server.quiet()
    times = [at for at, _, _ in stubs[0].got]
    waits = [(later - at) / SECOND for at, later in itertools.pairwise(times)]
    assert len(waits) == 3
    assert min(waits) >= 1
    assert front.answers == {503: 3, 200: 1}
    await front.stop()


async def test_no_more_connections_than_asked_for(server, stubs):
    """Many chats at once: the first opens the door alone, then no more than three are on their way."""
    front = await _front(server, stubs[:1], most=3)
    async with delivering(server, SECOND) as delivery:
        server.person(1).types("first")
        await server.quiet()
        assert delivery.most_open == 1
        stubs[0].hold.clear()
        for chat in range(2, 12):
            server.person(chat).types("more")
        await server.until(lambda: stubs[0].busy == 3)
        stubs[0].hold.set()
        await server.quiet()
    assert stubs[0].most_busy == 3
    assert delivery.most_open == 3
    await front.stop()


async def test_silence_is_a_failure(server, stubs):
    """After as long as Telegram waits the update comes again, to the next replica."""
    front = await _front(server, stubs[:2])
    stubs[0].hold.clear()
    async with delivering(server, SECOND, answer_seconds=2) as delivery:
        server.person(1).types("one")
        await server.quiet()
    assert delivery.statuses == {0: 1, 200: 1}
    assert (stubs[0].numbers, stubs[1].numbers) == ([500_001], [500_001])
    await front.stop()


async def test_the_front_takes_turns_and_passes_by_who_is_down(server, stubs):
    """Who takes no connection is passed by, and left out for a while; nobody hears of it."""
    front = await _front(server, stubs, rest_seconds=0.5)
    async with delivering(server, SECOND):
        for chat in range(6):
            server.person(chat + 1).types("one")
            await server.quiet()
        assert [len(stub.got) for stub in stubs] == [2, 2, 2]
        await stubs[0].stop()
        for chat in range(4):
            server.people[chat + 1].types("two")
            await server.quiet()
        assert front.answers == {200: 10}
        await stubs[0].start()
        await asyncio.sleep(0.6)
        for chat in range(3):
            server.people[chat + 1].types("three")
            await server.quiet()
        assert len(stubs[0].got) == 3
        for stub in stubs:
            await stub.stop()
        server.people[1].types("four")
        await server.until(lambda: front.answers[502])
    await front.stop()


@pytest.mark.parametrize(("retries", "got"), [(frozenset(), {502: 1, 200: 1}), (frozenset({"error"}), {200: 1})])
async def test_what_was_sent_goes_to_the_next_only_where_the_front_is_told(server, stubs, retries, got):
    """A replica that dies over an update: Telegram brings it again, or the front does where it may."""
    front = await _front(server, stubs, retries=retries)
    for stub in stubs[:1]:
        stub.answers = {500_001: [None]}
    async with delivering(server, SECOND):
        server.person(1).types("one")
        await server.quiet()
    assert front.answers == got
    assert [stub.numbers for stub in stubs] == [[500_001], [500_001], []]
    await front.stop()
