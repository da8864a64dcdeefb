"""One visit to a page: what came back, and what of it is not as the page sends it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

import aiohttp

from bot.channels.web.headers import HEADERS, SIZES
from bot.channels.web.pages import STYLE

SECONDS: Final = 10.0
"""How long a visit may take."""
LARGEST: Final = 256 * 1024
"""Bytes that are read of an answer."""
_HARMLESS: Final = frozenset(
    (*("content-length", "onion-location", "connection", "keep-alive", "transfer-encoding", "date", "server"),
     "strict-transport-security", "alt-svc")
)  # fmt: skip
"""What may stand beside the page's own headers: what a proxy needs to speak with a browser, and tells nothing of a visitor."""
_TITLE: Final = re.compile(rb"<title>([^<]*)</title>")
_PADDING: Final = re.compile(r"<!-- *-->$")
_SHOWN: Final = 60


class Answer(NamedTuple):
    """What came back. `headers`: names in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def title(self) -> str:
        """The page's title, which a browser's history keeps; without what could steer a terminal."""
        found = _TITLE.search(self.body)
        return printable(html.unescape(found[1].decode("utf-8", "replace"))) if found else ""

    def changed(self) -> list[str]:
        """The page's own headers that are not as it sends them, in its order."""
        found = dict(self.headers)
        return [name for name, value in HEADERS if found.get(name) != value]

    def added(self) -> list[str]:
        """Headers that the page does not send and that nobody needs, but for cookies and compression."""
        ours = {name for name, _ in HEADERS} | _HARMLESS | {"set-cookie", "content-encoding"}
        return sorted({printable(name) for name, _ in self.headers} - ours)

    def whole(self) -> bool:
        """Whether the body is as the page makes it: of one of its sizes, padded, with its one style and no script."""
        text = self.body.decode("utf-8", "replace")
        sizes = len(self.body) in SIZES and _PADDING.search(text) is not None
        return sizes and f"<style>{STYLE}</style>" in text and "<script" not in text.lower()


def printable(words: Iterable[str]) -> str:
    """Words from the network for a terminal: no sign that steers it, and not many."""
    return "".join(sign for sign in words if sign.isprintable())[:_SHOWN]


async def visit(address: str, socket: str = "") -> Answer:
    """The first page of `address`, as a browser that takes compression asks for it. `socket`: the unix socket to ask at. Raises
    OSError, `aiohttp.ClientError`, TimeoutError."""
    connector = aiohttp.UnixConnector(socket) if socket else aiohttp.TCPConnector()
    limit = aiohttp.ClientTimeout(total=SECONDS)
    async with (
        aiohttp.ClientSession(
            connector=connector, timeout=limit, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        ) as session,
        session.get(address, headers={"accept-encoding": "gzip, br, zstd, deflate"}, allow_redirects=False) as answer,
    ):
        body = await answer.content.read(LARGEST)
        while not answer.content.at_eof() and len(body) < LARGEST:
            body += await answer.content.read(LARGEST - len(body))
        headers = tuple((name.lower(), value) for name, value in answer.headers.items())
        return Answer(answer.status, headers, body)
