"""Who answers an update that Telegram brings, where several processes may: claims, and what is done where nobody can be asked.

Telegram brings what is not confirmed again, and in rows: the presses of a person one after the other, and what they write one
after the other. So what is not confirmed holds up what comes behind it: a press Leave, words a cry for help.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bot.channels.telegram.counters import Counters
from bot.channels.telegram.job import Job
from bot.channels.telegram.parked import ParkedPresses
from bot.channels.telegram.turns import is_heard
from bot.channels.telegram.updates import Update
from bot.runtime.state import Claim, Claims

DONE: Final = 200
AGAIN: Final = 503
WAIT_SECONDS: Final = 20.0
"""So long Telegram waits for its confirmation; then it is told to come again, and finds the answer done or still on its way."""
PRESS_SECONDS: Final = 1.5
"""So long for a press: then it is confirmed before it is done, for Leave may be behind it."""
TAKEN_SECONDS: Final = 2.0
"""A press that another process has claimed for so long is answered here too: that one may be dead, and Leave behind it."""
HELD_SECONDS: Final = 5.0
"""So long words without danger come again while nobody knows who answers them; then they are answered, once it is clear that they
are still in the chat: others may be behind them."""
FORGET_SECONDS: Final = 60.0
RENEW_SECONDS: Final = 3.0

HearsDanger = Callable[[Update], Awaitable[bool]]


class Intake:
    """`receive`: takes an update in, gives its job. `claims`: who answers which. `hears_danger`: whether words may not
    wait. `again`: whether a process before this one may have answered what comes now. `parked`: where presses go that are
    confirmed before they are answered; None where nobody else could answer them."""

    def __init__(
        self,
        receive: Callable[[Update], Job],
        claims: Claims,
        hears_danger: HearsDanger,
        counters: Counters,
        again: Callable[[], bool] = lambda: False,
        parked: ParkedPresses | None = None,
    ) -> None:
        self._receive, self._claims, self._hears_danger, self._counters = receive, claims, hears_danger, counters
        self._again, self._parked = again, parked
        self._answers: dict[int, tuple[Job, asyncio.Task[None]]] = {}
        self._held: dict[int, float] = {}
        self._clock = asyncio.get_running_loop().time
        self._refusing = False
        self._stopped = asyncio.Event()

    async def take(self, update: Update) -> int:
        """Answers an update, or sees that it is answered. `DONE`: Telegram may forget it; `AGAIN`: it should come again."""
        number, kind = update.id, update.kind
        if number not in self._answers:
            claim = await self._claims.claim(number)
            if claim is Claim.DONE:
                self._held.pop(number, None)
                return DONE
            mine = claim in (Claim.MINE, Claim.AGAIN)
            if not mine and number not in self._answers and not await self._is_for_now(update, claim):
                return AGAIN
            if self._refusing:
                if mine:
                    await self._claims.drop(number)
                return AGAIN
            if number not in self._answers:
                self._begin(update, claim)
        # Else the words would be held here until Telegram is answered, also where their chat is left.
        del update
        return await self._wait(number, PRESS_SECONDS if kind == "press" else WAIT_SECONDS)

    def _begin(self, update: Update, claim: Claim) -> None:
        self._held.pop(update.id, None)
        number, job = update.id, self._receive(update)
        job.again = claim is Claim.AGAIN or self._again()
        job.unclaimed = claim in (Claim.BUSY, Claim.UNKNOWN)
        self._answers[number] = job, asyncio.create_task(self._answer(number, job))

    async def _answer(self, number: int, job: Job) -> None:
        """Until the job is done: the claim is renewed, and in the end nobody answers it any more."""
        try:
            while not job.done:
                waiting = asyncio.ensure_future(job.wait())
                await asyncio.wait({waiting}, timeout=RENEW_SECONDS)
                waiting.cancel()
                if not job.done and not job.unclaimed:
                    await self._claims.renew(number)
                    await self._keep(job)
            await self._claims.done(number)
            if self._parked and job.parked:
                await self._parked.drop(number)
        finally:
            self._answers.pop(number, None)

    async def _keep(self, job: Job) -> None:
        if self._parked and job.parked and not job.done:
            await self._parked.keep(job.update)

    async def bring(self, update: Update) -> bool:
        """Takes a press that another process has parked; gives whether it is done."""
        if await self.take(update) == AGAIN:
            return False
        if found := self._answers.get(update.id):
            await found[0].wait()
        return True

    async def _wait(self, number: int, seconds: float) -> int:
        found = self._answers.get(number)
        if found is None:
            return DONE
        job, answer = found
        stopped = asyncio.ensure_future(self._stopped.wait())
        await asyncio.wait({answer, stopped}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if job.done:
            return DONE
        if seconds == PRESS_SECONDS and not self._stopped.is_set():
            if not job.parked:
                job.parked = True
                self._counters.parked += 1
                await self._keep(job)
            return DONE
        return AGAIN

    async def _is_for_now(self, update: Update, claim: Claim) -> bool:
        """Whether an update that is not claimed here is answered all the same."""
        now, number = self._clock(), update.id
        for old in [held for held, since in self._held.items() if now - since > FORGET_SECONDS]:
            del self._held[old]
        first = number not in self._held
        waited = now - self._held.setdefault(number, now)
        if claim is Claim.BUSY:
            return update.kind == "press" and waited >= TAKEN_SECONDS
        if is_heard(update):
            # Heard once: words that come again were harmless the first time.
            return waited >= HELD_SECONDS or (first and await self._hears_danger(update))
        # A block of the bot has a session to be forgotten, and nobody waits behind it.
        return not (update.kind == "member" and update.left) or waited >= HELD_SECONDS

    async def stop(self) -> None:
        """What is not done is given back: to be called once the jobs are drained."""
        self.refuse()
        self._stopped.set()
        for number, (job, answer) in list(self._answers.items()):
            if not job.done:
                answer.cancel()
                await self._claims.drop(number)
        await asyncio.gather(*(answer for _, answer in self._answers.values()), return_exceptions=True)

    def refuse(self) -> None:
        """Nothing more is begun; what has begun goes on until `stop`."""
        self._refusing = True
