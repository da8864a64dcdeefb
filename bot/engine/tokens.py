"""State to token and back. A token is 35 base64url characters, then the person's word, then "~" and the ticks if any.

The 208 bits of the head, high to low: six of dismissed, version 3, language 15, step, subject, via, via-subject and place
21 each, one that is zero (`SPARE`), stays 5, wants 9, aims 16, pace 3, how 6, barriers 14, page 5, three flags, nine more of
dismissed, check 8 (a CRC over all the rest).

Version 1 had 24 bits for each id and none to spare; its tokens are read for as long as chats hold them. The fifteen bits of
dismissed were unused in it at first, and so were those of wants and stays in version 2: they are zero in tokens of before.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from binascii import b2a_base64, crc32
from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.engine.state import ID_MASK, State

VERSION = 2
_FIRST = 1
HEAD = 35
LONGEST = 64
WORD_BYTES = 24
DISMISSED_KEPT = 3
DISMISSED = 0x3F << 194 | 0x1FF
"""Where the cards that were dismissed stand in the head."""

_URLSAFE = bytes.maketrans(b"+/", b"-_")
_PAGES = 31


def _language_bits(language: str) -> int:
    bits = 0
    for letter in language:
        bits = bits << 5 | (ord(letter) - 96)
    return bits


@lru_cache(64)
def _language_of(bits: int) -> str:
    letters = ""
    while bits:
        letters = chr((bits & 31) + 96) + letters
        bits >>= 5
    return letters if letters.isascii() and letters.isalpha() and letters.islower() else ""


_LANGUAGES: dict[str, int] = {}


def _ticks_text(ticks: int) -> str:
    raw = ticks.to_bytes((ticks.bit_length() + 7) // 8, "big")
    return b2a_base64(raw, newline=False).translate(_URLSAFE).rstrip(b"=").decode()


SHIFTS = {
    "language": (176, 0x7FFF),
    "step": (155, ID_MASK),
    "subject": (134, ID_MASK),
    "via": (113, ID_MASK),
    "via_subject": (92, ID_MASK),
    "place": (71, ID_MASK),
    "stays": (65, 0x1F),
    "wants": (56, 0x1FF),
    "aims": (40, 0xFFFF),
    "pace": (37, 7),
    "how": (31, 63),
    "barriers": (17, 0x3FFF),
    "page": (12, 31),
    "opened": (11, 1),
    "young": (10, 1),
    "fresh": (9, 1),
}
"""Where each field stands in the head: how far from the right, and its mask."""
SPARE = (70, 1)
"""A bit that no field has yet: zero, or the token is none."""
_FIRST_IDS = (152, 128, 104, 80, 56)
"""Where step, subject, via, via-subject and place stood in the first version, 24 bits each."""


def language_bits(language: str) -> int:
    """The number of a language code."""
    code = _LANGUAGES.get(language)
    return code if code is not None else _LANGUAGES.setdefault(language, _language_bits(language))


def aims_bits(aims: Iterable[int]) -> int:
    """Up to four aims in the order chosen, four bits each."""
    bits = 0
    for aim in aims:
        bits = bits << 4 | aim
    return bits


def dismissed_bits(codes: Sequence[int]) -> int:
    """The last three numbers of cards, five bits each, where they stand in the head."""
    bits = 0
    for code in codes[-DISMISSED_KEPT:]:
        bits = bits << 5 | code
    return bits >> 9 << 194 | bits & 0x1FF


def head_of(state: State) -> int:
    """The head of a state's token as a number, check left out. `put` changes one field of it."""
    (
        language, step, subject, via, via_subject, place, aims, pace, how, barriers, page, opened, young, fresh, _, _, dismissed,
        wants, stays,
    ) = state  # fmt: skip
    return (
        VERSION << 191
        | (dismissed_bits(dismissed) if dismissed else 0)
        | language_bits(language) << 176
        | step << 155
        | subject << 134
        | via << 113
        | via_subject << 92
        | place << 71
        | stays << 65
        | wants << 56
        | aims_bits(aims) << 40
        | pace << 37
        | how << 31
        | barriers << 17
        | (page if page < _PAGES else _PAGES) << 12
        | opened << 11
        | young << 10
        | fresh << 9
    )


