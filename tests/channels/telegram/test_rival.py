"""Somebody else with the bot's token is noticed: in the log, by red health, and undone where that is possible."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

from benchmarks.support import tiny_engine
from benchmarks.support.telegram_server import Fault, TelegramServer
from bot.channels.telegram import app
from bot.channels.telegram.settings import Settings
from bot.channels.telegram.transport import quiet_bot
from bot.runtime.health import RIVAL_SECONDS, Health, healthy
from tests.channels.telegram.conftest import Start


def _rivals(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("rival ")]


async def test_a_foreign_webhook_is_told_and_taken_away(server: TelegramServer, start: Start, lines: list[str]) -> None:
    """The bot is not deaf until a restart: it answers again by itself, red all the while."""
    running = await start()
    ann = server.person(5)
    ann.types("/start")
    await server.until(lambda: any(message.by_bot for message in ann.sees))
    server.profile["webhook", ""] = {"url": "https://thief.example/x"}
    await server.until(lambda: _rivals(lines), 15)
    await server.until(lambda: not server.profile.get(("webhook", "")))
    assert running.parts is not None
    assert running.parts.health.red
    ann.types("hello")
    await server.until(lambda: sum(message.by_bot for message in ann.sees) >= 1 and not server.updates, 10)


async def test_ours_is_set_again_where_a_foreign_webhook_took_its_place(
    server: TelegramServer, lines: list[str], tmp_path: Path
) -> None:
    """Behind a webhook: within a few seconds, told and red. Its own first address is no rival."""
    stop, ours, file = asyncio.Event(), "http://127.0.0.1:9/x", tmp_path / "health"
    settings = Settings(
        server.token, server.url, webhook_url=ours, webhook_secret="s" * 16, listen="127.0.0.1:0", name_cost=2, health_file=file
    )
    running = asyncio.create_task(app.serve(tiny_engine.step, lambda: tiny_engine.WORLD, settings, stop=stop))
    try:
        await server.until(file.exists)
        assert not _rivals(lines)
        server.profile["webhook", ""] = {"url": "https://thief.example/x"}
        await server.until(lambda: server.profile["webhook", ""]["url"] == ours, 8)
        await server.until(lambda: any(line.startswith("health_red ") for line in lines))
        assert _rivals(lines) == ["rival n=1\n"]
    finally:
        stop.set()
        await running


async def test_two_of_our_own_processes_are_told(server: TelegramServer, start: Start, lines: list[str]) -> None:
    """And a thief who polls: each ends the other's question again and again."""
    one = await start()
    thief = quiet_bot(server.token, server.url)
    await thief.open()
    try:
        for _ in range(40):
            with contextlib.suppress(Exception):
                await thief.call("getUpdates", timeout=0)
            if _rivals(lines):
                break
            await asyncio.sleep(0.3)
    finally:
        await thief.close_pools()
    assert _rivals(lines)
    assert one.parts is not None
    assert one.parts.health.red


async def test_one_refusal_is_no_rival_and_a_second_is(server: TelegramServer, start: Start, lines: list[str]) -> None:
    """The process before may have ended in the middle of a question."""
    running = await start()
    faults: list[Fault] = []
    server.any_fault = lambda method: faults.pop() if faults and method == "getUpdates" else None
    for rivals in ([], ["rival n=2\n"]):
        backs = sum(line.startswith("poll_back ") for line in lines)
        faults.append(Fault("status", 409))
        server.person(5).types("/start")  # ends the question that waits
        await server.until(lambda backs=backs: sum(line.startswith("poll_back ") for line in lines) > backs)
        assert _rivals(lines) == rivals
        assert running.parts is not None
        assert running.parts.health.red == bool(rivals)


async def test_a_bot_alone_has_no_rival(server: TelegramServer, start: Start, lines: list[str]) -> None:
    """Also where the process before it was killed in the middle of a question."""
    first = await start()
    await first.kill()
    second = await start()
    ann = server.person(5)
    ann.types("/start")
    await server.until(lambda: any(message.by_bot for message in ann.sees))
    assert not _rivals(lines)
    assert second.parts is not None
    assert not second.parts.health.red


def test_health_stays_red_until_a_minute_after(tmp_path: Path) -> None:
    """Good answers in between change nothing, in the file either; then it is green again."""
    now = [100.0]
    file = tmp_path / "health"
    health = Health(file, lambda: now[0])
    health.rival()
    health.good()
    assert health.red
    assert not file.exists()
    now[0] += RIVAL_SECONDS + 1
    health.good()
    assert not health.red
    assert file.exists()


async def test_it_is_green_once_the_minute_is_over(tmp_path: Path, lines: list[str]) -> None:
    """By itself, for a poll may be open for long; the file's time stays that of the last answer."""
    now = [100.0]
    file = tmp_path / "health"
    health = Health(file, lambda: now[0])
    watching = asyncio.create_task(health.watch(0.01))
    health.rival()
    await asyncio.sleep(0.05)
    now[0] += RIVAL_SECONDS - 5
    health.good()
    await asyncio.sleep(0.05)
    assert not file.exists()
    now[0] += 6
    await asyncio.sleep(0.05)
    watching.cancel()
    assert healthy(file)
    assert 5 < time.time() - file.stat().st_mtime < 20
    assert [line.split()[0] for line in lines] == ["health_red", "health_green"]
