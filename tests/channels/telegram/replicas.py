"""Several replicas of the bot in one process, over one state and the strict server: updates go to whichever a test names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.support import tiny_engine
from benchmarks.support.telegram_server import Person, TelegramServer
from bot.channels.sessions import Sessions
from bot.channels.telegram.counters import Counters
from bot.channels.telegram.driver import Driver
from bot.channels.telegram.intake import AGAIN, Intake
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.parked import ParkedPresses
from bot.channels.telegram.updates import Update, decode
from bot.privacy.pepper import Peppers
from bot.privacy.pseudonym import Namer
from bot.runtime.state import (
    NO_GRAVE,
    Claim,
    Grave,
    Lease,
    MemoryClaims,
    MemoryFloodCounts,
    MemoryPacing,
    MemorySessions,
    MemoryState,
    MemoryTombstones,
)
from tests.channels.telegram.direct import DirectBot

CHAT = 4_690_123_456_789


class SharedState(MemoryState):
    """A state in memory that several drivers share. `gone`: its server does not answer, until it is False again."""

    def __init__(self) -> None:
        clock = asyncio.get_running_loop().time
        self.gone = False
        super().__init__(_Sessions(self))
        self.pacing, self.floods = MemoryPacing(clock=clock), MemoryFloodCounts(clock=clock)
        self.tombstones, self.claims = _Tombstones(self), _Claims(self)

    @property
    def away(self) -> bool:
        """As in `State`."""
        return self.gone


class _Sessions(MemorySessions):
    def __init__(self, state: SharedState) -> None:
        super().__init__(clock=asyncio.get_running_loop().time)
        self._state = state

    @asynccontextmanager
    async def lease(self, name: bytes, *older: bytes, seize: bool = False) -> AsyncIterator[Lease]:
        """As in `SessionStore`: one that keeps nothing where the server is gone."""
        async with super().lease(name, *older, seize=seize) as held:
            yield _Unkept(held) if self._state.gone else held

    def take_away(self) -> None:
        """All leases run out, as those of a process that stands still."""
        for held in [*self._leases.values()]:
            held.lost.set()
            self._let_go(held)

    async def put(self, name: bytes, sealed: bytes, ttl: float, held: Lease) -> bool:
        """As in `Lease`."""
        return not self._state.gone and await super().put(name, sealed, ttl, held)


class _Unkept:
    """A lease of a server that does not answer."""

    kept = False

    def __init__(self, held: Lease) -> None:
        self.lost, self.until = held.lost, held.until

    async def nothing(self, *_: Any) -> None:
        """Nothing is read, and nothing written."""

    async def refused(self, *_: Any) -> bool:
        """As in `Lease`."""
        return False

    get = tombstone = nothing
    put = delete = bury = is_held = refused


class _Tombstones(MemoryTombstones):
    def __init__(self, state: SharedState) -> None:
        super().__init__(asyncio.get_running_loop().time)
        self._state = state

    async def put(self, chat: int, below: int, seconds: float, update: int = 0) -> None:
        """As in `Tombstones`."""
        if not self._state.gone:
            await super().put(chat, below, seconds, update)

    async def of(self, chat: int) -> Grave:
        """As in `Tombstones`."""
        return NO_GRAVE if self._state.gone else await super().of(chat)


class _Claims(MemoryClaims):
    def __init__(self, state: SharedState) -> None:
        super().__init__(clock=asyncio.get_running_loop().time)
        self._state = state

    async def claim(self, update: int) -> Claim:
        """As in `Claims`."""
        return Claim.UNKNOWN if self._state.gone else await super().claim(update)

    async def done(self, update: int) -> None:
        """As in `Claims`."""
        if not self._state.gone:
            await super().done(update)


class Replica:
    """One of them. `danger`: the words that its triage hears as danger."""

    def __init__(self, server: TelegramServer, state: SharedState, peppers: Peppers, delay: float, step: Any) -> None:
        self.bot, self.counters = DirectBot(server, delay), Counters()
        self.sessions = Sessions(state, Namer(peppers, "test", cost=2))
        self.outbox = Outbox(self.bot, self.counters, state.pacing)
        self.driver = Driver(step, lambda: tiny_engine.WORLD, self.outbox, self.sessions, shared=True)
        parked = ParkedPresses(state.owed)
        self.intake = Intake(self.driver.receive, state.claims, self._hears, self.counters, parked=parked)
        self.driver.bring = self.intake.bring

    async def _hears(self, update: Update) -> bool:
        return "knife" in update.text

    def kill(self) -> None:
        """Ends it in the middle of whatever it does: none of its calls goes out any more, and it gives and takes nothing back."""
        self.bot.dead = True
        self.driver.owed.keep = self.driver.clear_later.cancel = _nothing
        ours = [*self.driver._clearing, *self.driver._rings, *(answer for _, answer in self.intake._answers.values())]
        for queue in self.driver.queues._queues.values():
            ours += [task for task in (queue.task, queue.pending._task) if task is not None]
        for task in ours:
            task.cancel()


class Fleet:
    """Replicas, the server, and Ann, whose chat they share."""

    def __init__(self, count: int = 3, delay: float = 0.0, step: Any = tiny_engine.step) -> None:
        self.server, self.state, peppers = TelegramServer(), SharedState(), Peppers()
        self.replicas = [Replica(self.server, self.state, peppers, delay, step) for _ in range(count)]
        self.ann: Person = self.server.person(CHAT)
        self._sharing = asyncio.create_task(self._share())

    async def _share(self) -> None:
        """Each tells the others of the highest id that it knows, as the running channel does."""
        while True:
            await asyncio.sleep(1)
            newest = max(replica.outbox.newest for replica in self.replicas if not replica.bot.dead)
            for replica in self.replicas:
                replica.outbox.newest = newest

    def deliver(self, to: int) -> None:
        """Whatever people did is brought to one replica, past its claims."""
        for update in self.updates():
            self.replicas[to].driver.receive(update)

    def updates(self) -> list[Update]:
        """Whatever people did and nobody has brought yet."""
        found, self.server.updates = self.server.updates, []
        return [decode(json.dumps(update).encode()) for _, update in found]

    async def bring(self, update: Update, to: int) -> int:
        """Brings an update to one replica as Telegram does; gives the status."""
        return await self.replicas[to].intake.take(update)

    async def bring_until_done(self, update: Update, first: int = 0, seconds: float = 60.0) -> float:
        """Brings it to one replica after the other, once a second, until one confirms it; gives the seconds that took."""
        clock = asyncio.get_running_loop().time
        began = clock()
        while await self.bring(update, first) == AGAIN:
            assert clock() - began < seconds
            await asyncio.sleep(1)
            first = (first + 1) % len(self.replicas)
            while self.replicas[first].bot.dead:
                first = (first + 1) % len(self.replicas)
        return clock() - began

    async def still(self, seconds: float = 30.0) -> None:
        """Until nothing is left to do anywhere."""
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        while any(len(replica.driver.queues) for replica in self.replicas if not replica.bot.dead) and clock() < end:
            await asyncio.sleep(0.05)

    async def open(self, to: int = 0) -> None:
        """The first screen stands in the chat, and its session is stored."""
        self.ann.types("/start")
        self.deliver(to)
        await self.still()

    async def close_chat(self) -> None:
        """Leave, on the newest screen."""
        self.ann.presses("Leave", self.ann.screen)
        self.deliver(0)
        await asyncio.sleep(12)

    async def session(self) -> Any:
        """Ann's session as it is stored."""
        living = next(replica for replica in self.replicas if not replica.bot.dead)
        async with living.sessions.hold(CHAT, priority=False, count=False) as lease:
            return lease.session

    @property
    def texts(self) -> list[str]:
        """What Ann sees of the bot's."""
        return [message.text for message in self.ann.sees if message.by_bot]

    async def close(self) -> None:
        """The end."""
        self._sharing.cancel()
        for replica in self.replicas:
            if not replica.bot.dead:
                await replica.driver.stop(1)
            assert replica.counters.faults == 0
        await self.state.close()


async def _nothing(*_: Any) -> None:
    """What a process does that is dead."""
