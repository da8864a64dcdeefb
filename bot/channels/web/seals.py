"""The seal around the state of a talk while a browser holds it: readable by this bot alone, for half an hour."""

from __future__ import annotations

import struct
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from secrets import token_bytes
from typing import Final, NamedTuple

from bot.privacy.pepper import NoPepperError, Peppers
from bot.privacy.sealing import UnsealableError, seal, unseal

TTL: Final = 1800.0
"""Seconds from the press that made a page until nothing on it can be opened."""
NONCE_BYTES: Final = 16
LONGEST: Final = 64
"""Bytes of the longest token."""
_NAME: Final = b"web"
_HEAD: Final = struct.Struct(f">{NONCE_BYTES}sdB")
_BLOCK: Final = 96
_AHEAD: Final = 1.0
"""Seconds that another replica's reading of the shared clock may be ahead."""
SEALED: Final = 182
"""Letters of every sealed token: its length tells nothing."""


class Opened(NamedTuple):
    """What a seal held. `talk`: the nonce of the talk. `token`: the state, as the engine gives it, "" for none."""

    talk: bytes
    token: str


class Seals:
    """Seals and opens. The key is random, never leaves memory and ends with the process: then every page that is out is closed.

    `clock`: seconds, from anywhere. `peppers`: what replicas share; keys and time are theirs then, so that each opens what
    another has sealed, until the last of them is gone. While there is no pepper, pages are sealed with this process's own key,
    and it alone opens them.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, ttl: float = TTL, peppers: Peppers | None = None) -> None:
        self._clock, self.ttl, self._peppers = clock, ttl, peppers
        self._key = token_bytes(32)
        self._barred = float("-inf")

    @property
    def shared(self) -> bool:
        """Whether other processes may open what this one seals."""
        return self._peppers is not None

    def renew(self) -> None:
        """Another key: nothing that was sealed before can be opened here. Other replicas are not told."""
        self._key = token_bytes(32)
        for _, now in self._shared_keys()[:1]:
            self._barred = now

    def _shared_keys(self) -> list[tuple[bytes, float]]:
        """The keys that replicas share, the newest first, each with the time that goes with it."""
        try:
            return [(key, self._peppers.now()) for key in self._peppers.keys(_NAME, self.ttl)] if self._peppers else []
        except NoPepperError:
            return []

    @staticmethod
    def talk() -> bytes:
        """The nonce of a new talk."""
        return token_bytes(NONCE_BYTES)

    def seal(self, talk: bytes, token: str) -> str:
        """The token of a talk, sealed: 182 letters of base64url. Raises ValueError for one of more than 64 bytes."""
        key, now = (*self._shared_keys(), (self._key, self._clock()))[0]
        data = token.encode()
        if len(data) > LONGEST:
            raise ValueError("a token of more than 64 bytes")
        plain = _HEAD.pack(talk, now, len(data)) + data.ljust(LONGEST, b"\0")
        return urlsafe_b64encode(seal(key, _NAME, plain, _BLOCK)).rstrip(b"=").decode()

    def open(self, sealed: str) -> Opened | None:
        """What was sealed; None where it is none of ours, was changed, is too old, or is from before a restart of all."""
        if len(sealed) != SEALED or not sealed.isascii():
            return None
        shared = self._shared_keys()
        for key, now in (*shared, (self._key, self._clock())):
            try:
                plain = unseal(key, _NAME, urlsafe_b64decode(sealed + "=="))
                talk, made, length = _HEAD.unpack_from(plain)
                token = plain[_HEAD.size : _HEAD.size + length].decode()
            except (UnsealableError, ValueError, struct.error):
                continue
            if key != self._key and made <= self._barred:
                return None
            return Opened(talk, token) if -_AHEAD <= now - made < self.ttl else None
        return None
