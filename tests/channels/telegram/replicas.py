"""Several replicas of the bot in one process, over one state and the strict server: updates go to whichever a test names."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from benchmarks.support import tiny_engine
from benchmarks.support.telegram_server import Person, TelegramServer
from bot.channels.sessions import Sessions
from bot.channels.telegram.counters import Counters
from bot.channels.telegram.driver import Driver
from bot.channels.telegram.intake import AGAIN, Intake
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.updates import Update, decode
from bot.privacy.pepper import Peppers
from bot.privacy.pseudonym import Namer
from bot.runtime.state import Claim, MemoryClaims, MemorySessions, MemoryState
from bot.runtime.state.flood_counts import MemoryFloodCounts
from bot.runtime.state.pacing import MemoryPacing
from bot.runtime.state.tombstones import MemoryTombstones
from tests.channels.telegram.direct import DirectBot

CHAT = 4_690_123_456_789


class SharedState(MemoryState):
    """A state in memory that several drivers share. `away`: its server does not answer."""

    def __init__(self) -> None:
        clock = asyncio.get_running_loop().time
        super().__init__(MemorySessions(clock=clock))
        self.pacing = MemoryPacing(clock=clock)
        self.floods, self.tombstones = MemoryFloodCounts(clock=clock), MemoryTombstones(clock)
        self.claims = MemoryClaims(clock=clock)


class Replica:
    """One of them. `danger`: the words that its triage hears as danger."""

    def __init__(self, server: TelegramServer, state: SharedState, peppers: Peppers, delay: float, step: Any) -> None:
        self.bot, self.counters = DirectBot(server, delay), Counters()
        self.sessions = Sessions(state, Namer(peppers, "test", cost=2))
        self.outbox = Outbox(self.bot, self.counters, state.pacing)
        self.driver = Driver(step, lambda: None, self.outbox, self.sessions, shared=True)
        self.intake = Intake(self.driver.receive, state.claims, self._hears, self.counters)

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
        for replica in self.replicas:
            if not replica.bot.dead:
                await replica.driver.stop(1)
            assert replica.counters.faults == 0
        await self.state.close()


class Away(MemoryClaims):
    """Claims whose server does not answer."""

    async def claim(self, update: int) -> Claim:
        """Nobody knows."""
        return Claim.UNKNOWN


async def _nothing(*_: Any) -> None:
    """What a process does that is dead."""
