"""Whether a channel answers: the age of its last good answer. An update that comes proves nothing: a reply might not go out."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.privacy import safe_log
from bot.runtime.systemd import Service

RED_SECONDS: Final = 18.0
"""With a poll that may be open for eight seconds when trouble begins, and the file's lag, red comes within thirty."""
_TOUCH_SECONDS: Final = 2.0


class Health:
    """The age of the last good answer. `file`: its time of change says the same to other processes; it stays empty."""

    def __init__(self, file: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._file = file
        self._last = clock()
        self._touched = -_TOUCH_SECONDS
        self._red = False
        self._heard = False

    def good(self) -> None:
        """The channel has just answered."""
        self._last, self._heard = self._clock(), True
        if self._red:
            self._red = False
            safe_log.say("health_green")
        if self._file is not None and self._last - self._touched >= _TOUCH_SECONDS:
            self._touched = self._last
            with contextlib.suppress(OSError):
                os.close(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
                os.utime(self._file)

    @property
    def age(self) -> float:
        """Seconds since the channel last answered."""
        return self._clock() - self._last

    @property
    def red(self) -> bool:
        """Whether it is too long ago."""
        return self.age > RED_SECONDS

    async def watch(self, every: float = 1.0, service: Service | None = None) -> None:
        """Says in the log when health turns red, and tells systemd how it stands and that the loop still turns."""
        service = service or Service(os.environ)
        while True:
            await asyncio.sleep(every)
            if self.red and not self._red:
                self._red = True
                safe_log.say("health_red", age=self.age)
            service.tell("red" if self.red else "green" if self._heard else "starting")


def unheard(file: Path, now: float | None = None) -> float | None:
    """For how many seconds the bot that keeps `file` has not been answered, None if it never was. `now`: seconds of the epoch.

    Raises PermissionError where this user may not look.
    """
    try:
        return max(0.0, (time.time() if now is None else now) - file.stat().st_mtime)
    except (FileNotFoundError, NotADirectoryError):
        return None


def healthy(file: Path, now: float | None = None) -> bool:
    """Whether the bot that keeps `file` is well: for a container's or a service's own check."""
    age = unheard(file, now)
    return age is not None and age <= RED_SECONDS + _TOUCH_SECONDS
