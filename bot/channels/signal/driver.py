"""From what people write to screens: one queue a person, one screen that stays, everything gone on leave."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, Final

from bot.channels.channel import Step, WorldOf
from bot.channels.numbered import Choices, word_kind
from bot.channels.sessions import SessionLease, Sessions
from bot.channels.signal.contacts import Contacts
from bot.channels.signal.envelope import Update
from bot.channels.signal.outbox import AT_ONCE, LATER, Outbox
from bot.channels.signal.render import message, styled
from bot.channels.turn_worker import TurnWorker
from bot.channels.turns import Turns
from bot.engine import (
    ENTRY,
    Alert,
    Copy,
    Erase,
    Event,
    Leave,
    Screen,
    Start,
    Timer,
    Turn,
    Typed,
    Unreadable,
    World,
    unpack,
)
from bot.privacy import safe_log
from bot.privacy.session import Session
from bot.runtime.state import TTL, Grave

QUEUE: Final = 60
VANISH_SECONDS: Final = 3600
GOODBYE_SECONDS: Final = 30.0
LEAVE: Final = "leave"
"""What an update that means leave reads, however the person wrote it."""


class Driver:
    """Turns what people write into screens. `idle`, `goodbye`: see `Contacts`. `done`: called with each update that is answered,
    or that nobody waits for any more."""

    def __init__(self, step: Step, world_of: WorldOf, outbox: Outbox, sessions: Sessions, *, idle: float = TTL,
                 goodbye: float = GOODBYE_SECONDS, done: Callable[[Update], Awaitable[None]] | None = None) -> None:  # fmt: skip
        self._turns, self._worker = Turns(step, world_of), TurnWorker()
        self._world_of, self._outbox, self._sessions = world_of, outbox, sessions
        self._done = done
        self._queues: dict[str, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._exits: dict[str, str] = {}
        self.contacts = Contacts(sessions.state.timers, outbox, self._queues.__contains__, self._drop_exit, idle, goodbye)

    @property
    def queues(self) -> int:
        """How many people are being answered."""
        return len(self._queues)

    def receive(self, update: Update | None) -> None:
        """Takes an update; never waits. The oldest of a flood gives way: the last thing said is answered. Leave overtakes all."""
        if update is None:
            return
        queue = self._queues.get(update.aci)
        if self._means_leave(update, busy=queue is not None):
            update = replace(update, text=LEAVE)
        if queue is not None:
            if update.text == LEAVE:
                self._drop(*queue)
                queue.clear()
                self._worker.let_go(queue)
                self._outbox.overtake(update.aci)
            elif len(queue) >= QUEUE:
                dropped = 1 if self._overrun(update.aci) else 0
                self._drop(queue[dropped])
                del queue[dropped]
            queue.append(update)
            return
        self._queues[update.aci] = deque([update])
        self._spawn(self._work(update.aci))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _drop(self, *updates: Update) -> None:
        for update in updates if self._done else ():
            self._spawn(self._finish(update))

    async def _finish(self, update: Update) -> None:
        if self._done:
            await self._done(update)

    def _means_leave(self, update: Update, *, busy: bool) -> bool:
        """By its word, or, while something is being answered, by the number beside it on the screen that was sent last."""
        if update.kind != "text":
            return False
        said = update.text.strip()
        return word_kind(said) == "leave" or (busy and said.rstrip(".)") == self._exits.get(update.aci))

    def _overrun(self, aci: str) -> bool:
        """Whether leave waits behind what is being answered: nothing more may be shown."""
        queue = self._queues.get(aci)
        return queue is not None and len(queue) > 0 and queue[0].text == LEAVE

    async def _work(self, aci: str) -> None:
        queue = self._queues[aci]
        try:
            while queue:
                update = queue.popleft()
                try:
                    async with self._sessions.hold(aci, priority=True, leaves=update.text == LEAVE) as lease:
                        if update.text != LEAVE:
                            await self._slow(aci, lease.wait)
                        if not self._overrun(aci) and not lease.grave.covers(message=update.timestamp):
                            await self._answer(update, lease)
                    await self._finish(update)
                except Exception as error:
                    safe_log.fault(error)
                    self._drop(update)
        finally:
            del self._queues[aci]

    async def _slow(self, aci: str, seconds: float) -> None:
        """A flood is slowed. Leave never is."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._overrun(aci):
            await asyncio.sleep(min(left, 0.25))

    def _event(self, update: Update, session: Session | None, mark: bytes) -> Event | None:
        """What the words mean. A bare number counts only within a live session of the same edition; else the welcome."""
        if update.kind == "unreadable":
            return Unreadable()
        said = update.text.strip()
        number = said.rstrip(".)").isdecimal()
        if session is None or not session.token:
            return Start() if number or word_kind(said) in ("home", "back", "more") else Typed(said)
        if number and session.edition != mark:
            return Start()
        return self._turns.read(said, session.token)

    async def _answer(self, update: Update, lease: SessionLease) -> None:
        session = lease.session
        if session is not None and update.timestamp in session.seen:
            return
        world = self._world_of()
        mark = bytes.fromhex(world.edition.fingerprint[:16]) if world else b""
        token = session.token if session else ""
        await self.contacts.talks(update.aci)
        if update.kind == "text" and update.text.strip() == "0" and self._at_entry(token):
            await self._vanish(update.aci, world, token, lease, session or Session())
            return
        if (session is None or not token) and update.kind == "text" and word_kind(update.text) in ("leave", "urgent"):
            event = self._turns.read(update.text, "")
        else:
            event = self._event(update, session, mark)
        turn = await self._turn(update.aci, token, event)
        if turn is None or (self._overrun(update.aci) and update.text != LEAVE):
            return
        left = next((effect for effect in turn.effects if isinstance(effect, Leave)), None)
        if left:
            await self._leave(update, world, lease, session, left)
            return
        await self._show(update, world, lease, session or Session(), turn, mark)

    async def _turn(self, aci: str, token: str, event: Event | None) -> Turn | None:
        """The answer; words are heard beside the loop. None where there is none, or leave came meanwhile."""
        if event is None:
            return self._turns.again(token)
        if isinstance(event, Typed):
            if self._overrun(aci):
                return None
            return await self._worker.run(self._queues.get(aci), partial(self._turns.turn, token, event))
        return self._turns.turn(token, event)

    def _at_entry(self, token: str) -> bool:
        turn = self._turns.again(token) if token else None
        return turn is not None and turn.screen.step == ENTRY

    def _says(self, world: World, key: str, token: str) -> str:
        state = unpack(token) if token else None
        language = state.language if state else world.edition.languages[0]
        return str(world.index.flows.says(key, language))

    async def _show(self, update: Update, world: World, lease: SessionLease, session: Session, turn: Turn, mark: bytes) -> None:
        aci, before = update.aci, ""
        for effect in turn.effects:
            if isinstance(effect, Alert):
                before = effect.text
            elif isinstance(effect, Timer):
                await self._outbox.call("updateContact", recipient=[aci], expiration=effect.seconds)
            elif isinstance(effect, Copy):
                sent = await self._send(aci, *styled(effect.spans))
                if sent:
                    session = session.owns(sent)
                    await lease.save(session)
            elif isinstance(effect, Erase) and session.own_messages:
                last = session.own_messages[-1]
                await self._delete(aci, last)
                session = session.lost(last)
        after = self._says(world, "vanish", turn.token) if turn.screen.step == ENTRY else ""
        sent = await self._send(aci, *message(turn.screen, before, after))
        if sent:
            self._exits[aci] = _exit(turn.screen)
        old = session.bubble
        kept = replace(session, token=turn.token, bubble=sent or old, edition=mark)
        await lease.save(kept.saw(update.timestamp))
        if sent and old:
            await self._delete(aci, old)

    async def _vanish(self, aci: str, world: World, token: str, lease: SessionLease, session: Session) -> None:
        """Sets the chat's disappearing timer, and says so."""
        await self._outbox.call("updateContact", recipient=[aci], expiration=VANISH_SECONDS)
        turn = self._turns.again(token)
        if turn is None:
            return
        sent = await self._send(aci, *message(turn.screen, self._says(world, "vanishes", token)))
        if sent and session.bubble:
            await self._delete(aci, session.bubble)
        await lease.save(replace(session, token=token, bubble=sent or session.bubble))

    async def _leave(self, update: Update, world: World, lease: SessionLease, session: Session | None, left: Leave) -> None:
        """Deletes every message of this session, says what stays on the phone, deletes that too, and forgets the person."""
        aci = update.aci
        token = session.token if session else ""
        ours = {*session.own_messages, session.bubble} - {0} if session else set()
        deleting = [asyncio.create_task(self._delete(aci, sent, now=True)) for sent in sorted(ours, reverse=True)]
        await lease.forget()
        # What was written before and comes late, from another process, is not answered any more.
        await lease.bury(Grave(below=update.timestamp))
        await asyncio.gather(*deleting)
        goodbye = await self._send(aci, f"{left.neutral} {self._says(world, 'stays', token)}", [])
        self._drop_exit(aci)
        await self.contacts.leaves(aci, goodbye)

    def _drop_exit(self, aci: str) -> None:
        self._exits.pop(aci, None)

    async def _send(self, aci: str, text: str, styles: list[str]) -> int:
        """The timestamp of what was sent, 0 where it could not be, or where leave has come meanwhile."""
        if self._overrun(aci):
            return 0
        more: dict[str, Any] = {"textStyle": styles} if styles else {}
        result = await self._outbox.call("send", recipient=[aci], message=text, **more)
        sent = result.get("timestamp") if isinstance(result, dict) else None
        return sent if isinstance(sent, int) else 0

    async def _delete(self, aci: str, sent: int, *, now: bool = False) -> None:
        await self._outbox.call("remoteDelete", priority=AT_ONCE if now else LATER, recipient=[aci], targetTimestamp=sent)

    async def stop(self, seconds: float) -> None:
        """Finishes what has begun, within `seconds`; with 0 it is broken off."""
        if self._tasks and seconds:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        self._worker.close()
        self.contacts.stop()


def _exit(screen: Screen) -> str:
    """The number beside leave on a screen, "" where it has none."""
    numbered = enumerate(Choices.of(screen).numbered, 1)
    return next((str(number) for number, choice in numbered if choice.kind == "leave"), "")
