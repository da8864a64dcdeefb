"""The git command, kept short: one passing folder, no shell, no settings or passwords of ours, so much time and so many bytes."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from bot.book import LINK, MAX_BYTES, Snapshot, counts, hidden, largest

with contextlib.suppress(ImportError):
    import resource

NO_GIT, NOT_READ, TOO_LONG, TOO_LARGE, NO_BRANCH, NO_FOLDER, DAMAGED = range(1, 8)
"""Why a source could not be fetched: the codes of the log (docs/privacy.md)."""

LARGEST: Final = 32 << 20
"""Bytes that a fetch may write. A community's pack takes a thirtieth."""
MOST_FILES: Final = 10_000
_MEMORY: Final = 192 << 20
_LOOK: Final = 0.05
_REF: Final = "refs/heads/fetched"
_FOLDERS: Final = ("content", "flows")
_FILES: Final = (b"100644", b"100755")
_LINK: Final = b"120000"
_LISTED: Final = re.compile(rb"(?P<mode>[0-7]{6}) [a-z]+ (?P<name>[0-9a-f]{40,64}) +(?P<size>[0-9]+|-)")
_PASSED: Final = (
    *("PATH", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "TMPDIR"),
    *("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"),
)
_SET: Final = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "https:ssh:file",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_SSH": "ssh",
    "GIT_SSH_VARIANT": "ssh",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
}
_CONFIG: Final = (
    *("core.hooksPath=/dev/null", "core.fsmonitor=false", "core.askPass=", "credential.helper=", "submodule.recurse=false"),
    *("transfer.fsckObjects=true", "fetch.unpackLimit=1", "gc.auto=0", "maintenance.auto=false"),
    *("pack.threads=1", "core.bigFileThreshold=1m", "core.packedGitLimit=16m"),
    *("http.lowSpeedLimit=1000", "http.lowSpeedTime=20", "http.followRedirects=false"),
)


