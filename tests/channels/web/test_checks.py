"""doctor looks at the page: settings that would hurt, whether it answers here, and what a proxy in front of it changes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import time
from base64 import b32encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import sha3_256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.channels.channel import Check
from bot.channels.web import CHANNEL, app, page_answer
from bot.channels.web.page_checks import own_addresses, page_checks
from bot.channels.web.settings import from_environment
from bot.cli import main

Edit = Callable[[bytes], bytes]


def _onion(last: bytes = b"") -> str:
    key, version = bytes(range(32)), b"\x03"
    summed = last or sha3_256(b".onion checksum" + key + version).digest()[:2]
    return f"http://{b32encode(key + summed + version).decode().lower()}.onion"


async def looked(own: list[str] | None = None, public: str = "", **environ: str) -> dict[str, Check]:
    """What is found, by name; each fault with what mends it, and no value of a setting in any."""
    settings = from_environment({f"CONSTELLATION_WEB_{name}": value for name, value in environ.items()})
    found = await asyncio.to_thread(page_checks, settings, public, (lambda: own) if own is not None else None)
    assert all(check.ok == (check.fix == "") for check in found)
    assert not [value for value in (*environ.values(), public) if len(value) > 8 and value in str(found)]
    return {check.name: check for check in found}


@asynccontextmanager
async def front(page: str, edit: Edit) -> AsyncIterator[str]:
    """A proxy before the page that changes each answer. Gives its address."""
    port = int(urlsplit(page).port or 0)
    held: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            held.append(writer)
            await reader.readuntil(b"\r\n\r\n")
            inner, back = await asyncio.open_connection("127.0.0.1", port)
            back.write(b"GET / HTTP/1.1\r\nhost: page\r\nconnection: close\r\n\r\n")
            answer = edit(await inner.read())
            back.close()
            if answer:
                writer.write(answer)
                writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        for writer in held:
            writer.close()
        server.close()


def adds(line: bytes) -> Edit:
    """A header more."""
    return lambda answer: answer.replace(b"\r\n", b"\r\n" + line + b"\r\n", 1)


async def test_a_page_that_runs_has_nothing_to_mend(start, tmp_path: Path) -> None:
    """At a socket, with its health file, before a front that changes nothing; the history's words are told."""
    health = tmp_path / "health"
    parts = await start(socket=str(tmp_path / "socket"), health_file=health)
    tcp = await start()
    for _ in range(100):
        if health.exists():
            break
        await asyncio.sleep(0.05)
    assert parts.address == ""
    async with front(tcp.address, lambda answer: answer) as public:
        found = await looked(
            LISTEN=str(tmp_path / "socket"), HEALTH_FILE=str(health), ONION=_onion(),
            LEAVE_TO="https://weather.example/today", LEAVE_BY="refresh", public=public,
        )  # fmt: skip
    assert [check for check in found.values() if not check.ok] == []
    assert list(found) == [
        "page address",
        "page after leave",
        "onion address",
        "page limits",
        "page",
        "page health",
        "page front",
    ]
    assert "Notebook" in found["page"].says


@pytest.mark.parametrize(
    ("listen", "own", "ok"),
    [("127.0.0.1:9", ["9.9.9.9"], True), ("0.0.0.0:9", ["172.17.0.2"], True), ("0.0.0.0:9", ["172.17.0.2", "9.9.9.9"], False),
     ("0.0.0.0:9", [], True), ("[::]:9", ["2a00:1450::5"], False), ("9.9.9.9:9", [], False), ("10.0.0.5:9", ["9.9.9.9"], True),
     ("page.internal:9", ["9.9.9.9"], True), ("/nowhere/socket", ["9.9.9.9"], True)],
)  # fmt: skip
async def test_a_public_address_is_told(monkeypatch: pytest.MonkeyPatch, listen: str, own: list[str], ok: bool) -> None:
    """A proxy was promised, and the page can be reached past it; in a container's network it cannot."""
    monkeypatch.setattr(page_answer, "SECONDS", 0.2)
    found = await looked(own, LISTEN=listen, BEHIND_PROXY="yes")
    assert found["page address"].ok == ok
    assert found["page"].ok is False


