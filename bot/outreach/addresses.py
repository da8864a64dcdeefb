"""Links to share: a code of the pack behind a bot's address. Nothing in a link tells who gave it to whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}\Z")
_CODE = re.compile(r"[a-z0-9]{1,8}\Z")


@dataclass(frozen=True, slots=True)
class Link:
    """A code and the addresses that carry it. Signal's links carry no code: they open the first screen."""

    code: str
    telegram: str = ""
    signal: str = ""


def links(codes: Mapping[str, tuple[str, ...]], bot: str = "", signal: str = "") -> list[Link]:
    """A link for each code. Raises ValueError, with how to mend it, for a name that Telegram would not take."""
    bot = bot.removeprefix("https://t.me/").removeprefix("@")
    if bot and not _BOT.match(bot):
        raise ValueError("a Telegram name has 5 to 32 letters, digits and _, and begins with a letter, like night_sky_bot")
    if signal and not signal.startswith("https://signal.me/#eu/"):
        raise ValueError("a Signal link begins with https://signal.me/#eu/ ; signal-cli prints it (docs/signal.md)")
    for code in codes:
        if not _CODE.match(code):
            raise ValueError(f'the code "{code}" is not right: at most 8 small letters and digits, which mean nothing')
    return [Link(code, f"https://t.me/{bot}?start={code}" if bot else "", signal) for code in codes]
