"""Links to share: a code of the pack behind a bot's address. Nothing in a link tells who gave it to whom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.book import Edition, LinkCode

_BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}\Z")
_TELEGRAM = "https://t.me/"


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
        if self.page and (not self.page.startswith("https://") or any(sign.isspace() for sign in self.page)):
            raise ValueError("a page address begins with https:// and has no spaces")

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return bool(self.telegram or self.signal or self.page)


@dataclass(frozen=True, slots=True)
class AddressedLink:
    """A code and the addresses that carry it. Signal's links and pages carry none: they open the first screen."""

    code: str
    telegram: str = ""
    signal: str = ""
    page: str = ""

    @property
    def first(self) -> str:
        """The address to print: Telegram's, which carries the code, else Signal's, else the page."""
        return self.telegram or self.signal or self.page


def addresses(edition: Edition, telegram: str = "", signal: str = "", page: str = "") -> Addresses:
    """The addresses given; where none is, those of the pack's signed list. Raises ValueError as `Addresses` does."""
    if not (telegram or signal or page):
        telegram, signal, page = (edition.genuine.of(channel) for channel in ("telegram", "signal", "page"))
    return Addresses(telegram.removeprefix(_TELEGRAM).removeprefix("@"), signal, page)


def links(codes: Iterable[LinkCode], found: Addresses) -> list[AddressedLink]:
    """A link for each code."""
    bot = f"{_TELEGRAM}{found.telegram}?start=" if found.telegram else ""
    return [AddressedLink(code.code, f"{bot}{code.code}" if bot else "", found.signal, found.page) for code in codes]
