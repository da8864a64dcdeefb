"""What Telegram says of the webhook (getWebhookInfo), as lines for `constellation ops doctor`; the token is in none of them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from yarl import URL

from bot.channels.channel import Check
from bot.channels.settings import SettingsError
from bot.channels.telegram.settings import Settings, from_environment
from bot.channels.telegram.transport import RefusedError, UnreachableError, quiet_bot
from bot.channels.telegram.updates import ALLOWED

PORTS: Final = (443, 80, 88, 8443)
"""Telegram brings updates to no others."""
MANY: Final = 100
"""So many updates waiting are more than a moment's."""
LATELY: Final = 600.0
_LONGEST: Final = 120
_STOLEN: Final = 'if it is so again soon after, somebody else has the token: docs/operations.md, "Somebody else has the token"'


def webhook_checks(environ: Mapping[str, str], clock: Callable[[], float] = time.time) -> tuple[Check, ...]:
    """One `Check` each for the address, what waits, the last error and the kinds of updates; nothing where the settings are none.
    Asks Telegram. `clock`: seconds since 1970."""
    try:
        settings = from_environment(environ)
    except SettingsError:
        return ()  # what is wrong with them is said where they are looked at
    try:
        info = asyncio.run(_ask(settings))
    except RefusedError as error:
        fix = "look at the token, or ask BotFather for a new one" if error.code in (401, 404) else "try again in a minute"
        return (Check("telegram", False, f"it refuses this bot ({error.code})", fix),)
    except (UnreachableError, ValueError):
        fix = "look at this machine's way to Telegram: name server, firewall, proxy"
        return (Check("telegram", False, "it cannot be reached from here", fix),)
    if not settings.webhook_url:
        return (_none(str(info.get("url", ""))),)
    return (
        _address(str(info.get("url", "")), settings.webhook_url),
        _waiting(info.get("pending_update_count", 0)),
        _last_error(info, settings.token, clock()),
        _kinds(info.get("allowed_updates")),
    )


async def _ask(settings: Settings) -> dict[str, Any]:
    bot = quiet_bot(settings.token, settings.api_url, connections=1)
    await bot.open()
    try:
        found = json.loads((await bot.call("getWebhookInfo")).raw)["result"]
    except (KeyError, TypeError):
        raise UnreachableError(sent=True) from None
    finally:
        await bot.close_pools()
    if not isinstance(found, dict):
        raise UnreachableError(sent=True)
    return found


def _none(known: str) -> Check:
    if known:
        says = "Telegram brings messages to an address, and this bot asks for them: it hears nothing until it is started"
        return Check("webhook", False, says, f"start the bot, which takes the address away; {_STOLEN}")
    return Check("webhook", True, "there is none; the bot asks for messages itself")


def _address(known: str, wanted: str) -> Check:
    if _port(wanted) not in PORTS:
        fix = f"let the front listen on {', '.join(map(str, PORTS[:-1]))} or {PORTS[-1]}, and name that in the address"
        return Check("webhook address", False, "Telegram brings messages to four ports alone, and this is none of them", fix)
    if not known:
        return Check("webhook address", False, "Telegram knows no address", "start the bot, which tells it")
    if known != wanted:
        fix = f"start the bot with the address of CONSTELLATION_TELEGRAM_WEBHOOK_URL; {_STOLEN}"
        return Check("webhook address", False, "Telegram brings messages to another address than the one named here", fix)
    return Check("webhook address", True, "Telegram brings messages to the address named here")


def _port(address: str) -> int | None:
    try:
        return URL(address).port
    except ValueError:
        return None


def _waiting(count: object) -> Check:
    waiting = count if isinstance(count, int) else 0
    says = f"{waiting} {'waits' if waiting == 1 else 'wait'} at Telegram"
    if waiting > MANY:
        return Check("webhook queue", False, says, "see whether each replica answers (ops health), and the last error below")
    return Check("webhook queue", True, says)


def _last_error(info: Mapping[str, Any], token: str, now: float) -> Check:
    at, said = info.get("last_error_date"), info.get("last_error_message")
    if not isinstance(at, int):
        return Check("webhook error", True, "Telegram had no error with it")
    # Telegram's words, but nothing that steers a terminal, and never the token.
    words = "".join(sign for sign in str(said or "").replace(token, "TOKEN") if sign.isascii() and sign.isprintable())[:_LONGEST]
    minutes = max(0, int((now - at) // 60))
    says = f"the last one was {minutes} minutes ago: {words or 'no words'}"
    if now - at < LATELY:
        fix = (
            "5xx: see whether the replicas run; 403: the secret of the bot and the one Telegram has differ, start the bot again; "
            "a certificate: see that the front sends its whole chain; refused or a time-out: the front, its port, the firewall"
        )
        return Check("webhook error", False, says, fix)
    return Check("webhook error", True, says)


def _kinds(known: object) -> Check:
    name, kinds = "webhook updates", set(known) if isinstance(known, list) else set()
    if kinds == set(ALLOWED):
        return Check(name, True, "Telegram brings what the bot reads, and nothing else")
    says = "Telegram leaves out what the bot needs" if set(ALLOWED) - kinds else "Telegram brings more than the bot reads"
    return Check(name, False, says, "start the bot, which tells Telegram what to bring")
