"""The state of a talk: all that the bot knows about it, in one frozen value that fits into a button."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

ID_MASK = 0x1FFFFF
"""Ids are numbers of 21 bits in a token. In tokens of the first version they had 24, of which these are the lower ones."""


def hash_of(name: str) -> int:
    """The 21-bit number that stands for an id in tokens: never 0, which means "none"."""
    return int.from_bytes(sha256(name.encode()).digest()[:3], "big") & ID_MASK or 1


class State(NamedTuple):
    """Where a talk stands. A named tuple, since every button of every screen makes one. Ids are
    21-bit hashes (see `hash_of`), 0 for none.

    `language`: a code of two or three letters. `step`: the step shown. `subject`: the topic, card, referral, voice, area or
    place that it is about. `via`, `via_subject`: the one screen to go back to. `place`: where the person is (0: not said).
    `aims`: options of what would help in the order chosen, four at most. `pace`: one option. `how`, `barriers`, `wants` (what
    the person would like to be different) and `stays` (what should stay as it is): bit sets of option codes. `page`: from 0.
    `opened`: the neutral page before this subject has been passed. `young`: the person typed an age under 18. `fresh`: each
    screen is a new message. `ticks`: a set of bits for lists to tick (or, on the screens that answer typed words, the hash of
    the emergency card). `word`: the person's own word, 24 bytes of UTF-8 at most.
    `dismissed`: the numbers (`cards` in `flows/fields.yaml`) of the cards whose line the person passed over, three at most, the
    newest last.
    """

    language: str = "en"
    step: int = 0
    subject: int = 0
    via: int = 0
    via_subject: int = 0
    place: int = 0
    aims: tuple[int, ...] = ()
    pace: int = 0
    how: int = 0
    barriers: int = 0
    page: int = 0
    opened: bool = False
    young: bool = False
    fresh: bool = False
    ticks: int = 0
    word: str = ""
    dismissed: tuple[int, ...] = ()
    wants: int = 0
    stays: int = 0
