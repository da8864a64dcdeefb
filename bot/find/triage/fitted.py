"""Fitted heads as they lie in the pack: `heads.yaml` for people, and `heads.bin`, the numbers beside it, bound to it by hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.find.fitted_pair import mismatch
from bot.find.triage.encoder import Vectors
from bot.find.triage.heads import Heads, Stored
from bot.find.triage.heads_file import HeadsFile, Limits
from bot.find.triage.identity import WIDTH

_KEY = 8
MARGIN = 0.0005
"""How far a limit stays from every example's score at least: five times what processors differ by."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Fitted:
    """Heads ready for use. `keys`: a name of 8 bytes for each example, so that a new fit need not encode it again."""

    encoder: str
    of: str
    heads: Heads
    keys: NDArray[np.uint8]
    limits: Limits


def key_of(text: str) -> bytes:
    """The name of a sentence of the pack among stored vectors."""
    return hashlib.sha256(text.encode()).digest()[:_KEY]


def keys_of(texts: Sequence[str]) -> NDArray[np.uint8]:
    """The names of sentences of the pack, as rows."""
    return np.frombuffer(b"".join(map(key_of, texts)), dtype=np.uint8).reshape(len(texts), _KEY)


def packed(fitted: Fitted) -> bytes:
    """The numbers, `heads.bin`: names, vectors and weights of the examples one after the other, row by row; weights in two bytes,
    the lower first. The same bytes for the same numbers."""
    heads = fitted.heads
    return fitted.keys.tobytes() + heads.centres.tobytes() + heads.weights.astype("<i2").tobytes()


def as_yaml(fitted: Fitted, numbers: bytes, files: str = "") -> str:
    """The file `content/find/heads.yaml`. `numbers`: as `packed` gives them. `files`: as `of_files` gives it, "" for unknown."""
    lines = [
        "# yaml-language-server: $schema=../schemas/heads.json",
        "# Written by `constellation content search --fit` from the examples. Only the limits are for people to change.",
        f'encoder: "{fitted.encoder}"',
        f'of: "{fitted.of}"',
        f'files: "{files}"',
        f'numbers: "{hashlib.sha256(numbers).hexdigest()}"',
        f"examples: {len(fitted.heads.centres)}",
        "heads:",
        *(f"  - {name}" for name in fitted.heads.names),
        "limits:",
        *(f"  {name}: {value}" for name, value in fitted.limits.as_numbers().items()),
    ]
    return "\n".join(lines) + "\n"


def unpacked(file: HeadsFile, numbers: bytes, encoder: str) -> Fitted:
    """Fitted heads out of the pack, the numbers not copied. Raises ValueError, in words for peers, where the two files do not
    belong together or to this encoder."""
    rows, columns = file.examples, len(file.heads)
    if why := mismatch(file, numbers, encoder, "heads", rows * (_KEY + WIDTH + 2 * columns)):
        raise ValueError(why)
    missing = sorted({"now", "danger", "watched", "seller", "refuse"} - set(file.heads))
    if missing:
        raise ValueError(f"there is no head {missing[0]}")
    keys = np.frombuffer(numbers, np.uint8, rows * _KEY).reshape(rows, _KEY)
    centres = np.frombuffer(numbers, np.int8, rows * WIDTH, rows * _KEY).reshape(rows, WIDTH)
    weights = np.frombuffer(numbers, "<i2", rows * columns, rows * (_KEY + WIDTH)).reshape(rows, columns)
    heads = Heads(tuple(file.heads), centres, weights.astype(np.int16, copy=False))
    return Fitted(file.encoder, file.of, heads, keys, Limits.of_numbers(file.limits))


def known_vectors(fitted: Fitted | None) -> Mapping[bytes, Stored]:
    """The stored vector of each example of an earlier fit, by name."""
    if fitted is None:
        return {}
    return {bytes(key): row for key, row in zip(fitted.keys, fitted.heads.centres, strict=True)}


def settled(wanted: float, scores: Vectors, within: float = 0.02) -> float:
    """`wanted`, where no score of an example is within `MARGIN` of it; else a limit near it, in the middle of the widest gap
    between scores, with four digits. A processor that calculates a little differently then decides the same for all of them."""
    if not (np.abs(scores - wanted) < MARGIN).any():
        return wanted
    near = np.unique(np.concatenate([scores[np.abs(scores - wanted) <= within], [wanted - within, wanted + within]]))
    widths = np.diff(near)
    at = int(widths.argmax())
    return round(float(near[at] + near[at + 1]) / 2, 4)
