"""What systemd is told of the bot that it runs: that its loop still turns, and whether it is well. Without systemd, nothing."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Mapping
from typing import Final, Literal

EVERY: Final = 5.0
"""Seconds between two signs of life; the units' WatchdogSec is twenty-four times that."""
State = Literal["starting", "green", "yellow", "red"]
_STATUS: Final[dict[State, bytes]] = {
    "starting": b"starting: not answered yet",
    "green": b"green: the channel answers",
    "yellow": b"yellow: the channel answers. ",
    "red": b"red: the channel does not answer",
}


class Service:
    """`environ`: where NOTIFY_SOCKET may be (sd_notify(3): a path, or @ and a name)."""

    def __init__(self, environ: Mapping[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self._clock = clock
        self._told: tuple[float, State] | None = None

    def tell(self, state: State, why: str = "") -> None:
        """Sends a sign of life and the state, not more often than every five seconds unless the state is new. Never raises.

        `why`: what yellow says besides.
        """
        if not self._address:
            return
        now = self._clock()
        if self._told is not None and self._told[1] == state and now - self._told[0] < EVERY:
            return
        self._told = now, state
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.sendto(b"WATCHDOG=1\nSTATUS=" + _STATUS[state] + (why.encode() if state == "yellow" else b""), address)
