"""Links to share: a code of the pack behind a bot's address. Nothing in a link tells who gave it to whom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.book import Edition, LinkCode, opens_on_page

_BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}\Z")
_TELEGRAM = "https://t.me/"
_PAGE = re.compile(r"(https://[^\s?#]+|http://[a-z2-7]{56}\.onion/?)\Z")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the bot is: its name in Telegram, its link in Signal, its page. Each may be "".

    Raises ValueError, with how to mend it, for what a channel would not take.
    """

    telegram: str = ""
    signal: str = ""
    page: str = ""

    def __post_init__(self) -> None:
        if self.telegram and not _BOT.match(self.telegram):
            raise ValueError("a Telegram name has 5 to 32 letters, digits and _, and begins with a letter, like night_sky_bot")
        if self.signal and not self.signal.startswith("https://signal.me/#eu/"):
            raise ValueError("a Signal link begins with https://signal.me/#eu/ ; signal-cli prints it (docs/signal.md)")
        if self.page and not _PAGE.match(self.page):
            raise ValueError("a page address begins with https://, or is http:// and an onion address; it has no ? and no spaces")

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return bool(self.telegram or self.signal or self.page)


@dataclass(frozen=True, slots=True)
class AddressedLink:
    """A code and the addresses that carry it. Signal's links carry nothing. A page's carries the code's language and place; the
    code itself is typed there. `typed`: whether it opens more there than the first screen."""

    code: str
    telegram: str = ""
    signal: str = ""
    page: str = ""
    typed: bool = False

    @property
    def first(self) -> str:
        """The address to print: Telegram's, which carries the code, else Signal's, else the page."""
        return self.telegram or self.signal or self.page


def addresses(edition: Edition, telegram: str = "", signal: str = "", page: str = "") -> Addresses:
    """The addresses given; where none is, those of the pack's signed list. Raises ValueError as `Addresses` does."""
    if not (telegram or signal or page):
        telegram, signal, page = (edition.genuine.of(channel) for channel in ("telegram", "signal", "page"))
    return Addresses(telegram.removeprefix(_TELEGRAM).removeprefix("@"), signal, page)


def links(codes: Iterable[LinkCode], found: Addresses, edition: Edition | None = None) -> list[AddressedLink]:
    """A link for each code. `edition`: whose topics say which codes open nothing on a page; without it none does."""
    bot = f"{_TELEGRAM}{found.telegram}?start=" if found.telegram else ""
    made = []
    for code in codes:
        opens = edition is not None and bool(code.topic or code.policy or code.flow) and not code.retired
        typed = opens and edition is not None and opens_on_page(code.parts, edition.topics)
        made.append(AddressedLink(code.code, f"{bot}{code.code}" if bot else "", found.signal, _page_of(found.page, code), typed))
    return made


def page_link(page: str, language: str | None, place: str | None) -> str:
    """The page's address with a language and a place: all that its path may carry. "" or None leaves one out."""
    parts = [part for part in (language, place) if part]
    return "/".join([page.rstrip("/"), *parts]) if page and parts else page


def _page_of(page: str, code: LinkCode) -> str:
    return page if code.retired else page_link(page, code.language, code.place)
