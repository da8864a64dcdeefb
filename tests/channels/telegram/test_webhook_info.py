"""doctor asks Telegram about the webhook: what keeps messages away is said with how to mend it, and never the token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from benchmarks.support.telegram_server import Fault, TelegramServer
from bot.channels.channel import Check
from bot.channels.telegram.updates import ALLOWED
from bot.channels.telegram.webhook_info import LATELY, webhook_checks
from bot.cli import main

TOKEN = "123:canarytoken"
URL = "https://bot.example.org/"
NOW = 1_900_000_000.0
GOOD = {"url": URL, "pending_update_count": 0, "allowed_updates": list(ALLOWED)}


class Asked:
    """A Bot API server that says of the webhook what a test wants, and the environment of a bot that it serves."""

    def __init__(self, server: TelegramServer) -> None:
        self.server, self.info = server, dict[str, Any](GOOD)
        self.environ = {
            "CONSTELLATION_TELEGRAM_TOKEN": TOKEN,
            "CONSTELLATION_TELEGRAM_API_URL": server.url,
            "CONSTELLATION_TELEGRAM_WEBHOOK_URL": URL,
            "CONSTELLATION_TELEGRAM_WEBHOOK_SECRET": "s" * 20,
        }
        server._do_getWebhookInfo = self._says

    async def _says(self, _: dict[str, Any]) -> Any:
        return self.info

    async def checks(self) -> dict[str, Check]:
        """What is found, by name."""
        found = await asyncio.to_thread(webhook_checks, self.environ, lambda: NOW)
        assert TOKEN not in str(found)
        assert all(check.ok == (check.fix == "") for check in found)
        return {check.name: check for check in found}

    async def bad(self) -> list[str]:
        """The names of what needs mending."""
        return [name for name, check in (await self.checks()).items() if not check.ok]


@pytest.fixture
async def asked() -> AsyncIterator[Asked]:
    """A webhook as it should be."""
    server = TelegramServer(TOKEN)
    await server.start()
    yield Asked(server)
    await server.stop()


async def test_a_good_webhook_has_nothing_to_mend(asked: Asked) -> None:
    """An old error is told, and is none."""
    assert set(await asked.checks()) == {"webhook address", "webhook queue", "webhook error", "webhook updates"}
    assert await asked.bad() == []
    asked.info |= {"last_error_date": int(NOW - LATELY - 60), "last_error_message": "Connection refused"}
    assert await asked.bad() == []
    assert "11 minutes ago: Connection refused" in (await asked.checks())["webhook error"].says


@pytest.mark.parametrize(
    ("info", "name", "fix"),
    [
        ({"url": ""}, "webhook address", "start the bot"),
        ({"url": "https://thief.example.org/"}, "webhook address", "somebody else has the token"),
        ({"pending_update_count": 101}, "webhook queue", "ops health"),
        ({"last_error_date": int(NOW - 30), "last_error_message": "502 Bad Gateway"}, "webhook error", "replicas run"),
        ({"allowed_updates": ["message"]}, "webhook updates", "start the bot"),
        ({"allowed_updates": [*ALLOWED, "poll"]}, "webhook updates", "start the bot"),
        ({"allowed_updates": None}, "webhook updates", "start the bot"),
    ],
)
async def test_what_keeps_messages_away_is_found(asked: Asked, info: dict[str, Any], name: str, fix: str) -> None:
    """That alone, with what mends it; the other's address is not repeated."""
    asked.info |= info
    assert await asked.bad() == [name]
    found = (await asked.checks())[name]
    assert fix in found.fix
    assert "thief" not in str(found)


async def test_telegrams_words_steer_no_terminal_and_hold_no_token(asked: Asked) -> None:
    """Whatever it answers."""
    asked.info |= {"last_error_date": int(NOW), "last_error_message": f"\x1b]0;x\x07 {TOKEN} " + "x" * 1000}
    said = (await asked.checks())["webhook error"].says
    assert said.isprintable()
    assert "TOKEN" in said
    assert len(said) < 200


async def test_a_port_that_telegram_never_uses_is_found(asked: Asked) -> None:
    """Before anybody wonders why nothing comes."""
    asked.environ["CONSTELLATION_TELEGRAM_WEBHOOK_URL"] = asked.info["url"] = "https://bot.example.org:9443/"
    assert await asked.bad() == ["webhook address"]


async def test_a_bot_that_polls_has_no_webhook(asked: Asked) -> None:
    """One that somebody set would keep everything away from it."""
    del asked.environ["CONSTELLATION_TELEGRAM_WEBHOOK_URL"]
    assert await asked.bad() == ["webhook"]
    asked.info["url"] = ""
    assert await asked.bad() == []


async def test_who_is_not_answered_is_told_why(asked: Asked) -> None:
    """A token that Telegram does not know, trouble there, no way to it, an answer that is none; without settings none."""
    environ = asked.environ
    asked.environ = {**environ, "CONSTELLATION_TELEGRAM_TOKEN": "123:other"}
    assert "BotFather" in (await asked.checks())["telegram"].fix
    asked.environ = environ
    asked.server.faults["getWebhookInfo"] = [Fault(status=500)]
    assert "try again" in (await asked.checks())["telegram"].fix
    asked.server.faults["getWebhookInfo"] = [Fault("truncated")]
    assert "way to Telegram" in (await asked.checks())["telegram"].fix
    asked.info = "none"
    assert "way to Telegram" in (await asked.checks())["telegram"].fix
    await asked.server.stop()
    assert "way to Telegram" in (await asked.checks())["telegram"].fix
    asked.environ = {**environ, "CONSTELLATION_TELEGRAM_WEBHOOK_SECRET": ""}
    assert await asked.checks() == {}


async def test_doctor_says_it(asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The command itself."""
    asked.info["url"] = ""
    for name, value in asked.environ.items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(main, ["ops", "doctor", "--quiet"]) == 1
    said = capsys.readouterr().out
    assert "MEND  webhook address: Telegram knows no address. To mend: start the bot" in said
    assert TOKEN not in said
