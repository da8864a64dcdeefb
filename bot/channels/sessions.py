"""A chat's session, found by its pseudonym and opened with its id: the id comes with each message and stays nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Final

from bot.privacy import safe_log
from bot.privacy.pepper import NoPepperError, Pepper, Peppers
from bot.privacy.pseudonym import BusyError, Namer, RecordKeys, record_keys
from bot.privacy.sealing import UnsealableError, seal, unseal
from bot.privacy.session import NoSessionError, Session, unpack
from bot.runtime.state import GRAVE_SECONDS, NO_GRAVE, TTL, Grave, Lease, State, unpack_grave

NAME_SECONDS: Final = 0.5
"""So long an answer waits for its chat's name. Then it comes without a session: that costs comfort, never an answer."""
PEPPER_SECONDS: Final = 0.5
"""So long a leave waits for the pepper, where this replica has not joined the others yet: it has to find the session."""
GRAVE_BLOCK: Final = 32
_GRAVE: Final = b"grave"
"""What a tombstone is sealed for, beside its name: it cannot be put in place of a session."""


class SessionLease:
    """A session held by one queue. `session`: None where there is none. `grave`: what a leave has ended in this chat within the
    last two minutes; whatever it covers must show nothing and write nothing. `wait`: seconds a flood should be slowed.

    `keys`: those of the newest pepper first, then those of the peppers before that a session may still lie under.
    """

    __slots__ = ("_held", "_keys", "_ttl", "grave", "session", "wait")

    def __init__(self, held: Lease | None, keys: Sequence[RecordKeys], ttl: float = TTL) -> None:
        self._held, self._keys, self._ttl = held, keys, ttl
        self.session: Session | None = None
        self.grave = NO_GRAVE
        self.wait = 0.0

    @property
    def kept(self) -> bool:
        """Whether there is a place to keep the session. Where there is none, whether the chat has one is not known."""
        return self._held is not None and self._held.kept

    @property
    def lost(self) -> bool:
        """Whether somebody else is known to hold the session by now: nothing that is written here counts any more."""
        return self._held is not None and self._held.lost.is_set()

    async def is_held(self) -> bool:
        """Whether nobody else holds the session by now, asked of the store; True where there is no place to keep it."""
        return self._held is None or not self._held.kept or await self._held.is_held()

    async def read(self) -> None:
        """Looks for the session, under the newest name first, and for tombstones."""
        if self._held is None:
            return
        for name, key in self._keys:
            if (sealed := await self._held.tombstone(name)) is not None:
                self.grave = _higher(self.grave, _grave(key, name, sealed))
        for name, key in self._keys:
            if (sealed := await self._held.get(name)) is not None and (found := _session(key, name, sealed)) is not None:
                self.session = found
                return

    async def save(self, session: Session) -> bool:
        """Keeps `session` for its time from now, under the newest name only. True where there is no place to keep it. False
        where the session is somebody else's by now: then nothing was written."""
        self.session = replace(session, revision=session.revision + 1)
        if self._held is None or not self._held.kept:
            return True
        (name, key), *older = self._keys
        if not await self._held.put(name, seal(key, name, self.session.pack()), self._ttl):
            return False
        return not older or await self._held.delete(*(each.name for each in older))

    async def forget(self) -> bool:
        """Keeps nothing. False as in `save`."""
        self.session = None
        if self._held is None or not self._held.kept:
            return True
        return await self._held.delete(*(each.name for each in self._keys))

    async def bury(self, grave: Grave, seconds: float = GRAVE_SECONDS) -> bool:
        """Leaves a tombstone for all who come to hold this chat's session within `seconds`: of two, the higher numbers count.
        False where it could not be kept."""
        self.grave = _higher(self.grave, grave)
        if self._held is None:
            return False
        kept = [
            await self._held.bury(name, seal(key, _GRAVE + name, self.grave.pack(), GRAVE_BLOCK), seconds)
            for name, key in self._keys
        ]
        return all(kept)


