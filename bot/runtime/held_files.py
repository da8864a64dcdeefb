"""Files that are held on disk and not in memory: a pack's bytes are large, and a running bot needs them again hardly ever."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from bot.book import Snapshot, mark_of


class HeldFiles:
    """A snapshot in an open file. It can be read for as long as this lives, also once the file's name is gone."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @classmethod
    def unnamed(cls, folder: Path, files: Snapshot, mark: str) -> HeldFiles:
        """Holds `files` on the disk of `folder`, where nobody sees them and nothing stays. `mark`: as `mark_of` gives it. Raises
        OSError."""
        file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (it is open for as long as this lives)
        try:
            file.write(packed(files, mark))
            file.flush()
        except BaseException:
            file.close()
            raise
        return cls(file)

    def packed(self) -> bytes:
        """The bytes as they were held. Raises OSError."""
        return os.pread(self._file.fileno(), os.fstat(self._file.fileno()).st_size, 0)

    def files(self) -> Snapshot:
        """The snapshot. Raises OSError where a byte of it differs or it cannot be read."""
        found = unpacked(self.packed())
        if found is None:
            raise OSError("what was held has changed")
        return found

    def close(self) -> None:
        """Holds it no longer."""
        self._file.close()


def packed(files: Snapshot, mark: str) -> bytes:
    """A snapshot as bytes: its mark, the paths with their lengths, then every file, one after the other."""
    index = json.dumps({name: len(data) for name, data in files.items()})
    return b"".join((f"{mark}\n{index}\n".encode(), *files.values()))


def mark_in(data: bytes) -> str:
    """The mark of what `packed` made, from its beginning."""
    return data[: data.find(b"\n") + 1].rstrip().decode("ascii", "replace")


def unpacked(data: bytes) -> Snapshot | None:
    """The snapshot of `packed`, None where a byte differs."""
    files: Snapshot = {}
    at = data.find(b"\n") + 1
    end = data.find(b"\n", at) + 1
    try:
        for name, length in json.loads(data[at:end]).items():
            files[name] = data[end : end + length]
            end += length
    except (ValueError, TypeError, AttributeError):
        return None
    return files if end == len(data) and mark_of(files) == mark_in(data[:at]) else None
