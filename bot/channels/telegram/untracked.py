"""Messages in a chat that no session knows of yet: leave deletes them too."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

LIMIT: Final = 1024
"""How many are remembered, the newest: a flood's beginning is left to the sweep of leave."""


class UntrackedMessages:
    """Ids of messages in one chat that neither its session nor a pending update knows of.

    Words until they are erased, also where a full queue let them go or their answer failed, and what was just sent.
    """

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: list[int] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, message: int) -> None:
        """`message` is in the chat, and only this process knows of it. 0 is none."""
        if message > 0 and message not in self._ids:
            self._ids.append(message)
            del self._ids[:-LIMIT]

    def discard(self, *messages: int) -> None:
        """`messages` are gone, or a session knows of them from now on."""
        self._ids = [message for message in self._ids if message not in messages]

    def clear(self) -> None:
        """The chat is gone."""
        self._ids = []

    def without(self, waiting: Container[int]) -> list[int]:
        """All but those `waiting`, oldest first."""
        return [message for message in self._ids if message not in waiting]