def _session(key: bytes, name: bytes, sealed: bytes) -> Session | None:
    try:
        return unpack(unseal(key, name, sealed))
    except (UnsealableError, NoSessionError):
        return None


def _grave(key: bytes, name: bytes, sealed: bytes) -> Grave:
    try:
        return unpack_grave(unseal(key, _GRAVE + name, sealed))
    except UnsealableError:
        return NO_GRAVE


def _higher(one: Grave, two: Grave) -> Grave:
    return Grave(max(one.below, two.below), max(one.update, two.update))


class Sessions:
    """Names, opens and keeps sessions. `state`: where they lie, with the counts that slow floods. `namer`: derives what their
    names and keys come from. `ttl`: seconds a session is kept."""

    def __init__(self, state: State, namer: Namer, ttl: float = TTL) -> None:
        self.state, self._namer, self._ttl = state, namer, ttl
        self._epoch = 0

    @property
    def peppers(self) -> Peppers:
        """The secrets in use."""
        return self._namer.peppers

    @asynccontextmanager
    async def hold(
        self, chat: int | str, *, priority: bool, count: bool = True, leaves: bool = False
    ) -> AsyncIterator[SessionLease]:
        """The session of `chat`, held by nobody else. `priority`: a person waits, `NAME_SECONDS` at most; without it `BusyError`
        may be raised. `leaves`: the chat is left: its name comes before all others, and its session is taken at once from whoever
        holds it, who can write nothing from then on.

        Whatever else is wrong with names or the store, the block runs: with no session, and keeping none.
        """
        # Not an AsyncExitStack: cut off at its end, it holds the error that holds its frame, and with it the chat's id until the
        # collector runs.
        opened: AbstractAsyncContextManager[Lease] | None = None
        try:
            try:
                keys = await self._keys(chat, priority=priority, leaves=leaves)
                entering = self.state.sessions.lease(*(each.name for each in keys), seize=leaves)
                held = await entering.__aenter__()
                opened = entering
                lease = SessionLease(held, keys, self._ttl)
                await lease.read()
                lease.wait = await self.state.floods.take(keys[0].name) if count else 0.0
            except BusyError:
                raise
            except (_TooLateError, NoPepperError):
                lease = SessionLease(None, ())
            except Exception as error:
                safe_log.fault(error)
                lease = SessionLease(None, ())
            yield lease
        finally:
            if opened is not None:
                await opened.__aexit__(None, None, None)

    async def _keys(self, chat: int | str, *, priority: bool, leaves: bool) -> list[RecordKeys]:
        """Names and keys of a chat under each live pepper: one derivation for each event, and the count of floods follows too.
        Raises `NoPepperError` where there is none, also where it was another replica's salt that the secret was made with."""
        peppers, salt = await self._live(leaves=leaves)
        secret = await self._secret(chat, priority=priority, leaves=leaves)
        if self.peppers.salt != salt:
            raise NoPepperError
        return [record_keys(pepper, secret) for pepper in peppers]

    async def _live(self, *, leaves: bool) -> tuple[tuple[Pepper, ...], bytes]:
        """The live peppers, the newest first, and the salt."""
        if leaves:
            await self.peppers.ready(PEPPER_SECONDS)
        peppers = self.peppers.live(self._ttl)
        if peppers[0].epoch != self._epoch:
            self._epoch = peppers[0].epoch
            await self.state.floods.clear()
        return peppers, self.peppers.salt

    async def _secret(self, chat: int | str, *, priority: bool, leaves: bool) -> bytes:
        if leaves or not priority:
            return await self._namer.secret(chat, first=leaves)
        try:
            async with asyncio.timeout(NAME_SECONDS):
                return await self._namer.secret(chat, priority=True)
        except TimeoutError:
            raise _TooLateError from None

    async def sweep(self) -> int:
        """Drops what is past its time, in all of the state; gives how many sessions are left."""
        return await self.state.sweep()

    async def close(self) -> None:
        """Forgets everything."""
        self._namer.close()
        await self.state.close()


class _TooLateError(Exception):
    """Many wait for their names: this one is answered without."""
