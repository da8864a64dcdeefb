"""Writes one file of a pack, whole or not at all and never over a save of somebody else; and takes the last write back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from bot.authoring.editing.actions import ActionRefused, Edit, mark_of
from bot.book import read_in, remove_in, write_in

_OPENED = 200


class Writer:
    """`where`: a snapshot's file name to its folder on disk and its path in there. `last`: the edit that undo would take back,
    or None."""

    def __init__(self, where: Callable[[str], tuple[Path, str]]) -> None:
        self.where = where
        self.last: Edit | None = None
        self._opened: dict[tuple[str, str], bytes | None] = {}
        self._first: dict[str, bytes | None] = {}
        self._lock = threading.Lock()

    def now(self, file: str) -> bytes | None:
        """What lies on disk; None where there is no such file. Raises ActionRefused where it cannot be read, or is a link."""
        try:
            return read_in(*self.where(file))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ActionRefused(f"the file {file} cannot be read: {error.strerror or 'no reason given'}") from None

    def opened(self, file: str, data: bytes | None) -> str:
        """Remembers what a form was opened on, and gives its mark."""
        mark = mark_of(data)
        while len(self._opened) >= _OPENED:
            del self._opened[next(iter(self._opened))]
        self._opened[file, mark] = data
        return mark

    def was(self, file: str, mark: str) -> bytes | None:
        """What a form was opened on. Raises ActionRefused where that is forgotten."""
        try:
            return self._opened[file, mark]
        except KeyError:
            raise ActionRefused("this form is too old, or the desk was started again since; open it once more") from None

    def save(self, edit: Edit) -> None:
        """Writes the edit. Raises ActionRefused where the file is no longer what the edit was made on, or cannot be written."""
        with self._lock:
            self._write(edit)
            self.last = edit
            self._first.setdefault(edit.file, edit.before)

    @property
    def saved(self) -> list[str]:
        """The files that were saved here and are not as they were before."""
        return [file for file, before in self._first.items() if self.now(file) != before]

    def undo(self) -> Edit:
        """Takes the last save back and gives that edit. Raises ActionRefused where there is none or the file changed."""
        with self._lock:
            if self.last is None:
                raise ActionRefused("there is nothing to undo")
            back = self.last.back
            self._write(back)
            self.last = None
            return back

    def _write(self, edit: Edit) -> None:
        if self.now(edit.file) != edit.before:
            raise ActionRefused("this file was changed by somebody or something else meanwhile; nothing was written")
        try:
            if edit.after is None:
                remove_in(*self.where(edit.file))
            else:
                write_in(*self.where(edit.file), edit.after)
        except OSError as error:
            raise ActionRefused(f"the file could not be written: {error.strerror or 'no reason given'}") from None
