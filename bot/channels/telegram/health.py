"""Whether Telegram answers: the age of the last good call. An update that is brought proves nothing: a reply might not go out."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.privacy import silence

RED_SECONDS: Final = 25.0
_TOUCH_SECONDS: Final = 2.0


class Health:
    """The age of the last good poll. `file`: its time of change says the same to other processes; it stays empty."""

    def __init__(self, file: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._file = file
        self._last = clock()
        self._touched = -_TOUCH_SECONDS
        self._red = False

    def good(self) -> None:
        """Telegram has just answered."""
        self._last = self._clock()
        if self._red:
            self._red = False
            silence.say("health_green")
        if self._file is not None and self._last - self._touched >= _TOUCH_SECONDS:
            self._touched = self._last
            with contextlib.suppress(OSError):
                os.close(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
                os.utime(self._file)

    @property
    def age(self) -> float:
        """Seconds since Telegram last answered."""
        return self._clock() - self._last

    @property
    def red(self) -> bool:
        """Whether it is too long ago."""
        return self.age > RED_SECONDS

    async def watch(self, every: float = 1.0) -> None:
        """Says in the log when health turns red."""
        while True:
            await asyncio.sleep(every)
            if self.red and not self._red:
                self._red = True
                silence.say("health_red", age=self.age)


def healthy(file: Path, now: float | None = None) -> bool:
    """Whether the bot that keeps `file` is well: for a container's or a service's own check."""
    try:
        return (time.time() if now is None else now) - file.stat().st_mtime <= RED_SECONDS + _TOUCH_SECONDS
    except OSError:
        return False
