"""What is remembered of a live talk, for half an hour: where it stands and which messages can be deleted."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

OWN_MESSAGES = 32
SEEN = 8
TIMER_BYTES = 8
EDITION_BYTES = 8

_HEAD = struct.Struct(">BIqB")
_LATEST = struct.Struct(">q")
_VERSION = 2
_BEFORE = 1
"""Without `edition`. Signal kept it in `timer` then; its sessions never outlive its process, so none of them is read again."""


class NoSessionError(Exception):
    """The bytes are no session of this version. Carries nothing else."""


@dataclass(frozen=True, slots=True, repr=False)
class Session:
    """A talk as it stands.

    `token`: its whole state. `bubble`: the message that shows it, 0 if none. `own_messages`: other messages that leave has to
    delete, oldest first: the bot's own, and words that could not be answered. `seen`: update ids already answered.
    `revision`: counts the writings. `timer`: the handle of "clear after 10 minutes", or b"". `edition`: which edition the numbers
    of a numbered screen belong to, or b"". `latest`: the highest number of an update that was written into it, 0 for none. How
    screens are laid out is in the token.
    """

    token: str = ""
    bubble: int = 0
    own_messages: tuple[int, ...] = ()
    seen: tuple[int, ...] = ()
    revision: int = 0
    timer: bytes = b""
    edition: bytes = b""
    latest: int = 0

    def saw(self, update: int) -> Session:
        """The same with `update` among the answered; the oldest gives way."""
        return self if update in self.seen else replace(self, seen=(*self.seen, update)[-SEEN:])

    def owns(self, *messages: int) -> Session:
        """The same with `messages` among the bot's own; the oldest give way."""
        fresh = tuple(message for message in messages if message not in self.own_messages)
        return replace(self, own_messages=(*self.own_messages, *fresh)[-OWN_MESSAGES:])

    def lost(self, *messages: int) -> Session:
        """The same without `messages`."""
        return replace(self, own_messages=tuple(message for message in self.own_messages if message not in messages))

    def pack(self) -> bytes:
        """The session as bytes, 700 at most."""
        token = self.token.encode()
        own, seen = self.own_messages[-OWN_MESSAGES:], self.seen[-SEEN:]
        return b"".join(
            (
                _HEAD.pack(_VERSION, self.revision & 0xFFFFFFFF, self.bubble, len(token)),
                token,
                struct.pack(f">B{len(own)}q", len(own), *own),
                struct.pack(f">B{len(seen)}q", len(seen), *seen),
                bytes([len(self.timer)]),
                self.timer,
                bytes([len(self.edition)]),
                self.edition,
                _LATEST.pack(self.latest),
            )
        )


def unpack(raw: bytes) -> Session:
    """The session that `Session.pack` wrote, in this version or the one before. Raises `NoSessionError`."""
    try:
        version, revision, bubble, size = _HEAD.unpack_from(raw)
        if version not in (_BEFORE, _VERSION):
            raise NoSessionError
        at = _HEAD.size
        token = raw[at : at + size].decode()
        own, at = _numbers(raw, at + size)
        seen, at = _numbers(raw, at)
        timer, at = _bytes(raw, at)
        edition, at = _bytes(raw, at) if version == _VERSION else (b"", len(raw))
        # Without it: of a replica that is replaced just now, or about to be.
        latest = _LATEST.unpack_from(raw, at)[0] if len(raw) > at else 0
    except (struct.error, UnicodeDecodeError, IndexError):
        raise NoSessionError from None
    return Session(token, bubble, own, seen, revision, timer, edition, latest)


def _bytes(raw: bytes, at: int) -> tuple[bytes, int]:
    end = at + 1 + raw[at]
    return raw[at + 1 : end], end


def _numbers(raw: bytes, at: int) -> tuple[tuple[int, ...], int]:
    count = raw[at]
    return struct.unpack_from(f">{count}q", raw, at + 1), at + 1 + 8 * count
