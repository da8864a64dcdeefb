"""Content out of a git repository: what its branch holds now, read in a folder that is thrown away again.

Nothing of a repository is kept: each change is fetched, one commit deep, into a new and empty one. So there is no clone that
could be half fetched, locked, rewritten or full; what is kept over a restart is the live book's last good snapshot.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bot.book import Snapshot, mark_of
from bot.runtime.git import NO_FOLDER, NOT_READ, Git, SourceError
from bot.runtime.held_files import HeldFiles

FETCH_SECONDS: Final = 60.0
START_SECONDS: Final = 10.0
_STALE: Final = 3600.0
_HOST: Final = r"[A-Za-z0-9][A-Za-z0-9.-]*"
_USER: Final = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_ADDRESS: Final = re.compile(
    rf"https://{_HOST}(:[0-9]{{1,5}})?/[!-~]+|ssh://({_USER}@)?{_HOST}(:[0-9]{{1,5}})?/[!-~]+|file:///[!-~]+|{_USER}@{_HOST}:[!-~]+"
)
_BRANCH: Final = re.compile(r"(?!.*(\.\.|//|/\.|\.lock(/|$)))[A-Za-z0-9_][A-Za-z0-9._/-]{0,99}(?<![./])")


def address_fits(address: str) -> bool:
    """Whether this is an address that is fetched from: https or ssh or file, and no password in it."""
    return len(address) <= 500 and bool(_ADDRESS.fullmatch(address))


def branch_fits(branch: str) -> bool:
    """Whether a branch can be called so."""
    return bool(_BRANCH.fullmatch(branch))


class GitSource:
    """What a branch holds: called as a live book's source, it fetches when `every` seconds are over, and gives the newest it has.

    `parent`: where the passing folder is made, else the system's place for such. `say(kind, **numbers)`: an event for the log.
    Raises SourceError while there is nothing at all.
    """

    def __init__(
        self,
        address: str,
        branch: str,
        every: float,
        parent: Path | None,
        say: Callable[..., None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address, self._branch, self._every, self._parent = address, branch, every, parent
        self._say, self._clock = say, clock
        self._held: HeldFiles | None = None
        self._mark = ""
        self._commit = ""
        self._due, self._failures = 0.0, 0
        self._seconds = START_SECONDS

    @property
    def reached(self) -> bool:
        """Whether anything was ever fetched."""
        return self._held is not None

    def __call__(self) -> Snapshot:
        """The files of the branch as last fetched."""
        return self._newest().files()

    def mark(self) -> str:
        """What `mark_of` gives for these files; counted once a fetch."""
        self._newest()
        return self._mark

    def _newest(self) -> HeldFiles:
        """What is there, after a fetch where it is time for one."""
        failed = SourceError(NOT_READ)
        if self._clock() >= self._due:
            try:
                self._fetch()
            except SourceError as error:
                failed = error
                self._failures += 1
                self._say("source_failed", code=error.code, n=self._failures)
            # The first fetch holds up the start, so it is short; one that failed is tried again at once, with patience.
            again = 0.0 if self._seconds == START_SECONDS and self._failures else self._every
            self._seconds, self._due = FETCH_SECONDS, self._clock() + again
        if self._held is None:
            raise failed
        return self._held

    def look(self) -> None:
        """Asks once where the branch is, and takes nothing. Raises SourceError."""
        with passing_folder(None) as folder:
            Git(folder, self._address, self._clock() + START_SECONDS, self._clock).tip(self._branch)

    def _fetch(self) -> None:
        begun = self._clock()
        with passing_folder(self._parent) as folder:
            git = Git(folder, self._address, begun + self._seconds, self._clock)
            commit = git.tip(self._branch)
            if commit != self._commit:
                git.fetch(self._branch)
                files, commit = git.files(), git.commit()
                mark = mark_of(files)
                try:
                    held, self._held = self._held, HeldFiles.unnamed(folder, files, mark)
                except OSError:
                    raise SourceError(NO_FOLDER) from None
                self._commit, self._mark = commit, mark
                if held:
                    held.close()
                self._say("fetched", files=len(files), seconds=self._clock() - begun)
        if self._failures:
            self._say("source_back", n=self._failures)
            self._failures = 0


@contextmanager
def passing_folder(parent: Path | None) -> Iterator[Path]:
    """A new, empty folder that is gone afterwards; older ones that a killed process left are swept. Raises SourceError."""
    for place in (parent, None):
        try:
            if place:
                place.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix="fetch-", dir=place))
            break
        except OSError:
            continue
    else:
        raise SourceError(NO_FOLDER)
    try:
        for left in folder.parent.glob("fetch-*"):
            with contextlib.suppress(OSError):
                if left != folder and time.time() - left.stat().st_mtime > _STALE:
                    shutil.rmtree(left, ignore_errors=True)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
