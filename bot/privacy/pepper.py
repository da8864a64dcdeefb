"""The secret that names and seals sessions: replaced every few hours, and with it everything it ever named is noise."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes

SECRET_BYTES = 32
PERIOD = 6 * 3600

Clock = Callable[[], float]


class PepperFileError(Exception):
    """The shared pepper file cannot be used. The text names the reason only."""


@dataclass(frozen=True, slots=True, repr=False)
class Pepper:
    """One epoch's secret. `epoch`: whole periods since 1970, the only time that is ever kept."""

    epoch: int
    secret: bytes


class Peppers:
    """Two peppers, the current and the one before, and a salt, in this process's memory only.

    `salt`: scrypt's, one for as long as the process (or the shared file) lives, so that one derivation serves both peppers. It
    names nothing by itself: without a pepper what it leads to is noise. `clock`: seconds since 1970. `period`: seconds an epoch
    lasts.
    """

    def __init__(self, clock: Clock = time.time, period: int = PERIOD) -> None:
        self._clock = clock
        self._period = period
        self._peppers: tuple[Pepper, ...] = ()
        self._salt = token_bytes(SECRET_BYTES)

    @property
    def salt(self) -> bytes:
        """32 bytes that stay."""
        return self._salt

    def accepted(self) -> tuple[Pepper, ...]:
        """The current pepper, then the one of the epoch before where there is one."""
        epoch = int(self._clock() // self._period)
        if not self._peppers or self._peppers[0].epoch != epoch:
            self._peppers = self._turn(epoch)
        return self._peppers

    def current(self) -> Pepper:
        """The pepper that new records get."""
        return self.accepted()[0]

    def live(self, seconds: float) -> tuple[Pepper, ...]:
        """The peppers that something at most `seconds` old can have been made with, the newest first."""
        accepted = self.accepted()
        return accepted if self._clock() % self._period < seconds else accepted[:1]

    def _turn(self, epoch: int) -> tuple[Pepper, ...]:
        return _turned(self._peppers, epoch)


def _turned(peppers: tuple[Pepper, ...], epoch: int) -> tuple[Pepper, ...]:
    """A fresh pepper in front. One that is not of the epoch just before is forgotten, also when the clock went back."""
    kept = tuple(pepper for pepper in peppers[:1] if pepper.epoch == epoch - 1)
    return (Pepper(epoch, token_bytes(SECRET_BYTES)), *kept)


class SharedPeppers(Peppers):
    """Peppers and salt that replicas share through a file, which belongs on a tmpfs and in no backup.

    The file holds the salt, then one or two peppers. The replica that first finds it out of date turns it, under a lock; the
    others read what it wrote. Raises `PepperFileError` if others may read the file, or if it holds anything but these.
    """

    def __init__(self, path: Path, clock: Clock = time.time, period: int = PERIOD) -> None:
        super().__init__(clock, period)
        self._path = path

    @property
    def salt(self) -> bytes:
        """That of the file."""
        self.accepted()
        return self._salt

    def _turn(self, epoch: int) -> tuple[Pepper, ...]:
        with self._locked():
            peppers = self._read()
            if not peppers or peppers[0].epoch < epoch:
                peppers = _turned(peppers, epoch)
                self._write(peppers)
        return peppers

    def accepted(self) -> tuple[Pepper, ...]:
        """As `Peppers.accepted`; a replica whose clock is behind takes the newer epoch of the file."""
        epoch = int(self._clock() // self._period)
        if not self._peppers or self._peppers[0].epoch < epoch:
            self._peppers = self._turn(epoch)
        return self._peppers

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _read(self) -> tuple[Pepper, ...]:
        try:
            mode = self._path.stat().st_mode
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return ()
        if stat.S_IMODE(mode) & 0o077:
            raise PepperFileError("the pepper file may be read by others: chmod 600")
        size = 8 + SECRET_BYTES
        if len(raw) not in (SECRET_BYTES + size, SECRET_BYTES + 2 * size):
            raise PepperFileError("the pepper file is damaged: remove it")
        self._salt = raw[:SECRET_BYTES]
        cuts = [raw[start : start + size] for start in range(SECRET_BYTES, len(raw), size)]
        return tuple(Pepper(int.from_bytes(cut[:8], "big"), cut[8:]) for cut in cuts)

    def _write(self, peppers: tuple[Pepper, ...]) -> None:
        fresh = self._path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.write(handle, self._salt + b"".join(pepper.epoch.to_bytes(8, "big") + pepper.secret for pepper in peppers))
            os.fsync(handle)
        finally:
            os.close(handle)
        fresh.replace(self._path)
