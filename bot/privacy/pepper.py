"""The secret that names and seals sessions: replaced every few hours, and with it everything it ever named is noise."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_bytes
from typing import Final

SECRET_BYTES: Final = 32
PERIOD: Final = 6 * 3600

Clock = Callable[[], float]


class NoPepperError(Exception):
    """There is no pepper for this moment: a replica that has not joined the others yet. Carries nothing."""


@dataclass(frozen=True, slots=True, repr=False)
class Pepper:
    """One epoch's secret. `epoch`: whole periods since 1970, the only time that is ever kept."""

    epoch: int
    secret: bytes


class Peppers:
    """Two peppers, the current and the one before, and a salt, in this process's memory only.

    `salt`: scrypt's, one for as long as the process lives, so that one derivation serves both peppers. It names nothing by
    itself: without a pepper what it leads to is noise. `clock`: seconds since 1970. `period`: seconds an epoch lasts. Replicas
    share them: `bot.privacy.spread_peppers`.
    """

    def __init__(self, clock: Clock = time.time, period: int = PERIOD) -> None:
        self._clock = clock
        self._period = period
        self._peppers: tuple[Pepper, ...] = ()
        self._salt = token_bytes(SECRET_BYTES)

    @property
    def salt(self) -> bytes:
        """32 bytes that stay. Raises `NoPepperError`, as all of these do, where replicas share them and this one has none."""
        return self._salt

    def now(self) -> float:
        """Seconds since 1970 by the clock that epochs are counted with."""
        return self._clock()

    def accepted(self) -> tuple[Pepper, ...]:
        """The current pepper, then the one of the epoch before where there is one."""
        epoch = int(self._clock() // self._period)
        if not self._peppers or self._peppers[0].epoch != epoch:
            self._peppers = _turned(self._peppers, epoch)
        return self._peppers

    def current(self) -> Pepper:
        """The pepper that new records get."""
        return self.accepted()[0]

    def live(self, seconds: float) -> tuple[Pepper, ...]:
        """The peppers that something at most `seconds` old can have been made with: first the one for what is made now."""
        accepted = self.accepted()
        return accepted if self.now() % self._period < seconds else accepted[:1]

    async def ready(self, seconds: float) -> bool:  # noqa: ARG002 (replicas wait so long for it: one signature for both)
        """Whether there is a pepper for this moment, within so many seconds."""
        return True

    def keys(self, purpose: bytes, seconds: float) -> tuple[bytes, ...]:
        """32 bytes for `purpose` (16 bytes at most) from each of the `live` peppers: the first seals and names what is made now,
        any may belong to what is `seconds` old at most. Fast; noise once the pepper is gone."""
        live = self.live(seconds)
        return tuple(blake2b(key=pepper.secret, digest_size=SECRET_BYTES, person=purpose).digest() for pepper in live)


def _turned(peppers: tuple[Pepper, ...], epoch: int) -> tuple[Pepper, ...]:
    """A fresh pepper in front. One that is not of the epoch just before is forgotten, also when the clock went back."""
    kept = tuple(pepper for pepper in peppers[:1] if pepper.epoch == epoch - 1)
    return (Pepper(epoch, token_bytes(SECRET_BYTES)), *kept)
