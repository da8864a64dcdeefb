"""Where one bot's keys lie on a server that several bots may share."""

from __future__ import annotations

from typing import Protocol


class Place:
    """Makes keys: a kind's prefix, the bot's `mark` (bytes without a person in them), a name."""

    __slots__ = ("_mark",)

    def __init__(self, mark: bytes) -> None:
        self._mark = mark + b":"

    def key(self, kind: bytes, name: bytes = b"") -> bytes:
        """The key of `name` among those of `kind`."""
        return kind + self._mark + name


class SharedKeys(Protocol):
    """The secrets that all replicas share (`bot.privacy.spread_peppers.SpreadPeppers`), as far as the state needs them. Each call
    raises `NoPepperError` while this process does not have them."""

    @property
    def members(self) -> int:
        """How many replicas there are, as last known."""

    def keys(self, purpose: bytes, seconds: float) -> tuple[bytes, ...]:
        """32 bytes each: the first seals and names what is made now; any may belong to what is `seconds` old at most."""
