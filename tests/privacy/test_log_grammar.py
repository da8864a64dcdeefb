"""Every byte that the real command prints is a line of the closed grammar, whatever goes wrong; what nobody prints is refused."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from benchmarks.support.telegram_server import Fault, TelegramServer
from bot.privacy.log_grammar import (
    EVENTS,
    FAULTS,
    REFUSALS,
    content_line,
    event_line,
    fault_line,
    library_line,
    parse,
    refusal_line,
)

ROOT = Path(__file__).resolve().parents[2]
CANARY = "canaryword"
SECRET = "a-secret-of-the-webhook"
NOISE = f"""
import asyncio, logging, sys, threading, warnings, os, ctypes, runpy
from bot.channels.telegram import app
before = app.serve
async def serve(*args, **more):
    async def noise():
        print("{CANARY}"); print("{CANARY}", file=sys.stderr)
        for name in ("httpx", "httpcore", "telegram", "asyncio", "aiohttp", "uvicorn.error", "my.own"):
            logging.getLogger(name).critical("{CANARY} %s", "{CANARY}")
            logging.getLogger(name).error("{CANARY}", exc_info=ValueError("{CANARY}"))
        warnings.warn("{CANARY}")
        threading.Thread(target=lambda: 1 / 0, name="{CANARY}").start()
        class Broken:
            def __del__(self): raise ValueError("{CANARY}")
        Broken()
        async def fails(): raise RuntimeError("{CANARY}")
        asyncio.create_task(fails())
        os.write(2, b"{CANARY}")
        ctypes.CDLL(None).perror(b"{CANARY}")
    asyncio.get_running_loop().call_later(1, lambda: asyncio.create_task(noise()))
    await before(*args, **more)
