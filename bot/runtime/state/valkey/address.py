"""Addresses of a Valkey server: what they may look like, the client for each, and which must not go over a network."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from bot.runtime.state.state import StateError

SENTINEL: Final = ("valkey+sentinel", "valkeys+sentinel")
SECURE: Final = ("valkeys", "rediss", "valkeys+sentinel")
SCHEMES: Final = ("unix", "valkey", "redis", *SECURE, SENTINEL[0])
_HOME: Final = ("localhost", "127.0.0.1", "::1")
CONNECT_SECONDS: Final = 0.25
_QUIET: Final = {
    "socket_timeout": 1.0, "socket_connect_timeout": CONNECT_SECONDS, "client_name": None, "lib_name": None, "lib_version": None
}  # fmt: skip


def refusal(address: str) -> str:
    """ "plain" for a server on another machine without TLS, "" for what may be used. Raises `StateError` ("address")."""
    parts = _parts(address)
    if parts.scheme == "unix" or parts.scheme in SECURE:
        return ""
    return "" if all(host in _HOME for host, _ in _hosts(parts)) else "plain"


def client_of(address: str, connected: Callable[[Any], Awaitable[None]] | None = None) -> Any:
    """An asyncio client, not connected yet: of `unix://PATH`, `valkey://HOST:PORT`, `valkeys://…` (TLS), or
    `valkey+sentinel://HOST:PORT,HOST:PORT/SERVICE` (`valkeys+sentinel` for TLS to both), where the sentinels say which server
    leads. A user and a password may stand before the host; they are the server's. `?ssl_ca_certs=PATH`: who signs the
    certificate. It is always looked at, and that it is of the name in the address. `connected`: gets each new connection to the
    server, in place of its `on_connect`. Raises `StateError` ("address")."""
    from valkey.asyncio import sentinel
    from valkey.asyncio.client import Valkey

    # The client has types only where it is installed: they are not looked at, so that the check says the same everywhere.
    plain: Any = Valkey.from_url
    led: Any = sentinel.Sentinel
    parts = _parts(address)
    secure: dict[str, Any] = {"ssl_check_hostname": True} if parts.scheme in SECURE else {}
    if parts.scheme not in SENTINEL:
        return plain(address, valkey_connect_func=connected, **_QUIET, **secure)
    service = parts.path.strip("/")
    if not service:
        raise StateError("address")
    if secure:
        secure |= {"ssl": True, **{name: values[-1] for name, values in parse_qs(parts.query).items()}}
    known = {name: value for name, value in (("username", parts.username), ("password", parts.password)) if value}
    quiet = {**_QUIET, **secure}
    sentinels = led(_hosts(parts), sentinel_kwargs=quiet, **quiet, **known)
    return sentinels.master_for(service, valkey_connect_func=connected)


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        if parts.scheme not in SCHEMES or (parts.scheme == "unix" and not parts.path):
            raise StateError("address")
        if parts.scheme != "unix" and not all(host for host, _ in _hosts(parts)):
            raise StateError("address")
        said = parse_qs(parts.query, keep_blank_values=True)
        # The client would take "ssl_cert_reqs=none", and whoever is on the way could be the server.
        if (parts.scheme in SENTINEL and {*said} - {"ssl_ca_certs"}) or {*said} & {"ssl_cert_reqs", "ssl_check_hostname"}:
            raise StateError("address")
    except ValueError:
        raise StateError("address") from None
    return parts


def _hosts(parts: SplitResult) -> list[tuple[str, int]]:
    """Each host and port. Raises ValueError for a port that is none."""
    found = []
    for each in parts.netloc.rpartition("@")[2].split(","):
        one = urlsplit(f"//{each}")
        found.append((one.hostname or "", one.port or (26379 if parts.scheme in SENTINEL else 6379)))
    return found
