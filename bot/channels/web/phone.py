"""The probe's end of the web channel: a browser that follows forms. What it is shown it keeps until it leaves."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

from bot.channels.phone import NotThereError
from bot.channels.settings import SettingsError, is_loopback
from bot.channels.web import PUBLIC
from bot.channels.web.fields import AT, PRESS, WORDS
from bot.engine import Choice, Screen

_SECONDS: Final = 15.0
_BUTTON: Final = re.compile(r"<button(?P<said>[^>]*)>(?P<label>[^<]*)</button>")
_NAME: Final = re.compile(rf'\bname="{PRESS}\.([^"]*)"')
_AT: Final = re.compile(rf'<input type="hidden" name="{AT}" value="([^"]*)">')
_MAIN: Final = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)
_SPACED: Final = re.compile(r"</?(?:h1|h2|p|li|ul|br|div|form|label|button)\b[^>]*>")
_TAG: Final = re.compile(r"<[^>]*>")


def words_of(page: str) -> str:
    """The words of a piece of HTML as they are read, in one line."""
    return " ".join(html.unescape(_TAG.sub("", _SPACED.sub(" ", page))).split())


class WebPhone:
    """`address`: the page's."""

    lingers, pause = 0.0, 0.1

    def __init__(self, address: str) -> None:
        self._address, self._page = address, ""
        self._session: Any = None

    async def open(self) -> None:
        """Connects. Raises `NotThereError`."""
        import aiohttp

        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_SECONDS), cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        )
        self._page = await self._get()

    async def start(self) -> None:
        """As somebody who opens the page and begins."""
        self._page = await self._get()
        await self._send({PRESS: self._value(None)})

    async def types(self, words: str) -> None:
        """As in `Phone`."""
        at = _AT.search(self._page)
        await self._send({AT: at[1] if at else "", WORDS: words})

    async def press(self, screen: Screen, choice: Choice) -> None:
        """As in `Phone`: the button with these words, on whatever page is shown."""
        del screen
        await self._send({PRESS: self._value(choice.label)})
        if choice.kind == "leave":
            self._page = ""

    async def leave(self) -> None:
        """As in `Phone`: what the page offers first."""
        found = re.search(rf'class="leave" name="{PRESS}\.([^"]*)"', self._page)
        if found:
            await self._send({PRESS: found[1]})
        self._page = ""

    async def sees(self) -> Sequence[str]:
        """As in `Phone`: the words of the page that is shown, none after leave."""
        found = _MAIN.search(self._page)
        return [words_of(found[1])] if found else []

    def shows(self, screen: Screen) -> str:
        """As in `Phone`."""
        from bot.channels.web.screen_blocks import blocks

        made = [str(block) for block in blocks(screen.spans, "")]
        labels = [choice.label for choice in screen.choices if choice.kind != "leave"]
        return " ".join(filter(None, [words_of(" ".join(made)), *labels]))

    async def close(self) -> None:
        """As in `Phone`."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        self._page = ""

    def _value(self, label: str | None) -> str:
        """What the button with this label sends, of the first in the page's middle where there is none."""
        page = self._page if label is not None else (_MAIN.search(self._page) or [""] * 2)[1]
        for found in _BUTTON.finditer(page):
            value = _NAME.search(found["said"])
            if value and (label is None or html.unescape(found["label"]) == label):
                return value[1]
        raise NotThereError

    async def _get(self) -> str:
        return await self._fetched("get", None)

    async def _send(self, fields: Mapping[str, str]) -> None:
        self._page = await self._fetched("post", fields)

    async def _fetched(self, method: str, fields: Mapping[str, str] | None) -> str:
        import aiohttp

        if self._session is None:
            raise NotThereError
        try:
            async with self._session.request(method, self._address, data=fields) as answer:
                page: str = await answer.text()
                if answer.status != 200:
                    raise NotThereError
                return page
        except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError):
            raise NotThereError from None


def page_address(given: str) -> str:
    """The first page of an address as it was given: https, or http on this machine. Raises `SettingsError`."""
    try:
        parts = urlsplit(given)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        raise SettingsError("probe_web")
    return f"{parts.scheme}://{parts.netloc}/"


def from_environment(environ: Mapping[str, str]) -> WebPhone:
    """The phone that opens the page of CONSTELLATION_PROBE_PAGE. Raises `SettingsError`."""
    if any(find_spec(name) is None for name in ("aiohttp", "htpy")):
        raise SettingsError("web_library")
    return WebPhone(page_address(environ.get(PUBLIC, "").strip()))
