"""Presses that were confirmed to Telegram before they were answered: sealed among the timers that replicas share, so that another
process answers them where this one dies."""

from __future__ import annotations

import struct
from typing import Final

from bot.channels.telegram.updates import Update
from bot.runtime.state import Due, Timers

PARKED_SECONDS: Final = 15.0
"""So long after it was last heard of, the process that has a press counts as dead."""
_FORM: Final = struct.Struct(">qqqH")
_HANDLE: Final = b"press"


class ParkedPresses:
    """`timers`: where they lie beside what leaves owe; `is_press` tells them from it."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers

    async def keep(self, update: Update) -> None:
        """Another process answers this press in `PARKED_SECONDS`, unless it is kept again or dropped until then."""
        payload = _FORM.pack(update.id, update.chat, update.message, update.buttons) + update.text.encode()
        await self._timers.arm(_handle(update.id), PARKED_SECONDS, payload)

    async def drop(self, number: int) -> None:
        """It is answered."""
        await self._timers.cancel(_handle(number))


def is_press(due: Due) -> bool:
    """Whether a timer is of a press that somebody has parked."""
    return due.handle.startswith(_HANDLE)


def press_of(due: Due) -> Update:
    """The press itself, acknowledged long ago."""
    number, chat, message, buttons = _FORM.unpack_from(due.payload)
    return Update(number, "press", chat, message, due.payload[_FORM.size :].decode(), buttons=buttons)


def _handle(number: int) -> bytes:
    return _HANDLE + number.to_bytes(8, "big")
