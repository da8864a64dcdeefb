"""The one way to a Valkey server: scripts with a short time-out, a rest after each failure, and a look at how it is set up."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha1
from typing import Any, Final

from bot.privacy.boot_clock import boot_clock
from bot.runtime.state.state import StateError
from bot.runtime.state.valkey.address import client_of, refusal
from bot.runtime.state.valkey.setup import SETTINGS, fault_of, run_id_of, settings_of, uptime_of

TIMEOUT: Final = 0.25
"""Seconds that a call waits for its answer."""
REST_SECONDS: Final = 0.5
"""Seconds after a failure in which nothing is asked: nobody waits for a server that is frozen."""
CONNECTIONS: Final = 32


class AwayError(Exception):
    """The server did not answer, or must not be used: nothing is known of what it holds. Carries nothing else."""


class FullError(AwayError):
    """The server has no room: nothing was written."""


class Script:
    """A Lua script, run whole or not at all. It asks the server for the time, so that no replica's clock decides anything."""

    __slots__ = ("mark", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.mark = sha1(text.encode(), usedforsecurity=False).hexdigest()


MILLISECONDS: Final = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"
"""Begins a script that counts in milliseconds since 1970."""


class ValkeyServer:
    """Runs scripts on the server behind `address` (`bot.runtime.state.valkey.address`). Needs the extra `valkey`.

    Each call ends within `TIMEOUT`. After a failure the server is held to be away for `REST_SECONDS`; then one call tries it, and
    the others go on without it until that one has its answer. `unsafe`: whether one is used that writes down what it is told.
    `run_id`: the random name that the server gave itself at its start: another one may have lost what the one before was told.
    """

    def __init__(self, address: str, *, unsafe: bool = False) -> None:
        from valkey import exceptions

        self._refused = "" if unsafe else refusal(address)
        self._plain, self._unsafe = bool(self._refused), unsafe
        self.client: Any = client_of(address, self._connected)
        self._faults: tuple[type[Exception], ...] = (exceptions.ValkeyError, OSError, TimeoutError)
        self._no_script: type[Exception] = exceptions.NoScriptError
        self._full: type[Exception] = exceptions.OutOfMemoryError
        self._answered: type[Exception] = exceptions.ResponseError
        self._unusable: type[Exception] = exceptions.ConnectionError
        self._room = asyncio.Semaphore(CONNECTIONS)
        self._rest_until = 0.0
        self.away = False
        self.failures = 0
        self.run_id = b""
        self._began = float("inf")

    @property
    def age(self) -> float:
        """For how many seconds the server runs, by what it said itself; 0 where it was never reached."""
        return max(0.0, boot_clock() - self._began)

    async def open(self) -> None:
        """Looks at how the server is set up; at one that is away, later. Raises `StateError` where it must not be used."""
        with contextlib.suppress(AwayError):
            await self.ping()
        if self._refused:
            raise StateError(self._refused)

    async def run(self, script: Script, keys: Sequence[bytes], args: Sequence[bytes | str | int | float]) -> Any:
        """What `script` returns. Raises `AwayError` or `FullError`."""
        return await self._ask(lambda: self._evaluate(script, keys, args))

    async def ping(self) -> None:
        """Only asks whether it is there: `run_id` is up to date then. Raises `AwayError`."""
        await self.run(_PING, (), ())

    async def _evaluate(self, script: Script, keys: Sequence[bytes], args: Sequence[bytes | str | int | float]) -> Any:
        try:
            return await self.client.evalsha(script.mark, len(keys), *keys, *args)
        except self._no_script:
            return await self.client.eval(script.text, len(keys), *keys, *args)

    async def _ask(self, call: Callable[[], Awaitable[Any]]) -> Any:
        now = time.monotonic()
        if now < self._rest_until or self._plain:
            raise AwayError
        if self.away:
            self._rest_until = now + REST_SECONDS
        try:
            found = await self._within(call)
        except self._full:
            raise FullError from None
        except self._faults:
            self.failures += 1
            self.away = True
            self._rest_until = time.monotonic() + REST_SECONDS
            raise AwayError from None
        self.away = False
        self._rest_until = 0.0
        return found

    async def _within(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """`call` with its time-out. A loop that was late itself takes the answer that lies there, before it gives up."""
        work = asyncio.ensure_future(self._in_turn(call))
        try:
            await asyncio.wait((work,), timeout=TIMEOUT)
            for _ in range(4):
                if not work.done():
                    await asyncio.sleep(0)
            if not work.done():
                raise TimeoutError
            return work.result()
        finally:
            work.cancel()
            work.add_done_callback(_heard)

    async def _in_turn(self, call: Callable[[], Awaitable[Any]]) -> Any:
        async with self._room:
            return await call()

    async def _connected(self, connection: Any) -> None:
        """Looks at the server behind each new connection, before it is told anything: it may be another, or set up anew."""
        await connection.on_connect()
        if not self._unsafe:
            try:
                await connection.send_command("CONFIG", "GET", *SETTINGS)
                self._refused = fault_of(settings_of(await connection.read_response()))
            except self._answered:
                self._refused = "unseen"
            if self._refused:
                raise self._unusable
        await connection.send_command("INFO", "server")
        said = await connection.read_response()
        self.run_id, self._began = run_id_of(said), boot_clock() - uptime_of(said)

    async def close(self) -> None:
        """Lets go of all connections."""
        with contextlib.suppress(*self._faults):
            await self.client.aclose()


def _heard(work: asyncio.Future[Any]) -> None:
    """An error that nobody waits for any more is no news."""
    if not work.cancelled():
        work.exception()


_PING: Final = Script("return 1")
