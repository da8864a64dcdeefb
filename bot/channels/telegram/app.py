"""Starts and stops the channel: polling or a webhook, silence, hardening, and a clean end on SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from bot.channels.channel import Step, WorldOf, deaf_of
from bot.channels.sessions import Sessions
from bot.channels.sharing import shared
from bot.channels.telegram import CHANNEL
from bot.channels.telegram.counters import Counters
from bot.channels.telegram.driver import Driver
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.parked import ParkedPresses
from bot.channels.telegram.poller import Poller
from bot.channels.telegram.profile import Profile, present
from bot.channels.telegram.settings import Settings
from bot.channels.telegram.transport import QuietBot, RefusedError, UnreachableError, quiet_bot
from bot.channels.telegram.updates import ALLOWED
from bot.privacy import hardening, safe_log
from bot.privacy.pseudonym import COST, Namer
from bot.runtime.health import Health
from bot.runtime.state import State, StateError

HEARTBEAT: Final = 3.0
SWEEP: Final = 1.0
"""Seconds between two sweeps: what is filed under a fast hash of a chat's id lives five seconds at most."""
COUNTS_EVERY: Final = 3600.0
STOP_SECONDS: Final = 8.0
AGAIN_SECONDS: Final = 60.0
"""So long after the start an update may be one that the process before this one has answered."""


@dataclass(slots=True)
class RunningChannel:
    """Everything that runs, put together."""

    bot: QuietBot
    driver: Driver
    outbox: Outbox
    sessions: Sessions
    state: State
    counters: Counters
    health: Health


@asynccontextmanager
async def channel(step: Step, world_of: WorldOf, settings: Settings, state: State | None = None) -> AsyncIterator[RunningChannel]:
    """The parts, connected and housekept, until the block ends: then drained and forgotten."""
    counters = Counters()
    async with shared(settings.sharing, settings.token, pace=settings.pace, state=state) as found:
        state = found.state
        health = Health(settings.health_file, deaf=lambda: deaf_of(world_of()), away=lambda: found.state.away)
        bot = quiet_bot(settings.token, settings.api_url, connections=400)
        outbox = Outbox(bot, counters, state.pacing)
        sessions = Sessions(state, Namer(found.peppers, CHANNEL.sessions, settings.name_cost or COST), settings.session_seconds)
        await bot.open()
        driver = Driver(step, world_of, outbox, sessions, shared=settings.sharing is not None)
        parts = RunningChannel(bot, driver, outbox, sessions, state, counters, health)
        sweep = min(SWEEP, settings.session_seconds / 2)
        keeping = [asyncio.create_task(health.watch()), asyncio.create_task(_keep_house(parts, sweep))]
        try:
            yield parts
        finally:
            await driver.stop(STOP_SECONDS)
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)
            await found.part()
            await sessions.close()
            await bot.close_pools()


async def _keep_house(parts: RunningChannel, every: float) -> None:
    """Ends what has come to its end, and now and then says numbers."""
    rounds = 0
    while True:
        await asyncio.sleep(every)
        rounds += 1
        sessions = await parts.sessions.sweep()
        await _share_newest(parts)
        if rounds % int(COUNTS_EVERY / every) == 0:
            parts.counters.say(sessions, len(parts.driver.queues))


async def _share_newest(parts: RunningChannel) -> None:
    """Leave looks for messages up to the highest id that any replica knows."""
    if parts.driver.shared:
        await parts.state.newest.see(parts.outbox.newest)
        parts.outbox.newest = max(parts.outbox.newest, await parts.state.newest.get())


async def poll(parts: RunningChannel, stop: asyncio.Event) -> None:
    """Polls until `stop`, then finishes what has begun and confirms it."""
    driver = parts.driver
    poller = Poller(parts.bot, driver.receive, driver.queues, driver.recovery, parts.health, parts.counters)
    await poller.take_webhook_away()
    await poller.run(stop)
    await driver.stop(STOP_SECONDS)
    await poller.confirm()


