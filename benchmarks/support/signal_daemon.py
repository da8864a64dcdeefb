"""A JSON-RPC daemon as signal-cli's: one object a line, subscriptions, timestamps, refusals. Holds chats to look at."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any


class SignalDaemon:
    """Serves one socket. `delay`: seconds a call takes. `refuse`: codes (with a wait) for the next calls of a method."""

    def __init__(self, socket: Path, delay: float = 0.0) -> None:
        self.socket, self.delay = socket, delay
        self.chats: dict[str, dict[int, str]] = defaultdict(dict)
        self.styles: dict[int, list[str]] = {}
        self.timers: dict[str, int] = {}
        self.forgotten: list[str] = []
        self.calls: list[str] = []
        self.log: list[tuple[float, int, str]] = []
        """Each call: when, on the how-manyth connection, and which."""
        self.said: list[str] = []
        """All words that were ever shown, to whomever."""
        self.sends: list[str] = []
        """To whom each send was tried."""
        self.refuse: dict[str, list[tuple[int, float]]] = {}
        self.fails: dict[str, tuple[int, str, float]] = {}
        """For a recipient: the code, its result's type and the wait of every send. signal-cli says -1 where none is reached."""
        self.silent: set[str] = set()
        """Recipients for whom sends are carried out, and never answered."""
        self._clock = itertools.count(1_700_000_000_000)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._subscribed: set[asyncio.StreamWriter] = set()
        self._kept: list[bytes] = []
        """What came while nobody listened: with `--receive-mode=manual` it waits on Signal's servers."""
        self.busy = self.most_busy = self.connections = 0
        self.awake = asyncio.Event()
        """Cleared, it is as a stopped process: it takes what comes and answers when it goes on."""
        self.awake.set()

    async def start(self) -> None:
        """Listens."""
        self._server = await asyncio.start_unix_server(self._serve, str(self.socket), limit=1 << 20)

    async def stop(self) -> None:
        """Dies as a daemon does: connections break."""
        if self._server:
            self._server.close()
        for writer in list(self._writers):
            writer.close()
        self._writers.clear()
        self._subscribed.clear()
        with contextlib.suppress(FileNotFoundError):
            self.socket.unlink()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        number = self.connections
        try:
            while line := await reader.readline():
                asked = json.loads(line)
                self.log.append((time.monotonic(), number, asked["method"]))
                self.busy += 1
                self.most_busy = max(self.most_busy, self.busy)
                await asyncio.sleep(self.delay)
                await self.awake.wait()
                self.busy -= 1
                if writer not in self._writers:
                    break
                answer = self._answer(asked, writer)
                if self.silent.intersection(asked.get("params", {}).get("recipient", ())):
                    continue
                writer.write(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **answer}).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            self._subscribed.discard(writer)

    def _answer(self, asked: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
        method, params = asked["method"], asked.get("params", {})
        self.calls.append(method)
        self.sends += params["recipient"] if method == "send" else ()
        failing = self.fails.get(params.get("recipient", [""])[0]) if method == "send" else None
        if failing or self.refuse.get(method):
            code, after = failing[::2] if failing else self.refuse[method].pop(0)
            kind = failing[1] if failing else "NETWORK_FAILURE" if code == -1 else "RATE_LIMIT_FAILURE"
            results = [{"type": kind, "retryAfterSeconds": after}]
            return {"error": {"code": code, "message": "private words", "data": {"response": {"results": results}}}}
        match method:
            case "subscribeReceive":
                self._subscribed.add(writer)
                asyncio.get_running_loop().call_soon(self._hand_over, writer)
                return {"result": 0}
            case "version":
                return {"result": {"version": "fake"}}
            case "send":
                (aci,) = params["recipient"]
                assert uuid.UUID(aci), "people are addressed by ACI"
                now = next(self._clock)
                self.chats[aci][now] = params["message"]
                self.said.append(params["message"])
                self.styles[now] = params.get("textStyle", [])
                for style in self.styles[now]:
                    start, length, _ = style.split(":")
                    assert int(start) + int(length) <= len(params["message"].encode("utf-16-le")) // 2
                return {"result": {"timestamp": now, "results": [{"type": "SUCCESS"}]}}
            case "remoteDelete":
                (aci,) = params["recipient"]
                self.chats[aci].pop(params["targetTimestamp"], None)
                return {"result": {"timestamp": next(self._clock), "results": []}}
            case "updateContact":
                (aci,) = params["recipient"]
                self.timers[aci] = params["expiration"]
                return {"result": {}}
            case "removeContact":
                assert params["forget"] is True
                self.forgotten.append(params["recipient"])
                return {"result": {}}
        return {"error": {"code": -32601, "message": "Method not implemented"}}

    def push(self, received: dict[str, Any]) -> None:
        """Hands something to every subscriber, as received."""
        line = (
            json.dumps({"jsonrpc": "2.0", "method": "receive", "params": {"subscription": 0, "result": received}}).encode()
            + b"\n"
        )
        for writer in self._subscribed:
            writer.write(line)
        if not self._subscribed:
            self._kept.append(line)

    def _hand_over(self, writer: asyncio.StreamWriter) -> None:
        kept, self._kept = self._kept, []
        for line in kept:
            writer.write(line)

    def envelope(self, aci: str, **data: Any) -> dict[str, Any]:
        """An envelope with the shape that was read in the real one."""
        now = next(self._clock)
        return {
            "account": "+15550000000",
            "envelope": {
                "source": aci, "sourceNumber": None, "sourceUuid": aci, "sourceName": "Canary Name", "sourceDevice": 1,
                "timestamp": now, "serverReceivedTimestamp": now, "serverDeliveredTimestamp": now,
                "dataMessage": {"timestamp": now, "message": None, "expiresInSeconds": 0, "viewOnce": False, **data},
            },
        }  # fmt: skip

    def writes(self, aci: str, text: str) -> None:
        """A person writes."""
        self.push(self.envelope(aci, message=text))

    def sees(self, aci: str) -> list[str]:
        """The bot's messages that are left in a chat."""
        return list(self.chats[aci].values())

    async def until(self, true: Any, seconds: float = 8.0) -> None:
        """Waits until something holds."""
        async with asyncio.timeout(seconds):
            while not true():
                await asyncio.sleep(0.01)
