"""A chat's session, found by its pseudonym and opened with its id: the id comes with each message and stays nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Final

from bot.privacy import safe_log
from bot.privacy.pepper import Pepper, Peppers
from bot.privacy.pseudonym import BusyError, Namer, RecordKeys, record_keys
from bot.privacy.sealing import UnsealableError, seal, unseal
from bot.privacy.session import NoSessionError, Session, unpack
from bot.runtime.state import TTL, SessionStore, State

NAME_SECONDS: Final = 0.5
"""So long an answer waits for its chat's name. Then it comes without a session: that costs comfort, never an answer."""


class SessionLease:
    """A session held by one queue. `session`: None where there is none. `wait`: seconds a flood should be slowed."""

    __slots__ = ("_key", "_name", "_older", "_store", "_ttl", "session", "wait")

    def __init__(self, store: SessionStore | None, keys: RecordKeys, ttl: float = TTL) -> None:
        self._store, self._ttl = store, ttl
        self._name, self._key = keys
        self._older: bytes | None = None
        self.session: Session | None = None
        self.wait = 0.0

    @property
    def kept(self) -> bool:
        """Whether there is a place to keep the session. Where there is none, whether the chat has one is not known."""
        return self._store is not None

    async def read(self, keys: RecordKeys) -> bool:
        """Looks under a name; True if a session lay there."""
        name, key = keys
        sealed = await self._store.get(name) if self._store else None
        if sealed is None:
            return False
        try:
            self.session = unpack(unseal(key, name, sealed))
        except (UnsealableError, NoSessionError):
            return False
        if name != self._name:
            self._older = name
        return True

    async def save(self, session: Session) -> None:
        """Keeps `session` for its time from now, under the newest name only."""
        self.session = replace(session, revision=session.revision + 1)
        if self._store is None:
            return
        await self._store.put(self._name, seal(self._key, self._name, self.session.pack()), self._ttl)
        if self._older is not None:
            await self._store.delete(self._older)
            self._older = None

    async def forget(self) -> None:
        """Keeps nothing."""
        self.session = None
        for name in (self._name, self._older):
            if name is not None and self._store is not None:
                await self._store.delete(name)


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
        may be raised. `leaves`: the chat is left, and its name comes before all others.

        Whatever else is wrong with names or the store, the block runs: with no session, and keeping none.
        """
        newest, *older = self.peppers.live(self._ttl)
        if newest.epoch != self._epoch:
            self._epoch = newest.epoch
            await self.state.floods.clear()
        async with AsyncExitStack() as stack:
            try:
                # One derivation for each event: names and keys of both peppers follow from it, and so does the count of floods.
                secret = await self._secret(chat, priority=priority, leaves=leaves)
                keys = record_keys(newest, secret)
                await stack.enter_async_context(self.state.sessions.lease(keys.name))
                lease = await self._read(keys, secret, older)
                lease.wait = await self.state.floods.take(keys.name) if count else 0.0
            except BusyError:
                raise
            except _TooLateError:
                lease = SessionLease(None, RecordKeys(b"", b""))
            except Exception as error:
                safe_log.fault(error)
                lease = SessionLease(None, RecordKeys(b"", b""))
            yield lease

    async def _secret(self, chat: int | str, *, priority: bool, leaves: bool) -> bytes:
        if leaves or not priority:
            return await self._namer.secret(chat, first=leaves)
        try:
            async with asyncio.timeout(NAME_SECONDS):
                return await self._namer.secret(chat, priority=True)
        except TimeoutError:
            raise _TooLateError from None

    async def _read(self, keys: RecordKeys, secret: bytes, older: list[Pepper]) -> SessionLease:
        lease = SessionLease(self.state.sessions, keys, self._ttl)
        if not await lease.read(keys):
            for pepper in older:
                await lease.read(record_keys(pepper, secret))
        return lease

    async def sweep(self) -> int:
        """Drops what is past its time, in all of the state; gives how many sessions are left."""
        return await self.state.sweep()

    async def close(self) -> None:
        """Forgets everything."""
        self._namer.close()
        await self.state.close()


class _TooLateError(Exception):
    """Many wait for their names: this one is answered without."""
