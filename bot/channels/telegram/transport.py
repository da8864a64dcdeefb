"""The Bot API over aiohttp: calls by their names, and errors that carry a code and a class, never content."""

from __future__ import annotations

import asyncio
import json
from enum import Enum
from functools import cache
from typing import Any, Final
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from bot.channels.settings import is_loopback
from bot.channels.telegram.json_fields import NoJsonError, skim
from bot.runtime.state import boot_clock

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 8.0
KEEP_SECONDS: Final = 0.75
"""Looked at as often: a connection, and what last went through it, is gone after a second and a half at most."""


class _Connector(aiohttp.TCPConnector):
    """Gives no connection to a call that waited for one for longer than it may: this process stood still, and what the call says
    may be out of date by now."""

    async def connect(self, *args: Any, **more: Any) -> Any:
        """As in `TCPConnector`. Raises `ConnectionTimeoutError`."""
        began = boot_clock()
        found = await super().connect(*args, **more)
        if boot_clock() - began > CONNECT_SECONDS + 1:
            found.close()
            raise aiohttp.ConnectionTimeoutError
        return found


class Refusal(Enum):
    """Why Telegram refused, as far as it matters here."""

    NOT_MODIFIED = "message is not modified"
    NO_DELETE = "message to delete not found"
    NO_EDIT = "message to edit not found"
    NO_REPLY = "message to be replied not found"
    CANNOT_EDIT = "message can't be edited"
    CANNOT_DELETE = "message can't be deleted"
    LATE = "query is too old"
    LATE_ID = "query id is invalid"
    NO_CHAT = "chat not found"
    WEBHOOK = "webhook is active"
    OTHER = ""


class RefusedError(Exception):
    """Telegram answered with an error. `code`: the HTTP status. `retry_after`: seconds, 0 if not said."""

    def __init__(self, code: int, why: Refusal = Refusal.OTHER, retry_after: float = 0.0) -> None:
        super().__init__(f"refused with {code}")
        self.code, self.why, self.retry_after = code, why, retry_after


class UnreachableError(Exception):
    """No answer that can be read. `sent`: the request may have taken effect."""

    def __init__(self, sent: bool) -> None:
        super().__init__("unreachable")
        self.sent = sent


class Answer:
    """A good answer, unread: most are not looked into at all."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes = b"") -> None:
        self.raw = raw

    def field(self, name: str) -> Any:
        """One field of the result, None if it is not there. Raises `UnreachableError` for an answer cut short."""
        try:
            result = skim(self.raw, {b"result": {name.encode(): None}}).get("result")
        except NoJsonError:
            raise UnreachableError(sent=True) from None
        return result.get(name) if isinstance(result, dict) else None


_ERROR: Final = {b"description": None, b"parameters": {b"retry_after": None}}


class Transport:
    """One pool of connections. A connection that is kept holds what last went through it, so it is kept for `KEEP_SECONDS` only;
    with `fresh`, not at all."""

    __slots__ = ("_connections", "_fresh", "_session")

    def __init__(self, connections: int = 128, *, fresh: bool = False) -> None:
        self._connections = connections
        self._fresh = fresh
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Opens the pool."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=_Connector(
                    limit=self._connections,
                    ttl_dns_cache=60,
                    **({"force_close": True} if self._fresh else {"keepalive_timeout": KEEP_SECONDS}),
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "bot", "Content-Type": "application/json"},
            )

    async def close(self) -> None:
        """Closes the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, url: str, body: bytes, read: float = READ_SECONDS) -> bytes:
        """One call; gives the bytes of a good answer. `read`: seconds to wait for it. Raises `RefusedError` for an error of
        Telegram's, `UnreachableError` for all others."""
        if self._session is None:
            raise UnreachableError(sent=False)
        try:
            async with self._session.post(
                url, data=body, timeout=_timeout(read), proxy=_proxy_for(url), allow_redirects=False
            ) as answer:
                payload = await answer.read()
                status = answer.status
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise UnreachableError(sent=False) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise UnreachableError(sent=True) from None
        if 200 <= status <= 299:
            return payload
        raise _refused(status, payload)


@cache
def _timeout(read: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(read + CONNECT_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=read)


def _proxy_for(url: str) -> str | None:
    """The proxy that the environment names. aiohttp would look it up in a thread, for each call anew."""
    scheme, _, rest = url.partition("://")
    return _proxy(scheme, rest.partition("/")[0])


@cache
def _proxy(scheme: str, host: str) -> str | None:
    # What goes to this machine in clear would go to the proxy so, the token in it.
    if is_loopback(URL(f"{scheme}://{host}").host or "") or proxy_bypass(host):
        return None
    return getproxies().get(scheme)


def _refused(status: int, payload: bytes) -> RefusedError:
    try:
        fields = skim(payload, _ERROR)
    except NoJsonError:
        fields = {}
    said = str(fields.get("description", "")).lower()
    why = next((reason for reason in Refusal if reason.value and reason.value in said), Refusal.OTHER)
    parameters = fields.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else 0
    return RefusedError(status, why, max(0.0, float(wait)) if isinstance(wait, int | float) else 0.0)


class QuietBot:
    """The Bot API of one bot, whose repr does not hold the token.

    Polling has a pool of its own, so that a long poll never waits behind sends; each poll has a connection of its own: what it
    brought is gone with it.
    """

    __slots__ = ("_address", "_polls", "_sends")

    def __init__(self, address: str, connections: int) -> None:
        self._address = address
        self._sends, self._polls = Transport(connections), Transport(2, fresh=True)

    def __repr__(self) -> str:
        return "QuietBot()"

    async def open(self) -> None:
        """Opens the pools without asking Telegram who the bot is: it may be unreachable just now."""
        await asyncio.gather(self._sends.open(), self._polls.open())

    async def close_pools(self) -> None:
        """Closes the pools."""
        await asyncio.gather(self._sends.close(), self._polls.close())

    async def call(self, method: str, read: float = READ_SECONDS, **parameters: Any) -> Answer:
        """One Bot API call; a parameter that is None is left out. `read`: seconds to wait for the answer. Raises
        `RefusedError` or `UnreachableError`."""
        body = json.dumps({name: value for name, value in parameters.items() if value is not None}).encode()
        pool = self._polls if method == "getUpdates" else self._sends
        return Answer(await pool.post(f"{self._address}/{method}", body, read))


def quiet_bot(token: str, base_url: str = "https://api.telegram.org/bot", connections: int = 128) -> QuietBot:
    """The Bot API of the bot that `token` is of, at `base_url`; `connections`: how many calls go out at a time."""
    return QuietBot(f"{base_url}{token}", connections)
