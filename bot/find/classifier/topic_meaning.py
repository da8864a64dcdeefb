"""What a message means by a pack's topic classifier: the chance of each class of a finder. Needs no numpy where there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.find.classifier.classifier_file import ClassifierFile
from bot.find.triage.hearing import shared_encoder
from bot.find.triage.identity import IDENTITY

if TYPE_CHECKING:
    from bot.find.classifier.classifier import Classifier
    from bot.find.triage.encoder import Vectors


class TopicMeaning:
    """A classifier as a finder uses it: classes in the finder's order."""

    def __init__(self, classifier: Classifier, classes: Sequence[str]) -> None:
        self._classifier = classifier
        at = {name: row for row, name in enumerate(classifier.classes)}
        self._rows = [at.get(name, -1) for name in classes]
        self._unknown = -math.log(len(self._rows))

    def said(self, pieces: Vectors) -> list[float]:
        """The natural logarithm of each class's chance for a message. `pieces`: its vectors, the whole first. Only that one is
        looked at: a topic is what all of a message is about. A class written since the fit has one chance in their number."""
        found = self._classifier.log_chances(pieces[:1])[0].tolist()
        return [found[row] if row >= 0 else self._unknown for row in self._rows]


def meaning_of(file: ClassifierFile | None, numbers: bytes, classes: Sequence[str]) -> TopicMeaning | None:
    """The classifier of a pack, or None where it has none, where it was fitted for another encoder, or where there is no encoder.
    `numbers`: the bytes of `classifier.bin`. `content check` says what is wrong."""
    if file is None or file.encoder != IDENTITY or shared_encoder() is None:
        return None
    from bot.find.classifier.classifier import unpacked

    try:
        return TopicMeaning(unpacked(file, numbers, IDENTITY), classes)
    except ValueError:
        return None
