"""Screens over what Telegram takes in one message."""

from __future__ import annotations

from collections.abc import Iterator

from bot.authoring.lint.drawn_screens import blame, drawn
from bot.authoring.lint.rule import Rule, tip_file
from bot.authoring.lint.subject import Pack
from bot.book import Fault

LIMIT = 4096
"""Characters of one message as Telegram counts them, in UTF-16 (Bot API, sendMessage)."""


def look(pack: Pack) -> Iterator[Fault]:
    """Screens of over 4,096 characters in any language, once for each thing that is too long."""
    seen: set[tuple[str, str]] = set()
    for screen in drawn(pack):
        length = len(screen.screen.text.encode("utf-16-le")) // 2
        key = (screen.subject or screen.step, screen.language)
        if length > LIMIT and key not in seen:
            seen.add(key)
            file, at = blame(pack, screen)
            yield pack.fault(file, at, "MESSAGE-LONG", f"The screen with this text has {length} characters.",
                             f"At most {LIMIT}: shorten this text, or split it in two.",
                             why="Telegram refuses it, and the person gets no answer.")  # fmt: skip


RULE = Rule("MESSAGE-LONG", "flows", "A screen over Telegram's limit in some language.", look,
            tip_file("Look around first. " * 220), tip_file("Look around first. " * 20), 12)  # fmt: skip