def put(head: int, field: str, value: int) -> int:
    """`head` with one field replaced."""
    shift, mask = SHIFTS[field]
    return head & ~(mask << shift) | value << shift


def tail_of(word: str, ticks: int) -> str:
    """What follows the head. The word gives way when ticks and word together would not fit: a plan in the making outweighs
    a form of address."""
    tail = f"~{_ticks_text(ticks)}" if ticks else ""
    return word + tail if word and HEAD + len(tail) + len(word.encode()) <= LONGEST else tail


def encode(head: int, tail: str) -> str:
    """The token of a head and a tail, at most 64 bytes of UTF-8."""
    body = head.to_bytes(25, "big")
    check = crc32(body) if not tail else crc32(tail.encode(), crc32(body))
    token = b2a_base64(body + _CHECK[check & 255], newline=False).translate(_URLSAFE)[:HEAD].decode()
    return token + tail if tail else token


def pack(state: State) -> str:
    """The token of `state`, at most 64 bytes of UTF-8."""
    return encode(head_of(state), tail_of(state.word, state.ticks))


_LAST = frozenset("AEIMQUYcgkosw048")  # four bits of the last letter are used; a token has one spelling only
_CHECK = [bytes([number]) for number in range(256)]


def unpack(token: str) -> State | None:
    """The state of `token`, or None for anything that `pack` did not make."""
    head, tail = token[:HEAD], token[HEAD:]
    try:
        raw = urlsafe_b64decode(head.encode("ascii") + b"=")
        tail_bytes = tail.encode()
    except (Base64Error, ValueError):
        return None
    if len(raw) != 26 or len(tail_bytes) > LONGEST - HEAD or head[-1] not in _LAST:
        return None
    body = raw[:25]
    check = crc32(tail_bytes, crc32(body)) if tail else crc32(body)
    bits = int.from_bytes(body, "big")
    if check & 255 != raw[25]:
        return None
    version = bits >> 191 & 7
    if version == _FIRST:
        bits = _renewed(bits)
    elif version != VERSION:
        return None
    word, _, packed = tail.partition("~")
    ticks = 0
    if packed:
        try:
            ticks = int.from_bytes(urlsafe_b64decode(packed.encode("ascii") + b"=" * (-len(packed) % 4)), "big")
        except (Base64Error, ValueError):
            return None
        if _ticks_text(ticks) != packed:
            return None
    language = _language_of(bits >> 176 & 0x7FFF)
    if not language:
        return None
    aims = bits >> 40 & 0xFFFF
    dismissed = (bits >> 194) << 9 | bits & 0x1FF
    # In the order of State's fields: by their names it takes four times as long.
    state = State._make((
        language,
        bits >> 155 & ID_MASK,
        bits >> 134 & ID_MASK,
        bits >> 113 & ID_MASK,
        bits >> 92 & ID_MASK,
        bits >> 71 & ID_MASK,
        tuple(aim for shift in (12, 8, 4, 0) if (aim := aims >> shift & 15)) if aims else (),
        bits >> 37 & 7,
        bits >> 31 & 63,
        bits >> 17 & 0x3FFF,
        bits >> 12 & 31,
        bool(bits >> 11 & 1),
        bool(bits >> 10 & 1),
        bool(bits >> 9 & 1),
        ticks,
        word,
        tuple(code for shift in (10, 5, 0) if (code := dismissed >> shift & 31)) if dismissed else (),
        bits >> 56 & 0x1FF,
        bits >> 65 & 0x1F,
    ))  # fmt: skip
    # Aims or dismissed cards with gaps between them, or spare bits that are not zero, would be second spellings of a state.
    return state if head_of(state) == bits else None


def _renewed(bits: int) -> int:
    """The head of a token of the first version as one of this: each id keeps its lower bits, as `hash_of` does."""
    ids = 0
    for shift in _FIRST_IDS:
        number = bits >> shift & 0xFFFFFF
        ids = ids << 21 | (number & ID_MASK or bool(number))
    rest = bits & ((1 << 56) - 1) | bits >> 194 << 194 | (bits >> 176 & 0x7FFF) << 176
    return rest | VERSION << 191 | ids << 71
