"""A chat's session, found by its pseudonym and opened with its id: the id comes with each message and stays nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from bot.privacy import safe_log
from bot.privacy.pepper import Pepper, Peppers
from bot.privacy.pseudonym import BusyError, Namer
from bot.privacy.sealing import UnsealableError, key_for, seal, unseal
from bot.privacy.session import NoSessionError, Session, unpack
from bot.runtime.state import TTL, SessionStore, State


class SessionLease:
    """A session held by one queue. `session`: None where there is none. `wait`: seconds a flood should be slowed."""

    __slots__ = ("_key", "_name", "_older", "_store", "_ttl", "session", "wait")

    def __init__(self, store: SessionStore | None, name: bytes, key: bytes, ttl: float = TTL) -> None:
        self._store, self._name, self._key, self._ttl = store, name, key, ttl
        self._older: bytes | None = None
        self.session: Session | None = None
        self.wait = 0.0

    async def read(self, name: bytes, key: bytes) -> bool:
        """Looks under a name; True if a session lay there."""
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
    """Names, opens and keeps sessions. `state`: where they lie, with the counts that slow floods. `channel`: what its chats are
    named under. `ttl`: seconds a session is kept."""

    def __init__(self, state: State, namer: Namer, channel: str, ttl: float = TTL) -> None:
        self.state, self._namer, self._channel, self._ttl = state, namer, channel, ttl
        self._epoch = 0

    @property
    def peppers(self) -> Peppers:
        """The secrets in use."""
        return self._namer.peppers

    @asynccontextmanager
    async def hold(self, chat: int | str, *, priority: bool, count: bool = True) -> AsyncIterator[SessionLease]:
        """The session of `chat`, held by nobody else. `priority`: a person waits; without it `BusyError` may be raised.

        Whatever else is wrong with names or the store, the block runs: with no session, and keeping none.
        """
        newest, *older = self.peppers.live(self._ttl)
        if newest.epoch != self._epoch:
            self._epoch = newest.epoch
            await self.state.floods.clear()
        async with AsyncExitStack() as stack:
            try:
                name = await self._namer.name(newest, chat, priority=priority)
                await stack.enter_async_context(self.state.sessions.lease(name))
                lease = await self._read(name, chat, newest, older, priority)
                lease.wait = await self.state.floods.take(name) if count else 0.0
            except BusyError:
                raise
            except Exception as error:
                safe_log.fault(error)
                lease = SessionLease(None, b"", b"")
            yield lease

    async def _read(self, name: bytes, chat: int | str, newest: Pepper, older: list[Pepper], priority: bool) -> SessionLease:
        key = key_for(newest, self._channel, chat)
        lease = SessionLease(self.state.sessions, name, key, self._ttl)
        if not await lease.read(name, key):
            for pepper in older:
                before = await self._namer.name(pepper, chat, priority=priority)
                await lease.read(before, key_for(pepper, self._channel, chat))
        return lease

    async def sweep(self) -> int:
        """Drops what is past its time, in all of the state; gives how many sessions are left."""
        return await self.state.sweep()

    async def close(self) -> None:
        """Forgets everything."""
        self._namer.close()
        await self.state.close()
