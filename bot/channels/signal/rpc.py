"""JSON-RPC to the daemon over one socket: calls with answers, received messages, pings, and coming back after silence."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable
from typing import Any, Final

from bot.privacy import silence

PING_SECONDS: Final = 30.0
ANSWER_SECONDS: Final = 30.0
LONGEST_LINE: Final = 1 << 20
FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0

Receive = Callable[[dict[str, Any]], None]


class GoneError(Exception):
    """The daemon went away before it answered: whether the call was carried out is not known. Carries nothing."""


class RefusedError(Exception):
    """The daemon said no. `code`: JSON-RPC's; `after`: seconds to wait, 0 where it gave none. Never its words."""

    def __init__(self, code: int, after: float = 0.0) -> None:
        super().__init__(f"the daemon refused with {code}")
        self.code, self.after = code, after


class Daemon:
    """One connection at a time. `receive` gets each envelope; it must not wait."""

    def __init__(self, socket: str, account: str, receive: Receive) -> None:
        self._socket, self._account, self._receive = socket, account, receive
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Connects, subscribes, pings; and again, for ever, until cancelled."""
        wait = FIRST_WAIT
        while True:
            try:
                await self._once()
                wait = FIRST_WAIT
            except (OSError, GoneError, RefusedError, asyncio.IncompleteReadError, ValueError, TimeoutError):
                silence.say("poll_failed")
            finally:
                self._lose()
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _once(self) -> None:
        host, colon, port = self._socket.rpartition(":")
        if colon and port.isdigit():
            reader, writer = await asyncio.open_connection(host, int(port), limit=LONGEST_LINE)
        else:
            reader, writer = await asyncio.open_unix_connection(self._socket, limit=LONGEST_LINE)
        self._writer = writer
        reading = asyncio.create_task(self._read(reader))
        try:
            await self._ask("subscribeReceive", {})
            self.connected.set()
            silence.say("poll_back")
            while not reading.done():
                done, _ = await asyncio.wait({reading}, timeout=PING_SECONDS)
                if not done:
                    await self._ask("version", {}, 10.0)
        finally:
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await reading
            writer.close()

    def _lose(self) -> None:
        self.connected.clear()
        self._writer = None
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(GoneError())

    async def _read(self, reader: asyncio.StreamReader) -> None:
        # No name here keeps a line while the next is awaited: it holds who wrote, and what.
        while self._take(await reader.readline()):
            pass

    def _take(self, line: bytes) -> bool:
        """Hands on what a line holds. False at the end of the connection."""
        if not line:
            return False
        try:
            message = json.loads(line)
        except ValueError:
            silence.say("poison")
            return True
        if not isinstance(message, dict):
            return True
        if message.get("method") == "receive":
            params = message.get("params")
            if isinstance(params, dict):
                inner = params.get("result", params)
                self._receive(inner if isinstance(inner, dict) else {})
            return True
        future = self._waiting.pop(str(message.get("id")), None)
        if future is not None and not future.done():
            if "error" in message:
                future.set_exception(_refusal(message["error"]))
            else:
                future.set_result(message.get("result"))
        return True

    async def _ask(self, method: str, params: dict[str, Any], seconds: float = ANSWER_SECONDS) -> Any:
        if self._writer is None:
            raise GoneError
        number = str(next(self._numbers))
        asked: dict[str, Any] = {"jsonrpc": "2.0", "id": number, "method": method}
        if self._account and method not in ("version", "listAccounts"):
            params = {"account": self._account, **params}
        if params:
            asked["params"] = params
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            self._writer.write(json.dumps(asked).encode() + b"\n")
            await self._writer.drain()
            return await asyncio.wait_for(future, seconds)
        except (ConnectionError, TimeoutError):
            raise GoneError from None
        finally:
            self._waiting.pop(number, None)

    async def call(self, method: str, **params: Any) -> Any:
        """The result of a call. Raises `RefusedError`, or `GoneError` where the outcome is not known."""
        return await self._ask(method, params)


def _refusal(error: Any) -> RefusedError:
    """The code, and the longest wait that any recipient's result names."""
    if not isinstance(error, dict):
        return RefusedError(0)
    code = error.get("code")
    after = 0.0
    data = error.get("data")
    response = data.get("response") if isinstance(data, dict) else None
    results = response.get("results") if isinstance(response, dict) else None
    for result in results if isinstance(results, list) else ():
        seconds = result.get("retryAfterSeconds") if isinstance(result, dict) else None
        if isinstance(seconds, int | float):
            after = max(after, float(seconds))
    return RefusedError(code if isinstance(code, int) else 0, after)
