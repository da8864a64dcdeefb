"""Sessions, leases and tombstones together, in any order of calls: what a simple model of them says, holds."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from bot.runtime.state import Lease, MemorySessions, MemoryState, MemoryTombstones, State

NAMES = st.sampled_from([b"a" * 20, b"b" * 20, b"c" * 20])
CHATS = st.sampled_from([5_000_000_001, 5_000_000_002, -7])


class Clock:
    """A clock that the rules move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def memory_state(clock: Clock) -> State:
    """The state of one process, on a clock of the test's."""
    state = MemoryState(MemorySessions(clock=clock))
    state.tombstones = MemoryTombstones(clock)
    return state


STATES = {"memory": memory_state}
"""Implementations that can be put on a clock, by name."""


class StateMachine(RuleBasedStateMachine):
    """Several holders on several names. The model: a dict with ends, a queue for each lease, a number with an end."""

    make: Any = staticmethod(memory_state)

    @initialize()
    def begin(self) -> None:
        """Nothing is there."""
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.state: State = type(self).make(self.clock)
        self.sessions: dict[bytes, tuple[float, bytes]] = {}
        self.left: dict[int, tuple[float, int]] = {}
        self.holders: dict[bytes, list[tuple[asyncio.Task[None], asyncio.Event]]] = {}
        self.inside: dict[bytes, list[Lease]] = {}
        self.lost: list[tuple[bytes, Lease]] = []

    def run(self, work: Any) -> Any:
        """Until a call has come back, and whoever it woke has moved."""

        async def settle() -> Any:
            found = await work
            for _ in range(5):
                await asyncio.sleep(0)
            return found

        return self.loop.run_until_complete(settle())

    def write(self, name: bytes, work: Any) -> Any:
        """By whoever holds the lease, or by somebody who comes for it."""

        async def come() -> Any:
            async with self.state.sessions.lease(name) as held:
                return await work(held)

        inside = self.inside.get(name)
        return self.run(work(inside[0]) if inside else come())

    @rule(name=NAMES, sealed=st.binary(max_size=8), ttl=st.integers(1, 50))
    def put(self, name: bytes, sealed: bytes, ttl: int) -> None:
        """A session is kept for its time."""
        assert self.write(name, lambda held: held.put(name, sealed, ttl))
        self.sessions[name] = (self.clock.now + ttl, sealed)

    @rule(name=NAMES)
    def delete(self, name: bytes) -> None:
        """A session is forgotten."""
        assert self.write(name, lambda held: held.delete(name))
        self.sessions.pop(name, None)

    @rule(seconds=st.integers(1, 30))
    def wait(self, seconds: int) -> None:
        """Time goes by."""
        self.clock.now += seconds

    @rule()
    def sweep(self) -> None:
        """Sweeping changes nothing that can be seen."""
        self.run(self.state.sweep())

    @rule(chat=CHATS, below=st.integers(1, 1000), seconds=st.integers(1, 20))
    def leave(self, chat: int, below: int, seconds: int) -> None:
        """A chat is cleared."""
        self.run(self.state.tombstones.put(chat, below, seconds))
        end, before = self.left.get(chat, (0.0, 0))
        self.left[chat] = (self.clock.now + seconds, max(below, before) if end > self.clock.now else below)

    @rule(name=NAMES)
    def take(self, name: bytes) -> None:
        """Somebody wants the lease, and keeps it once they have it."""
        released = asyncio.Event()

        async def hold() -> None:
            async with self.state.sessions.lease(name) as held:
                self.inside.setdefault(name, []).append(held)
                try:
                    await released.wait()
                finally:
                    if held in self.inside[name]:
                        self.inside[name].remove(held)

        async def start() -> asyncio.Task[None]:
            return asyncio.ensure_future(hold())

        self.holders.setdefault(name, []).append((self.run(start()), released))

    @precondition(lambda self: any(self.holders.values()))
    @rule(data=st.data(), cut_off=st.booleans())
    def release(self, data: st.DataObject, cut_off: bool) -> None:
        """The one that holds it lets go, or anybody is cut off."""
        name = data.draw(st.sampled_from(sorted(name for name, held in self.holders.items() if held)))
        held = self.holders[name]
        task, released = held.pop(data.draw(st.integers(0, len(held) - 1)) if cut_off else 0)

        async def end() -> None:
            released.set() if not cut_off else task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self.run(end())

    @rule(name=NAMES)
    def seize(self, name: bytes) -> None:
        """Somebody leaves: the lease is theirs at once, and nobody's afterwards; who held it before has lost it."""

        async def leave() -> None:
            async with self.state.sessions.lease(name, seize=True) as held:
                before = self.inside.get(name, [])
                self.lost += [(name, lost) for lost in before]
                self.holders[name] = self.holders.get(name, [])[len(before) :]
                before.clear()
                assert await held.delete(name)

        self.run(leave())
        self.sessions.pop(name, None)

    @precondition(lambda self: self.lost)
    @rule(data=st.data(), sealed=st.binary(max_size=8))
    def write_late(self, data: st.DataObject, sealed: bytes) -> None:
        """Who lost a lease tries to write all the same."""
        name, held = data.draw(st.sampled_from(self.lost))
        assert not self.run(held.put(name, sealed))
        assert not self.run(held.delete(name))

    @invariant()
    def sessions_are_as_in_the_model(self) -> None:
        """Each that lives comes back, and none that does not."""
        for name, (end, sealed) in getattr(self, "sessions", {}).items():
            assert self.write(name, lambda held, name=name: held.get(name)) == (sealed if end > self.clock.now else None)

    @invariant()
    def tombstones_are_as_in_the_model(self) -> None:
        """For each chat, up to which message it was just cleared."""
        for chat, (end, below) in getattr(self, "left", {}).items():
            assert self.run(self.state.tombstones.of(chat)).below == (below if end > self.clock.now else 0)

    @invariant()
    def a_lease_that_somebody_wants_has_one_holder(self) -> None:
        """Never two, and never none while somebody waits."""
        for name, held in getattr(self, "holders", {}).items():
            assert len(self.inside.get(name, [])) == min(1, len(held))

    def teardown(self) -> None:
        """Nothing is left of leases that nobody holds."""
        if not hasattr(self, "loop"):
            return
        for name in list(self.holders):
            while self.holders[name]:
                task, _ = self.holders[name].pop()
                task.cancel()
                self.run(asyncio.gather(task, return_exceptions=True))
        self.run(self.state.close())
        self.loop.close()


@pytest.mark.parametrize("name", sorted(STATES))
def test_any_order_of_calls_is_as_in_the_model(name: str) -> None:
    """Random programs of calls, shrunk to the shortest that fails."""
    machine = type("Machine", (StateMachine,), {"make": staticmethod(STATES[name])})
    run_state_machine_as_test(machine, settings=settings(max_examples=60, stateful_step_count=30, deadline=None))
