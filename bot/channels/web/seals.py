"""The seal around the state of a talk while a browser holds it: readable by this process alone, for half an hour."""

from __future__ import annotations

import struct
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from secrets import token_bytes
from typing import Final, NamedTuple

from bot.privacy.sealing import UnsealableError, seal, unseal

TTL: Final = 1800.0
"""Seconds from the press that made a page until nothing on it can be opened."""
NONCE_BYTES: Final = 16
LONGEST: Final = 64
"""Bytes of the longest token."""
_NAME: Final = b"web"
_HEAD: Final = struct.Struct(f">{NONCE_BYTES}sdB")
_BLOCK: Final = 96
SEALED: Final = 182
"""Letters of every sealed token: its length tells nothing."""


class Opened(NamedTuple):
    """What a seal held. `talk`: the nonce of the talk. `token`: the state, as the engine gives it, "" for none."""

    talk: bytes
    token: str


class Seals:
    """Seals and opens. The key is random, never leaves memory and ends with the process: then every page that is out is closed.

    `clock`: seconds, from anywhere.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, ttl: float = TTL) -> None:
        self._clock, self.ttl = clock, ttl
        self._key = token_bytes(32)

    def renew(self) -> None:
        """Another key: nothing that was sealed before can be opened."""
        self._key = token_bytes(32)

    @staticmethod
    def talk() -> bytes:
        """The nonce of a new talk."""
        return token_bytes(NONCE_BYTES)

    def seal(self, talk: bytes, token: str) -> str:
        """The token of a talk, sealed: 182 letters of base64url. Raises ValueError for one of more than 64 bytes."""
        data = token.encode()
        if len(data) > LONGEST:
            raise ValueError("a token of more than 64 bytes")
        plain = _HEAD.pack(talk, self._clock(), len(data)) + data.ljust(LONGEST, b"\0")
        return urlsafe_b64encode(seal(self._key, _NAME, plain, _BLOCK)).rstrip(b"=").decode()

    def open(self, sealed: str) -> Opened | None:
        """What was sealed; None where it is none of ours, was changed, is older than its time, or is from before a restart."""
        if len(sealed) != SEALED or not sealed.isascii():
            return None
        try:
            plain = unseal(self._key, _NAME, urlsafe_b64decode(sealed + "=="))
            talk, made, length = _HEAD.unpack_from(plain)
            token = plain[_HEAD.size : _HEAD.size + length].decode()
        except (UnsealableError, ValueError, struct.error):
            return None
        return Opened(talk, token) if 0 <= self._clock() - made < self.ttl else None
