"""JSON-RPC to the daemon over one socket: calls with answers, received messages, pings, and coming back after silence."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any, Final

from bot.privacy import silence

PING_SECONDS: Final = 8.0
ANSWER_SECONDS: Final = 30.0
LONGEST_LINE: Final = 1 << 20
RATE_LIMIT, CAPTCHA, NO_NETWORK = -5, -6, -3
_PASSING: Final = ("", "NETWORK_FAILURE", "RATE_LIMIT_FAILURE")
"""What signal-cli says of a recipient that it may reach later."""
FIRST_WAIT, LONGEST_WAIT = 0.2, 2.0

Receive = Callable[[dict[str, Any]], None]


class GoneError(Exception):
    """The daemon went away before it answered: whether the call was carried out is not known. Carries nothing."""


class RefusedError(Exception):
    """The daemon said no, never its words. `code`: its own; `after`: seconds to wait, 0 where it gave none; `passes`: that the
    same call may go well later."""

    def __init__(self, code: int, after: float = 0.0, *, passes: bool = False) -> None:
        super().__init__(f"the daemon refused with {code}")
        self.code, self.after, self.passes = code, after, passes


class Daemon:
    """One connection at a time. `receive` gets each envelope; it must not wait. `heard` is called for each line."""

    def __init__(self, socket: str, account: str, receive: Receive, heard: Callable[[], None] = lambda: None) -> None:
        self._socket, self._account, self._receive, self.heard = socket, account, receive, heard
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
        # Side by side: a connection that ends while an answer is awaited is noticed at once.
        tasks = {asyncio.create_task(self._read(reader)), asyncio.create_task(self._subscribe())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            writer.close()

    async def _subscribe(self) -> None:
        """Takes up the subscription, then asks again and again whether somebody is there."""
        await self._ask("subscribeReceive", {})
        self.connected.set()
        silence.say("poll_back")
        while True:
            await asyncio.sleep(PING_SECONDS)
            await self._ask("version", {})

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
        self.heard()
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

    async def _ask(self, method: str, params: dict[str, Any]) -> Any:
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
            return await asyncio.wait_for(future, ANSWER_SECONDS)
        except (ConnectionError, TimeoutError):
            raise GoneError from None
        finally:
            self._waiting.pop(number, None)

    async def call(self, method: str, **params: Any) -> Any:
        """The result of a call. Raises `RefusedError`, or `GoneError` where the outcome is not known."""
        return await self._ask(method, params)


def _refusal(error: Any) -> RefusedError:
    """The code, the longest wait that any recipient's result names, and whether every one of them is of the kind that passes."""
    if not isinstance(error, dict):
        return RefusedError(0)
    code = error.get("code")
    after, passes = 0.0, code in (RATE_LIMIT, CAPTCHA, NO_NETWORK)
    data = error.get("data")
    response = data.get("response") if isinstance(data, dict) else None
    results = response.get("results") if isinstance(response, dict) else None
    for result in results if isinstance(results, list) else ():
        if not isinstance(result, dict):
            continue
        seconds = result.get("retryAfterSeconds")
        if isinstance(seconds, int | float):
            after = max(after, float(seconds))
        passes = passes and result.get("type", "") in _PASSING
    return RefusedError(code if isinstance(code, int) else 0, after, passes=passes)