async def listen(parts: RunningChannel, settings: Settings, stop: asyncio.Event) -> None:
    """Serves the webhook until `stop`. Needs the `web` extra."""
    import uvicorn

    from bot.channels.telegram.webhook import Webhook

    driver, began = parts.driver, time.monotonic()
    intake = Intake(
        driver.receive,
        parts.state.claims,
        driver.hears_danger,
        parts.counters,
        # Replicas know it of each update by its claim.
        lambda: not driver.shared and time.monotonic() - began < AGAIN_SECONDS,
        ParkedPresses(parts.state.owed) if driver.shared else None,
    )
    driver.bring = intake.bring
    app = Webhook(settings.webhook_secret, intake, parts.health, parts.counters).app()
    host, colon, port = settings.listen.rpartition(":")
    network = bool(colon) and port.isdigit()
    config = uvicorn.Config(
        app,
        host=host if network else "127.0.0.1",
        port=int(port) if network else 0,
        uds=None if network else settings.listen,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        proxy_headers=False,
    )

    class Server(uvicorn.Server):
        """Leaves the signals to the channel, which first finishes what has begun."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    server = Server(config)
    serving = asyncio.create_task(server.serve())
    beating = asyncio.create_task(_heartbeat(parts, settings))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    # What has begun is finished before the server goes, so that each is confirmed; what is not goes back to Telegram.
    intake.refuse()
    await driver.stop(STOP_SECONDS)
    await intake.stop()
    server.should_exit = True
    for task in (beating, stopping):
        task.cancel()
    await asyncio.gather(serving, beating, stopping, return_exceptions=True)


async def _heartbeat(parts: RunningChannel, settings: Settings) -> None:
    """Tells Telegram where to bring updates, then asks now and then whether it still knows: whoever polls with the same token
    once takes the address away, and the bot would be deaf."""
    wanted: dict[str, Any] = {"url": settings.webhook_url, "allowed_updates": list(ALLOWED), "max_connections": 100}
    wanted["secret_token"] = settings.webhook_secret
    told, rivals, ever = False, 0, False
    while True:
        held = told
        try:
            if not told:
                await parts.bot.call("setWebhook", **wanted)
                told = True
            asked = parts.driver.recovery.asks()
            info = await parts.bot.call("getWebhookInfo")
            told = info.field("url") == settings.webhook_url
            if told and info.field("pending_update_count") == 0:
                # All that was typed until now has come, and is answered: what nobody knows of is no person's.
                parts.driver.recovery.delivers(asked)
            if ever and not told:
                # Somebody polled with our token, or set an address of their own: set again at once, and told.
                rivals += 1
                parts.health.rival()
                safe_log.say("rival", n=rivals)
            ever = ever or told
            if told:
                parts.health.good()
        except RefusedError as error:
            safe_log.say("refused", code=error.code)
        except UnreachableError:
            safe_log.say("refused", code=0)
        # Lost just now: set again at once. Lost again at once, or never had: a second later, so that nobody is called in a loop.
        await asyncio.sleep(HEARTBEAT if told else 0.0 if held else 1.0)


async def serve(
    step: Step,
    world_of: WorldOf,
    settings: Settings,
    profiles: Sequence[Profile] = (),
    stop: asyncio.Event | None = None,
) -> None:
    """Runs until `stop` is set, or SIGTERM or SIGINT comes."""
    loop = asyncio.get_running_loop()
    safe_log.attach(loop)
    stop = stop or asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop.set)
    async with channel(step, world_of, settings) as parts:
        safe_log.say("started")
        presenting = asyncio.create_task(present(parts.bot, profiles))
        if settings.webhook_url:
            await listen(parts, settings, stop)
        else:
            await poll(parts, stop)
        safe_log.say("stopping", queues=len(parts.driver.queues))
        presenting.cancel()
        await asyncio.gather(presenting, return_exceptions=True)
        parts.counters.say(await parts.sessions.sweep(), len(parts.driver.queues))
    safe_log.say("stopped")


def run(step: Step, world_of: WorldOf, settings: Settings, profiles: Sequence[Profile] = ()) -> int:
    """The whole command: hardened, run to its end. 0 at a clean stop, 2 where what replicas share must not be used.

    The caller has silenced the process and started it again with the allocator's switches before it read any secret.
    """
    hardening.harden()
    try:
        asyncio.run(serve(step, world_of, settings, profiles))
    except StateError as error:
        safe_log.refuse(f"valkey_{error.why}")
        return 2
    return 0
