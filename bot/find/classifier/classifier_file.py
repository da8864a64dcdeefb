"""The file `classifier.yaml`: which numbers the topic classifier is made of and what they were fitted for. Needs no numpy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from bot.find.fitted_pair import mismatch

CLASSIFIER_FILE: Final = "content/find/classifier.yaml"
WEIGHTS_FILE: Final = "content/find/classifier.bin"
NONE: Final = "none/"
"""What the classes begin with that are no topics: the kinds of words to turn away."""

Phrase = tuple[str, str]
"""A class and one of its phrases."""


class ClassifierFile(BaseModel):
    """`content/find/classifier.yaml`, written by the fit: the classes of `classifier.bin` and what they were fitted for.

    `encoder`: the encoder that the classifier was fitted for; with another it is not used. `numbers`: SHA-256 of
    `classifier.bin`. `phrases`: how many it learned from. `classes`: topics, then the kinds of words to turn away, with `none/`
    before them; one row of weights each, with the fingerprint of its phrases.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoder: str
    numbers: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    phrases: Annotated[int, Field(ge=1)]
    classes: Annotated[dict[str, Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]], Field(min_length=2, max_length=65_000)]


def fingerprints(phrases: Iterable[Phrase]) -> dict[str, str]:
    """For each class sixteen letters that change when its phrases do. Their order does not count, nor how often one stands."""
    texts: dict[str, set[str]] = {}
    for name, text in phrases:
        texts.setdefault(name, set()).add(text)
    return {name: hashlib.sha256("\x00".join(sorted(found)).encode()).hexdigest()[:16] for name, found in texts.items()}


def fault_of(file: ClassifierFile | None, numbers: bytes, now: Mapping[str, str], encoder: str) -> str:
    """What is wrong with a pack's classifier, in words for peers; "" where nothing is. Needs no encoder.

    `now`: the fingerprints of the pack's classes. A class that was withdrawn since is no fault: withdrawing has to be quick."""
    if file is None:
        return "there is none"
    if why := mismatch(file, numbers, encoder, "classifier"):
        return why
    changed = [name for name, of in now.items() if file.classes.get(name) != of]
    if not changed:
        return ""
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    return f"phrases of {changed[0]}{more} changed since it was fitted"