def test_a_machine_knows_its_own_addresses() -> None:
    """Some or none, and never somebody's name."""
    assert all(each.replace(":", "").replace(".", "").isalnum() for each in own_addresses())


@pytest.mark.parametrize(
    ("leave_to", "why"),
    [("https://weather.example/", ""), (f"http://news.{'c' * 56}.onion/a", ""), ("https://weather.example:8443/", "web_leave"),
     ("https://.", "web_leave"), ("https://localhost/", "web_leave"), ("https://127.0.0.1/", "web_leave"),
     ("https://-a.example/", "web_leave"), ("https://me@weather.example/", "web_leave"),
     ("https://weather.example/?q", "web_leave"),
     ("http://weather.example/", "web_leave"), (f"http://{'c' * 55}.onion/", "web_leave"), ("javascript:alert(1)", "web_leave"),
     (f"{_onion()}/", "web_leave_here"), (f"http://www.{_onion().partition('//')[2]}", "web_leave_here"),
     (f"{_onion().upper().replace('HTTP', 'http').replace('ONION', 'onion')}", "web_leave")],
)  # fmt: skip
def test_where_leave_may_lead(leave_to: str, why: str) -> None:
    """To a host with a name, over TLS or as an onion service, and not back. doctor says what `run web` would refuse with."""
    assert CHANNEL.checks
    environ = {
        "CONSTELLATION_WEB_LEAVE_TO": leave_to,
        "CONSTELLATION_WEB_ONION": _onion(),
        "CONSTELLATION_WEB_LISTEN": "127.0.0.1:9",
    }
    first = CHANNEL.checks(environ)[0]
    if why:
        from bot.privacy.log_grammar import REFUSALS

        assert (first.name, first.ok, first.fix) == ("page settings", False, REFUSALS[why])
        assert leave_to not in str(first)
    else:
        assert first.name == "page address"


async def test_leave_must_not_lead_back_to_the_public_address() -> None:
    """Which the page itself does not know, and doctor does."""
    told = {"LISTEN": "127.0.0.1:9", "LEAVE_TO": "https://Page.invalid/es"}
    assert (await looked(**told, public="https://page.invalid"))["page after leave"].ok is False
    assert (await looked(**told, public="https://other.invalid"))["page after leave"].ok


async def test_a_wrong_letter_in_the_onion_address_is_seen() -> None:
    """Its last letters are a sum of the others."""
    assert (await looked(LISTEN="127.0.0.1:9", ONION=_onion()))["onion address"].ok
    assert "HiddenServiceDir" in (await looked(LISTEN="127.0.0.1:9", ONION=_onion(b"xx")))["onion address"].fix


