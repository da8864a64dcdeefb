"""Where replicas meet to share their secrets: the protocol of it, and a meeting in this process's memory, for tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

BEAT_SECONDS: Final = 1.0
MEMBER_SECONDS: Final = 5.0
"""How long a replica that says nothing still counts."""
ENVELOPE_SECONDS: Final = 10.0
"""How long a request or an answer lies there, at most."""
MEMBER_BYTES: Final = 8


@dataclass(frozen=True, slots=True, repr=False)
class Beat:
    """What was met: `time`: the server's clock, seconds since 1970. `marks`: what each live member says of its bundle, by member
    and with this one's own; b"" for none. `requests`: of members that want to join."""

    time: float
    marks: Mapping[bytes, bytes] = field(default_factory=dict)
    requests: tuple[bytes, ...] = ()


class Spread(Protocol):
    """Carries marks, requests and sealed answers between replicas, and decides who makes what nobody has.

    It is trusted with nothing: whoever runs it can keep replicas apart, and read nothing. Nothing in it outlives its seconds.
    No call raises where the server is away.
    """

    async def beat(self, member: bytes, mark: bytes) -> Beat | None:
        """Says that `member` lives, for `MEMBER_SECONDS`. None where the server is away."""

    async def ask(self, member: bytes, request: bytes) -> None:
        """A request of `member`, in place of an earlier one, for `ENVELOPE_SECONDS`."""

    async def answer(self, nonce: bytes, envelope: bytes) -> None:
        """The answer to the request with that nonce, for `ENVELOPE_SECONDS`, unless there is one."""

    async def take(self, nonce: bytes) -> bytes | None:
        """The answer to a request, once."""

    async def elect(self, what: bytes) -> bool:
        """Whether this one is to make `what`: nobody else is told so for `ENVELOPE_SECONDS`. False where the server is away."""

    async def part(self, member: bytes) -> None:
        """`member` is gone."""


class MemorySpread:
    """A `Spread` in this process. `clock`: seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._members: dict[bytes, tuple[float, bytes]] = {}
        self._requests: dict[bytes, tuple[float, bytes]] = {}
        self._answers: dict[bytes, tuple[float, bytes]] = {}
        self._elected: dict[bytes, tuple[float, bytes]] = {}

    def _swept(self) -> float:
        now = self._clock()
        for kept in (self._members, self._requests, self._answers, self._elected):
            for name in [name for name, (end, _) in kept.items() if end <= now]:
                del kept[name]
        return now

    async def beat(self, member: bytes, mark: bytes) -> Beat | None:
        """As in `Spread`."""
        now = self._swept()
        self._members[member] = (now + MEMBER_SECONDS, mark)
        requests = tuple(request for asker, (_, request) in self._requests.items() if asker != member)
        return Beat(now, {name: mark for name, (_, mark) in self._members.items()}, requests)

    async def ask(self, member: bytes, request: bytes) -> None:
        """As in `Spread`."""
        self._requests[member] = (self._swept() + ENVELOPE_SECONDS, request)

    async def answer(self, nonce: bytes, envelope: bytes) -> None:
        """As in `Spread`."""
        self._answers.setdefault(nonce, (self._swept() + ENVELOPE_SECONDS, envelope))

    async def take(self, nonce: bytes) -> bytes | None:
        """As in `Spread`."""
        self._swept()
        return self._answers.pop(nonce, (0.0, None))[1]

    async def elect(self, what: bytes) -> bool:
        """As in `Spread`."""
        end = self._swept() + ENVELOPE_SECONDS
        return what not in self._elected and bool(self._elected.setdefault(what, (end, b"")))

    async def part(self, member: bytes) -> None:
        """As in `Spread`."""
        self._members.pop(member, None)
        self._requests.pop(member, None)
