"""The live book: the book in use, the newest good one. A bad edit never takes it down; a withdrawal reaches it in seconds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, runtime_checkable

from bot.book import FILE as RETRACTIONS
from bot.book import (
    Book,
    BookFault,
    Compile,
    Edition,
    Fault,
    LinkError,
    Retraction,
    SeenRetractions,
    Snapshot,
    build,
    load_retractions,
    mark_of,
    write_in,
)
from bot.find import may_hear, unread
from bot.runtime.held_files import HeldFiles, mark_in, packed, unpacked

Source = Callable[[], Snapshot]
SETTLE_SECONDS = 1.0
KEEP_SECONDS = 60.0
CACHE_NAME = "last-good-book"
_BEFORE = "last-good-book.json"
"""What an earlier version kept; it is not read any more."""
_FIND, _BOOK = "content/find/", "content/book.yaml"
"""What a running bot still reads of the files once the book is built: the finder's, and where the languages are named."""


@runtime_checkable
class Marked(Protocol):
    """A source that can tell whether its files changed without giving them. `mark`: as `mark_of` of its snapshot."""

    def mark(self) -> str:
        """Raises OSError as the source does."""


class Trust(Protocol):
    """Whom the operator trusts. `faults`: why a snapshot is not taken, empty where enough signed. `withdraws`: whether its
    retractions are signed; they can only remove, and one signer is enough. `mark`: differs once somebody else is trusted."""

    def faults(self, files: Snapshot) -> list[Fault]:
        """What is missing."""

    def withdraws(self, files: Snapshot) -> bool:
        """Whether somebody signed the retractions."""

    def mark(self) -> str:
        """Whom is trusted now, in a word that changes when that does."""


