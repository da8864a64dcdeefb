"""What the bot should show today, kept current with the probe's own content folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from bot.book import BookFault, Edition, Snapshot, build, fingerprint
from bot.engine import Surface, World, compile_flows
from bot.find import build_finder
from bot.ops.probe.script import NoScriptError, Script, scripts


class Expected:
    """Scripts, made anew when the content or the day has changed. `take`: reads the content. `words`: what to ask."""

    def __init__(self, take: Callable[[], Snapshot], day: Callable[[], dt.date], surface: Surface, words: str = "") -> None:
        self._take, self._day, self._surface, self._words = take, day, surface, words
        self._known: tuple[str, dt.date] | None = None
        self._scripts: tuple[Script, ...] = ()

    def now(self) -> tuple[Script, ...]:
        """The scripts of this moment; the last ones while the content is broken or away. Raises `BookFault`, `NoScriptError` and
        `OSError` where there have never been any."""
        try:
            files, day = self._take(), self._day()
            if self._known != (fingerprint(files), day):
                edition = Edition(build(files, compile_flows), day)
                # Without the first line: which of them a bot picks is chance.
                surface = replace(self._surface, previews=False)
                world = World(edition, build_finder(edition).listen, surface)
                self._scripts, self._known = scripts(world, self._words), (fingerprint(files), day)
        except (BookFault, NoScriptError, OSError):
            if not self._scripts:
                raise
        return self._scripts
