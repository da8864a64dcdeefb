"""A fitted topic classifier: a sentence's vector to the chance of each class, and its two files.

Multinomial logistic regression: one row of weights a class. 600 bytes a class, and no vector of a phrase is needed while the bot
runs, so the start encodes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.find.classifier.classifier_file import ClassifierFile
from bot.find.fitted_pair import mismatch
from bot.find.triage.encoder import Vectors
from bot.find.triage.identity import WIDTH

STEP = 1 / 16
"""What weights are rounded to. Fits on two processors differ in the seventh digit, this in the second."""
_MOST = 127


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Classifier:
    """`classes`: their names. `weights`: (classes, 513) whole numbers of `STEP`, the last of each row added to every sentence."""

    classes: tuple[str, ...]
    weights: NDArray[np.int8]

    def __post_init__(self) -> None:
        if self.weights.shape != (len(self.classes), WIDTH + 1) or self.weights.dtype != np.int8:
            raise ValueError(f"the weights have the shape {self.weights.shape} of {self.weights.dtype}")

    def log_chances(self, vectors: Vectors) -> NDArray[np.float64]:
        """The natural logarithm of each class's chance for each vector: (vectors, classes)."""
        rows = self.weights.astype(np.float32)
        scores = ((vectors @ rows[:, :WIDTH].T + rows[:, WIDTH]) * np.float32(STEP)).astype(np.float64)
        scores -= scores.max(axis=1, keepdims=True)
        found: NDArray[np.float64] = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return found


def rounded(weights: NDArray[np.float64]) -> NDArray[np.int8]:
    """Weights as they are kept: (classes, 513) in whole numbers of `STEP`."""
    return np.clip(np.rint(weights / STEP), -_MOST, _MOST).astype(np.int8)


def as_yaml(classifier: Classifier, encoder: str, of: Mapping[str, str], phrases: int) -> str:
    """The file `content/find/classifier.yaml`, which stands beside `numbers_of(classifier)`. `of`: each class's fingerprint."""
    lines = [
        "# yaml-language-server: $schema=../schemas/classifier.json",
        "# Written by `constellation content search --fit` from the phrases.",
        f'encoder: "{encoder}"',
        f'numbers: "{hashlib.sha256(numbers_of(classifier)).hexdigest()}"',
        f"phrases: {phrases}",
        "classes:",
        *(f'  {name}: "{of[name]}"' for name in classifier.classes),
    ]
    return "\n".join(lines) + "\n"


def numbers_of(classifier: Classifier) -> bytes:
    """The file `classifier.bin`: the weights row by row, a byte each."""
    return classifier.weights.tobytes()


def unpacked(file: ClassifierFile, numbers: bytes, encoder: str) -> Classifier:
    """The classifier out of the pack, the numbers not copied. Raises ValueError, in words for peers, where the two files do not
    belong together or to this encoder."""
    rows = len(file.classes)
    if why := mismatch(file, numbers, encoder, "classifier", rows * (WIDTH + 1)):
        raise ValueError(why)
    return Classifier(tuple(file.classes), np.frombuffer(numbers, np.int8).reshape(rows, WIDTH + 1))
