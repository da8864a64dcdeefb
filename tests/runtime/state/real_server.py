"""A real valkey-server for tests: started, frozen, resumed, killed, started again empty."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.deploy.valkey_server import SHIPPED, program

QUIET = ("--save", "", "--appendonly", "no", "--slowlog-log-slower-than", "-1", "--loglevel", "warning")
"""Nothing is written down."""
LOGS = ("--commandlog-request-larger-than", "-1", "--commandlog-reply-larger-than", "-1")


def options() -> tuple[str, ...]:
    """What a server of this machine has to be told, so that it writes nothing down: older ones know no command log."""
    found = subprocess.run([program(), "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in found.partition("v=")[2].split(" ")[0].split(".")[:2])
    return QUIET + (LOGS if version >= (8, 1) else ())


class RealServer:
    """One server behind a unix socket, in a folder of its own. `more`: further options. Nothing outlives `stop`.

    `address`: for the bot, which may do there what the access list that ships lets it do. Tests may do all.
    """

    def __init__(self, more: tuple[str, ...] = ()) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="vk")
        self.folder = Path(self._folder.name)
        self.socket = self.folder / "s"
        self.address = f"unix://constellation@{self.socket}"
        users = self.folder / "users.acl"
        shipped = (SHIPPED / "users.acl").read_text("utf-8").splitlines()
        users.write_text(f"user default on nopass ~* &* +@all\n{shipped[1]}\n", "utf-8")
        self._options = (*options(), "--aclfile", str(users), *more)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> RealServer:
        """Until it answers."""
        self.process = subprocess.Popen(
            [program(), "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), *self._options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + 10
        while not self.answers():
            assert time.monotonic() < end
            time.sleep(0.01)
        return self

    def ask(self, *words: str) -> bytes:
        """The first line of its answer to a command."""
        with socket.socket(socket.AF_UNIX) as plug:
            plug.settimeout(2)
            plug.connect(str(self.socket))
            plug.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word.encode()) for word in words))
            return plug.recv(4096).partition(b"\r\n")[0]

    def answers(self) -> bool:
        """Whether it is there."""
        try:
            return self.ask("PING") == b"+PONG"
        except OSError:
            return False

    def clear(self) -> None:
        """Nothing is kept any more."""
        assert self.ask("FLUSHALL") == b"+OK"

    def freeze(self) -> None:
        """It stands still, and its connections stay open."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on where it stood."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """It is gone, with all that it kept."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None
            self.socket.unlink(missing_ok=True)

    def stop(self) -> None:
        """The server and its folder are gone."""
        self.kill()
        self._folder.cleanup()
