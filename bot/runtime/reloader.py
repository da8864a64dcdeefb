"""Keeps the world of a running bot current: looks at the files every second, in a thread, and swaps one reference."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
import time
from collections.abc import Callable, Mapping

from bot.book import Edition, place_of
from bot.engine import Surface, World
from bot.find import Deaf, build_finder, read_pack, unheard
from bot.privacy import safe_log
from bot.runtime.live_book import LiveBook

_BOOK = "content/book.yaml"
_WHY: Mapping[Deaf, int] = {"encoder": 1, "heads": 2, "old": 3}
"""Why danger is not heard by meaning as it could be, in the log's numbers (docs/privacy.md)."""


def _say_unheard(edition: Edition) -> None:
    """Where the pack names a language in which a typed emergency is not heard: `content check` says what is missing."""
    for language in unheard(read_pack(edition.docs), edition.languages):
        at = ("languages", edition.languages.index(language))
        safe_log.content_fault("LANGUAGE-UNHEARD", _BOOK, place_of(at, edition.docs[_BOOK][1])[0])


class Reloader:
    """The current world. `world()` never waits: the thread builds the next one beside it."""

    def __init__(self, live_book: LiveBook, surface: Surface, date: dt.date | None, changed: Callable[[bool], None]) -> None:
        self._live_book, self._surface, self._date, self._changed = live_book, surface, date, changed
        self._day = self._today()
        self._world = self._built()
        self._stop = threading.Event()
        self._kept, self._keeps, self._told = 0, True, ""
        self._tell()

    def _today(self) -> dt.date:
        return self._date or dt.datetime.now(dt.UTC).date()

    def _built(self) -> World:
        edition = self._live_book.on(self._day)
        finder = build_finder(edition)
        self._deaf: Deaf = finder.deaf
        return World(edition, finder.listen, self._surface, secrets.randbelow)

    def world(self) -> World:
        """The world of this moment."""
        return self._world

    def look(self) -> bool:
        """One look at the files and the calendar. True where the world changed; says so, and whether all is well."""
        healthy, today = self._live_book.healthy, self._today()
        changed = self._live_book.tick(time.monotonic()) or today != self._day
        if changed:
            self._day = today
            self._world = self._built()
        if changed or healthy != self._live_book.healthy:
            self._changed(self._live_book.healthy)
        self._tell()
        return changed

    def _tell(self) -> None:
        """Says what an operator would wonder about: a number that stays away, a folder that cannot be written, a language in
        which a typed cry for help is not understood."""
        kept, keeps = len(self._live_book.kept), self._live_book.keeps
        if kept != self._kept:
            safe_log.say("kept_withdrawn", n=kept)
        if not keeps and self._keeps:
            safe_log.say("cache_failed")
        self._kept, self._keeps = kept, keeps
        if self._told != self._live_book.book.fingerprint:
            self._told = self._live_book.book.fingerprint
            _say_unheard(self._world.edition)
            if self._deaf:
                safe_log.say("hears_less", why=_WHY[self._deaf])

    def start(self, every: float = 1.0) -> None:
        """Looks every `every` seconds until the process ends."""

        def run() -> None:
            while not self._stop.wait(every):
                try:
                    self.look()
                except Exception as error:  # the next look must come, whatever this one met
                    safe_log.fault(error)

        threading.Thread(target=run, name="reloader", daemon=True).start()

    def stop(self) -> None:
        """Looks no more."""
        self._stop.set()
