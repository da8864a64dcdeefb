"""One whole talk through the real channel: start, urgent, a question, leave, an empty chat; how long each took, what failed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.channels.phone import NotThereError, Phone
from bot.engine import Screen
from bot.ops.probe.script import Script
from bot.privacy import safe_log
from bot.privacy.log_grammar import PROBE_STEPS

WITHIN: Final = 15.0


@dataclass(slots=True)
class Outcome:
    """How a talk went. `took`: milliseconds, for each step that was done. `failed`: the step that was not, "" for none.
    `waited`: milliseconds spent on it. `other`: the bot showed something, but not what this content says."""

    took: dict[str, float] = field(default_factory=dict)
    failed: str = ""
    waited: float = 0.0
    other: bool = False

    def say(self) -> None:
        """One line in the log's grammar."""
        took = {name: round(spent) for name, spent in self.took.items()}
        if self.failed:
            safe_log.say(f"probe_failed_{self.failed}", **took, waited=round(self.waited), other=self.other)
        else:
            safe_log.say("probe_ok", **took)


async def play(phone: Phone, scripts: Sequence[Script], within: float = WITHIN) -> Outcome:
    """The talk. `scripts`: one for each language that the bot may answer in. `within`: seconds each step may take."""
    return await _Talk(phone, scripts, within).play()


class _Talk:
    """One talk on its way."""

    def __init__(self, phone: Phone, scripts: Sequence[Script], within: float) -> None:
        self._phone, self._scripts, self._within = phone, scripts, within
        self._before: set[str] = set()
        self._outcome = Outcome()

    async def play(self) -> Outcome:
        try:
            steps = (self._connect, self._start, self._urgent, self._question, self._leave, self._empty)
            for name, work in zip(PROBE_STEPS, steps, strict=True):
                if not await self._done(name, work):
                    await self._leave_behind_nothing()
                    break
        finally:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(self._within):
                    await self._phone.close()
        return self._outcome

    async def _done(self, name: str, work: Callable[[], Awaitable[bool]]) -> bool:
        began = time.monotonic()
        try:
            async with asyncio.timeout(3 * self._within + self._phone.lingers):
                done = await work()
        except (NotThereError, TimeoutError):
            done = False
        except Exception as error:
            # A probe that has died tells nobody anything.
            safe_log.fault(error)
            done = False
        spent = (time.monotonic() - began) * 1000
        if done:
            self._outcome.took[name] = spent
        else:
            self._outcome.failed, self._outcome.waited = name, spent
        return done

    async def _connect(self) -> bool:
        await self._phone.open()
        return True

    async def _start(self) -> bool:
        for attempt in (1, 2):
            await self._phone.start()
            for script in await self._shown([script.welcome for script in self._scripts]):
                self._script = self._scripts[script]
                return True
            if not self._outcome.other or attempt == 2:
                break
            # An earlier probe that was cut off may have left a talk in the middle.
            await self._leave_behind_nothing()
        return False

    async def _urgent(self) -> bool:
        await self._phone.press(self._script.welcome, self._script.to_urgent)
        return bool(await self._shown([self._script.urgent]))

    async def _question(self) -> bool:
        await self._phone.types(self._script.words)
        return bool(await self._shown([self._script.answer]))

    async def _leave(self) -> bool:
        answer = _flat(self._phone.shows(self._script.answer))
        await self._phone.press(self._script.answer, self._script.to_leave)
        return await self._until(lambda seen: not any(answer in _flat(text) for text in seen), self._within)

    async def _empty(self) -> bool:
        return await self._until(lambda seen: not seen, self._within + self._phone.lingers)

    async def _shown(self, wanted: Sequence[Screen]) -> list[int]:
        """Waits until one of the screens is there; gives its number, nothing where none came."""
        words = [_flat(self._phone.shows(screen)) for screen in wanted]
        found: list[int] = []

        def look(seen: Sequence[str]) -> bool:
            flat = [_flat(text) for text in seen]
            found[:] = [number for number, each in enumerate(words) if any(each in text for text in flat)]
            self._outcome.other = any(text not in self._before for text in flat)
            return bool(found)

        if await self._until(look, self._within):
            self._before = {_flat(text) for text in await self._phone.sees()}
            self._outcome.other = False
        return found

    async def _until(self, true: Callable[[Sequence[str]], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not true(await self._phone.sees()):
            if time.monotonic() >= end:
                return False
            await asyncio.sleep(self._phone.pause)
        return True

    async def _leave_behind_nothing(self) -> None:
        """After a failure: asks the bot to leave, and does not insist."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(self._within):
                await self._phone.leave()
                await self._until(lambda seen: not seen, min(self._within, 2.0))


def _flat(text: str) -> str:
    """The words with single spaces: channels trim and break lines in their own ways."""
    return " ".join(text.split())
