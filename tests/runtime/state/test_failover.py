"""A real sentinel with two real servers: the one that leads is killed, the other takes over, and replicas go on with it."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.runtime.state import Claim
from bot.runtime.state.valkey import ValkeyServer, ValkeyState, timers
from tests.deploy.valkey_server import program
from tests.runtime.state.conftest import Keys
from tests.runtime.state.real_server import options

pytestmark = pytest.mark.heavy
ANN = b"a" * 20


def _free_port() -> int:
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        return int(plug.getsockname()[1])


def _ask(port: int, *words: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 2) as plug:
        plug.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word.encode()) for word in words))
        return plug.recv(65536)


def _until(port: int, words: tuple[str, ...], wanted: bytes) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            if wanted in _ask(port, *words):
                return
        except OSError:
            pass
        assert time.monotonic() < end, (words, wanted)
        time.sleep(0.05)


class Pair:
    """A server that leads, one that follows, and a sentinel that looks after them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.first, self.second, self.sentinel = (_free_port() for _ in range(3))
        self.leader = self._start(stack, folder, self.first)
        self._start(stack, folder, self.second, "--replicaof", "127.0.0.1", str(self.first), "--repl-diskless-load", "swapdb")
        _until(self.second, ("INFO", "replication"), b"master_link_status:up")
        conf = folder / "sentinel.conf"
        conf.write_text(
            f"port {self.sentinel}\nbind 127.0.0.1\ndir {folder}\nloglevel warning\n"
            f"sentinel monitor bot 127.0.0.1 {self.first} 1\n"
            "sentinel down-after-milliseconds bot 500\nsentinel failover-timeout bot 3000\n"
        )
        self._run(stack, folder, [program(), str(conf), "--sentinel"], self.sentinel)
        _until(self.sentinel, ("SENTINEL", "REPLICAS", "bot"), str(self.second).encode())

    def _start(self, stack: ExitStack, folder: Path, port: int, *more: str) -> subprocess.Popen[bytes]:
        own = folder / str(port)
        own.mkdir()
        command = [program(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(own), *options(), *more]
        return self._run(stack, own, command, port)

    def _run(self, stack: ExitStack, folder: Path, command: list[str], port: int) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(lambda: (process.kill(), process.wait(10)))
        _until(port, ("PING",), b"PONG")
        return process

    @property
    def address(self) -> str:
        """For the bot."""
        return f"valkey+sentinel://127.0.0.1:{self.sentinel}/bot"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """The two, and the sentinel."""
    pytest.importorskip("valkey", reason="no client of Valkey: pip install '.[dev]'")
    with ExitStack() as stack:
        yield Pair(tmp_path, stack)


async def test_replicas_go_on_with_the_server_that_took_over(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within seconds: sessions and claims that had been copied are there, and a timer rings."""
    monkeypatch.setattr(timers, "COMPARE_SECONDS", 0.1)
    one, two = (ValkeyState(ValkeyServer(pair.address), Keys(), b"test") for _ in range(2))
    await one.open()
    async with one.sessions.lease(ANN) as held:
        assert held.kept
        assert await held.put(ANN, b"talk")
    assert await two.claims.claim(7) is Claim.MINE
    await two.claims.done(7)
    assert await one.timers.arm(b"clear", 3, b"whose")
    before = one.server.run_id
    await asyncio.sleep(0.3)
    pair.leader.kill()
    began = time.monotonic()
    waiting = asyncio.create_task(one.timers.next())
    while await two.claims.claim(9) is Claim.UNKNOWN:
        assert time.monotonic() - began < 20
        await asyncio.sleep(0.1)
    took = time.monotonic() - began
    async with asyncio.timeout(15):
        held = None
        while held is None or not held.kept:
            async with two.sessions.lease(ANN, seize=True) as held:
                found = await held.get(ANN)
            await asyncio.sleep(0.05)
    assert found == b"talk"
    assert two.server.run_id not in (before, b"")
    assert await two.claims.claim(7) is Claim.DONE
    due = await asyncio.wait_for(waiting, 20)
    assert due.payload == b"whose"
    assert took < 15
    await one.close()
    await two.close()
