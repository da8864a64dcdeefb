"""Replicas that hold, seize, write, bury, claim, arm, ring, stand still and die, in any order: what a simple model says, holds.

On a real server its clock is moved by moving what it keeps towards its end; who lives renews its leases on the way. In memory
there is one process, whose loop has the clock: nobody stands still or dies alone there.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from bot.runtime.state import Claim, Due, Lease, MemoryClaims, MemorySessions, MemoryState, State
from bot.runtime.state.claims import CLAIM_SECONDS, DONE_SECONDS
from bot.runtime.state.sessions import LEASE_SECONDS
from bot.runtime.state.timers import RING_SECONDS
from bot.runtime.state.valkey import ValkeyServer, ValkeyState, sessions, timers
from bot.runtime.state.valkey.keys import GRAVE, SESSION
from tests.channels.telegram.virtual_time import VirtualLoop
from tests.runtime.state.conftest import Keys
from tests.runtime.state.real_server import RealServer

ANN, BEN, OLD = b"a" * 20, b"b" * 20, b"o" * 20
CHATS = st.sampled_from([(ANN,), (BEN, OLD), (OLD,), (BEN,)])
"""The second as a replica knows it that has turned to the new pepper, the third as one that has not."""
HANDLES = st.sampled_from([b"one", b"two", b"three"])
UPDATES = st.integers(1, 3)
REPLICAS = st.integers(0, 2)
SEALED = st.binary(min_size=1, max_size=6)
LIVES = st.sampled_from([7, 21, 51])
STEPS = st.sampled_from([4, 12, 40])
"""Seconds. All that ends does so at 1, 2 or 3 beyond a multiple of four, and the clock stands at one: never both at once."""

MOVE = """
for _, key in ipairs(redis.call('KEYS', '*')) do
  local life, kind = redis.call('PTTL', key) - ARGV[1], redis.call('TYPE', key).ok
  if life <= 0 then
    redis.call('DEL', key)
  else
    if kind == 'zset' then
      for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do redis.call('ZINCRBY', key, -ARGV[1], member) end
    elseif string.sub(key, 1, 2) == 'u:' then
      local value = redis.call('GET', key)
      local at = string.find(value, ' ', 1, true)
      if at then
        redis.call('SET', key, string.sub(value, 1, at) .. string.format('%.0f', string.sub(value, at + 1) - ARGV[1]))
      end
    end
    redis.call('PEXPIRE', key, life)
  end
end
return redis.call('KEYS', '*')
"""


@dataclass(eq=False)
class Holder:
    """Somebody who has taken a lease. `moves`: whether their process runs."""

    replica: int
    names: tuple[bytes, ...]
    context: Any
    lease: Lease
    moves: bool = True


@dataclass
class Timer:
    """A timer of the model."""

    due: float
    payload: bytes
    given: bool = False


class Replicas:
    """What the machine works on: three replicas, and how time goes by for them."""

    shared = True

    def __init__(self, server: RealServer) -> None:
        import valkey

        server.clear()
        self.loop = asyncio.new_event_loop()
        self.raw: Any = valkey.Valkey(unix_socket_path=str(server.socket))
        self.address = server.address
        self.states: list[State] = []

    def begin(self) -> None:
        """Three that have just been started."""
        self.states = [self.make() for _ in range(3)]

    def make(self) -> State:
        """One more."""
        return ValkeyState(ValkeyServer(self.address), Keys(), b"test")

    def peek(self, kind: bytes, name: bytes) -> bytes | None:
        """What is kept, whoever holds it."""
        found = self.raw.get(kind + b"test:" + name)
        return found if isinstance(found, bytes) else None

    def move(self, seconds: int) -> None:
        """The clock of the server goes on; what is kept without an end would be seen."""
        for key in self.raw.eval(MOVE, 0, seconds * 1000):
            assert self.raw.pttl(key) > 0, key

    def run(self, work: Any) -> Any:
        """Until it is done."""
        return self.loop.run_until_complete(work)

    def end(self) -> None:
        """Nothing is left of them."""
        for state in self.states:
            self.run(state.close())
        self.run(asyncio.sleep(0))
        self.raw.close()
        self.loop.close()


class OneProcess(Replicas):
    """The same on one state in memory."""

    shared = False

    def __init__(self, server: RealServer | None = None) -> None:
        self.loop = VirtualLoop()

    def begin(self) -> None:
        """One that all are."""
        state = MemoryState(MemorySessions(clock=self.loop.time))
        state.claims = MemoryClaims(clock=self.loop.time)
        self.states = [state] * 3

    def peek(self, kind: bytes, name: bytes) -> bytes | None:
        """As there."""
        store: Any = self.states[0].sessions
        return self.run(store.get(name)) if kind == SESSION else store.tombstone(name)

    def move(self, seconds: int) -> None:
        """The loop's clock."""
        self.loop.now += seconds

    def end(self) -> None:
        """As there."""
        self.run(self.states[0].close())
        self.loop.close()


