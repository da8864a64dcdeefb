"""Keeps the world of a running bot current: looks at the files every second, in a thread, and swaps one reference."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future

from bot.book import Edition, place_of
from bot.engine import Surface, World
from bot.find import Finder, Heard, build_finder, unheard
from bot.privacy import safe_log
from bot.runtime.health import WHY
from bot.runtime.live_book import LiveBook
from bot.runtime.memory import building

_BOOK = "content/book.yaml"
ANSWERS_FIRST = 0.5
"""Seconds between the first finder and the look for garbage."""


def _say_unheard(edition: Edition, languages: Iterable[str]) -> None:
    """Where the pack names a language in which a typed emergency is not heard: `content check` says what is missing."""
    for language in languages:
        at = ("languages", edition.languages.index(language))
        safe_log.content_fault("LANGUAGE-UNHEARD", _BOOK, place_of(at, edition.docs[_BOOK][1])[0])


class Reloader:
    """The current world. `world()` never waits: the thread builds the next one beside it.

    `later`: the first finder is made in that thread too. Presses are answered meanwhile, and typed words wait for it: nobody is
    answered with less hearing because the bot has just started.
    """

    def __init__(
        self,
        live_book: LiveBook,
        surface: Surface,
        date: dt.date | None,
        changed: Callable[[bool], None],
        *,
        later: bool = False,
    ) -> None:
        self._live_book, self._surface, self._date, self._changed = live_book, surface, date, changed
        self._day = self._today()
        self._stop = threading.Event()
        self._kept, self._keeps, self._told = 0, True, ""
        self._finder: Future[Finder] = Future()
        self._asked = threading.Event()
        self._made: tuple[object, Finder] | None = None
        self._unheard: tuple[str, ...] = ()
        edition = live_book.on(self._day)
        self._world = World(edition, self._listen_once_made, surface, pick=secrets.randbelow)
        if not later:
            self._begin()
            self._lean()

    def _listen_once_made(self, text: str, language: str) -> Heard:
        return self._finder.result().listen(text, language)

    def _begin(self) -> None:
        """Makes the first finder. What waits for it is told where it cannot be made."""
        try:
            self._world = self._built()
        except BaseException as error:
            if not self._finder.done():
                self._finder.set_exception(error)
            raise
        self._tell()

    def _lean(self) -> None:
        """Has the finder make what nobody waited for, and let go of what only the making needed."""
        if self._made:
            self._made[1].lean()

    def _today(self) -> dt.date:
        return self._date or dt.datetime.now(dt.UTC).date()

    def _built(self) -> World:
        edition = self._live_book.on(self._day)
        # Before the finder, which takes the room that this gives back.
        self._live_book.book.compact()
        finder = self._finder_for(edition)
        if not self._finder.done():
            self._finder.set_result(finder)
        return World(edition, finder.listen, self._surface, finder.deaf, secrets.randbelow, finder.by_nets)

    def _finder_for(self, edition: Edition) -> Finder:
        """The finder for an edition: the last one, where it has the same pack and the same topics, as on the next day."""
        key = (edition.fingerprint, tuple(edition.topics))
        if self._made is None or self._made[0] != key:
            finder = build_finder(edition)
            self._unheard = tuple(unheard(finder.pack, edition.languages))
            self._made = (key, finder)
        return self._made[1]

    def world(self) -> World:
        """The world of this moment."""
        if not self._asked.is_set():
            self._asked.set()
        return self._world

    def look(self) -> bool:
        """One look at the files and the calendar. True where the world changed; says so, and whether all is well."""
        healthy, today = self._live_book.healthy, self._today()
        changed = self._live_book.tick(time.monotonic()) or today != self._day
        if changed:
            self._day = today
            with building():
                self._world = self._built()
                self._lean()
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
            _say_unheard(self._world.edition, self._unheard)
            if self._world.deaf:
                safe_log.say("hears_less", why=WHY[self._world.deaf])

    def start(self, every: float = 1.0) -> None:
        """Looks every `every` seconds until the process ends; makes the finder first where there is none yet. A pack for which
        none can be made ends the process with status 1, as a book that is not whole does."""

        def run() -> None:
            if not self._finder.done():
                # What the channel still has to import would take twice as long beside it.
                self._asked.wait(1.0)
                try:
                    with building():
                        self._begin()
                        # The rest of the finder and looking for garbage take half a second: the answers that waited go out first.
                        self._stop.wait(ANSWERS_FIRST)
                        self._lean()
                except Exception as error:
                    safe_log.fault(error)
                    safe_log.refuse("content")
                    os._exit(1)
            while not self._stop.wait(every):
                try:
                    self.look()
                except Exception as error:  # the next look must come, whatever this one met
                    safe_log.fault(error)

        threading.Thread(target=run, name="reloader", daemon=True).start()

    def stop(self) -> None:
        """Looks no more."""
        self._stop.set()
