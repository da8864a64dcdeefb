"""Files that are held on disk and not in memory: a pack's bytes are large, and a running bot needs them again hardly ever."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from bot.book import Snapshot


class HeldFiles:
    """A snapshot in an open file. It can be read for as long as this lives, also once the file's name is gone."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @classmethod
    def unnamed(cls, folder: Path, files: Snapshot) -> HeldFiles:
        """Holds `files` on the disk of `folder`, where nobody sees them and nothing stays. Raises OSError."""
        file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (it is open for as long as this lives)
        try:
            file.write(packed(files))
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


def packed(files: Snapshot) -> bytes:
    """A snapshot as bytes: their SHA-256, the paths with their lengths, then every file, one after the other."""
    index = json.dumps({name: len(data) for name, data in files.items()}).encode() + b"\n"
    total = hashlib.sha256(index)
    for data in files.values():
        total.update(data)
    return b"".join((total.hexdigest().encode() + b"\n", index, *files.values()))


def unpacked(data: bytes) -> Snapshot | None:
    """The snapshot of `packed`, None where a byte differs."""
    body = memoryview(data)[65:]
    if hashlib.sha256(body).hexdigest().encode() + b"\n" != data[:65]:
        return None
    end = data.index(b"\n", 65) + 1
    files: Snapshot = {}
    for name, length in json.loads(data[65:end]).items():
        files[name] = data[end : end + length]
        end += length
    return files
