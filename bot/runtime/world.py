"""The world that a channel's talks step in: a day's edition of the book, its finder, and what the channel can show."""

from __future__ import annotations

import secrets
from functools import cache

from bot.book import Edition
from bot.engine import Listen, Surface, World
from bot.find import build_finder


def listener(edition: Edition) -> Listen:
    """The finder for an edition, made when words are first typed, so that a talk opens sooner."""
    made = cache(lambda: build_finder(edition))
    return lambda text, language: made().listen(text, language)


def world(edition: Edition, surface: Surface, *, later: bool = False, steady: bool = False) -> World:
    """The world that a channel's talks step in. `later`: see `listener`. `steady`: the same first line on every message, for
    whoever compares screens."""
    listen = listener(edition) if later else build_finder(edition).listen
    return World(edition, listen, surface) if steady else World(edition, listen, surface, pick=secrets.randbelow)
