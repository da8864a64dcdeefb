"""What replicas share in memory: a salt and the peppers of up to three epochs, and which of two bundles gives way."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from hashlib import blake2b
from secrets import token_bytes
from typing import Final, NamedTuple

from bot.privacy.pepper import SECRET_BYTES, Pepper

PRINT_BYTES: Final = 8
_HEAD: Final = struct.Struct(f">BQ{SECRET_BYTES}sB")
_PEPPER: Final = struct.Struct(f">q{SECRET_BYTES}s")
_MARK: Final = struct.Struct(f">Q{PRINT_BYTES}sq{PRINT_BYTES}s")
_VERSION: Final = 1
MARK_BYTES: Final = _MARK.size


class BundleError(Exception):
    """The bytes are no bundle, or no mark, of this version. Carries nothing else."""


class Mark(NamedTuple):
    """What may be known of a bundle by all: `born`: milliseconds since 1970, by the server's clock. `identity`: a print of its
    salt. `newest`: its newest epoch. `print`: of the pepper of that epoch."""

    born: int
    identity: bytes
    newest: int
    print: bytes

    @property
    def origin(self) -> tuple[int, bytes]:
        """The same for all bundles that come from one; the lowest is the oldest."""
        return self.born, self.identity

    def beats(self, other: Mark) -> bool:
        """Whether who holds `other` has to fetch this: it is older, or the same with a newer pepper. Of two peppers that were
        made for one epoch, one is taken by everybody, no matter which."""
        if self.origin != other.origin:
            return self.origin < other.origin
        return (-self.newest, self.print) < (-other.newest, other.print)

    def pack(self) -> bytes:
        """32 bytes."""
        return _MARK.pack(*self)


def unpack_mark(raw: bytes) -> Mark:
    """The mark that `Mark.pack` wrote. Raises `BundleError`."""
    try:
        return Mark(*_MARK.unpack(raw))
    except struct.error:
        raise BundleError from None


@dataclass(frozen=True, slots=True, repr=False)
class Bundle:
    """`born`: as in `Mark`. `salt`: scrypt's. `peppers`: newest first."""

    born: int
    salt: bytes
    peppers: tuple[Pepper, ...]

    def of(self, epoch: int) -> Pepper | None:
        """The pepper of an epoch."""
        return next((pepper for pepper in self.peppers if pepper.epoch == epoch), None)

    def with_new(self, epoch: int) -> Bundle:
        """The same with a fresh pepper for an epoch that has none."""
        return (
            self if self.of(epoch) else replace(self, peppers=_sorted((Pepper(epoch, token_bytes(SECRET_BYTES)), *self.peppers)))
        )

    def around(self, epoch: int) -> Bundle:
        """The same with the peppers of that epoch, the one before and the next; all others are forgotten."""
        return replace(self, peppers=tuple(pepper for pepper in self.peppers if abs(pepper.epoch - epoch) <= 1))

    def joined(self, other: Bundle) -> Bundle:
        """What holds after `other`, whose mark beats this one's, was fetched: `other`, with older peppers of the same origin."""
        if self.salt != other.salt:
            return other
        epochs = {pepper.epoch for pepper in other.peppers}
        mine = (pepper for pepper in self.peppers if pepper.epoch not in epochs)
        return replace(other, peppers=_sorted((*other.peppers, *mine)))

    def mark(self) -> Mark:
        """What others may know of it. Raises `BundleError` for one without a pepper."""
        if not self.peppers:
            raise BundleError
        identity = blake2b(self.salt, digest_size=PRINT_BYTES, person=b"identity").digest()
        newest = self.peppers[0]
        return Mark(self.born, identity, newest.epoch, blake2b(newest.secret, digest_size=PRINT_BYTES, person=b"print").digest())

    def pack(self) -> bytes:
        """The bundle as bytes, 162 for three peppers."""
        head = _HEAD.pack(_VERSION, self.born, self.salt, len(self.peppers))
        return head + b"".join(_PEPPER.pack(pepper.epoch, pepper.secret) for pepper in self.peppers)


def new_bundle(born: int, epoch: int) -> Bundle:
    """A bundle that nobody has: all of it random."""
    return Bundle(born, token_bytes(SECRET_BYTES), (Pepper(epoch, token_bytes(SECRET_BYTES)),))


def unpack_bundle(raw: bytes) -> Bundle:
    """The bundle that `Bundle.pack` wrote. Raises `BundleError`."""
    try:
        version, born, salt, count = _HEAD.unpack_from(raw)
        peppers = tuple(Pepper(*_PEPPER.unpack_from(raw, _HEAD.size + number * _PEPPER.size)) for number in range(count))
    except struct.error:
        raise BundleError from None
    if version != _VERSION or not count or len(raw) != _HEAD.size + count * _PEPPER.size:
        raise BundleError
    return Bundle(born, salt, _sorted(peppers))


def _sorted(peppers: tuple[Pepper, ...]) -> tuple[Pepper, ...]:
    return tuple(sorted(peppers, key=lambda pepper: -pepper.epoch))
