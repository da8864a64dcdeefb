"""The units of several replicas on one machine: systemd takes them, and no two of them share what one alone may have."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from benchmarks.process import listens
from benchmarks.support.telegram_server import TelegramServer
from bot.runtime.health import healthy
from tests.deploy.unit_filter import shut_in
from tests.deploy.valkey_server import program, running, shipped_files

ROOT = Path(__file__).resolve().parents[2]
UNITS = ("constellation-telegram@.service", "constellation-valkey.service")


def _unit(name: str) -> str:
    return (ROOT / "deploy" / name).read_text("utf-8")


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze: apt-get install systemd")
@pytest.mark.parametrize("name", [*UNITS, "constellation-telegram.service"])
def test_systemd_takes_the_unit(name: str, tmp_path: Path) -> None:
    """Without a word, but for the programs, which are not here."""
    text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", _unit(name))
    path = tmp_path / name.replace("@", "@1")
    path.write_text(text, "utf-8")
    (tmp_path / name).write_text(text, "utf-8")
    for other in UNITS:
        if not (tmp_path / other).exists():
            (tmp_path / other).write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", _unit(other)), "utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


def test_a_replica_is_as_shut_in_as_the_one_bot() -> None:
    """What the plain unit forbids the template forbids too."""
    one, many = _lines(_unit("constellation-telegram.service")), _lines(_unit("constellation-telegram@.service"))
    settings = (
        "Environment",
        "LoadCredential",
        "RuntimeDirectory",
        "StateDirectory",
        "Wants",
        "After",
        "Description",
        "TimeoutStopSec",
    )
    assert [line for line in one if line not in many and not line.startswith(settings)] == ["DynamicUser=yes"]


def test_each_replica_has_its_own_place_and_they_share_the_rest() -> None:
    """Two replicas with one folder would take each other's socket away at a restart."""
    unit = _unit("constellation-telegram@.service")
    for setting in ("RuntimeDirectory", "StateDirectory", "Environment=CONSTELLATION_TELEGRAM_LISTEN"):
        assert re.search(rf"(?m)^{setting}=.*%i", unit), setting
    for name in ("CACHE_DIR", "TELEGRAM_HEALTH_FILE"):
        assert re.search(rf"(?m)^Environment=CONSTELLATION_{name}=.*%i", unit), name
    front = (ROOT / "deploy/replicas/nginx.conf").read_text("utf-8")
    listen = re.search(r"CONSTELLATION_TELEGRAM_LISTEN=(\S+)", unit)
    assert listen
    socket = listen[1].replace("%t", "/run")
    assert re.findall(r"server unix:(\S+)", front) == [socket.replace("%i", number) for number in "12"]
    valkey = (ROOT / "deploy/valkey/valkey.conf").read_text("utf-8")
    path = re.search(r"(?m)^unixsocket (\S+)$", valkey)
    assert path
    assert f"CONSTELLATION_VALKEY=unix://constellation@{path[1]}" in unit
    assert "SupplementaryGroups=constellation-valkey" in unit


def test_valkey_has_no_network_no_disk_and_no_log() -> None:
    """Whatever its own configuration says."""
    lines = _lines(_unit("constellation-valkey.service"))
    for line in (
        "PrivateNetwork=yes", "RestrictAddressFamilies=AF_UNIX", "ProtectSystem=strict", "MemorySwapMax=0", "LimitCORE=0",
        "StandardOutput=null", "StandardError=null",
    ):  # fmt: skip
        assert line in lines
    assert not [line for line in lines if line.startswith(("ReadWritePaths", "StateDir", "LogsDir", "CacheDir"))]


@pytest.mark.heavy
async def test_a_replica_runs_under_its_units_filter(tmp_path: Path) -> None:
    """It meets at Valkey, takes updates through its socket and answers; no system call beyond the unit's."""
    server = TelegramServer()
    (tmp_path / "token").write_text(server.token, "ascii")
    (tmp_path / "secret").write_text("s" * 32, "ascii")
    listen, health = tmp_path / "listen", tmp_path / "health"
    command = shut_in(_unit("constellation-telegram@.service"), [sys.executable, "-m", "bot", "run", "telegram"])
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            running(tmp_path, [program(), str(shipped_files(tmp_path, ["user tester on nopass ~* &* +@all"]))])
        )
        await server.start()
        stack.push_async_callback(server.stop)
        prefix = "CONSTELLATION_TELEGRAM_"
        environ = {
            prefix + "TOKEN_FILE": str(tmp_path / "token"), prefix + "WEBHOOK_SECRET_FILE": str(tmp_path / "secret"),
            prefix + "WEBHOOK_URL": "http://127.0.0.1:1/", prefix + "LISTEN": str(listen), prefix + "API_URL": server.url,
            prefix + "HEALTH_FILE": str(health), "CONSTELLATION_VALKEY": f"unix://constellation@{tmp_path}/socket",
            "CONSTELLATION_CACHE_DIR": str(tmp_path / "cache"),
        }  # fmt: skip
        with (tmp_path / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=tmp_path, stdout=log, stderr=log,
                env={**os.environ, **environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
            )  # fmt: skip
        try:
            async with asyncio.timeout(60):
                while not await listens(listen):
                    assert process.returncode is None, (tmp_path / "log").read_text()
                    await asyncio.sleep(0.1)
            ann = server.person(77, "en")
            ann.types("/start")
            (number, update), *_ = server.updates
            connector = aiohttp.UnixConnector(path=str(listen))
            async with aiohttp.ClientSession(connector=connector) as session:
                heads = {"X-Telegram-Bot-Api-Secret-Token": "s" * 32}
                async with session.post("http://bot/", json=update, headers=heads) as answer:
                    assert answer.status == 200, number
            assert any(message.by_bot for message in ann.sees)
            await server.until(lambda: healthy(health), 20)
            client = pytest.importorskip("valkey.asyncio", reason="pip install '.[heavy]'")
            tester = client.Valkey.from_url(f"unix://tester@{tmp_path}/socket", protocol=2)
            kinds = {key[:1] for key in await tester.keys("*")}
            await tester.aclose()
            assert {b"s", b"u", b"b"} <= kinds, "a session, an update that is done, the replica itself"
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), 30)
    said = (tmp_path / "log").read_text("ascii").splitlines()
    assert said[-1] == "stopped"
    assert not [line for line in said if line.startswith(("fault", "library", "cache_failed"))]
    assert process.returncode == 0
