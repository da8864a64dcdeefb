"""What leave still has to do in one chat, as plain values: it can be cut off anywhere, sealed, and gone on with later."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

_HEAD: Final = struct.Struct(">qqqqdBBHHHH")
_NUMBER: Final = struct.Struct(">q")


@dataclass(slots=True, repr=False)
class Clearing:
    """One chat to clear. Message ids and seconds on the loop's clock.

    `numbers`: messages to delete. `stayed`: those that cannot be deleted and have to become the text `neutral`; `blanked`: those
    that have. `pressed`, `newest`: around which ids the rest is looked for, 0 where that is not known. `until`: when it is given
    up. `forgotten`: that the session is gone. `swept`: how many hundreds of ids have been tried. `rechecks`: how often to look
    once more for an answer that was on its way and may still come. `update`: the number of the leave, 0 for a timer's. `below`:
    the highest message that is sure to be of before it. `ceiling`: the highest id of any chat when leave came, where other
    processes may answer what is written after it; 0 for none. `deep`: whether what was known of the chat may have been lost, and
    older ids are tried than else.
    """

    chat: int
    neutral: str
    until: float
    numbers: set[int] = field(default_factory=set)
    stayed: set[int] = field(default_factory=set)
    blanked: set[int] = field(default_factory=set)
    pressed: int = 0
    newest: int = 0
    swept: int = 0
    rechecks: int = 0
    forgotten: bool = False
    done: bool = False
    update: int = 0
    ceiling: int = 0
    below: int = 0
    deep: bool = False

    def pack(self) -> bytes:
        """All that is needed to go on."""
        lists = [sorted(numbers) for numbers in (self.numbers, self.stayed, self.blanked)]
        sizes = map(len, lists)
        flags = self.forgotten | self.deep << 1
        head = (self.chat, self.pressed, self.newest, self.update, self.until, flags, self.rechecks, self.swept)
        numbers = b"".join(_NUMBER.pack(number) for numbers in lists for number in numbers)
        return _HEAD.pack(*head, *sizes) + numbers + self.neutral.encode()


def unpack(raw: bytes) -> Clearing:
    """What `Clearing.pack` wrote."""
    chat, pressed, newest, update, until, flags, rechecks, swept, *sizes = _HEAD.unpack_from(raw)
    at, lists = _HEAD.size, []
    for size in sizes:
        end = at + size * _NUMBER.size
        lists.append({number for (number,) in _NUMBER.iter_unpack(raw[at:end])})
        at = end
    clearing = Clearing(chat, raw[at:].decode(), until)
    clearing.numbers, clearing.stayed, clearing.blanked = lists
    clearing.pressed, clearing.newest = pressed, newest
    clearing.forgotten, clearing.deep = bool(flags & 1), bool(flags & 2)
    clearing.rechecks, clearing.swept, clearing.update = rechecks, swept, update
    return clearing
