"""The server of the page: uvicorn with nothing that logs, names itself or waits for ever."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.channels.web.asgi import WebApp
from bot.channels.web.headers import closed_headers

REQUEST_SECONDS: Final = 15.0
"""How long a connection may be open without a whole head of a request; and so long again an answer may take to be read."""
KEEP_ALIVE_SECONDS: Final = 5
HEAD_LIMIT: Final = 16 * 1024
"""Bytes of a request's head."""
MOST_CONNECTIONS: Final = 1000
"""Connections at once; who comes beyond them is let go at once, so that those who are there are answered."""
BACKLOG: Final = 512
FILES: Final = 2 * BACKLOG + MOST_CONNECTIONS
"""Files that the process may have open: a crowd is taken in before who is too many can be let go."""


class BoundedProtocol(H11Protocol):
    """A connection that ends where it sends no request in time, and that says nothing of what was wrong with one."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As in `H11Protocol`, for as many connections as there is room for."""
        super().connection_made(cast("asyncio.Transport", transport))  # a stream is all that it is given
        self.client = None  # nobody's address is handed on
        self._wait()
        if len(self.connections) > MOST_CONNECTIONS:
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """As in `H11Protocol`."""
        self._late.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(REQUEST_SECONDS, self._end_if_idle)

    def _end_if_idle(self) -> None:
        """Lets go of a connection that asks for nothing; of one that does not read its answer only after as long again."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        self._late = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def on_response_complete(self) -> None:
        """As in `H11Protocol`; the next request has its time again."""
        self._late.cancel()
        self._wait()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """An answer to what is no request, closed as every other and empty."""
        del msg
        headers = [*closed_headers(), (b"content-length", b"0"), (b"connection", b"close")]
        with contextlib.suppress(h11.LocalProtocolError):
            self.transport.write(self.conn.send(h11.Response(status_code=400, headers=headers, reason=b"Bad Request")) or b"")
            self.transport.write(self.conn.send(h11.EndOfMessage()) or b"")
        self.transport.close()


def raise_file_limit(wanted: int = FILES) -> bool:
    """Lets the process open so many files, where the usual 1,024 would keep it from letting anybody go. False where the machine
    does not let it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return True
    with contextlib.suppress(OSError, ValueError):  # a unit may forbid the call, and set the limit itself
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= wanted


def listening(host: str, port: int, path: str = "") -> socket.socket:
    """A socket that listens. `port`: 0 for any that is free. `path`: of a unix socket instead, which its group may use. Raises
    OSError."""
    if path:
        with contextlib.suppress(FileNotFoundError):
            Path(path).unlink()
        found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        found.bind(path)
        Path(path).chmod(0o660)  # the proxy's group has to reach it
    else:
        found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, port))
        except OSError:
            found.close()
            raise
    found.listen(BACKLOG)
    return found


class Server(uvicorn.Server):
    """Leaves the signals to the channel."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is caught here."""
        yield


def server_of(app: WebApp) -> Server:
    """The server of an application."""
    protocol: Any = BoundedProtocol
    return Server(
        uvicorn.Config(
            app,
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",  # no line for a request that makes no sense: whoever sends many would fill a disk
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=HEAD_LIMIT,
        )
    )
