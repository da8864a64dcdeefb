"""What stands in front of the page, as a visitor meets it: whether it hands the page on as it is. Asks over the network."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from typing import Final

import aiohttp

from bot.channels.channel import Check
from bot.channels.settings import SettingsError
from bot.channels.web.page_answer import Answer, visit
from bot.channels.web.phone import page_address

_MANY: Final = 6
"""So many added headers are named."""


def front_checks(public: str) -> Iterator[Check]:
    """Visits `public` once, as a browser does, and says what the page would not have sent."""
    name = "page front"
    try:
        address = page_address(public)
    except SettingsError as error:
        yield Check(name, False, "the public address cannot be visited", str(error))
        return
    if address.partition("://")[2].rstrip("/").endswith(".onion"):
        yield Check(name, True, "an onion service cannot be visited from here; open it in Tor Browser")
        return
    try:
        answer = asyncio.run(visit(address))
    except (aiohttp.ClientSSLError, ssl.SSLError):
        fix = "see that the certificate is for this name, not over, and sent with its whole chain"
        yield Check(name, False, "its certificate is not taken", fix)
    except TimeoutError:
        yield Check(name, False, "it does not answer in ten seconds", "see whether the proxy runs, and the firewall")
    except (OSError, aiohttp.ClientError, ValueError):
        fix = "look at this machine's way there: name server, firewall, and whether the proxy runs"
        yield Check(name, False, "it cannot be reached from here", fix)
    else:
        faults = list(_faults(answer, tls=address.startswith("https://")))
        yield from faults
        if not faults:
            yield Check(name, True, "it hands the page on as it is, with its headers, and adds nothing that tells of a visitor")


def _faults(answer: Answer, *, tls: bool) -> Iterator[Check]:
    said = dict(answer.headers)
    compressed = said.get("content-encoding", "identity").lower() != "identity"
    if answer.status != 200:
        fix = "see that the proxy reaches the page's socket, and asks for no password and no other address"
        yield Check("page front", False, f"it answers {answer.status} instead of the page", fix)
        return
    if "set-cookie" in said:
        fix = "switch off what sets it (a balancer's stickiness, a firewall, statistics): the page needs none"
        yield Check("front cookies", False, "it sets a cookie, by which a visitor is known again", fix)
    if compressed:
        fix = "gzip off in nginx, no encode in Caddy; with a content network in between: leave it out"
        yield Check("front compression", False, "it compresses, so that lengths tell what is inside", fix)
    if changed := answer.changed():
        fix = "let the proxy hand the page's headers on, and add none of the same name (deploy/web)"
        yield Check("front headers", False, f"headers of the page are missing or changed: {', '.join(changed)}", fix)
    if added := answer.added():
        fix = "take them away in the proxy: they may mark a visitor, or tell others of a visit"
        yield Check("front additions", False, f"headers are added: {', '.join(added[:_MANY])}", fix)
    if not compressed and not answer.whole():
        fix = "switch off what changes pages on their way; after an update start the page again"
        yield Check("front page", False, "the page does not come as it is sent: something is put in, or left out", fix)
    if tls and "strict-transport-security" not in said:
        fix = 'Strict-Transport-Security "max-age=31536000", as in deploy/web'
        yield Check("front https", False, "a browser is not told to come by https the next time", fix)
