"""A real nginx with a configuration that ships, its paths, host and ports led into a folder of the test's."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def front(shipped: Path, folder: Path, replaced: Mapping[str, str], *, tls: bool = True) -> AsyncIterator[int]:
    """nginx with the file `shipped`, each key of `replaced` (which must be in it) by its value; gives the port of its TLS, or of
    the same without it. Skips the test where there is no nginx. What has no room in memory would go to `folder / "temp"`."""
    if not (shutil.which("nginx") and shutil.which("openssl")):
        pytest.skip("no nginx: apt-get install nginx-light openssl")
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(["openssl", "req", "-x509", *kind, *files], check=True, capture_output=True)
    port = free_port()
    text = shipped.read_text("utf-8")
    mine = {
        "user www-data;": "user root;" if os.geteuid() == 0 else "",
        "listen 443 ssl;": f"listen 127.0.0.1:{port}{' ssl' if tls else ''};",
    }
    for before, after in {**mine, **replaced, "HOST": "localhost"}.items():
        assert before in text, before
        text = text.replace(before, after)
    (folder / "temp").mkdir()
    temp = "".join(f"{kind}_temp_path {folder}/temp;" for kind in ("client_body", "proxy"))
    text = text.replace("http {", f"http {{ {temp}", 1)
    (folder / "nginx.conf").write_text(text, "utf-8")
    pid = "" if "\npid " in text else f" pid {folder}/pid;"
    process = await asyncio.create_subprocess_exec(
        "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", f"daemon off;{pid}", stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(10):
            while not await _listens(port):
                assert process.returncode is None, "nginx did not take its file"
                await asyncio.sleep(0.02)
        yield port
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
