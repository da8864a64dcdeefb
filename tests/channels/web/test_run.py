"""The real command: what it refuses in one line, what it prints, that it stops cleanly and leaves nothing; and the probe."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import sys
from pathlib import Path

import pytest

from benchmarks.support.browser import Browser, browsers
from bot.channels.settings import SettingsError
from bot.channels.web import app, server
from bot.channels.web.phone import WebPhone
from bot.channels.web.seals import LONGEST, SEALED, Seals
from bot.channels.web.settings import from_environment
from bot.engine import World
from bot.ops.probe.conversation import play
from bot.ops.probe.script import scripts
from bot.privacy.log_grammar import REFUSALS

ONION = f"http://{'b' * 56}.onion"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("WEB_CONCURRENCY", "2", "web_workers"),
        ("CONSTELLATION_WEB_WORKERS", "4", "web_workers"),
        ("CONSTELLATION_WEB_LISTEN", "8080", "web_listen"),
        ("CONSTELLATION_WEB_LISTEN", "127.0.0.1:99999", "web_listen"),
        ("CONSTELLATION_WEB_LISTEN", "0.0.0.0:80", "web_far"),
        ("CONSTELLATION_WEB_LISTEN", "example.org:80", "web_far"),
        ("CONSTELLATION_WEB_ONION", "https://short.onion", "web_onion"),
        ("CONSTELLATION_WEB_LEAVE_TO", "http://weather.example/", "web_leave"),
        ("CONSTELLATION_WEB_LEAVE_TO", 'https://weather.example/"><script>', "web_leave"),
        ("CONSTELLATION_WEB_LEAVE_BY", "redirect", "web_leave"),
    ],
)
def test_settings_that_would_hurt_are_refused(name: str, value: str, why: str) -> None:
    """Each with a sentence of its own, which names no value."""
    with pytest.raises(SettingsError) as refused:
        from_environment({name: value})
    assert refused.value.why == why
    assert value not in REFUSALS[why]


def test_settings_that_are_right() -> None:
    """One worker is one; a proxy may stand before another address; nothing set is a page for this machine."""
    assert from_environment({}).at_home
    found = from_environment({"WEB_CONCURRENCY": "1", "CONSTELLATION_WEB_LISTEN": "[::1]:8480", "CONSTELLATION_WEB_ONION": ONION})
    assert (found.host, found.port, found.at_home, found.onion) == ("::1", 8480, False, ONION)
    behind = {"CONSTELLATION_WEB_LISTEN": "0.0.0.0:8480", "CONSTELLATION_WEB_BEHIND_PROXY": "yes"}
    assert from_environment(behind).host == "0.0.0.0"
    assert from_environment({"CONSTELLATION_WEB_LISTEN": "/run/page/socket"}).socket == "/run/page/socket"


def test_a_crowd_finds_room_to_be_let_go() -> None:
    """The usual limit of open files is just above the connections that are kept: who comes beyond would wait for nothing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert server.FILES > server.MOST_CONNECTIONS + server.BACKLOG
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (900, hard))
        assert server.raise_file_limit(950)
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (950, hard)
        assert server.raise_file_limit(800)
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (950, hard)
        if hard != resource.RLIM_INFINITY:
            assert not server.raise_file_limit(hard + 1)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_seal_is_of_one_length_and_opens_for_its_maker_alone() -> None:
    """Another process, another key; a changed letter; another time."""
    now = [5.0]
    one, two = Seals(lambda: now[0]), Seals(lambda: now[0])
    talk = one.talk()
    for token in ("", "a", "ü" * (LONGEST // 2)):
        sealed = one.seal(talk, token)
        assert len(sealed) == SEALED
        assert one.open(sealed) == (talk, token)
        assert two.open(sealed) is None
        assert one.seal(talk, token) != sealed
        for at in (0, 60, SEALED - 2):
            assert one.open(sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]) is None
    with pytest.raises(ValueError, match="64 bytes"):
        one.seal(talk, "a" * (LONGEST + 1))
    now[0] += one.ttl - 0.1
    assert one.open(sealed)
    now[0] += 0.1
    assert one.open(sealed) is None
    now[0] = 1.0
    assert one.open(sealed) is None
    assert one.open("é" * SEALED) is None


async def test_the_command_serves_stops_and_prints_no_word(tmp_path: Path) -> None:
    """In a process of its own; its health file is kept; what was typed and who typed it are nowhere in what it prints."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    health = tmp_path / "health"
    environ = {
        **os.environ, "CONSTELLATION_WEB_LISTEN": f"127.0.0.1:{port}", "CONSTELLATION_WEB_HEALTH_FILE": str(health),
    }  # fmt: skip
    command = (sys.executable, "-m", "bot", "run", "web", "--date", "2026-11-28")
    process = await asyncio.create_subprocess_exec(
        *command, env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with browsers() as session:
            browser = Browser(session, f"http://127.0.0.1:{port}/", "es")
            for _ in range(200):
                try:
                    await browser.open()
                    break
                except OSError:
                    await asyncio.sleep(0.1)
            await browser.press("Empezar")
            page = await browser.type("canario me ahorcaron anoche y me duele tragar")
            assert "cuello" in page.words.lower()
            assert (await browser.press("Salir")).main == "Nada aquí."
            for _ in range(100):
                if health.exists():
                    break
                await asyncio.sleep(0.1)
        second = await asyncio.create_subprocess_exec(
            *command, env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        taken, _ = await asyncio.wait_for(second.communicate(), 30)
        assert second.returncode == 2
        assert REFUSALS["web_taken"].encode() in taken
    finally:
        process.send_signal(signal.SIGTERM)
        out, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert health.read_bytes() == b""
    assert out.decode().splitlines() == ["started", "stopping queues=0", "stopped"]


async def test_the_probe_plays_its_talk(parts: app.RunningChannel, page_world: World) -> None:
    """Start, urgent, a question, leave, an empty page; and it says so where the page is another."""
    outcome = await play(WebPhone(parts.address), scripts(page_world), 5)
    assert (outcome.failed, set(outcome.took)) == ("", {"connect", "start", "urgent", "question", "leave", "empty"})
    parts.seals.renew()
    parts.seals.open = lambda sealed: None
    outcome = await play(WebPhone(parts.address), scripts(page_world), 0.5)
    assert outcome.failed == "start"
    outcome = await play(WebPhone("http://127.0.0.1:9/"), scripts(page_world), 0.5)
    assert outcome.failed == "connect"