class ReplicaMachine(RuleBasedStateMachine):
    """The model: what is kept with its end, who has each name until when, each timer and each claim."""

    make: Any = None

    @initialize()
    def begin(self) -> None:
        """Nothing is there."""
        self.on: Replicas = type(self).make()
        self.on.begin()
        self.now = 0
        self.kept: dict[tuple[bytes, bytes], tuple[float, bytes]] = {}
        self.marks: dict[bytes, tuple[Holder, float]] = {}
        self.holders: list[Holder] = []
        self.timers: dict[bytes, Timer] = {}
        self.given: list[tuple[Due, Timer]] = []
        self.open: dict[int, tuple[int, float]] = {}
        self.done: set[int] = set()

    def state(self, replica: int) -> State:
        """That replica."""
        return self.on.states[replica]

    def valid(self, holder: Holder) -> bool:
        """Whether all of its names are its own now."""
        return all(self.has(name) is holder for name in holder.names)

    def has(self, name: bytes) -> Holder | None:
        """Who has the name now."""
        holder, end = self.marks.get(name, (None, 0.0))
        return holder if end > self.now else None

    def found(self, kind: bytes, name: bytes) -> bytes | None:
        """What the model keeps."""
        end, sealed = self.kept.get((kind, name), (0.0, b""))
        return sealed if end > self.now else None

    # --- leases -------------------------------------------------------------------------------------------------------

    def enter(self, replica: int, names: tuple[bytes, ...], seize: bool) -> Holder | None:
        """Tries to take the lease; None where it is not to be had."""
        context = self.state(replica).sessions.lease(*names, seize=seize)

        async def come() -> Lease | None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if self.on.shared else 0.01):
                    lease = await context.__aenter__()
                if lease.kept:
                    return lease
                await context.__aexit__(None, None, None)
            return None

        lease = self.on.run(come())
        return Holder(replica, names, context, lease) if lease is not None else None

    @rule(names=CHATS, replica=REPLICAS, seize=st.booleans())
    def take(self, names: tuple[bytes, ...], replica: int, seize: bool) -> None:
        """Somebody wants a chat's session: theirs if nobody else has it, or at once where they leave; they find what is kept."""
        others = {holder for name in names if (holder := self.has(name)) is not None}
        holder = self.enter(replica, names, seize)
        assert (holder is not None) == (seize or not others)
        if holder is None:
            return
        if not self.on.shared:
            self.marks = {name: mark for name, mark in self.marks.items() if mark[0] not in others}
        for name in names:
            self.marks[name] = (holder, self.now + LEASE_SECONDS if self.on.shared else float("inf"))
            assert self.on.run(holder.lease.get(name)) == self.found(SESSION, name)
            assert self.on.run(holder.lease.tombstone(name)) == self.found(GRAVE, name)
        self.holders.append(holder)

    @precondition(lambda self: self.holders)
    @rule(data=st.data(), sealed=SEALED, life=LIVES, bury=st.booleans())
    def write(self, data: st.DataObject, sealed: bytes, life: int, bury: bool) -> None:
        """Whoever has ever had a lease writes: it counts if they have it still."""
        holder = data.draw(st.sampled_from(self.holders))
        name = data.draw(st.sampled_from(holder.names))
        work = holder.lease.bury(name, sealed, life) if bury else holder.lease.put(name, sealed, life)
        assert self.on.run(work) == self.valid(holder)
        if self.valid(holder):
            self.kept[GRAVE if bury else SESSION, name] = (self.now + life, sealed)

    @precondition(lambda self: self.holders)
    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        """The same with forgetting."""
        holder = data.draw(st.sampled_from(self.holders))
        assert self.on.run(holder.lease.delete(*holder.names)) == self.valid(holder)
        if self.valid(holder):
            for name in holder.names:
                self.kept.pop((SESSION, name), None)

    @precondition(lambda self: self.holders)
    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        """Who asks whether they have it still is told so."""
        holder = data.draw(st.sampled_from(self.holders))
        assert self.on.run(holder.lease.is_held()) == self.valid(holder)

    @precondition(lambda self: self.holders)
    @rule(data=st.data())
    def let_go(self, data: st.DataObject) -> None:
        """The end of a block: what is somebody else's by now stays theirs."""
        holder = data.draw(st.sampled_from(self.holders))
        self.holders.remove(holder)
        self.on.run(holder.context.__aexit__(None, None, None))
        self.marks = {name: mark for name, mark in self.marks.items() if mark[0] is not holder}

    @precondition(lambda self: self.on.shared and self.holders)
    @rule(data=st.data())
    def stand_still(self, data: st.DataObject) -> None:
        """A holder's process is stopped; it does not know, and may go on later."""
        holder: Any = data.draw(st.sampled_from(self.holders))
        holder.moves = False
        holder.lease._timer.cancel()

    @precondition(lambda self: self.on.shared)
    @rule(replica=REPLICAS)
    def die(self, replica: int) -> None:
        """A replica is gone at once, with all that it alone knew; another is started."""
        for holder in [holder for holder in self.holders if holder.replica == replica]:
            lease: Any = holder.lease
            lease._timer.cancel()
            lease.asked = lease.kept = False
            self.holders.remove(holder)
            self.on.run(holder.context.__aexit__(None, None, None))
        self.on.run(self.state(replica).close())
        self.on.states[replica] = self.on.make()
        for update, (owner, end) in self.open.items():
            if owner == replica:
                self.open[update] = (-1, end)

    # --- time ---------------------------------------------------------------------------------------------------------

    @rule(seconds=STEPS)
    def wait(self, seconds: int) -> None:
        """Time goes by, a second after the other; who runs renews its leases."""
        for _ in range(seconds // 2):
            self.on.move(2)
            self.now += 2
            for holder in self.holders if self.on.shared else ():
                if holder.moves and not holder.lease.lost.is_set():
                    lease: Any = holder.lease
                    lease._timer.cancel()
                    self.on.run(lease._renew())
                    if self.valid(holder):
                        for name in holder.names:
                            self.marks[name] = (holder, self.now + LEASE_SECONDS)
        self.on.run(asyncio.sleep(0))

    # --- timers -------------------------------------------------------------------------------------------------------

    @rule(handle=HANDLES, seconds=LIVES, payload=SEALED, replica=REPLICAS)
    def arm(self, handle: bytes, seconds: int, payload: bytes, replica: int) -> None:
        """In place of an earlier one."""
        assert self.on.run(self.state(replica).timers.arm(handle, seconds, payload))
        self.timers[handle] = Timer(self.now + seconds, payload)

    @precondition(lambda self: self.given)
    @rule(data=st.data(), seconds=LIVES, replica=REPLICAS)
    def arm_again(self, data: st.DataObject, seconds: int, replica: int) -> None:
        """While the earlier one is being carried out, whose end then says nothing of the new one."""
        due, _ = data.draw(st.sampled_from(self.given))
        self.arm(due.handle, seconds, b"again", replica)
        self.carried_out(data, replica)

    @rule(handle=HANDLES, replica=REPLICAS)
    def cancel(self, handle: bytes, replica: int) -> None:
        """By whichever replica."""
        self.on.run(self.state(replica).timers.cancel(handle))
        self.timers.pop(handle, None)

    @rule(replica=REPLICAS)
    def ring(self, replica: int) -> None:
        """The one that has been due the longest is given out; where none is due, none."""

        async def come() -> Due | None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.03):
                    return await self.state(replica).timers.next()
            return None

        due = self.on.run(come())
        late = {handle: timer for handle, timer in self.timers.items() if timer.due <= self.now}
        assert (due is None) == (not late)
        if due is not None:
            timer = late[due.handle]
            assert timer.payload == due.payload
            assert timer.due == min(each.due for each in late.values())
            timer.due, timer.given = self.now + RING_SECONDS, True
            self.given.append((due, timer))

    @precondition(lambda self: self.given)
    @rule(data=st.data(), replica=REPLICAS)
    def carried_out(self, data: st.DataObject, replica: int) -> None:
        """What was ever given out is said to be done, by whichever replica and however late: a newer arming stays."""
        due, timer = data.draw(st.sampled_from(self.given))
        self.on.run(self.state(replica).timers.done(due))
        if self.timers.get(due.handle) is timer:
            del self.timers[due.handle]

    # --- claims -------------------------------------------------------------------------------------------------------

    def owner(self, replica: int) -> int:
        """In memory all are one."""
        return replica if self.on.shared else 0

    @rule(update=UPDATES, replica=REPLICAS)
    def claim(self, update: int, replica: int) -> None:
        """Mine if nobody's, again if somebody's who let it run out."""
        owner, end = self.open.get(update, (None, 0.0))
        wanted = Claim.MINE if owner is None else Claim.BUSY if end > self.now else Claim.AGAIN
        if update in self.done:
            wanted = Claim.DONE
        assert self.on.run(self.state(replica).claims.claim(update)) is wanted
        if wanted in (Claim.MINE, Claim.AGAIN):
            self.open[update] = (self.owner(replica), self.now + CLAIM_SECONDS)

    @precondition(lambda self: self.open)
    @rule(data=st.data(), replica=REPLICAS)
    def claim_after_a_while(self, data: st.DataObject, replica: int) -> None:
        """What somebody has begun and not finished."""
        update = data.draw(st.sampled_from(sorted(self.open)))
        self.wait(12)
        self.claim(update, replica)

    @rule(update=UPDATES, replica=REPLICAS)
    def renew(self, update: int, replica: int) -> None:
        """Only by who has it."""
        owner, end = self.open.get(update, (None, 0.0))
        mine = owner == self.owner(replica) and end > self.now
        assert self.on.run(self.state(replica).claims.renew(update)) == mine
        if mine:
            self.open[update] = (self.owner(replica), self.now + CLAIM_SECONDS)

    @rule(update=UPDATES, replica=REPLICAS)
    def drop(self, update: int, replica: int) -> None:
        """Only by who has it."""
        self.on.run(self.state(replica).claims.drop(update))
        if self.open.get(update, (None, 0.0))[0] == self.owner(replica):
            del self.open[update]

    @rule(update=UPDATES, replica=REPLICAS)
    def answered(self, update: int, replica: int) -> None:
        """By whoever, claimed or not."""
        self.on.run(self.state(replica).claims.done(update))
        self.open.pop(update, None)
        self.done.add(update)

    # --- what holds always ----------------------------------------------------------------------------------------------

    @invariant()
    def what_is_kept_is_as_in_the_model(self) -> None:
        """Sessions and tombstones: each that lives, nothing else."""
        if hasattr(self, "on"):
            for kind in (SESSION, GRAVE):
                for name in (ANN, BEN, OLD):
                    assert self.on.peek(kind, name) == self.found(kind, name)

    @invariant()
    def timers_are_armed_as_in_the_model(self) -> None:
        """By their handles."""
        if hasattr(self, "on"):
            for handle in (b"one", b"two", b"three"):
                timer = self.timers.get(handle)
                armed = timer is not None and not timer.given
                assert self.on.run(self.state(0).timers.is_armed(handle)) == armed

    def teardown(self) -> None:
        """Nothing is left."""
        if hasattr(self, "on"):
            assert self.now < DONE_SECONDS
            for holder in self.holders:
                self.on.run(holder.context.__aexit__(None, None, None))
            self.on.end()


def _machine(make: Any, examples: int, steps: int) -> None:
    machine = type("Machine", (ReplicaMachine,), {"make": staticmethod(make)})
    allowed = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=allowed),
    )


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who does not get a lease does not wait for it; replicas look at each call what has become of their timers."""
    monkeypatch.setattr(sessions, "WAIT_SECONDS", 0.0)
    monkeypatch.setattr(timers, "COMPARE_SECONDS", 0.0)


def test_one_process_does_as_the_model() -> None:
    """In memory."""
    _machine(OneProcess, 60, 40)


@pytest.mark.usefixtures("_at_once")
def test_replicas_do_as_the_model(server: RealServer) -> None:
    """On a real server: a small number of programs."""
    _machine(lambda: Replicas(server), 12, 30)


@pytest.mark.heavy
@pytest.mark.usefixtures("_at_once")
def test_replicas_do_as_the_model_in_many_orders(server: RealServer) -> None:
    """On a real server: many programs, longer ones."""
    _machine(lambda: Replicas(server), 100, 50)
