"""Fitted heads as they lie in the pack: a short YAML file for people, and the numbers beside it, bound to each other by hash."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from benchmarks.triage.encoder import Vectors
from benchmarks.triage.heads import Heads, Stored
from benchmarks.triage.triage import Limits

_KEY = 8
_MOST_BYTES = 32 * 1024 * 1024


class HeadsFile(BaseModel):
    """`content/find/heads.yaml`, written by the fit: which numbers these are and from where on they are believed.

    `encoder`: the encoder that the heads were fitted for; with another they say nothing. `of`: the fingerprint of the examples.
    `numbers`: SHA-256 of `heads.npz`. `heads`: one name a column. `limits`: see `Limits`; people may change these.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoder: str
    of: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    numbers: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    heads: list[str]
    limits: dict[str, float]


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
    """The numbers, `heads.npz`: the same bytes for the same numbers."""
    out = io.BytesIO()
    arrays = {"keys": fitted.keys, "centres": fitted.heads.centres, "weights": fitted.heads.weights}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    return out.getvalue()


def as_yaml(fitted: Fitted, numbers: bytes) -> str:
    """The file `content/find/heads.yaml`. `numbers`: as `packed` gives them."""
    lines = [
        "# yaml-language-server: $schema=../schemas/heads.json",
        "# Written by the fit from the examples. Only the limits are for people to change.",
        f'encoder: "{fitted.encoder}"',
        f'of: "{fitted.of}"',
        f'numbers: "{hashlib.sha256(numbers).hexdigest()}"',
        "heads:",
        *(f"  - {name}" for name in fitted.heads.names),
        "limits:",
        *(f"  {name}: {value}" for name, value in fitted.limits.as_numbers().items()),
    ]
    return "\n".join(lines) + "\n"


def unpacked(file: HeadsFile, numbers: bytes, encoder: str) -> Fitted:
    """Fitted heads out of the pack. Raises ValueError, in words for peers, where the two files do not belong together or to this
    encoder."""
    if file.encoder != encoder:
        raise ValueError("the heads were fitted for another encoder; fit them again")
    if len(numbers) > _MOST_BYTES or hashlib.sha256(numbers).hexdigest() != file.numbers:
        raise ValueError("heads.npz is not the file that heads.yaml names; fit the heads again")
    try:
        with np.load(io.BytesIO(numbers), allow_pickle=False) as stored:
            keys, centres, weights = (stored[name] for name in ("keys", "centres", "weights"))
        heads = Heads(tuple(file.heads), centres, weights)
        limits = Limits.of_numbers(file.limits)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(f"heads.npz and heads.yaml do not fit each other ({error}); fit the heads again") from None
    if keys.dtype != np.uint8 or keys.shape != (len(centres), _KEY):
        raise ValueError("heads.npz does not name its examples; fit the heads again")
    return Fitted(file.encoder, file.of, heads, keys, limits)


def known_vectors(fitted: Fitted | None) -> Mapping[bytes, Stored]:
    """The stored vector of each example of an earlier fit, by name."""
    if fitted is None:
        return {}
    return {bytes(key): row for key, row in zip(fitted.keys, fitted.heads.centres, strict=True)}


def settled(wanted: float, scores: Vectors, within: float = 0.02) -> float:
    """A limit near `wanted` in the middle of the widest gap between scores of examples, with four digits: a processor that
    calculates a little differently then decides the same for all of them."""
    near = np.unique(np.concatenate([scores[np.abs(scores - wanted) <= within], [wanted - within, wanted + within]]))
    widths = np.diff(near)
    at = int(widths.argmax())
    return round(float(near[at] + near[at + 1]) / 2, 4)
