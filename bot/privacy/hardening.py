"""The process shuts its windows: no dumps, no swap, freed memory overwritten. `doctor` checks the machine."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import stat
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_PR_SET_DUMPABLE = 4
_PR_GET_DUMPABLE = 3
_MCL_CURRENT_AND_FUTURE = 3
_MARK = "CONSTELLATION_ALLOCATOR"
_NO_CACHES = "glibc.malloc.tcache_count=0"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `says`: what was found. `mend`: what to do about it, "" when all is well."""

    name: str
    ok: bool
    says: str
    mend: str = ""


def allocator_switches(environ: Mapping[str, str]) -> dict[str, str]:
    """What has to be added to `environ` so that freed memory is overwritten; empty when it already is.

    glibc overwrites freed blocks itself (MALLOC_PERTURB_) once Python hands every block to it, except those that it keeps
    in its per-thread caches, so these are switched off too. Other C libraries cannot, so there Python's own debug
    allocator does it, which is slower.
    """
    if environ.get("PYTHONMALLOC") == "debug":
        return {}
    if platform.libc_ver()[0] != "glibc":
        return {} if environ.get("PYTHONMALLOC") else {"PYTHONMALLOC": "debug"}
    tunables = environ.get("GLIBC_TUNABLES", "")
    missing = {"PYTHONMALLOC": "malloc", "MALLOC_PERTURB_": "90"}
    if "glibc.malloc.perturb" in tunables:
        missing.pop("MALLOC_PERTURB_")
    missing = {key: value for key, value in missing.items() if environ.get(key) in (None, "", "0")}
    if _NO_CACHES not in tunables:
        missing["GLIBC_TUNABLES"] = f"{tunables}:{_NO_CACHES}".lstrip(":")
    return missing


def restart_with_switches(argv: list[str] | None = None) -> None:
    """Starts this program again, once, in the same process, with the allocator's switches set. Returns if they are."""
    missing = allocator_switches(os.environ)
    if not missing or os.environ.get(_MARK) == "1":
        return
    environ = {**os.environ, **missing, _MARK: "1"}
    os.execve(sys.executable, [sys.executable, *(argv if argv is not None else sys.orig_argv[1:])], environ)  # noqa: S606


def no_dumps() -> bool:
    """No core files, and no other process of the same user may read this one's memory. True if both took."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        return bool(libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def lock_memory() -> bool:
    """Keeps all memory out of swap where that is allowed without limit. True if it took.

    With a limit it is not tried: the first allocation beyond it would end the process.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if soft != resource.RLIM_INFINITY and os.geteuid() != 0:
        return False
    try:
        return bool(ctypes.CDLL(None, use_errno=True).mlockall(_MCL_CURRENT_AND_FUTURE) == 0)
    except (OSError, AttributeError):
        return False


def harden() -> bool:
    """All that the process can do for itself after the restart. True if nothing can be dumped."""
    os.umask(0o077)
    lock_memory()
    return no_dumps()


def doctor(
    token_file: Path | None = None, proc: Path = Path("/proc"), clock: Callable[[], float] = time.time
) -> tuple[Check, ...]:
    """What the machine is like: swap, core pattern, allocator, the token file's mode, the clock."""
    return (
        _swap(proc),
        _cores(proc),
        _allocator(os.environ),
        _token(token_file),
        _clock(clock()),
    )


def _swap(proc: Path) -> Check:
    with contextlib.suppress(OSError):
        lines = (proc / "swaps").read_text().splitlines()[1:]
        used = [line for line in lines if line.strip() and "zram" not in line]
        if used:
            return Check("swap", False, "swap is on: memory may reach the disk", "swapoff -a, and remove it from fstab")
        return Check("swap", True, "swap is off")
    return Check("swap", False, "could not be read", "look at /proc/swaps by hand")


def _cores(proc: Path) -> Check:
    with contextlib.suppress(OSError):
        pattern = (proc / "sys/kernel/core_pattern").read_text().strip()
        if pattern.startswith("|"):
            mend = "coredump.conf: Storage=none, or sysctl -w kernel.core_pattern=/dev/null"
            return Check("core pattern", False, "dumps are handed to a program that may keep them", mend)
        return Check("core pattern", True, "no program collects dumps")
    return Check("core pattern", False, "could not be read", "look at /proc/sys/kernel/core_pattern by hand")


def _allocator(environ: Mapping[str, str]) -> Check:
    missing = allocator_switches(environ)
    if missing:
        switches = " ".join(f"{key}={value}" for key, value in missing.items())
        mend = f"the channel commands set them themselves; elsewhere: {switches}"
        return Check("allocator", False, "freed memory is not overwritten", mend)
    return Check("allocator", True, "freed memory is overwritten")


def _token(token_file: Path | None) -> Check:
    if token_file is None:
        mend = "put the token into a file only the bot can read, and name that in CONSTELLATION_TELEGRAM_TOKEN_FILE"
        return Check("token", False, "no token file is named", mend)
    try:
        mode = stat.S_IMODE(token_file.stat().st_mode)
    except OSError:
        return Check("token", False, "the token file cannot be read", "check the path and who owns it")
    if mode & 0o077:
        return Check("token", False, f"others may read the token file (mode {mode:o})", "chmod 600 it")
    return Check("token", True, f"only its owner reads the token file (mode {mode:o})")


def _clock(now: float) -> Check:
    built = Path(__file__).stat().st_mtime
    if now < built - 86_400:
        return Check("clock", False, "the clock is behind this program's own files", "turn on time synchronisation")
    return Check("clock", True, "the clock is later than this program's files")
