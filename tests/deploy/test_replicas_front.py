"""nginx in front of replicas: an update goes to the next one only where the first cannot have begun, and no word stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.deploy.nginx_front import front

ROOT = Path(__file__).resolve().parents[2]
CONF = ROOT / "deploy/replicas/nginx.conf"


class Replica:
    """What listens in a replica's place. `answers`: its status; 0 for one that takes an update in and dies. `got`: how many it
    had."""

    def __init__(self, path: Path) -> None:
        self.path, self.answers, self.got, self.heads = path, 200, 0, b""
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens."""
        self._server = await asyncio.start_unix_server(self._one, self.path)

    async def stop(self) -> None:
        """Listens no more, and takes its socket away, as a unit's folder goes with its unit."""
        if self._server:
            self._server.close()
            self._server = None
            self.path.unlink()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads = head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.lower().splitlines() if line.startswith(b"content-length"))
        await reader.readexactly(length)
        self.got += 1
        if self.answers:
            writer.write(b"HTTP/1.1 %d x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % self.answers)
            await writer.drain()
        writer.close()


class Front:
    """The front with two replicas behind it."""

    def __init__(self, one: Replica, two: Replica, session: aiohttp.ClientSession, address: str, folder: Path) -> None:
        self.one, self.two, self.folder = one, two, folder
        self._session, self._address = session, address

    async def bring(self, words: str = "hello", path: str = "", method: str = "POST", **heads: str) -> int:
        """Brings an update as Telegram does; gives the status."""
        heads = {"content-type": "application/json", "X-Telegram-Bot-Api-Secret-Token": "s" * 16, **heads}
        async with self._session.request(method, self._address + path, data=words.encode(), headers=heads) as answer:
            return answer.status


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Front]:
    """Two replicas that answer, and the front."""
    one, two = Replica(tmp_path / "1"), Replica(tmp_path / "2")
    replaced = {"/run/constellation-telegram-1/socket": str(one.path), "/run/constellation-telegram-2/socket": str(two.path)}
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(front(CONF, tmp_path, {**replaced, "/etc/ssl/bot": str(tmp_path)}))
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)))
        for each in (one, two):
            await each.start()
            stack.push_async_callback(each.stop)
        yield Front(one, two, session, f"https://localhost:{port}/", tmp_path)


@pytest.mark.heavy
async def test_a_replica_that_takes_no_connection_is_passed_over(both: Front) -> None:
    """Every update comes to the other; also in the very moment in which it stops, and both have work again once it is back."""
    assert {await both.bring() for _ in range(10)} == {200}
    assert both.one.got
    assert both.two.got
    await both.one.stop()
    had = both.two.got
    assert [await both.bring() for _ in range(20)] == [200] * 20
    assert both.two.got == had + 20
    await both.one.start()
    await asyncio.sleep(2.1)
    had = both.one.got
    assert {await both.bring() for _ in range(10)} == {200}
    assert both.one.got > had


@pytest.mark.heavy
async def test_an_update_that_may_have_begun_goes_to_nobody_else(both: Front) -> None:
    """The replica died with it, or says "not now": Telegram hears that, and brings it again."""
    both.one.answers = both.two.answers = 0
    assert await both.bring() == 502
    assert both.one.got + both.two.got == 1
    both.one.answers = both.two.answers = 503
    await asyncio.sleep(2.1)
    had = both.one.got + both.two.got
    assert [await both.bring() for _ in range(6)] == [503] * 6
    assert both.one.got + both.two.got == had + 6
    both.one.answers = both.two.answers = 200
    assert await both.bring() == 200


@pytest.mark.heavy
async def test_nothing_but_updates_comes_through_and_nothing_stays(both: Front) -> None:
    """No health, no other method, no body beyond the bot's limit, no word in a file, no head that tells who sent it."""
    assert await both.bring(method="GET") == 403
    assert await both.bring(path="health", method="GET") == 404
    assert await both.bring(path="anything") == 404
    assert await both.bring("x" * 300_000) == 413
    assert both.one.got + both.two.got == 0
    before = (both.folder / "temp").stat().st_mtime_ns
    assert await both.bring("canaryqzqz " * 20_000, **{"User-Agent": "canaryqzqz", "X-Forwarded-For": "canaryqzqz"}) == 200
    assert (both.folder / "temp").stat().st_mtime_ns == before, "a body was put into a file"
    heads = both.one.heads + both.two.heads
    assert b"canaryqzqz" not in heads
    assert b"127.0.0.1" not in heads
    assert b"x-telegram-bot-api-secret-token: ssss" in heads.lower()
    written = [file for file in both.folder.rglob("*") if file.is_file()]
    assert written
    assert not [file for file in written if b"canaryqzqz" in file.read_bytes() or b"127.0.0.1 - -" in file.read_bytes()]


def test_the_front_names_no_log_and_no_retry_of_what_began() -> None:
    """As the file stands, also where no nginx is here to try it."""
    said = [line.strip() for line in CONF.read_text("utf-8").splitlines() if line.strip() and not line.strip().startswith("#")]
    assert [line for line in said if "log" in line] == ["error_log /dev/null crit;", "access_log off;"]
    assert [line for line in said if line.startswith("proxy_next_upstream ")] == ["proxy_next_upstream error timeout;"]
    assert "proxy_max_temp_file_size 0;" in said
    assert "client_body_buffer_size 256k;" in said
