"""The short name of a chat where a press cannot wait for one of scrypt: a keyed hash, its key gone with the process."""

from __future__ import annotations

from hashlib import blake2b
from secrets import token_bytes
from typing import Final

KEY_BYTES: Final = 32
DIGEST_BYTES: Final = 16


class ChatDigest:
    """Gives 16 bytes for a chat's id. `key`: 32 bytes that processes share, or nothing for a random key of this one.

    The hash is fast: whoever has the key can try every id. So a digest names only what lives for seconds, or is sealed anyway.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or token_bytes(KEY_BYTES)

    def __call__(self, chat: int | str) -> bytes:
        """The digest of a chat's id."""
        return blake2b(str(chat).encode(), key=self._key, digest_size=DIGEST_BYTES).digest()
