"""Nothing of people in the memory of the real process, in files or in what it prints; and the search finds a control."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from pathlib import Path

import pytest

from benchmarks.searching import Canary, canary, memory, search
from benchmarks.support.browser import Browser, browsers

pytestmark = pytest.mark.heavy
ROOT = Path(__file__).resolve().parents[3]
CONTROL = """
import sys, uvicorn
kept = []
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    kept.append(body.decode())
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"<main>Thanks</main>"})
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
"""
PEOPLE = 20


async def _talk(address: str, session: object, one: Canary, *, leaves: bool) -> None:
    browser = Browser(session, address)
    await browser.fetch("GET", "en/us-ny", headers={"user-agent": one.name, "x-forwarded-for": one.username, "cookie": one.name})
    for label in ("Begin", "Tips to stay safer"):
        await browser.press(label)
    await browser.type(f"{one.sentence} condoms")
    # Letters without a meaning may be taken for another language.
    await browser.press(next(label for label in browser.page.labels if label in ("Home", "Inicio")))
    await browser.type(one.word)
    if leaves:
        await browser.press(next(label for label in browser.page.labels if label in ("Leave", "Salir")))


async def _started(words: list[str], port: int, folder: Path, environ: dict[str, str]) -> asyncio.subprocess.Process:
    with (folder / "out").open("wb") as out:
        process = await asyncio.create_subprocess_exec(*words, cwd=folder, env=environ, stdout=out, stderr=out)
    for _ in range(300):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return process
        except OSError:
            await asyncio.sleep(0.1)
    raise AssertionError("it did not start")


def _port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def test_nothing_of_people_is_left(tmp_path: Path) -> None:
    """Texts, own words, what browsers said of themselves: 0 in memory after the talks, 0 in files, 0 in what is printed."""
    if os.geteuid() != 0:
        pytest.skip("the memory of a process that may not be dumped is for root: run as root")
    people = [canary() for _ in range(PEOPLE)]
    port = _port()
    environ = {**os.environ, "CONSTELLATION_WEB_LISTEN": f"127.0.0.1:{port}", "PYTHONPATH": str(ROOT)}
    environ |= {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    process = await _started([sys.executable, "-m", "bot", "run", "web"], port, tmp_path, environ)
    try:
        async with browsers() as session:
            for number in range(0, PEOPLE, 10):
                batch = people[number : number + 10]
                talks = (_talk(f"http://127.0.0.1:{port}/", session, one, leaves=at % 2 == 0) for at, one in enumerate(batch))
                await asyncio.gather(*talks)
        await asyncio.sleep(8)
        in_memory = search(memory(process.pid)).of(people)
    finally:
        process.terminate()
        await process.wait()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    in_files = search(b"\0".join(file.read_bytes() for file in files)).of(people)
    assert files
    assert set(in_files.values()) == {0}, in_files
    assert set(in_memory.values()) == {0}, in_memory


async def test_the_search_finds_people_in_a_server_that_keeps_them(tmp_path: Path) -> None:
    """The control: the same talks with a plain server."""
    if os.geteuid() != 0:
        pytest.skip("the memory of another process is for root: run as root")
    people = [canary() for _ in range(10)]
    port = _port()
    process = await _started([sys.executable, "-c", CONTROL, str(port)], port, tmp_path, dict(os.environ))
    try:
        async with browsers() as session:
            for one in people:
                browser = Browser(session, f"http://127.0.0.1:{port}/")
                await browser.send({"w": f"{one.sentence} condoms"})
        assert search(memory(process.pid)).of(people)["texts"] == 10
    finally:
        process.terminate()
        await process.wait()
