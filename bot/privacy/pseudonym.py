"""What a chat is called in memory and what opens its session: both from one slow derivation of scrypt, about 4 ms for each id."""

from __future__ import annotations

import contextlib
import os
import threading
from functools import partial
from hashlib import blake2b, scrypt
from typing import Final, NamedTuple

from bot.privacy.pepper import Pepper, Peppers
from bot.privacy.thread_line import ThreadLine

COST: Final = 2**11
BLOCKS: Final = 11
"""scrypt's r. With N = 2048 it was chosen by measurement (`python -m benchmarks.names attack`): all 2^33 ids cost a core year."""
SECRET_BYTES: Final = 32
NAME_BYTES: Final = 20
KEY_BYTES: Final = 32


class RecordKeys(NamedTuple):
    """`name`: 20 bytes under which a store keeps what belongs to a chat. `key`: 32 bytes that open it."""

    name: bytes
    key: bytes


def chat_secret(salt: bytes, channel: str, chat: int | str, cost: int = COST) -> bytes:
    """The 32 bytes that all names and keys of `chat` come from: scrypt with N=`cost` (a power of two), r=11, p=1.

    About 4 ms and 3 MB. Nothing that outlives an answer is named or opened by anything of the id that is faster: whoever tries
    ids pays this for each one, whatever store they try them against.
    """
    return scrypt(
        f"{channel}\0{chat}".encode(), salt=salt, n=cost, r=BLOCKS, p=1, maxmem=256 * cost * BLOCKS + 2**20, dklen=SECRET_BYTES
    )


def record_keys(pepper: Pepper, secret: bytes) -> RecordKeys:
    """Name and key, in the epoch of `pepper`, of the chat whose `chat_secret` is given. Fast; noise once the pepper is gone."""
    return RecordKeys(
        blake2b(secret, key=pepper.secret, digest_size=NAME_BYTES, person=b"name").digest(),
        blake2b(secret, key=pepper.secret, digest_size=KEY_BYTES, person=b"session-key").digest(),
    )


def _step_back() -> None:
    """Lets the event loop go first: on Linux a priority belongs to the thread."""
    with contextlib.suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


class Namer:
    """Derives chats' secrets in two threads, one for those who wait and one for what can be done later.

    `cost`: scrypt's N. `backlog`: how many may stand in line for later; beyond it `secret` raises `BusyError`.
    """

    def __init__(self, peppers: Peppers, channel: str, cost: int = COST, backlog: int = 1024) -> None:
        self.peppers = peppers
        self._channel = channel
        self._cost = cost
        self._backlog = backlog
        self._now = ThreadLine("name-now")
        self._later = ThreadLine("name-later", _step_back)

    async def secret(self, chat: int | str, *, priority: bool = False, first: bool = False) -> bytes:
        """The `chat_secret` of `chat`. `priority`: somebody waits. `first`: somebody leaves, and goes before all others. Raises
        `BusyError` when too many are in line. Whoever is cancelled while waiting leaves no id in the line."""
        work = partial(chat_secret, self.peppers.salt, self._channel, chat, self._cost)
        if priority or first:
            return await self._now.run(work, first=first)
        if len(self._later) >= self._backlog:
            raise BusyError
        return await self._later.run(work)

    def close(self) -> None:
        """Stops both threads; what has not begun is dropped."""
        self._now.close()
        self._later.close()


class BusyError(Exception):
    """More names are wanted than can be made soon; a session is not worth a queue without end."""
