"""A pair of fitted files, YAML and numbers: what a fit gives, and whether the two belong together and to the encoder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, repr=False)
class Trained:
    """The two files of a fit, the text of the YAML and the numbers beside it, and how many sentences it learned from."""

    text: str
    numbers: bytes
    sentences: int


class Bound(Protocol):
    """A YAML file that names its encoder and the SHA-256 of its numbers."""

    @property
    def encoder(self) -> str: ...

    @property
    def numbers(self) -> str: ...


def mismatch(file: Bound, numbers: bytes, encoder: str, name: str, size: int | None = None) -> str:
    """Why a pair cannot be used, in words for peers; "" where it can. `name`: of both files. `size`: bytes of the numbers."""
    if file.encoder != encoder:
        return f"{name}.yaml was fitted for another encoder"
    if size not in (None, len(numbers)) or hashlib.sha256(numbers).hexdigest() != file.numbers:
        return f"{name}.bin is not the file that {name}.yaml names"
    return ""
