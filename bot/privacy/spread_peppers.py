"""Peppers that replicas share from memory to memory: made by one, sealed to each of the others, gone when all are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from secrets import token_bytes
from typing import Final

from bot.privacy import safe_log
from bot.privacy.boot_clock import boot_clock
from bot.privacy.bundle import Bundle, Mark, new_bundle
from bot.privacy.joining import Asking, JoinError, answered, nonce_of, read_mark, signed_mark
from bot.privacy.pepper import NoPepperError, Pepper, Peppers
from bot.privacy.spread import BEAT_SECONDS, ENVELOPE_SECONDS, MEMBER_BYTES, Beat, Spread

PERIOD: Final = 1800
"""Seconds that an epoch lasts where replicas share it: whoever watches the server they meet at sees a chat under one name for as
long, so it is shorter than that of one process."""
AHEAD: Final = 600.0
"""Seconds before its epoch that a pepper is made, so that all have it when it is needed."""
SKEW: Final = 1.0
"""Seconds before a turn in which another replica may be past it already."""
PATIENCE: Final = 1.5
"""Seconds that a replica meets nobody who has a bundle before it makes one: to a server that came back empty all come again."""
LACKING_SECONDS: Final = 0.25
ASKING_SECONDS: Final = 0.05
"""Seconds between two beats while something is lacking, and while an answer is awaited."""
_REMEMBERED: Final = 64


class SpreadPeppers(Peppers):
    """`Peppers` that are the same in all replicas that meet at `spread`. `key`: of `join_key`. `clock`: seconds, from anywhere;
    the epochs are those of the server's clock, so that a wrong one of this machine changes nothing.

    While this replica lacks what the others have, all but `is_ready` and `ready` raise `NoPepperError`: people are answered,
    without sessions. `run` has to run. `members`: how many replicas were met last, with this one.
    """

    def __init__(self, spread: Spread, key: bytes, clock: Callable[[], float] = boot_clock, period: int = PERIOD) -> None:
        self._clock, self._period = clock, period
        self._spread, self._join_key = spread, key
        self._member = token_bytes(MEMBER_BYTES)
        self._bundle: Bundle | None = None
        self._offset: float | None = None
        self._pruned: int | None = None
        self._behind = False
        self._asking: Asking | None = None
        self._asked = 0.0
        self._answered: tuple[bytes, ...] = ()
        self._alone_since: float | None = None
        self._news = asyncio.Event()
        self.members = 1

    # --- what peppers are asked for ------------------------------------------------------------------------------------

    @property
    def salt(self) -> bytes:
        """As in `Peppers`."""
        return self._held()[0].salt

    def now(self) -> float:
        """The server's clock. Raises `NoPepperError` while it was never read."""
        if self._offset is None:
            raise NoPepperError
        return self._clock() + self._offset

    def accepted(self) -> tuple[Pepper, ...]:
        """As in `Peppers`."""
        bundle, epoch = self._held()
        return tuple(pepper for pepper in bundle.peppers if pepper.epoch <= epoch)

    def live(self, seconds: float) -> tuple[Pepper, ...]:
        """As in `Peppers`. Just before a turn the next pepper too, last: another replica may have turned already."""
        bundle, epoch = self._held()
        gone = self.now() % self._period
        before = bundle.of(epoch - 1) if gone < seconds else None
        after = bundle.of(epoch + 1) if self._period - gone < SKEW else None
        return tuple(pepper for pepper in (bundle.of(epoch), before, after) if pepper)

    def _held(self) -> tuple[Bundle, int]:
        """The bundle and the epoch, where this replica has what the others have."""
        epoch = self._pruned_to_now()
        if self._bundle is None or self._behind or not self._bundle.of(epoch):
            raise NoPepperError
        return self._bundle, epoch

    def _pruned_to_now(self) -> int:
        """The epoch; what is not of its neighbourhood is forgotten, however long this process has slept."""
        epoch = int(self.now() // self._period)
        if self._bundle and epoch != self._pruned:
            self._bundle = self._bundle.around(epoch)
            self._pruned = epoch
        return epoch

    @property
    def is_ready(self) -> bool:
        """Whether there is a pepper for this moment."""
        try:
            self._held()
        except NoPepperError:
            return False
        return True

    async def ready(self, seconds: float) -> bool:
        """Waits until there is a pepper for this moment; False if that takes longer than `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while not self.is_ready:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    # --- how they are come by --------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Meets the others for as long as it is let."""
        try:
            while True:
                try:
                    wait = await self.step()
                except Exception as error:
                    safe_log.fault(error)
                    wait = BEAT_SECONDS
                await asyncio.sleep(wait)
        finally:
            await self._spread.part(self._member)

    async def step(self) -> float:
        """Meets the others once: says what it has, answers who asks, asks for what it lacks. Gives the seconds to the next."""
        if self._asking:
            await self._open(self._asking)
        sent = self._clock()
        found = await self._spread.beat(self._member, self._signed())
        if found is None:
            return BEAT_SECONDS
        self._measure(sent, self._clock(), found.time)
        self.members = max(1, len(found.marks))
        epoch = self._pruned_to_now()
        await self._answer(found)
        mine = self._mine(epoch)
        wanted = self._better(found, mine)
        # A pepper of an epoch to come can be waited for; an older bundle, or another pepper of this epoch, cannot.
        self._behind = wanted is not None and (mine is None or wanted.origin != mine.origin or wanted.newest <= epoch)
        if wanted:
            self._alone_since = None
            await self._ask(wanted)
        else:
            self._asking = None
            await self._make(epoch)
        if not self.is_ready:
            return ASKING_SECONDS if wanted else LACKING_SECONDS
        self._news.set()
        # What was just made is told at once, and who lacks it is not kept waiting.
        if wanted or self._mine(epoch) != mine:
            return ASKING_SECONDS
        return BEAT_SECONDS if all(found.marks.values()) else LACKING_SECONDS

    def _measure(self, sent: float, received: float, told: float) -> None:
        """Sets the distance to the server's clock: the reading lies between both ends of the call, however slow that was."""
        lowest, highest = told - received, told - sent
        held = (lowest + highest) / 2 if self._offset is None else self._offset
        self._offset = min(highest, max(lowest, held))

    def _mine(self, epoch: int) -> Mark | None:
        """The mark of what is held, where that is of use at this epoch."""
        return self._bundle.mark() if self._bundle and self._bundle.of(epoch) else None

    def _signed(self) -> bytes:
        """What the others are told: nothing while this replica lacks something."""
        if not self.is_ready or self._bundle is None:
            return b""
        return signed_mark(self._join_key, self._member, self._bundle.mark())

    async def _answer(self, found: Beat) -> None:
        for request in found.requests:
            if self._bundle is None or not self.is_ready or request in self._answered:
                continue
            try:
                envelope = answered(self._join_key, request, self._bundle)
            except JoinError:
                continue
            if envelope:
                self._answered = (*self._answered, request)[-_REMEMBERED:]
                await self._spread.answer(nonce_of(request), envelope)

    def _better(self, found: Beat, mine: Mark | None) -> Mark | None:
        """The best of the marks that were met, if it beats what is held."""
        best = mine
        for member, signed in found.marks.items():
            mark = read_mark(self._join_key, member, signed) if member != self._member else None
            if mark and (best is None or mark.beats(best)):
                best = mark
        return None if best is mine else best

    async def _ask(self, wanted: Mark) -> None:
        """Asks for a bundle; again when another is wanted, and when nobody has answered."""
        now = self._clock()
        if self._asking is None or self._asking.wanted != wanted or now - self._asked > ENVELOPE_SECONDS:
            self._asking, self._asked = Asking(self._join_key, wanted), now
            await self._spread.ask(self._member, self._asking.request)

    async def _open(self, asking: Asking) -> None:
        """Takes the answer, if it has come."""
        answer = await self._spread.take(asking.nonce)
        if answer is None:
            return
        self._asking = None
        try:
            fetched = asking.open(answer)
        except JoinError:
            return
        self._bundle = self._bundle.joined(fetched) if self._bundle else fetched
        self._pruned, self._behind = None, False

    async def _make(self, epoch: int) -> None:
        """Makes what nobody has: a bundle, this epoch's pepper, or soon before its time the next one's. One of all does."""
        bundle = self._bundle if self._bundle and self._bundle.peppers else None
        if bundle and bundle.of(epoch):
            self._alone_since = None
            near = self._period - self.now() % self._period < min(AHEAD, self._period / 3)
            if near and not bundle.of(epoch + 1) and await self._spread.elect(b"%d" % (epoch + 1)):
                self._bundle = bundle.with_new(epoch + 1)
            return
        now = self._clock()
        self._alone_since = now if self._alone_since is None else self._alone_since
        if now - self._alone_since >= PATIENCE and await self._spread.elect(b"%d" % epoch):
            # What is left of a bundle whose turn all have missed goes on: sessions of the epoch before are still found.
            self._bundle = bundle.with_new(epoch) if bundle else new_bundle(int(self.now() * 1000), epoch)
            self._alone_since = None
