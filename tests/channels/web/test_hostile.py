"""Requests that no friend sends: each is answered or let go, nothing of it comes back, and the next one is served."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from benchmarks.support.browser import Browser
from bot.channels.web import app, server
from bot.channels.web.asgi import WebApp

MARK = b"zqCANARYqz"
FORM = b"content-type: application/x-www-form-urlencoded\r\n"


def requests(seed: int) -> Iterator[bytes]:
    """Endless requests: odd methods, paths, encodings, bodies, headers that contradict each other, and noise."""
    chance = random.Random(seed)
    methods = [b"GET", b"POST", b"HEAD", b"PUT", b"TRACE", b"CONNECT", b"OPTIONS", b"PRI", b"get", b"G" * 40, b"", b"\xff\xfe"]
    paths = [b"/", b"//", b"/" + MARK, b"/%00" + MARK, b"/?" + MARK, b"http://evil/" + MARK, b"*", b"/" + b"a" * 9000,
             b"/\xc3\x28", b"/../" + MARK, b"/%ff%fe", b"/<script>" + MARK]  # fmt: skip
    headers = [
        b"x-forwarded-for: " + MARK, b"x-forwarded-host: " + MARK, b"forwarded: for=" + MARK, b"host: " + MARK,
        b"transfer-encoding: chunked", b"transfer-encoding: " + MARK, b"content-length: 5", b"content-length: -1",
        b"content-length: 99999999999", b"content-length: 5, 6", b"content-length: 0x5", b"expect: 100-continue",
        b"upgrade: websocket\r\nconnection: upgrade", b"upgrade: h2c\r\nconnection: upgrade, http2-settings",
        b"accept-language: " + MARK + b",es;q=" + MARK, b"cookie: " + MARK, b"referer: http://" + MARK, b"origin: " + MARK,
        b"sec-fetch-site: " + MARK,
        b"x: " + b"a" * 20000, b"bad header line " + MARK, b" folded: " + MARK, b"content-encoding: gzip",
        b"range: bytes=0-1", b"if-none-match: " + MARK, b"content-type: multipart/form-data; boundary=" + MARK,
        b"content-type: application/json", FORM[:-2], b"content-type: text/plain",
    ]  # fmt: skip
    bodies = [
        b"", b"w=" + MARK, b"t=" + MARK, b"at=" + MARK + b"&w=" + MARK, b"w=%ff%fe" + MARK, b"w=%F0%9F", b"w=" + b"%" * 500,
        b"=" * 300, b"&" * 3000, b"w=1&w=2&" + MARK, b"t=" + b"A" * 182 + b"&w=" + MARK, b"w=" + b"a" * 40000, b"\x00" * 100,
        b'{"w": "' + MARK + b'"}', b"5\r\n" + MARK[:5] + b"\r\n0\r\n\r\n", b"ffffffffffffffff\r\n", b"0\r\n\r\nGET /" + MARK
        + b" HTTP/1.1\r\nhost: x\r\n\r\n", b"w=" + "\u202e\u0000\ud7ff".encode() + MARK, b"l=" + MARK + b"&w=x",
        b"l=../../" + MARK,
    ]  # fmt: skip
    versions = [b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/9", b"", b"ICAP/1.0"]
    while True:
        if chance.random() < 0.05:
            yield chance.randbytes(chance.randrange(1, 2000))
            continue
        body = chance.choice(bodies)
        likely = chance.random() < 0.5
        lines = [b"host: x"] if likely else []
        if likely:
            lines += [FORM[:-2], b"content-length: " + str(len(body)).encode()]
        lines += chance.sample(headers, chance.randrange(0, 4))
        method = b"POST" if likely and chance.random() < 0.7 else chance.choice(methods)
        yield b"%s %s %s\r\n%s\r\n\r\n%s" % (method, chance.choice(paths), chance.choice(versions), b"\r\n".join(lines), body)


async def _ask(port: int, request: bytes, *, ends: bool = True) -> bytes:
    """What comes back for raw bytes. `ends`: the client closes its side; else what comes first is enough."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        if ends:
            writer.write_eof()
        async with asyncio.timeout(10):
            return await (reader.read(1 << 20) if ends else reader.readline())
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def _attack(parts: app.RunningChannel, seed: int, count: int, lines: list[str]) -> None:
    port = int(urlsplit(parts.address).port or 0)
    answered = 0
    made = requests(seed)
    for _ in range(count // 20):
        batch = [next(made) for _ in range(20)]
        for request, answer in zip(batch, await asyncio.gather(*(_ask(port, each) for each in batch)), strict=True):
            assert MARK not in answer, request
            assert b"Traceback" not in answer, request
            assert b"500" not in answer[:16], request
            if answer.startswith(b"HTTP/1.1 100"):  # "go on": the client had already gone, or the answer stands behind it
                answer = answer.partition(b"\r\n\r\n")[2]
            if answer:
                answered += 1
                assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 400", b"HTTP/1.1 405", b"HTTP/1.1 413")), request
                assert b"content-security-policy: default-src 'none'" in answer, request
    assert answered > count // 2
    assert not [line for line in lines if line.startswith("fault")], lines
    assert not [line for line in lines if "CANARY" in line]


async def test_hostile_requests_are_answered_and_forgotten(parts: app.RunningChannel, browser: Browser, lines: list[str]) -> None:
    """Two hundred of them, and people are served as before."""
    await _attack(parts, 7, 200, lines)
    await browser.open("en")
    assert "What would help right now?" in (await browser.press("Begin")).main


@pytest.mark.heavy
async def test_ten_thousand_hostile_requests(parts: app.RunningChannel, browser: Browser, lines: list[str]) -> None:
    """No crash, nothing reflected."""
    await _attack(parts, 11, 10_000, lines)
    await browser.open("en")
    assert "What would help right now?" in (await browser.press("Begin")).main


ASKED = {
    "as anybody": b"",
    "to be told only of changes": b"if-none-match: *\r\nif-modified-since: Sat, 29 Oct 2094 19:43:31 GMT\r\n",
    "for a part": b"range: bytes=0-99\r\n",
    "for parts": b"range: bytes=0-0,2-9\r\nif-range: x\r\n",
    "compressed": b"accept-encoding: gzip, br, zstd\r\n",
    "ahead of time": b"sec-purpose: prefetch;prerender\r\npurpose: prefetch\r\n",
    "for something else": b"accept: application/json\r\n",
    "by another method": b"x-http-method-override: POST\r\n",
    "in thousands of languages": b"accept-language: " + b"de," * 4000 + b"es\r\n",
    "in a language of 15,000 letters": b"accept-language: " + b"x" * 15_000 + b"\r\n",
    "by a proxy's name": b"x-forwarded-host: evil.example\r\nx-original-url: /es\r\n",
}


@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
@pytest.mark.parametrize("how", ASKED)
async def test_the_first_page_is_the_same_however_it_is_asked_for(parts: app.RunningChannel, how: str, version: bytes) -> None:
    """One answer, whole, with the same headers; a look at its head has no body; nothing of a talk is begun by looking."""
    port = int(urlsplit(parts.address).port or 0)
    line = b"%s / HTTP/" + version + b"\r\nhost: x\r\nconnection: close\r\n" + ASKED[how] + b"\r\n"
    plain = (await _ask(port, b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).partition(b"\r\n\r\n")
    head, _, body = (await _ask(port, line % b"GET")).partition(b"\r\n\r\n")
    assert head == plain[0]
    assert len(body) == len(plain[2])
    assert b'lang="en"' in body
    assert await _ask(port, line % b"HEAD") == head + b"\r\n\r\n"


@pytest.mark.parametrize(
    "path",
    [
        b"//es//mx",
        b"/es%2Fmx",
        b"/../../es/mx",
        b"/ES/mx?x=/en",
        b"http://evil.example/es/mx",
        b"/es/mx;x",
        b"/es/mx/" + b"a" * 9000,
    ],
)
async def test_tricks_with_a_path_change_the_language_at_most(parts: app.RunningChannel, path: bytes) -> None:
    """No redirect, nothing of it said again, one size."""
    port = int(urlsplit(parts.address).port or 0)
    answer = await _ask(port, b"GET " + path + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"\r\nlocation:" not in head.lower()
    assert len(body) == 9216
    assert b'lang="es"' in body or path.startswith(b"http:")
    assert b"evil" not in answer
    assert b"aaaa" not in body


async def test_a_smuggled_request_is_no_second_request(parts: app.RunningChannel) -> None:
    """Two lengths, or a length and chunks, are refused or end with their connection."""
    port = int(urlsplit(parts.address).port or 0)
    inner = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n"
    for head in (
        b"content-length: 5\r\ncontent-length: 6\r\n",
        b"content-length: 4\r\ntransfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        b"transfer-encoding : chunked\r\n",
        b"transfer-encoding: xchunked\r\n",
    ):
        answer = await _ask(port, b"POST / HTTP/1.1\r\nhost: x\r\n" + FORM + head + b"\r\n0\r\n\r\n" + inner)
        assert answer.count(b"HTTP/1.1 ") == 1, head
        assert answer.startswith(b"HTTP/1.1 400"), head


async def test_what_is_slow_is_let_go(monkeypatch: pytest.MonkeyPatch, start, session) -> None:
    """A head that never ends, a body that never comes, a connection that says nothing; others are served meanwhile."""
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.3)
    monkeypatch.setattr(WebApp.__init__, "__defaults__", ("", 0.3))
    parts = await start()
    port = int(urlsplit(parts.address).port or 0)
    slow = [b"", b"GET / HT", b"GET / HTTP/1.1\r\nhost: x\r\nx-a: ",
            b"POST / HTTP/1.1\r\nhost: x\r\n" + FORM + b"content-length: 50\r\n\r\nw="]  # fmt: skip

    async def hold(begun: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(begun)
            async with asyncio.timeout(5):
                return await reader.read()
        finally:
            writer.close()

    held = [asyncio.create_task(hold(each)) for each in slow]
    browser = Browser(session, parts.address)
    await browser.open("en")
    assert "What would help right now?" in (await browser.press("Begin")).main
    ends = await asyncio.gather(*held)
    assert ends[:3] == [b"", b"", b""]
    assert ends[3].startswith(b"HTTP/1.1 413")


async def test_who_never_reads_an_answer_is_let_go(monkeypatch: pytest.MonkeyPatch, start) -> None:
    """Many requests and no reading: what is written for them must not hold their place for ever."""
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.3)
    parts = await start()
    port = int(urlsplit(parts.address).port or 0)
    loop = asyncio.get_running_loop()
    before = len(asyncio.all_tasks())
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.setblocking(False)
        await loop.sock_connect(deaf, ("127.0.0.1", port))
        request, let_go = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n" * 100, False
        async with asyncio.timeout(8):
            while not let_go:
                try:
                    await loop.sock_sendall(deaf, request)
                except ConnectionError:
                    let_go = True
    await asyncio.sleep(0.1)
    assert len(asyncio.all_tasks()) <= before


async def test_no_line_is_written_for_what_makes_no_sense(parts: app.RunningChannel, lines: list[str]) -> None:
    """Whoever sends a million of them must not fill a disk, and nobody's visit is a line."""
    port = int(urlsplit(parts.address).port or 0)
    upgrade = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
    for request in (b"\xff\xfe\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", upgrade, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"):
        assert (await _ask(port, request)).startswith(b"HTTP/1.1 ")
    assert lines == []


async def test_too_many_connections_are_let_go(monkeypatch: pytest.MonkeyPatch, parts: app.RunningChannel) -> None:
    """Who is there stays; who comes beyond is closed at once."""
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 3)
    port = int(urlsplit(parts.address).port or 0)
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(6)]
    await asyncio.sleep(0.3)
    closed = [reader.at_eof() for reader, _ in opened]
    for _, writer in opened:
        writer.close()
    assert closed.count(True) >= 3
    assert closed[:2] == [False, False]


@pytest.mark.parametrize("length", [b"99999999", b"40000"])
async def test_a_long_body_is_not_read(parts: app.RunningChannel, length: bytes) -> None:
    """Refused by what it says of itself; one that says nothing, by what has come."""
    port = int(urlsplit(parts.address).port or 0)
    head = b"POST / HTTP/1.1\r\nhost: x\r\n" + FORM
    answer = await _ask(port, head + b"content-length: " + length + b"\r\n\r\nw=a", ends=False)
    assert answer.startswith((b"HTTP/1.1 413", b"HTTP/1.1 400"))
    chunk = b"%x\r\n%s\r\n" % (20000, b"a" * 20000)
    answer = await _ask(port, head + b"transfer-encoding: chunked\r\n\r\n" + chunk * 3 + b"0\r\n\r\n", ends=False)
    assert answer.startswith(b"HTTP/1.1 413")


async def test_a_unix_socket_is_for_the_proxy_alone(start, tmp_path) -> None:
    """Its group may use it, others not."""
    path = tmp_path / "socket"
    await start(socket=str(path))
    assert path.stat().st_mode & 0o777 == 0o660
    with socket.socket(socket.AF_UNIX) as asked:
        asked.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(asked, str(path))
        await loop.sock_sendall(asked, b"GET / HTTP/1.0\r\n\r\n")
        assert (await loop.sock_recv(asked, 100)).startswith(b"HTTP/1.1 200")
