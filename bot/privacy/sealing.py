"""Sealed bytes: readable only with the epoch's pepper and the chat's id together, and the id is kept nowhere."""

from __future__ import annotations

import hmac
from hashlib import blake2b

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError
from nacl.utils import random

from bot.privacy.pepper import Pepper

BLOCK = 512


class UnsealableError(Exception):
    """The bytes were sealed with another key or name, or changed. Carries nothing else."""


def key_for(pepper: Pepper, channel: str, chat: int | str) -> bytes:
    """The 32-byte key of one chat in one epoch: one fast keyed hash, so it does not hide the id from who has the pepper."""
    return blake2b(f"{channel}\0{chat}".encode(), key=pepper.secret, digest_size=32, person=b"session-key").digest()


def seal(key: bytes, name: bytes, plain: bytes) -> bytes:
    """`plain` padded to whole blocks of 512 bytes, then sealed and bound to `name`. Lengths tell nothing finer."""
    padded = plain + b"\x80" + bytes(-(len(plain) + 1) % BLOCK)
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
