"""Probes again and again, and tells the operator when the bot stops answering as it should, and when it does again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bot.ops.probe.conversation import Outcome
from bot.privacy import safe_log

TELL_SECONDS: Final = 60.0


async def tell(command: Sequence[str], outcome: Outcome) -> None:
    """Runs a command without a shell, with two words more: `down` and the step that failed, or `up` and `ok`. What it prints
    is dropped."""
    words = ("down", outcome.failed) if outcome.failed else ("up", "ok")
    try:
        nowhere = asyncio.subprocess.DEVNULL
        child = await asyncio.create_subprocess_exec(*command, *words, stdin=nowhere, stdout=nowhere, stderr=nowhere)
    except OSError as error:
        safe_log.fault(error)
        return
    try:
        await asyncio.wait_for(child.wait(), TELL_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def watch(
    talk: Callable[[], Awaitable[Outcome]], every: float, command: Sequence[str], stop: asyncio.Event | None = None
) -> Outcome:
    """One talk, or one each `every` seconds until `stop`; gives the last outcome. `command` is called once for each change:
    a bot is taken to be up until a talk fails."""
    down = False
    while True:
        outcome = await talk()
        outcome.say()
        if command and bool(outcome.failed) != down:
            await tell(command, outcome)
        down = bool(outcome.failed)
        if not every or (stop is not None and stop.is_set()):
            return outcome
        if stop is None:
            await asyncio.sleep(every)
            continue
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)
        if stop.is_set():
            return outcome
