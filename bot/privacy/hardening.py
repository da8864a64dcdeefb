"""The process shuts its windows: no dumps, no swap, freed memory overwritten. What is around it: `bot/ops/host_checks.py`."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_PR_SET_DUMPABLE = 4
_PR_GET_DUMPABLE = 3
_MCL_CURRENT_FUTURE_ON_FAULT = 7
"""All that is there and comes, once it is used: what a library has and never touches costs no memory."""
_STACK = 1 << 20
_MARK = "CONSTELLATION_ALLOCATOR"
_NO_CACHES = "glibc.malloc.tcache_count=0"
_ONE_HEAP = "glibc.malloc.arena_max=1"
"""What one thread built and threw away is used again by all: 30 MB less at rest."""
_LARGE_APART = "glibc.malloc.mmap_threshold=65536"
"""What is large while a pack is read goes back to the system whole. Else it leaves holes in the heap, which fill up again as
people come: 27 MB more after 10,000 of them."""


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
    lacking = [_NO_CACHES] if _NO_CACHES not in tunables else []
    lacking += [_ONE_HEAP] if "glibc.malloc.arena_max" not in tunables else []
    lacking += [_LARGE_APART] if "glibc.malloc.mmap_threshold" not in tunables else []
    if lacking:
        missing["GLIBC_TUNABLES"] = ":".join([*filter(None, [tunables]), *lacking])
    return missing


def restart_with_switches(argv: list[str] | None = None) -> None:
    """Starts this program again, once, in the same process, with the allocator's switches set. Returns if they are."""
    missing = allocator_switches(os.environ)
    if not missing or os.environ.get(_MARK) == "1":
        return
    environ = {**os.environ, **missing, _MARK: "1"}
    command = [sys.executable, *(argv if argv is not None else sys.orig_argv[1:])]
    os.execve(sys.executable, command, environ)  # noqa: S606 (no shell is wanted: this very command again)


def no_dumps() -> bool:
    """No core files, and no other process of the same user may read this one's memory. True if both took."""
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        # A unit or a container may forbid the call: there the limit is set from outside, and must be none already.
        if resource.getrlimit(resource.RLIMIT_CORE) != (0, 0):
            return False
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        return bool(libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def may_lock() -> bool:
    """Whether all memory may be locked. With a limit it is not tried: the first allocation beyond it would end the process."""
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    return soft == resource.RLIM_INFINITY or os.geteuid() == 0


def lock_memory() -> bool:
    """Keeps all memory out of swap where that is allowed without limit. True if it took."""
    if not may_lock():
        return False
    try:
        return bool(ctypes.CDLL(None, use_errno=True).mlockall(_MCL_CURRENT_FUTURE_ON_FAULT) == 0)
    except (OSError, AttributeError):
        return False


def locked() -> bool:
    """Whether any memory of this process is locked."""
    try:
        status = Path("/proc/self/status").read_text("ascii").splitlines()
    except OSError:
        return False
    return any(line.startswith("VmLck:") and line.split()[1] != "0" for line in status)


@contextmanager
def unlocked() -> Iterator[None]:
    """Lets go of the lock on memory in the block, and takes it again: the kernel takes no page back that is locked. Nothing where
    none is. Keep it short: what is written in between could be swapped out, if the machine swaps."""
    if not locked():
        yield
        return
    ctypes.CDLL(None).munlockall()
    try:
        yield
    finally:
        lock_memory()


def harden() -> bool:
    """All that the process can do for itself after the restart. True if nothing can be dumped."""
    os.umask(0o077)
    # Locked memory is really there: with the usual 8 MB each the stacks of a few threads would fill a small machine.
    threading.stack_size(_STACK)
    lock_memory()
    return no_dumps()
