"""Puts the Signal channel together and runs it until SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from bot.channels.channel import Step, WorldOf
from bot.channels.sessions import Sessions
from bot.channels.signal import CHANNEL
from bot.channels.signal.driver import Driver
from bot.channels.signal.envelope import parse
from bot.channels.signal.outbox import Outbox
from bot.channels.signal.rpc import Daemon
from bot.channels.signal.settings import Settings
from bot.privacy import hardening, safe_log
from bot.privacy.pepper import Peppers
from bot.privacy.pseudonym import COST, Namer
from bot.runtime.health import Health
from bot.runtime.state import MemoryState

SWEEP: Final = 20.0
STOP_SECONDS: Final = 8.0


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
                  sweep: float = SWEEP, first_wait: float = 1.0) -> AsyncIterator[RunningChannel]:  # fmt: skip
    """The parts, connected and housekept, until the block ends."""
    waiting: list[dict[str, Any]] = []
    driver: Driver | None = None

    def receive(received: dict[str, Any]) -> None:
        if driver is None:
            waiting.append(received)
            return
        try:
            driver.receive(parse(received))
        except Exception as error:
            safe_log.fault(error)

    health = Health(settings.health_file)

    def heard() -> None:
        # A daemon that talks and sends nothing is of no use to anybody.
        if not outbox.held:
            health.good()

    daemon = Daemon(settings.socket, settings.account, receive, heard)
    outbox = Outbox(daemon, first_wait)
    namer = Namer(Peppers(), CHANNEL.sessions, settings.name_cost or COST)
    sessions = Sessions(MemoryState(), namer, settings.session_seconds)
    driver = Driver(step, world_of, outbox, sessions, idle=settings.session_seconds if idle is None else idle, goodbye=goodbye)

    async def keep_house() -> None:
        while True:
            await asyncio.sleep(min(sweep, settings.session_seconds / 2))
            await sessions.sweep()

    contacts = driver.contacts
    works = (daemon.run(), outbox.run(), keep_house(), contacts.run(), contacts.forget(), health.watch())
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield RunningChannel(daemon, driver, outbox, sessions, health)
    finally:
        await driver.stop(STOP_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await sessions.close()


async def serve(step: Step, world_of: WorldOf, settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    safe_log.attach(loop)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop.set)
    async with channel(step, world_of, settings) as parts:
        safe_log.say("started")
        await stop.wait()
        safe_log.say("stopping", queues=parts.driver.queues)
    safe_log.say("stopped")


def run(step: Step, world_of: WorldOf, settings: Settings) -> int:
    """The whole command: hardened, run to its end. The caller has silenced the process before it read any secret."""
    hardening.harden()
    asyncio.run(serve(step, world_of, settings))
    return 0
