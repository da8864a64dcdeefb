"""What `constellation ops doctor` says of the page: its settings, whether it answers here, and what stands in front of it."""

from __future__ import annotations

import asyncio
import resource
import socket
from base64 import b32decode
from collections.abc import Callable, Iterator
from hashlib import sha3_256
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import aiohttp

from bot.channels.channel import Check
from bot.channels.settings import is_loopback, where_to_knock
from bot.channels.web.front_checks import front_checks
from bot.channels.web.page_answer import visit
from bot.channels.web.server import FILES
from bot.channels.web.settings import Settings, leads_to
from bot.runtime.health import healthy, unheard

_ROUTES: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses of nobody, kept for documents: nothing is sent there, the kernel only says from which of ours it would be."""


def page_checks(settings: Settings, public: str = "", own: Callable[[], list[str]] | None = None) -> tuple[Check, ...]:
    """One `Check` each. Visits the page on this machine. `public`: the address that people open, which is visited too, "" for
    none. `own`: gives the addresses of this machine."""
    found = [_listens(settings, own or own_addresses), _after_leave(settings, public)]
    if settings.onion:
        found.append(_onion(settings.onion))
    found.append(_limit())
    found += _here(settings)
    if settings.health_file:
        found.append(_health(settings.health_file))
    if public:
        found += front_checks(public)
    return tuple(found)


# --- the settings --------------------------------------------------------------------------------------------------------


def own_addresses() -> list[str]:
    """The addresses that this machine has towards the internet. Sends nothing."""
    found = []
    for family, nobody in _ROUTES:
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            try:
                asked.connect((nobody, 9))
                found.append(str(asked.getsockname()[0]))
            except OSError:  # no way there
                continue
    return found


def _listens(settings: Settings, own: Callable[[], list[str]]) -> Check:
    name = "page address"
    if settings.socket:
        return Check(name, True, "it listens at a socket, which its group alone may open")
    if is_loopback(settings.host):
        return Check(name, True, "it listens on this machine alone; a socket would keep other accounts of it out, too")
    try:
        everywhere = ip_address(settings.host).is_unspecified
    except ValueError:
        everywhere = False
    if any(_is_public(each) for each in (own() if everywhere else [settings.host])):
        fix = (
            "listen at a socket or on 127.0.0.1, with the proxy on this machine (docs/web.md), or on an address that the proxy "
            "alone can reach"
        )
        return Check(name, False, "it listens on a public address: who goes there by itself reads and writes in clear", fix)
    return Check(name, True, "it listens in a network: nobody but the proxy may be in that, since it speaks in clear there")


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return False


def _after_leave(settings: Settings, public: str) -> Check:
    name = "page after leave"
    if not settings.leave_to:
        return Check(name, True, "nothing: an empty page that leads nowhere. CONSTELLATION_WEB_LEAVE_TO can name a harmless one")
    if leads_to(settings.leave_to, public):
        return Check(name, False, "it leads back to the page itself", "name a harmless page of somebody else's")
    way = "goes by itself" if settings.leave_by == "refresh" else "has a link"
    return Check(name, True, f"it {way} to the page that is named; see that it says nothing of yours")


def _onion(address: str) -> Check:
    """The last bytes of an onion address are a sum of the others: a wrong letter shows."""
    label = address.removeprefix("http://").partition(".")[0]
    key = b32decode(label.upper())
    summed = sha3_256(b".onion checksum" + key[:32] + key[34:]).digest()[:2]
    if key[34:] == b"\x03" and key[32:34] == summed:
        return Check("onion address", True, "its letters belong together")
    fix = "copy it anew from the file hostname in tor's HiddenServiceDir"
    return Check("onion address", False, "a letter of it is wrong: browsers would be sent to nobody", fix)


def _limit() -> Check:
    name, most = "page limits", resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most == resource.RLIM_INFINITY or most >= FILES:
        return Check(name, True, f"it may open the {FILES} files that a crowd takes")
    fix = "LimitNOFILE=4096 in the unit, --ulimit nofile=4096 for docker"
    return Check(name, False, f"it may open {most} files, and a crowd takes {FILES}: nobody would be let in then", fix)


# --- on this machine -----------------------------------------------------------------------------------------------------


def _here(settings: Settings) -> Iterator[Check]:
    name = "page"
    host = where_to_knock(settings.host)
    shown = f"[{host}]" if ":" in host else host
    try:
        answer = asyncio.run(visit(f"http://{'page' if settings.socket else f'{shown}:{settings.port}'}/", settings.socket))
    except (PermissionError, aiohttp.ClientConnectorError) as error:
        if isinstance(error, PermissionError) or isinstance(getattr(error, "os_error", None), PermissionError):
            fix = "ask as root, or as an account in the socket's group"
            yield Check(name, False, "this account may not open its socket", fix)
            return
        fix = "start it: systemctl start constellation-web; run the command by hand to see why it stops (docs/web.md)"
        yield Check(name, False, "nobody answers where it would listen", fix)
    except TimeoutError:
        yield Check(name, False, "it does not answer in ten seconds", "start it again: systemctl restart constellation-web")
    except (OSError, aiohttp.ClientError, ValueError):
        yield Check(name, False, "what answers there is no page", "see which program has its address, or name another")
    else:
        if answer.status != 200 or answer.changed() or not answer.whole():
            fix = "after an update start the page again; else see which program has its address"
            yield Check(name, False, "what answers there is not the page as this program makes it", fix)
            return
        yield Check(name, True, f"it answers; its title, which a browser's history keeps, is: {answer.title}")


def _health(file: Path) -> Check:
    name = "page health"
    try:
        if healthy(file):
            return Check(name, True, "it opens its own first page, and says so in its health file")
        seen = unheard(file) is not None
    except PermissionError:
        return Check(name, False, "this account may not look at the health file", "ask as root")
    says = "it has not opened its own first page lately" if seen else "the health file is not there"
    return Check(name, False, says, "see whether the page runs, and whether it may write there: constellation ops health")
