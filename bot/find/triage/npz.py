"""An npz file, its arrays unpacked in one step each: `numpy.load` takes many steps, and at each waits for its turn among threads.

For files whose bytes were held against their hash: what the list at its end promises is believed.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LOCAL = struct.Struct("<26xHH")
"""What precedes an entry's bytes: how long its name is, and what else stands there (APPNOTE.TXT 4.3.7)."""
_HEAD = 4096
"""Bytes in which the head of an array lies."""
_HEADS: Any = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


class Npz:
    """The file, open. One for each thread."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, and `zipfile.BadZipFile` where it is none."""
        self._file = path.open("rb")
        with zipfile.ZipFile(path) as listed:
            self._entries = {entry.filename.removesuffix(".npy"): entry for entry in listed.infolist()}

    def __enter__(self) -> Npz:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._file.close()

    @property
    def names(self) -> list[str]:
        """Of its arrays."""
        return list(self._entries)

    def array(self, name: str) -> NDArray[Any]:
        """An array, which cannot be written to. Raises KeyError where there is none of this name, ValueError or
        `zlib.error` where it cannot be read."""
        entry, file = self._entries[name], self._file
        file.seek(entry.header_offset)
        named, further = _LOCAL.unpack(file.read(_LOCAL.size))
        file.seek(named + further, os.SEEK_CUR)
        data = file.read(entry.compress_size)
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            data = zlib.decompress(data, -zlib.MAX_WBITS, entry.file_size)
        head = io.BytesIO(data[:_HEAD])
        shape, fortran, kind = _HEADS[np.lib.format.read_magic(head)](head)
        return np.frombuffer(data, kind, offset=head.tell()).reshape(shape, order="F" if fortran else "C")
