"""Where channels may call in clear: this machine and nowhere else. The token and what people write go along."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.support.telegram_server import TelegramServer
from bot.channels.settings import SettingsError, is_loopback, where_to_knock
from bot.channels.signal.phone import from_environment as probe_phone
from bot.channels.signal.settings import from_environment as signal_settings
from bot.channels.telegram import transport
from bot.channels.telegram.settings import API_URL
from bot.channels.telegram.settings import from_environment as telegram_settings
from bot.channels.telegram.transport import quiet_bot
from bot.privacy.log_grammar import refusal_line

ROOT = Path(__file__).resolve().parents[2]
ACI = "4a8b6c1e-5f2d-4e3a-9b7c-1d2e3f4a5b6c"
NEAR = [
    *(
        "http://127.0.0.1:8081/bot",
        "http://localhost:8081/bot",
        "http://[::1]:8081/bot",
        "http://127.9.8.7/bot",
        "HTTP://LocalHost/bot",
    ),
    *("https://api.telegram.org/bot", "https://bot-api.example:8443/bot"),
]
FAR = [
    *("http://api.telegram.org/bot", "http://10.0.0.2:8081/bot", "http://bot-api:8081/bot", "http://0.0.0.0:8081/bot"),
    *("http://127.0.0.1@evil.example/bot", "http://127.0.0.1:80@evil.example/bot", "http://127.0.0.1\\@evil.example/bot"),
    *("http://evil.example\\@127.0.0.1/bot", "http://evil.example#@127.0.0.1/bot", "http://localhost.evil.example/bot"),
    *(
        "http://127.0.0.1.evil.example/bot",
        "http://localhost./bot",
        "http://[::2]/bot",
        "http://2130706433/bot",
        "http://127.1/bot",
    ),
    *(
        "ftp://127.0.0.1/bot",
        "//127.0.0.1/bot",
        "127.0.0.1:8081/bot",
        "nonsense",
        "http://",
        "https://",
        "http://127.0.0.1:99999/bot",
    ),
    *("http://127.0.0.1", "http://127.0.0.1:80", "https://api.telegram.org"),  # the token would become a part of the host
]


def _token(url: str) -> dict[str, str]:
    return {"CONSTELLATION_TELEGRAM_TOKEN": "123:canary", "CONSTELLATION_TELEGRAM_API_URL": url}


@pytest.mark.parametrize("url", ["", *NEAR])
def test_the_api_is_called_over_https_or_on_this_machine(url: str) -> None:
    """Nothing named is Telegram's own."""
    assert telegram_settings(_token(url)).api_url == (url or API_URL)


@pytest.mark.parametrize("url", FAR)
def test_the_token_is_sent_nowhere_in_clear(url: str) -> None:
    """Another host, or an address in which another reading would find one."""
    with pytest.raises(SettingsError) as caught:
        telegram_settings(_token(url))
    assert caught.value.why == "api_url"


@pytest.mark.parametrize("token", ["hello", "123", "123:", ":abc", "123:a b", "123:abc/x"])
def test_what_is_no_token_is_refused_before_the_first_call(token: str) -> None:
    """Each call would fail with a code that nobody can read."""
    with pytest.raises(SettingsError) as caught:
        telegram_settings({"CONSTELLATION_TELEGRAM_TOKEN": token})
    assert caught.value.why == "token_form"


def test_the_refusal_is_one_clear_line() -> None:
    """Status 2, no address and no token in it."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CONSTELLATION")}
    words = [sys.executable, "-m", "bot", "run", "telegram"]
    environ = {**clean, **_token("http://evil.example/bot")}
    done = subprocess.run(words, env=environ, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert (done.stdout + done.stderr).splitlines() == [refusal_line("api_url")]


@pytest.mark.parametrize(
    "socket", ["/run/signal/socket", "socket", "127.0.0.1:7583", "localhost:7583", "[::1]:7583", "/run/a:b:3x"]
)
def test_signal_s_daemon_is_asked_on_this_machine(socket: str) -> None:
    """A path, or a port of it; the probe's too."""
    assert signal_settings({"CONSTELLATION_SIGNAL_SOCKET": socket}).socket == socket
    phone = probe_phone({"CONSTELLATION_PROBE_SOCKET": socket, "CONSTELLATION_PROBE_BOT": ACI})
    assert phone._daemon._socket == socket


@pytest.mark.parametrize(
    "socket", ["10.0.0.2:7583", "signal:7583", "0.0.0.0:7583", "localhost.evil.example:7583", ":7583", "[::2]:7583"]
)
def test_no_daemon_elsewhere_hears_what_people_write(socket: str) -> None:
    """For the bot and for the probe."""
    for ask in (
        lambda: signal_settings({"CONSTELLATION_SIGNAL_SOCKET": socket}),
        lambda: probe_phone({"CONSTELLATION_PROBE_SOCKET": socket, "CONSTELLATION_PROBE_BOT": ACI}),
    ):
        with pytest.raises(SettingsError) as caught:
            ask()
        assert caught.value.why == "daemon_far"


def test_a_name_is_no_address() -> None:
    """Only what cannot lead elsewhere counts."""
    hosts = ("", "localhost", "LOCALHOST", "127.0.0.1", "::1", "1.1.1.1", "localhost.localdomain")
    assert [host for host in hosts if is_loopback(host)] == ["localhost", "127.0.0.1", "::1"]


async def test_no_proxy_sees_what_goes_to_this_machine_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment is for the way out; the token in clear would go to it."""
    asked: list[bytes] = []

    async def listens(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    proxy = await asyncio.start_server(listens, "127.0.0.1", 0)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    transport._proxy.cache_clear()
    server = TelegramServer()
    await server.start()
    bot = quiet_bot(server.token, server.url)
    await bot.open()
    try:
        await bot.call("getMe")
        assert asked == []
        assert transport._proxy_for("http://[::1]:8081/bot") is None
        assert transport._proxy_for("http://example.org/bot")
    finally:
        await bot.close_pools()
        await server.stop()
        proxy.close()
        transport._proxy.cache_clear()


@pytest.mark.parametrize("valkey", [{}, {"CONSTELLATION_VALKEY": "unix:///run/valkey"}])
def test_the_pepper_file_of_before_is_refused_with_what_is_in_its_place(valkey: dict[str, str]) -> None:
    """Who still names it believes that it is used; the file itself should go."""
    with pytest.raises(SettingsError) as caught:
        telegram_settings({**_token(""), **valkey, "CONSTELLATION_PEPPER_FILE": "/run/canary"})
    assert caught.value.why == "pepper"
    for word in ("CONSTELLATION_PEPPER_FILE", "CONSTELLATION_VALKEY", "delete"):
        assert word in refusal_line("pepper")
    assert "canary" not in str(caught.value)


def test_what_listens_everywhere_is_asked_over_the_loopback() -> None:
    """`0.0.0.0` is no address to visit on every system; a host that was named is asked as it is."""
    asked = {host: where_to_knock(host) for host in ("0.0.0.0", "::", "127.0.0.1", "192.0.2.7", "localhost")}
    assert asked == {
        "0.0.0.0": "127.0.0.1",
        "::": "::1",
        "127.0.0.1": "127.0.0.1",
        "192.0.2.7": "192.0.2.7",
        "localhost": "localhost",
    }
