"""The highest number of a message, on a server: what one replica has sent the others look for at a leave."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.runtime.state.valkey.keys import NEWEST
from bot.runtime.state.valkey.place import Place
from bot.runtime.state.valkey.server import AwayError, Script, ValkeyServer

TELL_SECONDS: Final = 0.3
LIFE_SECONDS: Final = 3600

_SEE: Final = Script("""
local number = math.max(tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[1]) or '0'))
redis.call('SET', KEYS[1], string.format('%.0f', number), 'EX', ARGV[2])
return number
""")


class ValkeyNewestMessage:
    """`NewestMessage` on a server: told some times a second, however many messages there are."""

    def __init__(self, server: ValkeyServer, place: Place) -> None:
        self._server, self._key = server, place.key(NEWEST)
        self._number = 0
        self._telling: asyncio.Task[None] | None = None

    async def see(self, number: int) -> None:
        """As in `NewestMessage`."""
        if number > self._number:
            self._number = number
            if self._telling is None or self._telling.done():
                self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        await asyncio.sleep(TELL_SECONDS)
        await self._meet()

    async def get(self) -> int:
        """As in `NewestMessage`."""
        await self._meet()
        return self._number

    async def _meet(self) -> None:
        try:
            found = await self._server.run(_SEE, (self._key,), (self._number, LIFE_SECONDS))
        except AwayError:
            return
        self._number = max(self._number, int(found))

    async def close(self) -> None:
        """As in `NewestMessage`."""
        if self._telling is not None:
            self._telling.cancel()
        self._number = 0
