"""Plays a talk written as YAML against the engine: the desk's own player, which `constellation play` uses as well."""

from __future__ import annotations

from bot.authoring.scenarios.player import about, play

__all__ = ["about", "play"]