@pytest.mark.parametrize(("most", "ok"), [(1024, False), (4096, True), (resource.RLIM_INFINITY, True)])
async def test_room_for_a_crowd(monkeypatch: pytest.MonkeyPatch, most: int, ok: bool) -> None:
    """A container with few files could not even let people go."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (most, most))
    assert (await looked(LISTEN="127.0.0.1:9"))["page limits"].ok == ok


async def test_a_page_that_does_not_answer(start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody there; somebody else; nobody who speaks; a socket of others'; an old or missing health file."""
    found = await looked(LISTEN="127.0.0.1:9", HEALTH_FILE=str(tmp_path / "health"))
    assert "nobody answers" in found["page"].says
    assert "not there" in found["page health"].says
    (tmp_path / "health").touch()
    os.utime(tmp_path / "health", (time.time() - 60,) * 2)
    assert "lately" in (await looked(LISTEN="127.0.0.1:9", HEALTH_FILE=str(tmp_path / "health")))["page health"].says
    parts = await start()
    for edit, says in (
        (lambda _: b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi", "not the page"),
        (lambda _: b"SSH-2.0-server\r\n", "no page"),
        (lambda _: b"", "ten seconds"),
    ):
        monkeypatch.setattr(page_answer, "SECONDS", 0.3 if "seconds" in says else 10)
        async with front(parts.address, edit) as address:
            assert says in (await looked(LISTEN=urlsplit(address).netloc))["page"].says
    if os.geteuid():
        await start(socket=str(tmp_path / "socket"))
        (tmp_path / "socket").chmod(0)
        assert "may not open" in (await looked(LISTEN=str(tmp_path / "socket")))["page"].says


@pytest.mark.parametrize(
    ("edit", "name", "words"),
    [
        (adds(b"Set-Cookie: AWSALB=canary; Path=/"), "front cookies", "cookie"),
        (adds(b"Content-Encoding: gzip"), "front compression", "compresses"),
        (adds(b"CF-Ray: canary\r\nNEL: {}\r\nServer: cloudflare"), "front additions", "cf-ray, nel"),
        (adds(b"ETag: W/1"), "front additions", "etag"),
        (lambda answer: answer.replace(b"control: no-store", b"control: public"), "front headers", "cache-control"),
        (lambda answer: answer.replace(b"referrer-policy: no-referrer\r\n", b""), "front headers", "referrer-policy"),
        (lambda answer: answer.replace(b"form-action 'self'; ", b""), "front headers", "content-security-policy"),
        (lambda answer: answer.replace(b"<!--      ", b"<script>x("), "front page", "put in"),
        (lambda answer: answer.replace(b"HTTP/1.1 200", b"HTTP/1.1 502"), "page front", "502"),
        (lambda answer: answer.replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 301 Moved\r\nlocation: /canary"), "page front", "301"),
        (lambda _: b"", "page front", "ten seconds"),
        (lambda _: b"not http\r\n\r\n", "page front", "cannot be reached"),
    ],
)  # fmt: skip
async def test_what_a_front_does_to_the_page(
    parts: app.RunningChannel, monkeypatch: pytest.MonkeyPatch, edit: Edit, name: str, words: str
) -> None:
    """One line that says what, and how to mend it; nothing of what it sent but names of headers."""
    monkeypatch.setattr(page_answer, "SECONDS", 0.3 if "seconds" in words else 10)
    async with front(parts.address, edit) as public:
        found = await looked(LISTEN=urlsplit(parts.address).netloc, public=public)
    bad = {key: check for key, check in found.items() if not check.ok}
    assert list(bad) == [name]
    assert words in bad[name].says
    assert "canary" not in str(found)


async def test_a_front_without_a_network_or_with_a_wrong_address() -> None:
    """One clear line each; an onion service is not asked for from here; without being asked nothing is visited."""
    for public, words in (
        ("https://page.invalid/", "cannot be reached"),
        ("http://page.example/", "cannot be visited"),
        ("https://[", "cannot be visited"),
    ):
        found = await looked(LISTEN="127.0.0.1:9", public=public)
        assert found["page front"].ok is False
        assert words in found["page front"].says
    assert "page front" not in await looked(LISTEN="127.0.0.1:9")


async def test_https_is_asked_to_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that nobody vouches for is told; over TLS a browser must be told to come back that way."""
    from bot.channels.web import front_checks

    said: list[tuple[tuple[str, str], ...]] = []

    async def visit(_address: str, _socket: str = "") -> page_answer.Answer:
        from bot.channels.web.headers import HEADERS, padded
        from bot.channels.web.pages import STYLE

        return page_answer.Answer(200, (*HEADERS, *said[0]), padded(f"<title>N</title><style>{STYLE}</style>"))

    monkeypatch.setattr(front_checks, "visit", visit)
    for more, bad in (((), ["front https"]), ((("strict-transport-security", "max-age=1"),), [])):
        said[:] = [more]
        found = await asyncio.to_thread(lambda: list(front_checks.front_checks("https://page.example/")))
        assert [check.name for check in found if not check.ok] == bad


async def test_doctor_prints_it(
    parts: app.RunningChannel, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the page is served from here; elsewhere nothing of it."""
    monkeypatch.setenv("CONSTELLATION_WEB_LISTEN", urlsplit(parts.address).netloc)
    await asyncio.to_thread(main, ["ops", "doctor"])
    assert "ok    page: it answers; its title" in capsys.readouterr().out
    monkeypatch.delenv("CONSTELLATION_WEB_LISTEN")
    await asyncio.to_thread(main, ["ops", "doctor"])
    assert " page" not in capsys.readouterr().out