app.serve = serve
sys.argv = ["constellation", "run", "telegram", "--date", "2026-11-23"]
runpy.run_module("bot", run_name="__main__")
"""


def _environ(server: TelegramServer) -> dict[str, str]:
    found = {"CONSTELLATION_TELEGRAM_TOKEN": server.token, "CONSTELLATION_TELEGRAM_API_URL": server.url}
    # The noise has to live in the process that is looked at, so the switches are set beforehand.
    switches = {
        "PYTHONMALLOC": "malloc",
        "MALLOC_PERTURB_": "90",
        "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=65536",
    }
    return {**os.environ, **found, **switches, "CONSTELLATION_TELEGRAM_PACE": "off", "PYTHONPATH": str(ROOT)}


async def _brought(server: TelegramServer, address: str) -> None:
    """Telegram's half of a webhook, and strangers who knock: no secret, a wrong one, no JSON, something far too long."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as session:
        while address:
            with contextlib.suppress(aiohttp.ClientError):
                await (await session.get(f"{address}health")).read()
                break
            await asyncio.sleep(0.1)
        stranger = {"X-Telegram-Bot-Api-Secret-Token": CANARY}
        long = b'{"update_id": 1, "message": "' + CANARY.encode() * 40_000 + b'"}'
        for data, more in ((b"{}", {}), (b"{}", stranger), (CANARY.encode(), headers), (long, headers)):
            with contextlib.suppress(aiohttp.ClientError):
                await (await session.post(f"{address}?{CANARY}", data=data, headers=more)).read()
        while True:
            for number, update in list(server.updates):
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    answer = await session.post(address, json={"update_id": number, **update}, headers=headers)
                    if answer.status == 200:
                        server.updates = [one for one in server.updates if one[0] != number]
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("webhook", [False, True])
async def test_every_byte_is_a_line_of_the_grammar(webhook: bool) -> None:
    """Refusals, outages, poison, prints, dying threads, tasks and libraries, in one process; asked for or brought."""
    server = TelegramServer()
    await server.start()
    server.faults["getUpdates"] = [Fault("status", code) for code in (401, 404, 409, 500, 502)] + [Fault("truncated")]
    server.faults["setWebhook"] = [Fault("status", 401), Fault("status", 502), Fault("before")]
    server.faults["sendMessage"] = [
        Fault("status", 429, retry_after=1),
        Fault("status", 500),
        Fault("before"),
        Fault("truncated"),
    ]
    server.faults["setMyName"] = [Fault("status", 400)]
    environ, bringing = _environ(server), None
    if webhook:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            listen = f"127.0.0.1:{free.getsockname()[1]}"
        prefix = "CONSTELLATION_TELEGRAM_"
        environ |= {prefix + "WEBHOOK_URL": f"http://{listen}/", prefix + "LISTEN": listen, prefix + "WEBHOOK_SECRET": SECRET}
        bringing = asyncio.create_task(_brought(server, f"http://{listen}/"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NOISE, env=environ, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        ann = server.person(98_765_432_101, "en", name=CANARY, username=CANARY)
        ann.types(CANARY)
        server.add_update({"message": {"text": CANARY, "chat": CANARY, "message_id": CANARY}})
        await server.until(lambda: any(message.by_bot for message in ann.sees), 40)
        await asyncio.sleep(2)
    finally:
        process.terminate()
        out, _ = await asyncio.wait_for(process.communicate(), 20)
        if bringing:
            bringing.cancel()
        await server.stop()
    assert out.endswith(b"\n")
    kinds = set()
    for line in out.decode("ascii").splitlines():
        found = parse(line)
        assert found, line
        kinds.add(found.kind)
    assert {"started", "stopped", "refused" if webhook else "poll_failed", "library", "fault", "stray", "counts"} <= kinds
    for secret in (CANARY, SECRET, server.token, "98765432101", "127.0.0.1"):
        assert secret.encode() not in out


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (["run", "telegram", "--nonsense", CANARY], {}),
        (["run", "telegram"], {"CONSTELLATION_TELEGRAM_TOKEN_FILE": f"/nowhere/{CANARY}"}),
        (["run", "telegram"], {}),
        (["run", "signal"], {}),
        (["ops", "probe", "signal"], {}),
        (["ops", "probe", "telegram", "--every", CANARY], {}),
        (
            ["ops", "probe", "telegram"],
            {"CONSTELLATION_PROBE_BOT": CANARY, "CONSTELLATION_PROBE_API_HASH_FILE": f"/nowhere/{CANARY}"},
        ),
        (
            ["run", "telegram", "--content", f"/nowhere/{CANARY}", "--flows", "/nowhere"],
            {"CONSTELLATION_TELEGRAM_TOKEN": f"1:{CANARY}"},
        ),
    ],
)
def test_a_bot_that_cannot_start_says_so_in_the_grammar(words: list[str], environ: dict[str, str]) -> None:
    """No path, no token, no argument is repeated."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CONSTELLATION")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words], env={**clean, **environ}, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode in (1, 2)
    said = (done.stdout + done.stderr).splitlines()
    assert said
    assert all(parse(line) for line in said), said
    assert CANARY not in done.stdout + done.stderr


def test_what_is_written_is_read_and_nothing_else() -> None:
    """Each kind of line comes back; a line with a word, an id or a further number does not."""
    lines = [event_line(kind, dict.fromkeys(keys, 3)) for kind, keys in EVENTS.items()]
    lines += [fault_line(kind, "ValueError", "bot/engine/turn.py:12") for kind in FAULTS]
    lines += [library_line("my.own", 40, "none", "outside:0"), content_line("READING", "content/a.yaml", 3)]
    lines += [refusal_line(why) for why in REFUSALS]
    for line in lines:
        assert parse(line), line
        for more in (" hello", " n=12345678901", " chat=5", "\n"):
            assert parse(line + more) is None, line + more
    assert "999999999" in event_line("counts", {"answered": 98_765_432_101})
    assert parse(fault_line("fault", "no such name", "/home/somebody/x.py:3"))


def test_the_page_on_privacy_lists_every_kind() -> None:
    """And no other."""
    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").split("## The log")[1].split("\n## ")[0]
    listed = set(re.findall(r"^\| `([a-z_]+)", page, re.M))
    assert listed == {*EVENTS, *FAULTS, "library", "content_fault", "constellation"}