class SourceError(OSError):
    """The source could not be fetched. `code`: see above."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the source could not be fetched ({code})")
        self.code = code


class Git:
    """The git command for one address in one passing folder, until `end` of `clock`. Every method raises SourceError."""

    def __init__(self, folder: Path, address: str, end: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._address, self._end, self._clock = folder, address, end, clock
        self._store = folder / "git"
        self._environ = environment(os.environ, folder)
        if owned_by_root(address):
            trusting = folder / "trusting"
            with contextlib.suppress(OSError):
                trusting.write_text("[safe]\n\tdirectory = *\n", encoding="ascii")
                self._environ["GIT_CONFIG_GLOBAL"] = str(trusting)

    def tip(self, branch: str) -> str:
        """The commit that the branch is at."""
        wanted = f"refs/heads/{branch}"
        said = self._run("ls-remote", "--exit-code", "--", self._address, wanted, gone=2).decode("ascii", "replace")
        for line in said.splitlines():
            commit, _, name = line.partition("\t")
            if name == wanted and re.fullmatch(r"[0-9a-f]{40,64}", commit):
                return commit
        raise SourceError(NO_BRANCH)

    def fetch(self, branch: str) -> None:
        """Its newest commit, one deep, into an empty repository."""
        self._run("init", "--quiet", "--bare", "--template=", str(self._store))
        plain = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-gc")
        self._run("fetch", *plain, "--depth=1", "--", self._address, f"+refs/heads/{branch}:{_REF}", inside=True)

    def commit(self) -> str:
        """The commit that was fetched."""
        return self._run("rev-parse", "--verify", f"{_REF}^{{commit}}", inside=True).decode("ascii", "replace").strip()

    def files(self) -> Snapshot:
        """What the commit holds below `content/` and `flows/`: the bytes as committed, whatever its attributes ask for. For a
        link LINK, which no reader takes; of a file that is too large, so many bytes that it stays so. Submodules are left out."""
        listed = self._run("ls-tree", "-r", "-z", "-l", "--full-tree", _REF, "--", *_FOLDERS, inside=True)
        rows = listed.split(b"\0")[:-1]
        if len(rows) > MOST_FILES:
            raise SourceError(TOO_LARGE)
        wanted: dict[str, tuple[str, int]] = {}
        links: Snapshot = {}
        for row in rows:
            head, _, path = row.partition(b"\t")
            found = _LISTED.fullmatch(head)
            if not found:
                raise SourceError(DAMAGED)
            inner = PurePosixPath(path.decode("utf-8", "surrogateescape"))
            if found["mode"] == _LINK and not hidden(PurePosixPath(*inner.parts[1:])):
                links[str(inner)] = LINK
            if found["mode"] in _FILES and counts(PurePosixPath(*inner.parts[1:])):
                wanted[str(inner)] = found["name"].decode(), int(found["size"])
        small = [path for path, (_, size) in wanted.items() if size <= largest(PurePosixPath(path), MAX_BYTES)]
        if sum(wanted[path][1] for path in small) > LARGEST:
            raise SourceError(TOO_LARGE)
        files = dict.fromkeys(wanted, b" " * (MAX_BYTES + 1))
        return {**files, **links, **dict(zip(small, self._blobs([wanted[path] for path in small]), strict=True))}

    def _blobs(self, blobs: list[tuple[str, int]]) -> list[bytes]:
        asked = self._folder / "asked"
        asked.write_text("".join(f"{name}\n" for name, _ in blobs), encoding="ascii")
        data, at, found = self._run("cat-file", "--batch", inside=True, asked=asked), 0, []
        for name, size in blobs:
            head = f"{name} blob {size}\n".encode()
            if not data.startswith(head, at):
                raise SourceError(DAMAGED)
            at += len(head)
            found.append(data[at : at + size])
            at += size + 1
        if at != len(data):
            raise SourceError(DAMAGED)
        return found

    def _run(self, *words: str, inside: bool = False, asked: Path | None = None, gone: int = 0) -> bytes:
        """What one command prints. `gone`: its exit status where the branch does not exist."""
        settings = [part for setting in _CONFIG for part in ("-c", setting)]
        where = [f"--git-dir={self._store}"] if inside else []
        out = self._folder / "out"
        try:
            with out.open("wb") as sink, (asked or Path(os.devnull)).open("rb") as fed:
                running = subprocess.Popen(
                    ["git", *settings, *where, *words], stdin=fed, stdout=sink, stderr=subprocess.DEVNULL,
                    cwd=self._folder, env=self._environ, start_new_session=True,
                )  # fmt: skip
        except FileNotFoundError:
            raise SourceError(NO_GIT if self._folder.is_dir() else NO_FOLDER) from None
        except OSError:
            raise SourceError(NO_FOLDER) from None
        try:
            status = self._watched(running)
            data = out.read_bytes()
        except OSError as error:
            raise error if isinstance(error, SourceError) else SourceError(NO_FOLDER) from None
        finally:
            if running.poll() is None:
                # Its helpers too: one that is left would go on fetching.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(running.pid, signal.SIGKILL)
                running.wait()
                _buried(running.pid)
        if status:
            raise SourceError(NO_BRANCH if gone and status == gone else DAMAGED if inside and words[0] != "fetch" else NOT_READ)
        return data

    def _watched(self, running: subprocess.Popen[bytes]) -> int:
        """Waits for the end; what takes too long or writes too much is stopped."""
        with contextlib.suppress(OSError, ValueError, NameError, AttributeError):
            resource.prlimit(running.pid, resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return running.wait(_LOOK)
            if self._clock() > self._end:
                raise SourceError(TOO_LONG)
            if _written(self._folder) > LARGEST:
                raise SourceError(TOO_LARGE)


def environment(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """What git is told of ours: the way to programs, certificates and a proxy. No token, and nobody's settings or passwords."""
    passed = {name: environ[name] for name in _PASSED if environ.get(name)}
    ceiling = {"GIT_CEILING_DIRECTORIES": str(home.parent), "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    return {"PATH": os.defpath, **passed, **ceiling, **_SET}


def owned_by_root(address: str) -> bool:
    """Whether it is a folder of root's on this machine. git refuses to read another user's; but root could make us run anything
    as it is, and a unit's user is made anew at each start, so that no folder can be given to it beforehand."""
    folder = Path(address.removeprefix("file://"))
    inner = folder / ".git"
    try:
        places = [folder, inner] if inner.exists() else [folder]
        return address.startswith("file://") and all(place.stat().st_uid == 0 for place in places)
    except OSError:
        return False


def _buried(group: int) -> None:
    """Waits for the killed helpers of git. In a container the bot is the first process and inherits them: each would stay, dead,
    until the container's limit of processes is reached. Elsewhere they are another's, and there is nobody to wait for."""
    end = time.monotonic() + 1
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < end:
            if os.waitpid(-group, os.WNOHANG) == (0, 0):
                time.sleep(_LOOK)


def _written(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.lstat().st_size
    return total
