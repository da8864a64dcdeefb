"""One address before several replicas, as nginx is one: in turn, past those that are down.

What makes it try the next replica is nginx's choice for a POST (`proxy_next_upstream error timeout`): a connection that is not to
be had. A request that was sent is not sent to another, whatever becomes of it: the caller gets 502 or 504 (Telegram brings the
update again). With "error", "timeout" or "503" in `retries` it is sent to the next all the same (nginx: `non_idempotent`, and
`http_503`). A replica that failed so is left out for `rest_seconds` (`max_fails=1 fail_timeout=10s`); where all are, the
answer is 502.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp import web

KEPT: Final = ("X-Telegram-Bot-Api-Secret-Token", "Content-Type")


class Front:
    """Listens on a port of this machine. `sockets`: of the replicas. `retries`: see the module. `read_seconds`: silence of a
    replica that is a failure (nginx: `proxy_read_timeout`)."""

    def __init__(
        self,
        sockets: Sequence[Path],
        retries: frozenset[str] = frozenset(),
        read_seconds: float = 60.0,
        rest_seconds: float = 10.0,
    ) -> None:
        self._sockets, self._retries = list(sockets), retries
        self._read, self.rest_seconds = read_seconds, rest_seconds
        self._down = [0.0] * len(self._sockets)
        self._turn = 0
        self._stack = AsyncExitStack()
        self._sessions: list[aiohttp.ClientSession] = []
        self.port = 0
        self.choose: Callable[[bytes], int | None] = lambda _body: None
        """Which replica a request goes to, None for the one whose turn it is."""
        self.loses: Callable[[], bool] = lambda: False
        """Whether an answer is lost on its way back: the connection breaks instead."""
        self.taken: Counter[int] = Counter()
        """How many requests each replica has answered."""
        self.answers: Counter[int] = Counter()

    async def start(self) -> None:
        """Listens."""
        for path in self._sockets:
            connector = aiohttp.UnixConnector(path=str(path), force_close=True, limit=0)
            self._sessions.append(await self._stack.enter_async_context(aiohttp.ClientSession(connector=connector)))
        app = web.Application(client_max_size=1 << 20)
        app.router.add_post("/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops listening."""
        await self._stack.aclose()
        self._sessions.clear()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/"

    def _order(self, wanted: int | None) -> list[int]:
        """The replicas to try, in this order."""
        count = len(self._sockets)
        first = self._turn if wanted is None else wanted
        if wanted is None:
            self._turn = (self._turn + 1) % count
        now = time.monotonic()
        return [at for at in ((first + step) % count for step in range(count)) if count == 1 or self._down[at] <= now]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {name: request.headers[name] for name in KEPT if name in request.headers}
        status, after = 502, ""
        for at in self._order(self.choose(body)):
            status, after, again = await self._try(at, request.path_qs, body, headers)
            if not again:
                break
            self._down[at] = time.monotonic() + self.rest_seconds
        self.answers[status] += 1
        if self.loses() and request.transport is not None:
            request.transport.abort()
        return web.Response(status=status, headers={"Retry-After": after} if after else {})

    async def _try(self, at: int, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bool]:
        """The status, the asked wait, and whether the next is to be tried."""
        limit = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=self._read)
        try:
            async with self._sessions[at].post(f"http://replica{path}", data=body, headers=headers, timeout=limit) as answer:
                await answer.read()
                self.taken[at] += 1
                return answer.status, answer.headers.get("Retry-After", ""), str(answer.status) in self._retries
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return 502, "", True
        except TimeoutError:
            self._down[at] = time.monotonic() + self.rest_seconds
            return 504, "", "timeout" in self._retries
        except (aiohttp.ClientError, OSError):
            self._down[at] = time.monotonic() + self.rest_seconds
            return 502, "", "error" in self._retries


async def listens(path: Path) -> bool:
    """Whether somebody takes connections at a socket."""
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return False
    writer.close()
    return True
