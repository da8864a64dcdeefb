"""A rolling update with all that ships: real replicas, nginx and Valkey with their files; people ask, and no question is lost."""

from __future__ import annotations

import asyncio
import random
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from benchmarks.losses import Chats, leave, questions
from benchmarks.process import Bot
from benchmarks.support.telegram_server import TelegramServer
from benchmarks.support.webhook_delivery import delivering
from bot.runtime.health import healthy
from tests.deploy.nginx_front import front
from tests.deploy.valkey_server import ROOT, program, running, shipped_files

PEOPLE, RATE = 20, 6.0
SECRET = "s" * 32


def _replica(number: int, server: TelegramServer, folder: Path, port: int) -> Bot:
    """One replica of the real command, with the settings of its unit; `folder`: what /run is to it."""
    prefix = "CONSTELLATION_TELEGRAM_"
    (folder / "webhook-secret").write_text(SECRET, "ascii")
    (folder / "valkey-address").write_text(f"unix://constellation@{folder}/socket\n", "ascii")
    environ = {
        prefix + "WEBHOOK_URL": f"http://127.0.0.1:{port}/",
        prefix + "WEBHOOK_SECRET_FILE": str(folder / "webhook-secret"),
        prefix + "HEALTH_FILE": str(folder / f"health{number}"),
        prefix + "PACE": "on",
        "CONSTELLATION_VALKEY_FILE": str(folder / "valkey-address"),
        "CONSTELLATION_REPLICAS": "2",
    }
    return Bot("ours", server, environ, folder / f"log{number}", socket=folder / f"replica{number}")


async def _roll(bots: list[Bot], folder: Path) -> list[int | None]:
    """As docs/operations.md says: one after the other, the next when the one before is up. Gives how each ended."""
    ended = []
    for number, bot in enumerate(bots, 1):
        process = bot.process
        assert process is not None
        await bot.kill(signal.SIGTERM)
        ended.append(process.returncode)
        (folder / f"health{number}").unlink(missing_ok=True)  # as a unit's folder goes with its unit
        await bot.start()
        async with asyncio.timeout(30):
            while not healthy(folder / f"health{number}"):
                await asyncio.sleep(0.2)
        await asyncio.sleep(3)
    return ended


@pytest.mark.heavy
async def test_replicas_are_replaced_while_people_ask(tmp_path: Path) -> None:
    """Every chat has its last answer and every typed question one; after Leave nothing is left; nobody was asked twice."""
    server, dice = TelegramServer(api_delay=0.01), random.Random(7)
    replaced = {f"/run/constellation-telegram-{number}/socket": str(tmp_path / f"replica{number}") for number in (1, 2)}
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running(tmp_path, [program(), str(shipped_files(tmp_path))]))
        port = await stack.enter_async_context(
            front(ROOT / "deploy/replicas/nginx.conf", tmp_path, {**replaced, "/etc/ssl/bot": str(tmp_path)}, tls=False)
        )
        await server.start()
        stack.push_async_callback(server.stop)
        delivery = await stack.enter_async_context(delivering(server))
        bots = [_replica(number, server, tmp_path, port) for number in (1, 2)]
        for bot in bots:
            stack.push_async_callback(bot.kill)
        await asyncio.gather(*(bot.start() for bot in bots))
        chats, people = Chats(server, questions("ours"), dice, apart=True), [server.person(500 + n) for n in range(PEOPLE)]
        for one in people:
            chats.ask(one)
        await server.until(lambda: not chats.lost(), 30)
        rolling = asyncio.create_task(_roll(bots, tmp_path))
        asked = PEOPLE
        while not rolling.done() and asked < 400:
            # Whoever is answered asks again; words and presses of one chat that come at once are benchmarks.replicas' matter.
            free = [one for one in people if len(chats.asked[one.chat]) < 7 and not chats.lost_in(one.chat)]
            if free:
                chats.ask(dice.choice(free))
                asked += 1
            await asyncio.sleep(1 / RATE)
        assert await rolling == [0, 0]
        assert asked > 2 * PEOPLE
        await server.until(lambda: not server.updates and not chats.lost() and not chats.unanswered(), 60)
        assert (chats.lost(), chats.unanswered(), chats.inversions(), server.expired) == (0, 0, 0, 0)
        assert await leave(server, people) == {"messages": 0, "chats": 0}
        # 502 is somebody who took a connection and stopped before the question on it: it comes again.
        assert set(delivery.statuses) <= {200, 502, 503}
        said = "\n".join((tmp_path / f"log{number}").read_text() for number in (1, 2))
        assert not [line for line in said.splitlines() if line.startswith(("fault", "library", "rival"))]
