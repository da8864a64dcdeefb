"""How a replica asks the others for what they share, and how it is told: sealed to its own key, by who knows the bot's secret.

All of it travels through a server that may read, keep, change, replay and invent everything. What that takes: a request carries
a fresh X25519 key and is authenticated with a key that comes from the bot's token; the answer is sealed with a key that follows
from both, X25519 and the token's, and is bound to that very request. So who reads along has nothing, now or with the token later;
who has no token gets no answer; and an answer to another request, or to the same one before, opens nothing.
"""

from __future__ import annotations

import hmac
from hashlib import blake2b
from secrets import token_bytes
from typing import Final

from nacl.bindings import crypto_scalarmult
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from bot.privacy.bundle import MARK_BYTES, PRINT_BYTES, Bundle, BundleError, Mark, unpack_bundle, unpack_mark
from bot.privacy.sealing import UnsealableError, seal, unseal

NONCE_BYTES: Final = 16
_KEY_BYTES: Final = 32
_MAC_BYTES: Final = 16
REQUEST_BYTES: Final = NONCE_BYTES + _KEY_BYTES + PRINT_BYTES + _MAC_BYTES


class JoinError(Exception):
    """Not from one of ours, not for this request, or changed on the way. Carries nothing else."""


def join_key(secret: str) -> bytes:
    """32 bytes that only they have who have the bot's secret (its token): with it a replica proves that it is one. The secret
    has to be one that nobody can guess; a fast hash is enough then."""
    return blake2b(secret.encode(), digest_size=_KEY_BYTES, person=b"join").digest()


def place_of(key: bytes) -> bytes:
    """8 letters that the keys of one bot begin with where several share a server."""
    return blake2b(key=key, digest_size=4, person=b"place").hexdigest().encode()


def _mac(key: bytes, purpose: bytes, *parts: bytes) -> bytes:
    return blake2b(b"".join(parts), key=key, digest_size=_MAC_BYTES, person=purpose).digest()


def signed_mark(key: bytes, member: bytes, mark: Mark) -> bytes:
    """What a member that holds a bundle lets the others know of it."""
    return mark.pack() + _mac(key, b"mark", member, mark.pack())


def read_mark(key: bytes, member: bytes, signed: bytes) -> Mark | None:
    """The mark of a member; None where it holds nothing, or is none of ours."""
    raw, mac = signed[:MARK_BYTES], signed[MARK_BYTES:]
    if not raw or not hmac.compare_digest(mac, _mac(key, b"mark", member, raw)):
        return None
    try:
        return unpack_mark(raw)
    except BundleError:
        return None


def _print(mark: Mark) -> bytes:
    return blake2b(mark.pack(), digest_size=PRINT_BYTES, person=b"wanted").digest()


class Asking:
    """One request to join, and the only place where its answer can be opened. `key`: of `join_key`. `wanted`: the mark of the
    bundle that is asked for."""

    def __init__(self, key: bytes, wanted: Mark) -> None:
        self._key, self._private, self.wanted = key, PrivateKey.generate(), wanted
        self.nonce = token_bytes(NONCE_BYTES)
        body = self.nonce + bytes(self._private.public_key) + _print(wanted)
        self.request = body + _mac(key, b"request", body)

    def open(self, answer: bytes) -> Bundle:
        """The bundle in an answer. Raises `JoinError`."""
        theirs, sealed = answer[:_KEY_BYTES], answer[_KEY_BYTES:]
        try:
            return unpack_bundle(unseal(_shared(self._key, bytes(self._private), theirs, self.request), self.request, sealed))
        except (UnsealableError, BundleError):
            raise JoinError from None


def nonce_of(request: bytes) -> bytes:
    """Which request it is."""
    return request[:NONCE_BYTES]


def answered(key: bytes, request: bytes, bundle: Bundle) -> bytes | None:
    """The answer to a request; None where another bundle is wanted. Raises `JoinError` for a request of somebody without the
    bot's secret."""
    body, mac = request[:-_MAC_BYTES], request[-_MAC_BYTES:]
    if len(request) != REQUEST_BYTES or not hmac.compare_digest(mac, _mac(key, b"request", body)):
        raise JoinError
    if body[-PRINT_BYTES:] != _print(bundle.mark()):
        return None
    private = PrivateKey.generate()
    theirs = body[NONCE_BYTES : NONCE_BYTES + _KEY_BYTES]
    return bytes(private.public_key) + seal(_shared(key, bytes(private), theirs, request), request, bundle.pack())


def _shared(key: bytes, private: bytes, public: bytes, request: bytes) -> bytes:
    """The key of one answer: from X25519, the bot's secret and the request."""
    try:
        secret = crypto_scalarmult(private, public)
    except (CryptoError, ValueError, TypeError):
        raise JoinError from None
    return blake2b(secret + request, key=key, digest_size=_KEY_BYTES, person=b"answer").digest()
