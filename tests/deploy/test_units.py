"""Under each unit's own filter of system calls the real command starts, answers a person, and fetches its words with git."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from benchmarks.support.repository import Repository
from benchmarks.support.signal_daemon import SignalDaemon
from benchmarks.support.telegram_server import TelegramServer
from bot.book import default_folders, snapshot
from bot.channels.registry import CHANNELS
from bot.runtime.health import healthy

ROOT = Path(__file__).resolve().parents[2]
ACI = "00000000-0000-4000-8000-000000000001"
# Shuts itself in as the unit does, in so far as a process can without systemd, and becomes the bot.
SHUT = """
import ctypes, errno, json, os, socket, sys
import pyseccomp as seccomp
allowed, families, command = json.loads(sys.argv[1])
ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)  # MemoryDenyWriteExecute, where the kernel has it
rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
for name in allowed:
    try:
        if name != "socket":
            rules.add_rule(seccomp.ALLOW, name)
    except (OSError, RuntimeError):
        pass  # another machine's
for family in families:
    rules.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, getattr(socket, family)))
rules.load()
os.execv(sys.executable, [sys.executable, "-m", "bot", *command])
"""


def _allowed(unit: str) -> tuple[list[str], list[str]]:
    """The system calls and the families of addresses that a unit leaves, with systemd's groups spelt out."""
    groups: dict[str, list[str]] = {}
    listed = subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True).stdout
    group = ""
    for line in listed.splitlines():
        if line.startswith("@"):
            group = line.strip()
        elif line.startswith(" ") and not line.strip().startswith("#"):
            groups.setdefault(group, []).append(line.strip())

    def spelt(name: str) -> set[str]:
        return {call for each in groups[name] for call in spelt(each)} if name in groups else {name}

    left: set[str] = set()
    for sign, names in re.findall(r"(?m)^SystemCallFilter=(~?)(.+)$", unit):
        calls = {call for name in names.split() for call in spelt(name)}
        left = left - calls if sign else left | calls
    return sorted(left), re.findall(r"AF_\w+", "".join(re.findall(r"(?m)^RestrictAddressFamilies=(.+)$", unit)))


@asynccontextmanager
async def _running(channel: str, folder: Path, environ: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """The real command in the filter of its unit, with a source that git fetches from."""
    try:
        importlib.import_module("pyseccomp")
    except (ImportError, RuntimeError):
        pytest.skip("no pyseccomp or no libseccomp: pip install '.[heavy]'; apt-get install libseccomp2")
    if not (shutil.which("systemd-analyze") and shutil.which("git")):
        pytest.skip("no systemd-analyze or no git: apt-get install systemd git")
    allowed, families = _allowed((ROOT / "deploy" / f"constellation-{channel}.service").read_text("utf-8"))
    content, flows = default_folders()
    repository = Repository(folder, snapshot(content, flows))
    command = json.dumps([allowed, families, ["run", channel, "--source", repository.address]])
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), **environ}
    health = folder / "health"
    environ |= {"CONSTELLATION_CACHE_DIR": str(folder / "cache"), CHANNELS[channel].health: str(health)}
    with (folder / "log").open("wb") as log, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(folder / "notify"))
        systemd.settimeout(0)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SHUT, command, cwd=folder, stdout=log, stderr=log,
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
