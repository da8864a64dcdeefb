"""Puts the web channel together and runs it until SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bot.channels.channel import Step, WorldOf, deaf_of
from bot.channels.settings import where_to_knock
from bot.channels.sharing import shared
from bot.channels.web.asgi import WebApp
from bot.channels.web.driver import Driver
from bot.channels.web.seals import Seals
from bot.channels.web.server import listening, raise_file_limit, server_of
from bot.channels.web.settings import Settings
from bot.privacy import hardening, safe_log
from bot.runtime.health import Health
from bot.runtime.state import State, StateError

SWEEP: Final = 5.0
LOOK: Final = 3.0
"""Seconds between two looks at the own first page."""
LOOK_SECONDS: Final = 5.0
STOP_SECONDS: Final = 8.0


@dataclass(slots=True)
class RunningChannel:
    """Everything that runs. `address`: of the page on this machine, "" behind a unix socket."""

    address: str
    driver: Driver
    seals: Seals
    state: State
    health: Health


@asynccontextmanager
async def channel(
    step: Step, world_of: WorldOf, settings: Settings, state: State | None = None, seals: Seals | None = None
) -> AsyncIterator[RunningChannel]:
    """The parts, listening and housekept, until the block ends. Raises OSError where the address is taken."""
    bound = listening(settings.host, settings.port, settings.socket)
    async with shared(settings.sharing, settings.join_secret, state=state) as found:
        state, seals = found.state, seals or Seals(peppers=found.peppers if settings.sharing else None)
        health = Health(settings.health_file, deaf=lambda: deaf_of(world_of()), away=lambda: found.state.away)
        driver = Driver(step, world_of, state, seals, leave_to=settings.leave_to, leave_by=settings.leave_by)
        server = server_of(WebApp(driver, settings.onion))
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = "" if settings.socket else f"http://{host}:{bound.getsockname()[1]}/"

        async def keep_house() -> None:
            while True:
                await asyncio.sleep(SWEEP)
                await state.sweep()

        async def look() -> None:
            """The own first page, fetched as anybody does: an answer proves that people get one."""
            while True:
                if await _answers(bound):
                    health.good()
                await asyncio.sleep(LOOK)

        serving = asyncio.create_task(server.serve(sockets=[bound]))
        works = [asyncio.create_task(work) for work in (keep_house(), look(), health.watch())]
        try:
            yield RunningChannel(address, driver, seals, state, health)
        finally:
            server.should_exit = True
            for task in works:
                task.cancel()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(serving, *works, return_exceptions=True), STOP_SECONDS)
            driver.close()
            await found.part()
            await state.close()
            seals.renew()


async def _answers(bound: socket.socket) -> bool:
    """Whether the first page comes back from the address that is listened to."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            if bound.family == socket.AF_UNIX:
                reader, writer = await asyncio.open_unix_connection(bound.getsockname())
            else:
                host, port = bound.getsockname()[:2]
                reader, writer = await asyncio.open_connection(where_to_knock(host), port)
            try:
                writer.write(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
                head = await reader.readline()
            finally:
                writer.close()
            return head.startswith(b"HTTP/1.1 200")
    except (OSError, TimeoutError, ValueError):
        return False


async def serve(step: Step, world_of: WorldOf, settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT. 2 where the address is taken, or what replicas share must not be used."""
    loop = asyncio.get_running_loop()
    safe_log.attach(loop)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop.set)
    try:
        async with channel(step, world_of, settings) as parts:
            safe_log.say("started")
            if settings.at_home:
                safe_log.say("page", port=int(parts.address.rpartition(":")[2].strip("/")))
                await asyncio.to_thread(webbrowser.open, parts.address)
            await stop.wait()
            safe_log.say("stopping", queues=parts.driver.waiting)
    except OSError:
        safe_log.refuse("web_taken")
        return 2
    except StateError as error:
        safe_log.refuse(f"valkey_{error.why}")
        return 2
    safe_log.say("stopped")
    return 0


def run(step: Step, world_of: WorldOf, settings: Settings) -> int:
    """The whole command: hardened, run to its end. The caller has silenced the process before it read any secret."""
    hardening.harden()
    raise_file_limit()
    return asyncio.run(serve(step, world_of, settings))
