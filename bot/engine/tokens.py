"""State to token and back. A token is 35 base64url characters, then the person's word, then "~" and the ticks if any.

The 208 bits of the head, high to low: five unused, version 4, language 15, step, subject, via, via-subject and place 24
each, aims 16, pace 3, how 6, barriers 14, page 5, three flags, nine unused, check 8 (a CRC over all the rest).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from binascii import b2a_base64, crc32

from bot.engine.state import State

VERSION = 1
HEAD = 35
LONGEST = 64
WORD_BYTES = 24
TICK_BYTES = 21

_URLSAFE = bytes.maketrans(b"+/", b"-_")
_PAGES = 31


def _language_bits(language: str) -> int:
    bits = 0
    for letter in language:
        bits = bits << 5 | (ord(letter) - 96)
    return bits


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


def pack(state: State) -> str:
    """The token of `state`, at most 64 bytes of UTF-8.

    The word gives way when ticks and word together would not fit: a plan in the making outweighs a form of address.
    """
    language = state.language
    code = _LANGUAGES.get(language)
    if code is None:
        code = _LANGUAGES.setdefault(language, _language_bits(language))
    aims = 0
    for aim in state.aims:
        aims = aims << 4 | aim
    bits = (
        VERSION << 191
        | code << 176
        | state.step << 152
        | state.subject << 128
        | state.via << 104
        | state.via_subject << 80
        | state.place << 56
        | aims << 40
        | state.pace << 37
        | state.how << 31
        | state.barriers << 17
        | (state.page if state.page < _PAGES else _PAGES) << 12
        | state.opened << 11
        | state.young << 10
        | state.fresh << 9
    )
    body = bits.to_bytes(25, "big")
    word, ticks = state.word, state.ticks
    if not (word or ticks):
        return b2a_base64(body + _CHECK[crc32(body) & 255], newline=False).translate(_URLSAFE)[:HEAD].decode()
    tail = f"~{_ticks_text(ticks)}" if ticks else ""
    if word and HEAD + len(tail) + len(word.encode()) <= LONGEST:
        tail = word + tail
    check = crc32(tail.encode(), crc32(body)) & 255
    return b2a_base64(body + _CHECK[check], newline=False).translate(_URLSAFE)[:HEAD].decode() + tail


_CHECK = [bytes([number]) for number in range(256)]


def unpack(token: str) -> State | None:
    """The state of `token`, or None for anything that `pack` did not make."""
    head, tail = token[:HEAD], token[HEAD:]
    try:
        raw = urlsafe_b64decode(head.encode("ascii") + b"=")
        tail_bytes = tail.encode()
    except (Base64Error, ValueError):
        return None
    if len(raw) != 26 or len(tail_bytes) > LONGEST - HEAD:
        return None
    body = raw[:25]
    check = crc32(tail_bytes, crc32(body)) if tail else crc32(body)
    bits = int.from_bytes(body, "big")
    if check & 255 != raw[25] or bits >> 191 != VERSION:
        return None
    word, _, packed = tail.partition("~")
    ticks = 0
    if packed:
        try:
            ticks = int.from_bytes(urlsafe_b64decode(packed.encode("ascii") + b"=" * (-len(packed) % 4)), "big")
        except (Base64Error, ValueError):
            return None
    language = _language_of(bits >> 176 & 0x7FFF)
    if not language:
        return None
    aims = bits >> 40 & 0xFFFF
    return State(
        language=language,
        step=bits >> 152 & 0xFFFFFF,
        subject=bits >> 128 & 0xFFFFFF,
        via=bits >> 104 & 0xFFFFFF,
        via_subject=bits >> 80 & 0xFFFFFF,
        place=bits >> 56 & 0xFFFFFF,
        aims=tuple(aim for shift in (12, 8, 4, 0) if (aim := aims >> shift & 15)),
        pace=bits >> 37 & 7,
        how=bits >> 31 & 63,
        barriers=bits >> 17 & 0x3FFF,
        page=bits >> 12 & 31,
        opened=bool(bits >> 11 & 1),
        young=bool(bits >> 10 & 1),
        fresh=bool(bits >> 9 & 1),
        ticks=ticks,
        word=word,
    )
