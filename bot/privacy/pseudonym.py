"""What a chat is called in memory: a name of scrypt, which by itself costs about 20 ms for each id that somebody tries."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from hashlib import scrypt

from bot.privacy.pepper import Pepper, Peppers

COST = 2**13
NAME_BYTES = 20


def name_of(pepper: Pepper, channel: str, chat: int | str, cost: int = COST) -> bytes:
    """The name of `chat` in the epoch of `pepper`: 20 bytes of scrypt with r=8, p=1 and N=`cost` (a power of two).

    At the default cost one name takes about 20 ms and 8 MB. That protects no more than the name: whoever also has a sealed
    session tries ids against its key (`sealing.key_for`), one fast hash each, and is through all of them in hours.
    """
    return scrypt(
        f"{channel}\0{chat}".encode(),
        salt=b"name\0" + pepper.secret,
        n=cost,
        r=8,
        p=1,
        maxmem=256 * cost * 8 + 2**20,
        dklen=NAME_BYTES,
    )


def _step_back() -> None:
    """Lets the event loop go first: on Linux a priority belongs to the thread."""
    with contextlib.suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


class Namer:
    """Names chats in two small pools, one for those who wait and one for what can be done later.

    `cost`: scrypt's N. `backlog`: how many may stand in line for later; beyond it `name` raises `BusyError`.
    """

    def __init__(self, peppers: Peppers, channel: str, cost: int = COST, backlog: int = 1024) -> None:
        self.peppers = peppers
        self._channel = channel
        self._cost = cost
        self._backlog = backlog
        self._waiting = 0
        self._now = ThreadPoolExecutor(1, thread_name_prefix="name-now")
        self._later = ThreadPoolExecutor(1, thread_name_prefix="name-later", initializer=_step_back)

    async def name(self, pepper: Pepper, chat: int | str, *, priority: bool = False) -> bytes:
        """The name of `chat` under `pepper`. `priority`: somebody waits. Raises `BusyError` when too many are in line."""
        loop = asyncio.get_running_loop()
        if priority:
            return await loop.run_in_executor(self._now, name_of, pepper, self._channel, chat, self._cost)
        if self._waiting >= self._backlog:
            raise BusyError
        self._waiting += 1
        try:
            return await loop.run_in_executor(self._later, name_of, pepper, self._channel, chat, self._cost)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Stops both pools; what has not begun is dropped."""
        self._now.shutdown(wait=False, cancel_futures=True)
        self._later.shutdown(wait=False, cancel_futures=True)


class BusyError(Exception):
    """More names are wanted than can be made soon; a session is not worth a queue without end."""
