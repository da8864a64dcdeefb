"""Sealed bytes: readable with their key and name alone. What a session is sealed with: `bot.privacy.pseudonym`."""

from __future__ import annotations

import hmac

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError
from nacl.utils import random

BLOCK = 512


class UnsealableError(Exception):
    """The bytes were sealed with another key or name, or changed. Carries nothing else."""


def seal(key: bytes, name: bytes, plain: bytes, block: int = BLOCK) -> bytes:
    """`plain` padded to whole blocks, of 512 bytes unless said, then sealed and bound to `name`. Lengths tell nothing finer."""
    padded = plain + b"\x80" + bytes(-(len(plain) + 1) % block)
    nonce = random(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(padded, name, nonce, key)


def unseal(key: bytes, name: bytes, sealed: bytes) -> bytes:
    """What `seal` was given. Raises `UnsealableError`."""
    cut = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
    try:
        padded = crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[cut:], name, sealed[:cut], key)
    except (CryptoError, ValueError, TypeError):
        raise UnsealableError from None
    plain, mark, rest = padded.rpartition(b"\x80")
    if not mark or not hmac.compare_digest(rest, bytes(len(rest))):
        raise UnsealableError
    return plain
