"""The folders that a page shows: read again whenever a file is saved, the last good state kept while a save breaks something."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISLNK

from bot.authoring.lint.runner import check
from bot.authoring.review.provenance import Provenance
from bot.authoring.review.screens import ScreenCopy, ScreenKey, TokenNames, screens
from bot.book import Book, BookFault, Edition, Fault, LinkError, Snapshot, build, link_fault, snapshot
from bot.engine import World, compile_flows

Find = Callable[[Snapshot, dt.date], list[Fault]]
"""How the faults of a pack are found."""
MakeWorld = Callable[[Edition], World]


@dataclass(frozen=True)
class BuiltPack:
    """A pack that could be built, with what is worked out from it when it is first asked for."""

    files: Snapshot
    book: Book
    world: World
    provenance: Provenance
    names: TokenNames
    _screens: dict[tuple[str, str], dict[ScreenKey, ScreenCopy]] = field(default_factory=dict, repr=False)

    def screens(self, language: str, place: str) -> dict[ScreenKey, ScreenCopy]:
        """Every screen in a language at a place, made once."""
        known = self._screens.get((language, place))
        if known is None:
            known = self._screens[language, place] = screens(self.world, language, place)
        return known


def good_of(files: Snapshot, day: dt.date, make_world: MakeWorld) -> BuiltPack:
    """A snapshot built and ready to be shown. Raises BookFault with every fault."""
    book = build(files, compile_flows)
    world = make_world(Edition(book, day))
    return BuiltPack(files, book, world, Provenance(book), TokenNames(world))


class LivePack:
    """Two folders and what was last read from them.

    `files`: the newest bytes. `good`: the newest state that could be built, or None. `broken`: whether `files` could not.
    `faults`: those of `files`; complete once `checked`. `number` grows with every change of any of these.
    """

    def __init__(
        self, content: Path, flows: Path, today: Callable[[], dt.date], make_world: MakeWorld, find: Find = check
    ) -> None:
        self.content, self.flows, self.find = content, flows, find
        self.today, self.make_world = today, make_world
        self.files: Snapshot = {}
        self.good: BuiltPack | None = None
        self.broken = False
        self.faults: list[Fault] = []
        self.checked = False
        self.number = 0
        self._loaded: object = None
        self._seen: object = None
        self._lock = threading.Lock()
        self._checking = threading.Lock()

    def _signature(self) -> object:
        """Changes with every save, and at midnight: what is shown depends on the day."""
        marks = []
        for folder in (self.content, self.flows):
            for path in folder.rglob("*"):
                try:
                    stat = path.lstat()
                except OSError:  # gone between the listing and now: the next look sees it
                    continue
                if path.suffix in (".yaml", ".yml", ".json", ".sig") or S_ISLNK(stat.st_mode):
                    marks.append((str(path), stat.st_mtime_ns, stat.st_size))
        return self.today(), self.content.is_dir(), self.flows.is_dir(), tuple(sorted(marks))

    def look(self, *, settle: bool = False) -> bool:
        """Reads the folders again where something changed; True where it did.

        `settle`: wait until two looks agree, as an editor may still be writing.
        """
        with self._lock:
            now = self._signature()
            if now == self._loaded:
                return False
            if settle and now != self._seen:
                self._seen = now
                return False
            self._load()
            self._loaded = self._seen = now
            return True

    def _load(self) -> None:
        try:
            files = snapshot(self.content, self.flows)
        except LinkError as error:
            files, faults = {}, [link_fault("flows" if error.filename == str(self.flows) else "content")]
        except OSError:
            files = {}
            faults = [Fault("content", 1, 1, "FOLDER", "A folder is missing or cannot be read.", "", "Put it back.")]
        else:
            try:
                self.good, faults = good_of(files, self.today(), self.make_world), []
                self.broken = False
            except BookFault as error:
                faults = error.faults
        self.broken = bool(faults)
        self.files, self.faults, self.checked = files, faults, False
        self.number += 1

    def check(self) -> bool:
        """Finds every fault of the newest files, which takes seconds; True where this was not done yet. Who asks while it is
        being done waits for it."""
        with self._checking:
            files, number = self.files, self.number
            if self.checked or not files:
                return False
            found = self.find(files, self.today())
            with self._lock:
                if number == self.number:
                    self.faults, self.checked = found, True
                    self.number += 1
            return True

    def place(self, file: str) -> tuple[Path, str]:
        """Where a file of the snapshot lies on disk: its folder, and its path in there."""
        folder, _, rest = file.partition("/")
        return self.content if folder == "content" else self.flows, rest
