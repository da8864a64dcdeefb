"""The world that a channel's talks step in: a day's edition of the book, its finder, and what the channel can show."""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import Future

from bot.book import Edition
from bot.engine import Listen, Surface, World
from bot.find import Finder, Heard, build_finder


class LaterFinder:
    """The finder of an edition, made when words are first typed, so that a talk opens sooner; or in a thread once `begin` is
    called."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._finder: Future[Finder] = Future()
        self._first = threading.Lock()

    def begin(self) -> None:
        """Makes the finder beside whatever else is done, the first time it is called."""
        if self._first.acquire(blocking=False):
            threading.Thread(target=self._make, name="finder", daemon=True).start()

    def listen(self, text: str, language: str) -> Heard:
        """As the finder, once it is there. Raises BookFault where none can be made."""
        self.begin()
        return self._finder.result().listen(text, language)

    def _make(self) -> None:
        try:
            self._finder.set_result(build_finder(self._edition))
        except BaseException as error:
            self._finder.set_exception(error)


def world(edition: Edition, surface: Surface, *, listen: Listen | None = None, steady: bool = False) -> World:
    """The world that a channel's talks step in. `listen`: in place of a finder that is made at once. `steady`: the same first
    line on every message, for whoever compares screens."""
    listen = listen or build_finder(edition).listen
    return World(edition, listen, surface) if steady else World(edition, listen, surface, pick=secrets.randbelow)
