"""Plays a talk written as YAML against the engine: the player that `constellation chat --record FILE` uses as well."""

from __future__ import annotations

from bot.authoring.scenarios.player import about, play

__all__ = ["about", "play"]
