"""Who may talk to a page of this machine: this machine's browser, by the page's own address, and nobody else.

Other pages that a peer visits could reach 127.0.0.1 too. A name of theirs that points here (DNS rebinding) fails at Host; a form
of theirs fails at Origin; and where files can be changed, the key that the command printed is needed as well.
"""

from __future__ import annotations

import sys
import traceback
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # Not "no-referrer": a browser would then hide the Origin of this page's own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
BODY_LIMIT = 256 * 1024
LOCAL = ("127.0.0.1", "localhost")


def _words(status: int, what: str) -> Response:
    return HTMLResponse(f'<!doctype html><html lang="en"><title>Pages</title><h1>{what}</h1></html>', status)


class AccessControl:
    """Wraps an app. `key`: what the first visit brings as `?key=` and a cookie carries from then on; "" for none."""

    def __init__(self, app: ASGIApp, port: int, key: str = "") -> None:
        self.app, self.key = app, key
        self.hosts = tuple(f"{name}:{port}" for name in LOCAL) + (LOCAL if port == 80 else ())
        self.cookie = f"pages-{port}"

    def refusal(self, method: str, headers: Headers, query: str) -> Response | None:
        """Why a request is not answered, or None where it may pass."""
        host = headers.get("host", "")
        if host not in self.hosts:
            return _words(403, "This page answers only to its own address, as the command printed it.")
        if method not in ("GET", "HEAD", "POST"):
            return _words(405, "This page takes no such request.")
        if method == "POST":
            if headers.get("origin") != f"http://{host}" or headers.get("sec-fetch-site", "same-origin") != "same-origin":
                return _words(403, "This came from another page. Nothing was changed.")
            length = headers.get("content-length", "")
            if not length.isascii() or not length.isdigit() or int(length) > BODY_LIMIT:
                return _words(413, "This is too long for a form.")
        if not self.key:
            return None
        brought = parse_qs(query).get("key", [""])[0]
        if method == "GET" and brought and compare_digest(brought.encode(), self.key.encode()):
            response = RedirectResponse("/", 303)
            response.set_cookie(self.cookie, self.key, httponly=True, samesite="strict", path="/")
            return response
        if not compare_digest(self._cookie(headers).encode(), self.key.encode()):
            return _words(403, "Open this page with the whole address that the command printed, key included.")
        return None

    def _cookie(self, headers: Headers) -> str:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return ""
        return found.value if found else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, or says why not; what breaks inside is said without a word of what was typed."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        begun = False

        async def closed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refused = self.refusal(scope["method"], Headers(scope=scope), scope["query_string"].decode("latin-1"))
        try:
            await (refused or self.app)(scope, receive, closed)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            print(f"constellation: a page failed: {type(error).__name__} at {last.name}:{last.lineno}", file=sys.stderr)
            if not begun:
                await _words(500, "This page failed. Go back and try again; nothing was saved.")(scope, receive, closed)
