"""JSON-RPC to the daemon over one socket: calls with answers, received messages, pings, and coming back after silence."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any, Final, Literal

from bot.privacy import safe_log

PING_SECONDS: Final = 8.0
ANSWER_SECONDS: Final = 30.0
LONGEST_LINE: Final = 1 << 20
Kind = Literal["for good", "limit", "captcha", "network", "odd"]
_KINDS: Final[dict[int, Kind]] = {-5: "limit", -6: "captcha", -3: "network", -2: "odd", -32603: "odd"}
_LATE: Final = -32000
"""Ours, for a call that the daemon did not answer in time, though it is there."""
FIRST_WAIT, LONGEST_WAIT = 0.2, 2.0

Receive = Callable[[dict[str, Any]], None]


class GoneError(Exception):
    """The daemon went away before it answered: whether the call was carried out is not known. Carries nothing."""


class RefusedError(Exception):
    """The daemon said no, never its words. `code`: its own; `after`: seconds to wait, 0 where it gave none; `kind`: whether the
    same call may go well later ("odd": nobody knows whether it was carried out)."""

    def __init__(self, code: int, after: float = 0.0, kind: Kind = "for good") -> None:
        super().__init__(f"the daemon refused with {code}")
        self.code, self.after, self.kind = code, after, kind


class Daemon:
    """One connection at a time. `receive` gets each envelope; it must not wait. `heard` is called for each line. `holds`: whether
    this process may speak at all; asked before each call, and where it may not none is made any more."""

    def __init__(
        self,
        socket: str,
        account: str,
        receive: Receive,
        heard: Callable[[], None] = lambda: None,
        holds: Callable[[], bool] = lambda: True,
    ) -> None:
        self._socket, self._account, self._receive, self.heard, self._holds = socket, account, receive, heard, holds
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Connects, subscribes, pings; and again, for ever, until cancelled or as long as this process may speak."""
        wait = FIRST_WAIT
        while self._holds():
            try:
                await self._once()
                wait = FIRST_WAIT
            except (OSError, GoneError, RefusedError, asyncio.IncompleteReadError, ValueError, TimeoutError):
                safe_log.say("poll_failed")
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
        self.heard()
        safe_log.say("poll_back")
        while True:
            await asyncio.sleep(PING_SECONDS)
            if self._holds():  # else what was handed over to this process is still read, for who serves now
                await self._ask("version", {})

    def _lose(self) -> None:
        self.connected.clear()
        self._writer = None
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_result(GoneError())

    async def _read(self, reader: asyncio.StreamReader) -> None:
        # No name here keeps a line while the next is awaited: it holds who wrote, and what.
        while self._take(await reader.readline()):
            pass

    def _take(self, line: bytes) -> bool:
        """Hands on what a line holds. False at the end of the connection."""
        if not line:
            return False
        if self.connected.is_set():
            self.heard()
        try:
            message = json.loads(line)
        except ValueError:
            safe_log.say("poison")
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
            future.set_result(_refusal(message["error"]) if "error" in message else message.get("result"))
        return True

    async def _ask(self, method: str, params: dict[str, Any]) -> Any:
        if not self._holds():
            self.connected.clear()  # for good: who waits for it is ended with the channel
        if self._writer is None or not self._holds():
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
            # Not `wait_for`, which on Python 3.11 swallows a stop that comes with the answer, and the bot would never end.
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await future
        except ConnectionError:
            self.connected.clear()  # before the reading side has noticed: nobody should try again on this connection
            raise GoneError from None
        except TimeoutError:
            raise RefusedError(_LATE, kind="odd") from None
        finally:
            self._waiting.pop(number, None)
        if isinstance(answer, GoneError | RefusedError):
            try:
                raise answer
            finally:
                del answer, future  # the error holds this frame, and with it to whom the call was: no circle may keep both
        return answer

    async def call(self, method: str, **params: Any) -> Any:
        """The result of a call. Raises `RefusedError`, or `GoneError` where the outcome is not known."""
        return await self._ask(method, params)


def _refusal(error: Any) -> RefusedError:
    """What the code says, or the results of the recipients where there are any: signal-cli hides a network failure behind -1."""
    if not isinstance(error, dict):
        return RefusedError(0)
    given = error.get("code")
    code = given if isinstance(given, int) else 0
    data = error.get("data")
    response = data.get("response") if isinstance(data, dict) else None
    results = response.get("results") if isinstance(response, dict) else None
    found = [result for result in results if isinstance(result, dict)] if isinstance(results, list) else []
    kind: Kind = _KINDS.get(code, "for good")
    types = {result.get("type") for result in found}
    if types and not types <= {"NETWORK_FAILURE", "RATE_LIMIT_FAILURE"}:
        kind = "for good"
    elif types:
        captcha = any(result.get("token") for result in found)
        kind = "network" if "NETWORK_FAILURE" in types else "captcha" if captcha or kind == "captcha" else "limit"
    waits = [result.get("retryAfterSeconds") for result in found]
    return RefusedError(code, max((float(wait) for wait in waits if isinstance(wait, int | float)), default=0.0), kind)
