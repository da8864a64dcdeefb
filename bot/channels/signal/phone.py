"""The probe's end of a Signal chat: a second account behind signal-cli's JSON-RPC. Everybody but the bot goes unread."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.channels.numbered import Choices
from bot.channels.phone import PREFIX, NotThereError
from bot.channels.settings import SettingsError, near_daemon
from bot.channels.signal.driver import GOODBYE_SECONDS
from bot.channels.signal.envelope import is_aci
from bot.channels.signal.render import message
from bot.channels.signal.rpc import Daemon, GoneError, RefusedError
from bot.engine import Choice, Screen

CONNECT_SECONDS: Final = 15.0


class SignalPhone:
    """`socket`: of the probe's own daemon. `account`: the probe's, "" where the daemon has one only. `bot`: the bot's ACI."""

    pause = 0.1

    def __init__(self, socket: str, account: str, bot: str, lingers: float = GOODBYE_SECONDS) -> None:
        self.lingers = lingers
        self._bot = bot
        self._daemon = Daemon(socket, account, self._receive)
        self._running: asyncio.Task[None] | None = None
        self._seen: dict[int, str] = {}
        self._own: list[int] = []

    async def open(self) -> None:
        """Connects to the daemon. Raises `NotThereError`."""
        self._seen.clear()
        self._running = asyncio.create_task(self._daemon.run())
        try:
            await asyncio.wait_for(self._daemon.connected.wait(), CONNECT_SECONDS)
        except TimeoutError:
            raise NotThereError from None

    def _receive(self, received: dict[str, Any]) -> None:
        envelope = received.get("envelope")
        if not isinstance(envelope, dict) or envelope.get("sourceUuid") != self._bot:
            return
        data = envelope.get("dataMessage")
        if not isinstance(data, dict):
            return
        gone, said, sent = data.get("remoteDelete"), data.get("message"), data.get("timestamp")
        if isinstance(gone, dict):
            self._seen.pop(gone.get("timestamp", 0), None)
        elif isinstance(said, str) and isinstance(sent, int):
            self._seen[sent] = said

    async def start(self) -> None:
        """As a person who knows the one word that leads to the first screen from everywhere."""
        await self.types("home")

    async def types(self, words: str) -> None:
        """As in `Phone`."""
        result = await self._call("send", recipient=[self._bot], message=words)
        sent = result.get("timestamp") if isinstance(result, dict) else None
        if isinstance(sent, int):
            self._own.append(sent)

    async def press(self, screen: Screen, choice: Choice) -> None:
        """As in `Phone`: by its number."""
        await self.types(str(Choices.of(screen).numbered.index(choice) + 1))

    async def leave(self) -> None:
        """As in `Phone`."""
        await self.types("leave")

    async def sees(self) -> Sequence[str]:
        """As in `Phone`."""
        return tuple(self._seen.values())

    def shows(self, screen: Screen) -> str:
        """As in `Phone`."""
        return message(screen)[0]

    async def close(self) -> None:
        """Takes the probe's own words back, and lets the daemon go."""
        try:
            own, self._own = self._own, []
            for sent in own if self._daemon.connected.is_set() else ():
                await self._call("remoteDelete", recipient=[self._bot], targetTimestamp=sent)
        finally:
            if self._running is not None:
                self._running.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await self._running
                self._running = None

    async def _call(self, method: str, **params: Any) -> Any:
        try:
            return await self._daemon.call(method, **params)
        except (GoneError, RefusedError):
            raise NotThereError from None


def from_environment(environ: Mapping[str, str]) -> SignalPhone:
    """The phone behind the daemon of CONSTELLATION_PROBE_SOCKET. CONSTELLATION_PROBE_ACCOUNT: its own account, where the daemon
    has several; CONSTELLATION_PROBE_BOT: the bot's ACI. Raises `SettingsError`."""
    bot, socket = (environ.get(PREFIX + name, "").strip() for name in ("BOT", "SOCKET"))
    if not socket or not is_aci(bot):
        raise SettingsError("probe_signal")
    return SignalPhone(near_daemon(socket), environ.get(PREFIX + "ACCOUNT", "").strip(), bot)
