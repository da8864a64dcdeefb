"""The encoder's table of pieces, read from its file: a row of half-bytes for each, by two threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.find.triage.identity import WIDTH
from bot.find.triage.npz import Npz

_PARTS, _ROWS = 17, 7530
"""The table lies in so many parts of so many rows: the piece N is the row N // _PARTS of the part N % _PARTS."""
_BLOCK = 3765
"""Rows that are halved together, half a part: memory at the start does not grow with the table, and a bot that starts is not
asked for its interpreter ten thousand times."""


class Rows:
    """The table. `table`: (rows, 256) bytes of two levels each. A level times `step` plus `low`, both (rows, 1), is a number."""

    def __init__(self, weights: Path) -> None:
        """`weights`: the package's file, whose bytes were held against their hash."""
        self.table = np.empty((_PARTS * _ROWS, WIDTH // 2), dtype=np.uint8)
        self.low, self.step = np.empty((2, _PARTS * _ROWS, 1), dtype=np.float32)
        self._weights, self._parts = weights, iter(range(_PARTS))
        self._errors: list[BaseException] = []
        self._done = threading.Semaphore(0)

    def read(self) -> None:
        """Reads the next part until there is none; any number of threads at once. Never raises: `shared` does."""
        try:
            with Npz(self._weights) as stored:
                halving, lows, scales = Halving(_BLOCK), stored.array("lo"), stored.array("scale")
                for part in self._parts:
                    try:
                        self._read(stored, part, halving, lows[part], scales[part])
                    finally:
                        self._done.release()
        except Exception as error:
            self._errors.append(error)
            for _ in self._parts:  # nobody else reads on, and nobody waits for these
                self._done.release()

    def _read(self, stored: Npz, part: int, halving: Halving, low: np.float32, scale: np.float32) -> None:
        rows = stored.array(f"q{part + 1}")
        for first in range(0, _ROWS, _BLOCK):
            found = rows[first : first + _BLOCK]
            at = slice(part + first * _PARTS, part + (first + len(found)) * _PARTS, _PARTS)
            self.table[at], lows, steps = halving.halved(found)
            self.low[at] = low + lows * scale
            self.step[at] = steps * scale

    @contextmanager
    def shared(self) -> Iterator[None]:
        """While the block reads, another thread does too: unpacking and counting let both go on. At its end the table is whole.
        Raises what reading did."""
        threading.Thread(target=self.read, name="rows", daemon=True).start()
        yield
        for _ in range(_PARTS):
            self._done.acquire()
        if self._errors:
            raise self._errors[0]


class Halving:
    """Rows of bytes as rows of half-bytes: half the memory; no measure of hearing danger became worse.

    What is worked out on the way is written over each time: large pieces of memory are fetched from the system anew.
    """

    def __init__(self, rows: int, width: int = WIDTH) -> None:
        self._wide = np.empty((rows, width), dtype=np.float32)
        self._levels = np.empty((rows, width), dtype=np.uint8)
        self._packed = np.empty((rows, width // 2), dtype=np.uint8)

    def halved(self, rows: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32]]:
        """16 levels between each row's least and most, with both ends' (rows, 1) low and step. What comes is overwritten by the
        next. Every processor gives the same: a division of whole numbers as small as these never comes out whole by rounding."""
        count = len(rows)
        wide, levels, packed = self._wide[:count], self._levels[:count], self._packed[:count]
        low, high = rows.min(axis=1, keepdims=True), rows.max(axis=1, keepdims=True)
        span = np.maximum(high.astype(np.int32) - low, 1)
        np.copyto(wide, rows)
        wide -= low
        wide *= np.float32(15)
        wide += (span // 2).astype(np.float32)
        wide /= span.astype(np.float32)
        np.copyto(levels, wide, casting="unsafe")
        np.left_shift(levels[:, ::2], 4, out=packed)
        packed |= levels[:, 1::2]
        return packed, low.astype(np.float32), span.astype(np.float32) / np.float32(15)
