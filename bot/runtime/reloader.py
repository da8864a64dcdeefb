"""Keeps the world of a running bot current: looks at the files every second, in a thread, and swaps one reference."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from bot.book import BookFault, Edition, snapshot
from bot.book.faults import Fault, place_of
from bot.book.seen_retractions import Withdrawals
from bot.book.snapshot import Snapshot, default_folders, pack_folders
from bot.commands.shared.source_options import CACHE, source_of
from bot.engine.flow_compiler import compile_flows
from bot.engine.types import Surface, World
from bot.find.pack import read_pack
from bot.find.reach import unheard
from bot.privacy import safe_log
from bot.runtime.git_source import Fetched
from bot.runtime.live_book import Shelf
from bot.runtime.required_signatures import trust_of
from bot.runtime.world import world

S = TypeVar("S")
_BOOK = "content/book.yaml"


def shelf_of(args: argparse.Namespace, source: Fetched | None = None) -> Shelf:
    """The shelf of `source`, else of `--content` and `--flows`, else of the pack; CONSTELLATION_CACHE_DIR names its cache.

    A source gives way to the cache, then to the folder that was named beside it: never to a pack that is somebody else's.
    """
    content, flows = default_folders()
    content, flows = args.content or content, args.flows or flows
    cache = Path(os.environ[CACHE]) if os.environ.get(CACHE) else None

    def folders() -> Snapshot:
        return snapshot(content, flows)

    def pack() -> Snapshot:
        return snapshot(*pack_folders())

    if not source:
        return Shelf(folders, compile_flows, cache, (pack,), trust_of(args))
    seen = Withdrawals(cache, lambda: args.date or dt.datetime.now(dt.UTC).date())
    # What was kept before there was a source may be the program's own pack.
    return Shelf(source, compile_flows, cache and cache / "source", (folders,) if args.content else (), trust_of(args), seen)


def opened(args: argparse.Namespace, settings: Callable[[Mapping[str, str]], S], wrong: type[Exception]) -> tuple[S, Shelf]:
    """A channel's settings and the shelf, faults of the content said by code and place. Leaves with 2 where the settings are
    wrong (`wrong`), with 1 where there is no whole book to start from."""
    source: Fetched | None = None
    try:
        found = settings(os.environ)
        source = source_of(args, os.environ)
        shelf = shelf_of(args, source)
    except wrong as error:
        safe_log.refuse(str(getattr(error, "why", "settings")))
        raise SystemExit(2) from None
    except BookFault as error:
        _say_faults(error.faults)
        safe_log.refuse("content" if source is None or source.reached else "source")
        raise SystemExit(1) from None
    if source is None or source.reached:  # the log has said that it is away: no file is missing for that
        _say_faults(shelf.faults)
    return found, shelf


def _say_faults(faults: Iterable[Fault]) -> None:
    """Their words are for `constellation check`: a log is read by others, and kept."""
    for fault in faults:
        safe_log.content_fault(fault.code, fault.file, fault.line)


def _say_unheard(edition: Edition) -> None:
    """Where the pack names a language in which a typed emergency is not heard: `constellation check` says what is missing."""
    for language in unheard(read_pack(edition.docs), edition.languages):
        at = ("languages", edition.languages.index(language))
        safe_log.content_fault("LANGUAGE-UNHEARD", _BOOK, place_of(at, edition.docs[_BOOK][1])[0])


class Keeper:
    """The current world. `world()` never waits: the thread builds the next one beside it."""

    def __init__(self, shelf: Shelf, surface: Surface, date: dt.date | None, changed: Callable[[bool], None]) -> None:
        self._shelf, self._surface, self._date, self._changed = shelf, surface, date, changed
        self._day = self._today()
        self._world = world(shelf.on(self._day), surface)
        self._stop = threading.Event()
        self._kept, self._keeps, self._told = 0, True, ""
        self._tell()

    def _today(self) -> dt.date:
        return self._date or dt.datetime.now(dt.UTC).date()

    def world(self) -> World:
        """The world of this moment."""
        return self._world

    def look(self) -> bool:
        """One look at the files and the calendar. True where the world changed; says so, and whether all is well."""
        healthy, today = self._shelf.healthy, self._today()
        changed = self._shelf.tick(time.monotonic()) or today != self._day
        if changed:
            self._day = today
            self._world = world(self._shelf.on(today), self._surface)
        if changed or healthy != self._shelf.healthy:
            self._changed(self._shelf.healthy)
        self._tell()
        return changed

    def _tell(self) -> None:
        """Says what an operator would wonder about: a number that stays away, a folder that cannot be written, a language in
        which a typed cry for help is not understood."""
        kept, keeps = len(self._shelf.kept), self._shelf.keeps
        if kept != self._kept:
            safe_log.say("kept_withdrawn", n=kept)
        if not keeps and self._keeps:
            safe_log.say("cache_failed")
        self._kept, self._keeps = kept, keeps
        if self._told != self._shelf.book.fingerprint:
            self._told = self._shelf.book.fingerprint
            _say_unheard(self._world.edition)

    def start(self, every: float = 1.0) -> None:
        """Looks every `every` seconds until the process ends."""

        def run() -> None:
            while not self._stop.wait(every):
                try:
                    self.look()
                except Exception as error:  # the next look must come, whatever this one met
                    safe_log.fault(error)

        threading.Thread(target=run, name="keeper", daemon=True).start()

    def stop(self) -> None:
        """Looks no more."""
        self._stop.set()
