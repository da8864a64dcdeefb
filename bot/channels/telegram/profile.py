"""What Telegram itself shows about the bot: name, descriptions, commands. Neutral words, from the pack."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.book import Edition
from bot.channels.telegram.transport import Answer, QuietBot, RefusedError, UnreachableError
from bot.privacy import safe_log


@dataclass(frozen=True, slots=True)
class Profile:
    """How the bot shows itself to phones of one language, "" for all others.

    `name`: 64 characters at most, "" leaves it. `description`: 512. `short`: 120. `commands`: word and text.
    """

    language: str
    name: str = ""
    description: str = ""
    short: str = ""
    commands: tuple[tuple[str, str], ...] = ()


def profiles(edition: Edition) -> list[Profile]:
    """The profile of each language of the pack, after one in its first language for phones of all others."""
    flows = edition.flows

    def profile(language: str, shown_to: str) -> Profile:
        says = {key: flows.says(f"profile_{key}", language) for key in ("description", "short", "urgent", "leave", "home")}
        commands = (("home", says["home"]), ("urgent", says["urgent"]), ("leave", says["leave"]))
        name = edition.book.name.get(language) or next(iter(edition.book.name.values()))
        return Profile(shown_to, name, says["description"], says["short"], commands)

    return [profile(edition.languages[0], ""), *(profile(language, language) for language in edition.languages)]


async def present(bot: QuietBot, profiles: Sequence[Profile]) -> bool:
    """Writes the profiles where they differ from what Telegram has: it allows few changes a day. True if all are right.

    A failure is logged by its code and keeps nothing from starting.
    """
    right = True
    for profile in profiles:
        wanted: list[tuple[str, str, str, str]] = [
            ("getMyName", "setMyName", "name", profile.name[:64]),
            ("getMyDescription", "setMyDescription", "description", profile.description[:512]),
            ("getMyShortDescription", "setMyShortDescription", "short_description", profile.short[:120]),
        ]
        for read, write, field, value in wanted:
            if value:
                right &= await _differing(bot, read, write, field, value, profile.language)
        if profile.commands:
            commands = [{"command": word[:32], "description": text[:256]} for word, text in profile.commands]
            right &= await _call(bot, "setMyCommands", commands=commands, **_for(profile.language)) is not None
    return right


async def _differing(bot: QuietBot, read: str, write: str, field: str, value: str, language: str) -> bool:
    now = await _call(bot, read, **_for(language))
    with contextlib.suppress(UnreachableError):
        if now is not None and now.field(field) == value:
            return True
    return await _call(bot, write, **{field: value}, **_for(language)) is not None


def _for(language: str) -> dict[str, str]:
    return {"language_code": language} if language else {}


async def _call(bot: QuietBot, method: str, **parameters: Any) -> Answer | None:
    try:
        return await bot.call(method, **parameters)
    except RefusedError as error:
        safe_log.say("setup_failed", code=error.code)
    except UnreachableError:
        safe_log.say("setup_failed", code=0)
    return None
