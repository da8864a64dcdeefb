"""A browser without scripts for tests and benchmarks: it reads a page's forms as HTML and sends what a browser would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import aiohttp


@dataclass
class Form:
    """One form: its fields with their values, the names of lines to type in, and its buttons as (words, name, value)."""

    method: str = ""
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.main: list[str] = []
        self.tags: list[str] = []
        self._in_main = self._button = self._silent = False
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if tag in ("p", "li", "h1", "h2", "br", "button", "label", "div"):
            (self.main if self._in_main else self.words).append(" ")
        if tag == "main":
            self._in_main = True
        elif tag == "style":
            self._silent = True
        elif tag == "form":
            self._form = Form(said.get("method", "get"), said.get("action", ""))
            self.forms.append(self._form)
        elif tag == "input" and self._form:
            if said.get("type") == "hidden":
                self._form.fields[said["name"]] = said.get("value", "")
            else:
                self._form.lines.append(said["name"])
        elif tag == "button" and self._form:
            self._button = True
            self._form.buttons.append(("", said.get("name", ""), said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._in_main = False
        elif tag == "style":
            self._silent = False
        elif tag == "form":
            self._form = None
        elif tag == "button":
            self._button = False

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self.words.append(data)
        if self._in_main:
            self.main.append(data)
        if self._button and self._form:
            words, name, value = self._form.buttons[-1]
            self._form.buttons[-1] = (words + data, name, value)


@dataclass
class Page:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    forms: list[Form]
    words: str
    main: str
    tags: list[str]

    @property
    def labels(self) -> list[str]:
        """The words of the buttons, from top to bottom."""
        return [words for form in self.forms for words, _, _ in form.buttons]

    def press(self, label: str) -> dict[str, str]:
        """What the button with this label sends. Raises LookupError where there is none."""
        for form in self.forms:
            for words, name, value in form.buttons:
                if words == label:
                    return {**form.fields, **({name: value} if name else {})}
        raise LookupError(f"no such button among {len(self.labels)}")

    def typed(self, words: str) -> dict[str, str]:
        """What the line to type in sends. Raises LookupError where there is none."""
        for form in self.forms:
            if form.lines:
                return {**form.fields, form.lines[0]: words}
        raise LookupError("no line to type in")


def page_of(status: int, headers: list[tuple[str, str]], body: bytes) -> Page:
    """A page, read."""
    reader = _Reader()
    reader.feed(body.decode())
    flat = [" ".join("".join(parts).split()) for parts in (reader.words, reader.main)]
    return Page(status, headers, body, reader.forms, flat[0], flat[1], reader.tags)


class Browser:
    """One person. `session`: anybody's: it holds no cookies."""

    def __init__(self, session: aiohttp.ClientSession, address: str, language: str = "en") -> None:
        self._session, self.address, self.language = session, address, language
        self.page = page_of(0, [], b"")

    async def open(self, path: str = "") -> Page:
        """Looks at the first page."""
        return await self.fetch("GET", path)

    async def press(self, label: str) -> Page:
        """Presses a button of the page."""
        return await self.send(self.page.press(label))

    async def type(self, words: str) -> Page:
        """Types into the page's line and sends it."""
        return await self.send(self.page.typed(words))

    async def send(self, fields: dict[str, str]) -> Page:
        """Sends a form, as a browser does that sends an old one again too."""
        return await self.fetch("POST", "", data=fields)

    async def fetch(self, method: str, path: str = "", **more: Any) -> Page:
        """One request."""
        headers = {"accept-language": self.language, **more.pop("headers", {})}
        async with self._session.request(method, self.address + path, headers=headers, allow_redirects=False, **more) as answer:
            found = [(name.lower(), value) for name, value in answer.headers.items()]
            self.page = page_of(answer.status, found, await answer.read())
        return self.page


def browsers(limit: int = 0) -> aiohttp.ClientSession:
    """What browsers share: connections, and no cookies. `limit`: of connections, 0 for none."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=limit), cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=60),
    )  # fmt: skip
