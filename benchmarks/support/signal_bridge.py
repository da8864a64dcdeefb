"""Two daemons as of two Signal accounts: what one sends, the other receives. The bot's and the probe's, each on a socket."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from benchmarks.support.signal_daemon import SignalDaemon

BOT = "b0700000-0000-4000-8000-000000000001"
PROBE = "a0700000-0000-4000-8000-000000000002"


class Account(SignalDaemon):
    """One account's daemon. `aci`: its own. `alter`: what becomes of its words on their way."""

    def __init__(self, socket: Path, aci: str) -> None:
        super().__init__(socket)
        self.aci = aci
        self.others: dict[str, Account] = {}
        self.alter: Any = lambda text: text
        self.loses = ""

    def _answer(self, asked: dict[str, Any], writer: asyncio.StreamWriter) -> dict[str, Any]:
        answer = super()._answer(asked, writer)
        method, params = asked["method"], asked.get("params", {})
        if "result" not in answer or method == self.loses:
            return answer
        if method == "send":
            sent = answer["result"]["timestamp"]
            self._over(params, timestamp=sent, message=self.alter(params["message"]))
        elif method == "remoteDelete":
            self._over(params, message=None, remoteDelete={"timestamp": params["targetTimestamp"]})
        return answer

    def _over(self, params: dict[str, Any], **data: Any) -> None:
        for aci in params["recipient"]:
            if other := self.others.get(aci):
                envelope = other.envelope(self.aci, **data)
                other.push(envelope)


class Bridge:
    """Both accounts, connected."""

    def __init__(self, folder: Path) -> None:
        self.bot, self.probe = Account(folder / "bot", BOT), Account(folder / "probe", PROBE)
        self.bot.others, self.probe.others = {PROBE: self.probe}, {BOT: self.bot}

    async def start(self) -> None:
        """Both listen."""
        await self.bot.start()
        await self.probe.start()

    async def stop(self) -> None:
        """Both die."""
        await self.bot.stop()
        await self.probe.stop()
