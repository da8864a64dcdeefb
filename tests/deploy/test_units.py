"""Under each unit's own filter of system calls the real command starts, answers a person, and fetches its words with git."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from benchmarks.support.browser import Browser
from benchmarks.support.repository import Repository
from benchmarks.support.signal_daemon import SignalDaemon
from benchmarks.support.telegram_server import TelegramServer
from bot.book import default_folders, snapshot
from bot.channels.registry import CHANNELS
from bot.channels.web.page_answer import Answer
from bot.runtime.health import healthy
from tests.deploy.nginx_front import free_port, front
from tests.deploy.unit_filter import shut_in

ROOT = Path(__file__).resolve().parents[2]
ACI = "00000000-0000-4000-8000-000000000001"


@asynccontextmanager
async def _running(channel: str, folder: Path, environ: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """The real command in the filter of its unit, with a source that git fetches from."""
    if not shutil.which("git"):
        pytest.skip("no git: apt-get install git")
    content, flows = default_folders()
    repository = Repository(folder, snapshot(content, flows))
    unit = (ROOT / "deploy" / f"constellation-{channel}.service").read_text("utf-8")
    command = shut_in(unit, [sys.executable, "-m", "bot", "run", channel, "--source", repository.address])
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), **environ}
    health = folder / "health"
    environ |= {"CONSTELLATION_CACHE_DIR": str(folder / "cache"), CHANNELS[channel].health: str(health)}
    with (folder / "log").open("wb") as log, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(folder / "notify"))
        systemd.settimeout(0)
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, stdout=log, stderr=log,
            env={**environ, "NOTIFY_SOCKET": str(folder / "notify")},
        )  # fmt: skip
        try:
            yield process
            told = b""
            async with asyncio.timeout(20):
                while told != b"WATCHDOG=1\nSTATUS=green: the channel answers":
                    told = await asyncio.get_running_loop().sock_recv(systemd, 200)
            assert healthy(health)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await asyncio.wait_for(process.wait(), 20)
    said = (folder / "log").read_text("ascii").splitlines()
    assert said[0].startswith("fetched"), said
    assert said[-1] == "stopped"
    assert not [line for line in said if line.startswith(("fault", "library", "cache_failed"))]
    assert process.returncode == 0


def _nice(process: int) -> set[int]:
    """By how much each thread of a process steps back."""
    stats = [(task / "stat").read_text() for task in Path(f"/proc/{process}/task").iterdir()]
    return {int(stat.rpartition(")")[2].split()[16]) for stat in stats}


@pytest.mark.heavy
async def test_telegram_answers_under_its_units_filter(tmp_path: Path) -> None:
    """And what can wait steps back behind the answers."""
    server = TelegramServer()
    await server.start()
    token = tmp_path / "token"
    token.write_text(server.token, encoding="ascii")
    environ = {"CONSTELLATION_TELEGRAM_TOKEN_FILE": str(token), "CONSTELLATION_TELEGRAM_API_URL": server.url}
    try:
        async with _running("telegram", tmp_path, environ) as process:
            await server.until(lambda: server.calls["getUpdates"] or process.returncode is not None, 30)
            ann = server.person(77, "en")
            ann.types("/start")
            await server.until(lambda: any(message.by_bot for message in ann.sees), 20)
            query = ann.presses(next(iter(ann.screen.buttons)))
            await server.until(lambda: query in server.acknowledged, 20)
            if os.getpriority(os.PRIO_PROCESS, 0) < 10:  # a test that itself was started with `nice` sees no difference
                await server.until(lambda: 10 in _nice(process.pid), 20)
    finally:
        await server.stop()


@pytest.mark.heavy
async def test_signal_answers_under_its_units_filter(tmp_path: Path) -> None:
    """With no other socket than the daemon's."""
    daemon = SignalDaemon(tmp_path / "socket")
    await daemon.start()
    environ = {"CONSTELLATION_SIGNAL_SOCKET": str(tmp_path / "socket"), "CONSTELLATION_SIGNAL_ACCOUNT": ACI}
    try:
        async with _running("signal", tmp_path, environ):
            await daemon.until(lambda: daemon._subscribed, 30)
            daemon.writes(ACI[:-1] + "2", "hello")
            await daemon.until(lambda: daemon.sees(ACI[:-1] + "2"), 20)
    finally:
        await daemon.stop()


@pytest.mark.heavy
async def test_the_page_answers_under_its_units_filter(tmp_path: Path) -> None:
    """Through the unix socket that its proxy gets, with no other kind of socket."""
    path = tmp_path / "socket"
    async with _running("web", tmp_path, {"CONSTELLATION_WEB_LISTEN": str(path)}):
        for _ in range(200):
            if path.exists():
                break
            await asyncio.sleep(0.1)
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(b"GET /es/mx HTTP/1.1\r\nhost: page\r\nconnection: close\r\n\r\n")
        page = (await reader.read()).decode()
        writer.close()
        assert page.startswith("HTTP/1.1 200")
        assert "Libreta" in page


def test_nginx_takes_its_file_and_writes_nothing_down() -> None:
    """No line of it names a log but the one that leads nowhere; nothing is compressed or put into a file."""
    text = (ROOT / "deploy/web/nginx.conf").read_text("utf-8")
    said = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert [line for line in said if "log" in line] == ["error_log /dev/null crit;", "access_log off;"]
    assert "gzip off;" in said
    assert "proxy_max_temp_file_size 0;" in said
    assert not [line for line in said if "$remote_addr" in line or "$proxy_add" in line]


@pytest.mark.heavy
async def test_the_page_behind_nginx(tmp_path: Path) -> None:
    """The file as it is, but for the host, the certificate and the ports: the page's own headers come through, and what a person
    typed is in no file of the machine's that was written meanwhile."""
    path = tmp_path / "socket"
    environ = {**os.environ, "CONSTELLATION_WEB_LISTEN": str(path), "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "web", cwd=tmp_path, env=environ, stdout=asyncio.subprocess.DEVNULL
    )
    replaced = {
        "/run/nginx.pid": str(tmp_path / "pid"), "/etc/ssl/page": str(tmp_path), "/run/constellation-web/socket": str(path),
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
    }  # fmt: skip
    try:
        for _ in range(200):
            if path.exists():
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        connector = aiohttp.TCPConnector(ssl=False)
        async with (
            front(ROOT / "deploy/web/nginx.conf", tmp_path, replaced) as tls,
            aiohttp.ClientSession(connector=connector) as session,
        ):
            browser = Browser(session, f"https://127.0.0.1:{tls}/")
            page = await browser.open("en/us-ny")
            names = [name for name, _ in page.headers]
            assert dict(page.headers)["content-security-policy"].startswith("default-src 'none'")
            assert "strict-transport-security" in names
            assert not {"set-cookie", "etag", "content-encoding", "via"} & set(names)
            told = Answer(page.status, tuple(page.headers), page.body)  # as doctor looks at it
            assert (told.changed(), told.added(), told.whole()) == ([], [], True)
            await browser.press("Begin")
            page = await browser.type("canaryqzqz " + "where do I get condoms " * 60)
            assert "Condoms" in page.words
            assert (await browser.press("Leave")).main == "Nothing here."
    finally:
        process.terminate()
        await process.wait()
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not [file for file in written if b"canaryqzqz" in file.read_bytes() or b"127.0.0.1 - -" in file.read_bytes()]
