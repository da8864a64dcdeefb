"""Puts the Signal channel together and runs it until SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from bot.channels.channel import Step, WorldOf, deaf_of
from bot.channels.sessions import Sessions
from bot.channels.sharing import Shared, shared
from bot.channels.signal import CHANNEL
from bot.channels.signal.driver import Driver
from bot.channels.signal.envelope import Update, parse
from bot.channels.signal.inbox import Inbox
from bot.channels.signal.outbox import Outbox
from bot.channels.signal.rpc import Daemon
from bot.channels.signal.settings import Settings
from bot.channels.signal.takeover import Turn, in_turn
from bot.privacy import hardening, safe_log
from bot.privacy.pepper import Peppers
from bot.privacy.pseudonym import COST, Namer
from bot.runtime.health import Health
from bot.runtime.state import MemoryState, State

SWEEP: Final = 20.0
STOP_SECONDS: Final = 8.0
LEAVING_SECONDS: Final = 1.0


@dataclass(slots=True)
class RunningChannel:
    """Everything that runs."""

    daemon: Daemon
    driver: Driver
    outbox: Outbox
    sessions: Sessions
    health: Health


@asynccontextmanager
async def channel(step: Step, world_of: WorldOf, settings: Settings, *, idle: float | None = None, goodbye: float = 30.0,
                  sweep: float = SWEEP, first_wait: float = 1.0, health: Health | None = None, found: Shared | None = None,
                  turn: Turn | None = None) -> AsyncIterator[RunningChannel]:  # fmt: skip
    """The parts, connected and housekept, until the block ends. `found`: the state that processes share, which stays; `turn`: of
    this one, over which nothing goes out."""
    holds = turn.holds if turn else lambda: True
    state = found.state if found else MemoryState()
    health = health or _health(settings, world_of, state)
    arriving: set[asyncio.Task[None]] = set()

    def take(update: Update) -> None:
        driver.receive(update)

    inbox = Inbox(state.owed, take, holds) if found else None

    def receive(received: dict[str, Any]) -> None:
        try:
            update = parse(received)
            if inbox is None or update is None:
                driver.receive(update)
                return
            task = asyncio.create_task(inbox.take(update))
            arriving.add(task)
            task.add_done_callback(arriving.discard)
        except Exception as error:
            safe_log.fault(error)

    def heard() -> None:
        # A daemon that talks and sends nothing is of no use to anybody.
        if not outbox.held:
            health.good()

    daemon = Daemon(settings.socket, settings.account, receive, heard, holds)
    outbox = Outbox(daemon, first_wait)
    namer = Namer(found.peppers if found else Peppers(), CHANNEL.sessions, settings.name_cost or COST)
    sessions = Sessions(state, namer, settings.session_seconds)
    idle = settings.session_seconds if idle is None else idle
    driver = Driver(step, world_of, outbox, sessions, idle=idle, goodbye=goodbye, done=inbox.done if inbox else None)

    async def keep_house() -> None:
        while True:
            await asyncio.sleep(min(sweep, settings.session_seconds / 2))
            await sessions.sweep()

    contacts = driver.contacts
    works = [daemon.run(), outbox.run(), keep_house(), contacts.run(), contacts.forget(), *([inbox.run()] if inbox else [])]
    works += [] if found else [health.watch()]
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield RunningChannel(daemon, driver, outbox, sessions, health)
    finally:
        await driver.stop(STOP_SECONDS if holds() else 0)
        if not holds():
            # What the daemon had handed over to this process is left for who serves now.
            await asyncio.sleep(LEAVING_SECONDS)
        if arriving:
            await asyncio.wait(arriving, timeout=LEAVING_SECONDS)
        for task in (*tasks, *arriving):
            task.cancel()
        await asyncio.gather(*tasks, *arriving, return_exceptions=True)
        if found:
            namer.close()
        else:
            await sessions.close()


def _health(settings: Settings, world_of: WorldOf, state: State) -> Health:
    return Health(settings.health_file, deaf=lambda: deaf_of(world_of()), away=lambda: state.away)


async def serve(step: Step, world_of: WorldOf, settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT: alone, or by turns with others where they share a state."""
    loop = asyncio.get_running_loop()
    safe_log.attach(loop)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop.set)
    safe_log.say("started")
    if settings.sharing is None:
        async with channel(step, world_of, settings) as parts:
            await stop.wait()
            safe_log.say("stopping", queues=parts.driver.queues)
    else:
        async with shared(settings.sharing, settings.join_secret) as found:
            try:
                await by_turns(step, world_of, settings, found, stop)
            finally:
                await found.part()
                await found.state.close()
    safe_log.say("stopped")


async def by_turns(step: Step, world_of: WorldOf, settings: Settings, found: Shared, stop: asyncio.Event) -> None:
    """Serves whenever the account is this process's, until `stop`. Who waits is as healthy as the place where they settle it."""
    health = _health(settings, world_of, found.state)
    watching = asyncio.create_task(health.watch())

    def waits() -> None:
        if not found.state.away:
            health.good()

    async def work(turn: Turn) -> None:
        async with channel(step, world_of, settings, health=health, found=found, turn=turn) as parts:
            ends = [asyncio.create_task(wait) for wait in (stop.wait(), turn.over())]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for task in ends:
                task.cancel()
            safe_log.say("stopping", queues=parts.driver.queues)

    try:
        await in_turn(found.state.sessions, work, stop, waits)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def run(step: Step, world_of: WorldOf, settings: Settings) -> int:
    """The whole command: hardened, run to its end. The caller has silenced the process before it read any secret."""
    hardening.harden()
    asyncio.run(serve(step, world_of, settings))
    return 0
