"""Serves the pages on 127.0.0.1 and nowhere else, without an access log."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"


def free_socket(port: int) -> socket.socket:
    """A socket on this machine alone. `port`: 0 for any that is free. Raises OSError where the port is taken."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
        found.listen()  # before the address is printed: a browser that is quick waits instead of being refused
    except OSError:
        found.close()
        raise
    return found


def serve(app_at: Callable[[int], ASGIApp], listening: socket.socket) -> None:
    """Answers until it is interrupted. `app_at`: the app for a port."""
    port = int(listening.getsockname()[1])
    config = uvicorn.Config(
        app_at(port),
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run(sockets=[listening])