def store_snapshot(folder: Path, files: Snapshot, mark: str) -> HeldFiles:
    """Keeps a snapshot on disk, whole or not at all, and holds it there. It is only what is public anyway. `mark`: as `mark_of`
    gives it; what is there already is not written again. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()  # systemd gives the folder as a link of its own
    if not _is_there(folder, mark):
        write_in(folder, CACHE_NAME, packed(files, mark))
    with suppress(OSError):
        (folder / _BEFORE).unlink()
    return HeldFiles((folder / CACHE_NAME).open("rb"))


def stored_snapshot(folder: Path) -> Snapshot | None:
    """The snapshot kept on disk, or None where there is none or a byte of it differs."""
    try:
        return unpacked((folder / CACHE_NAME).read_bytes())
    except OSError:
        return None


def _is_there(folder: Path, mark: str) -> bool:
    """Whether the snapshot of `mark` lies there, every byte of it: a disk may have changed one since."""
    try:
        data = (folder / CACHE_NAME).read_bytes()
    except OSError:
        return False
    return mark_in(data) == mark and unpacked(data) is not None


class LiveBook:
    """The book in use. `faults`: what is wrong with the newest files, empty while all is well.

    At the start a broken edit gives way to the last good snapshot on disk, then to `packs`, one after the other (the pack of the
    wheel). Raises BookFault where not one of them is whole. Nothing here sleeps or asks the time: `tick` is told it. `seen`: the
    withdrawals of a source that could serve an older copy again. `keeps`: whether the folder `cache` could be written.
    """

    def __init__(
        self,
        source: Source,
        compile_flows: Compile,
        cache: Path | None = None,
        packs: tuple[Source, ...] = (),
        trust: Trust | None = None,
        seen: SeenRetractions | None = None,
    ) -> None:
        self._source, self._compile, self._cache, self._trust = source, compile_flows, cache, trust
        self._withdrawals = seen
        self.keeps, self._keep_after = True, 0.0
        self._good: tuple[Snapshot, str] | None = None
        self._held: HeldFiles | None = None
        self.faults: tuple[Fault, ...] = ()
        self._newest: tuple[Retraction, ...] = ()
        self._waiting: tuple[str, float] | None = None
        self._seen = ""
        self._edition: tuple[tuple[object, ...], Edition] | None = None
        self.book = self._first(packs)
        self._remember()

    @property
    def healthy(self) -> bool:
        """Whether the book in use is the newest."""
        return not self.faults

    def _first(self, packs: tuple[Source, ...]) -> Book:
        newest: Snapshot = {}
        try:
            newest = self._source()
            return self._take(newest)
        except BookFault as error:
            self.faults = tuple(error.faults)
        except LinkError as error:
            self.faults = (Fault("content", 1, 1, "LINK", f"{error.filename}: {error.strerror}."),)
        except OSError:
            self.faults = (Fault("content", 1, 1, "FILE-MISSING", "The folders of content and flows cannot be read."),)
        self._seen = self._look(newest)
        if self._withdraws(newest):
            self._newest, _ = load_retractions(newest)
        kept = stored_snapshot(self._cache) if self._cache else None
        for snapshot_of in ((lambda: kept or {}), *packs):
            with suppress(BookFault, OSError):
                return self._built(snapshot_of())
        raise BookFault(self.faults)

    def _withdraws(self, files: Snapshot) -> bool:
        return self._trust is None or self._trust.withdraws(files)

    def _built(self, files: Snapshot) -> Book:
        """The book of a snapshot that enough people signed; retractions that nobody signed are left out. Raises BookFault."""
        if self._trust and (missing := self._trust.faults(files)):
            raise BookFault(missing)
        if not self._withdraws(files):
            files = {name: data for name, data in files.items() if name != RETRACTIONS}
        return build(files, self._compile, unread(files)).lean(_FIND, _BOOK, may_hear)

    def _take(self, files: Snapshot) -> Book:
        """The book of a snapshot, kept on disk when it is good. Raises BookFault."""
        book = self._built(files)
        mark = mark_of(files)
        self.faults, self._seen = (), self._with_trust(mark)
        if self._withdraws(files):
            self._newest = book.retractions
        if self._cache:
            self._good = files, mark
            self._store()
        return book

    def _look(self, files: Snapshot) -> str:
        """What a look saw: the bytes, and whom is trusted."""
        return self._with_trust(mark_of(files))

    def _with_trust(self, mark: str) -> str:
        return mark + (self._trust.mark() if self._trust else "")

    def _store(self) -> None:
        """Keeps the good files on disk, and from then on there alone."""
        try:
            if self._cache and self._good:
                held, self._held = self._held, store_snapshot(self._cache, *self._good)
                self._good = None
                if held:
                    held.close()
            elif self._cache and self._held:
                self._cache.mkdir(parents=True, exist_ok=True)
                write_in(self._cache.resolve(), CACHE_NAME, self._held.packed())
            self.keeps = True
        except OSError:
            self.keeps = False

    def _remember(self) -> None:
        if self._withdrawals:
            self._withdrawals.add(self._newest)
            self.keeps = self._withdrawals.keep() and self.keeps

    def _keep(self, now: float) -> None:
        """Somebody may empty the folder while the bot runs; a restart must find what it needs."""
        if self._cache and (self._good or self._held) and now >= self._keep_after:
            self._keep_after = now + KEEP_SECONDS
            if not (self._cache / CACHE_NAME).is_file() or not self.keeps:
                self._store()

    @property
    def kept(self) -> tuple[Retraction, ...]:
        """Withdrawals in force though the files in use list them no longer."""
        return self._withdrawals.held(self.book, self._newest) if self._withdrawals else ()

    def tick(self, now: float) -> bool:
        """Looks at the files; takes them when two looks a second or more apart agree. True if what is shown changed.

        `now`: seconds of any clock that does not go back. Withdrawals count at once, even where the rest is broken.
        """
        self._keep(now)
        try:
            found = self._with_trust(self._source.mark()) if isinstance(self._source, Marked) else self._look(self._source())
        except OSError:
            return False
        if found == self._seen:
            self._waiting = None
            self._remember()
            return False
        if self._waiting is None or self._waiting[0] != found:
            self._waiting = (found, now)
            return False
        if now - self._waiting[1] < SETTLE_SECONDS:
            return False
        self._waiting = None
        try:
            files = self._source()
        except OSError:
            return False
        if self._look(files) != found:  # changed between the look and this one: the next look waits for it
            return False
        before = self._newest
        try:
            self.book = self._take(files)
        except BookFault as error:
            self.faults, self._seen = tuple(error.faults), found
            withdrawn, faults = load_retractions(files)
            if self._withdraws(files):  # a list that is broken may lack what it held: it only adds
                self._newest = tuple(dict.fromkeys((*(self._newest if faults else ()), *withdrawn)))
            self._remember()
            return self._newest != before
        self._remember()
        return True

    def on(self, date: dt.date) -> Edition:
        """What `date` shows, with the newest withdrawals; made once a day and a change."""
        kept = self.kept
        key = (self.book.fingerprint, date, self._newest, kept)
        if self._edition is None or self._edition[0] != key:
            self._edition = (key, Edition(self.book, date, (*self._newest, *kept)))
        return self._edition[1]
