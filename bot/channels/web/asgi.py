"""The web application: reads a request within its limits, lets the driver answer it, and closes the answer with its headers."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from bot.channels.web.driver import Driver
from bot.channels.web.headers import closed_headers, padded
from bot.channels.web.requests import BODY_LIMIT, form_of, visit_of
from bot.privacy import safe_log

BODY_SECONDS: Final = 10.0
"""How long a form may take to arrive."""
_SAME_SITE: Final = ("", "none", "same-origin")


class _TooMuchError(Exception):
    """A body that is too long, too slow or broken off. Carries nothing."""


class WebApp:
    """The application. Every path shows the same first page; forms come to `/`. `onion`: for the header that names it."""

    def __init__(self, driver: Driver, onion: str = "", body_seconds: float = BODY_SECONDS) -> None:
        self._driver, self._body_seconds = driver, body_seconds
        self._headers = closed_headers(onion)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request. Nothing of it is logged, kept or said again, whatever it is."""
        if scope["type"] != "http":
            return
        status, page = 200, ""
        try:
            status, page = await self._answer(scope, receive)
        except Exception as error:
            safe_log.fault(error)
        if not page:
            status = 500
        await self._send(send, status, page)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, str]:
        headers = Headers(scope=scope)
        visit = visit_of(scope.get("raw_path") or b"/", headers.get("accept-language", ""))
        method = scope["method"]
        if method in ("GET", "HEAD"):
            return 200, self._driver.visit(visit)
        if method != "POST":
            return 405, self._driver.visit(visit)
        try:
            body = await asyncio.wait_for(self._body(headers, receive), self._body_seconds)
        except (TimeoutError, _TooMuchError):
            return 413, self._driver.closed(hints=visit.hints)
        form = form_of(body, headers.get("content-type", ""))
        # A page of somebody else's must not open a screen on this phone; our own forms come from here, or say nothing.
        if form is None or visit.parts or headers.get("sec-fetch-site", "") not in _SAME_SITE:
            return 200, self._driver.closed(hints=visit.hints)
        return 200, await self._driver.send(form, visit.hints)

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        """The body. Raises `_TooMuchError`."""
        said = headers.get("content-length", "")
        if said and not (said.isascii() and said.isdecimal() and len(said) < 9 and int(said) <= BODY_LIMIT):
            raise _TooMuchError
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise _TooMuchError
            body += message.get("body", b"")
            if len(body) > BODY_LIMIT:
                raise _TooMuchError
            if not message.get("more_body", False):
                return bytes(body)

    async def _send(self, send: Send, status: int, page: str) -> None:
        data = padded(page) if page else b""
        # After an answer that did not read its request to the end, nothing more of that connection makes sense.
        ends = [(b"connection", b"close")] if status in (413, 405, 500) else []
        headers = [*self._headers, *ends, (b"content-length", str(len(data)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": data})
