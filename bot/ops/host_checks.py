"""Looks at the machine that a bot runs on: what could keep or show people's words, and how to mend it. Changes nothing."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from bot.channels.channel import Check as Check
from bot.channels.channel import Secret
from bot.channels.registry import CHANNELS, set_up
from bot.privacy.hardening import allocator_switches, may_lock

_TIME_ERROR: Final = 5
_TIMEX_BYTES: Final = 512
# What an object's bytes look like once it is gone: those behind its head, which the allocator uses for itself.
_FREED: Final = """
import ctypes
found = 0
for size in (40, 100, 300, 700, 5000):
    mark = bytes([65 + size % 20]) * size
    kept = b"".join([mark[: size // 2], mark[size // 2 :]])
    at = id(kept) + bytes.__basicsize__ + size // 2
    del kept
    found += mark[:16] in ctypes.string_at(at, size // 4)
raise SystemExit(found != 0)
"""


def checks(environ: Mapping[str, str], proc: Path = Path("/proc"), clock: Callable[[], float] = time.time) -> tuple[Check, ...]:
    """What the machine is like, and the files that `environ` names; one `Check` each. Never holds a secret or a value."""
    swap = _swap(proc)
    return (
        swap,
        _locking(swap.ok),
        _cores(proc),
        _allocator(environ),
        *(_secret(each.name, each.variable, environ) for each in _wanted(environ)),
        *((_old_pepper(),) if environ.get("CONSTELLATION_PEPPER_FILE") else ()),
        _clock(clock()),
        _synchronised(),
    )


def _swap(proc: Path) -> Check:
    try:
        lines = (proc / "swaps").read_text().splitlines()[1:]
    except OSError:
        return Check("swap", False, "could not be read", "look at /proc/swaps by hand, or run this outside the container")
    if [line for line in lines if line.strip() and "zram" not in line]:
        return Check("swap", False, "swap is on: memory may reach the disk", "swapoff -a, and remove it from /etc/fstab")
    return Check("swap", True, "swap is off")


def _locking(swap_is_off: bool) -> Check:
    if may_lock():
        return Check("memory lock", True, "the bot may keep all its memory out of swap")
    if swap_is_off:
        return Check("memory lock", True, "not allowed, and not needed while swap is off")
    fix = "LimitMEMLOCK=infinity in the unit, --ulimit memlock=-1 for docker; or turn swap off"
    return Check("memory lock", False, "the bot may not keep its memory out of swap", fix)


def _cores(proc: Path) -> Check:
    try:
        pattern = (proc / "sys/kernel/core_pattern").read_text().strip()
    except OSError:
        return Check("core pattern", False, "could not be read", "look at /proc/sys/kernel/core_pattern by hand")
    if pattern.startswith("|"):
        fix = "Storage=none in /etc/systemd/coredump.conf, or sysctl -w kernel.core_pattern=/dev/null"
        return Check("core pattern", False, "dumps are handed to a program that may keep them", fix)
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        return Check("core pattern", True, "no program collects dumps, and none may be written here")
    return Check("core pattern", True, "no program collects dumps, and the bot allows itself none")


def _allocator(environ: Mapping[str, str]) -> Check:
    """Tried, not believed: a process is started as the bot starts itself, and looks at what it has just freed."""
    added = allocator_switches(environ)
    try:
        tried = subprocess.run(
            [sys.executable, "-S", "-c", _FREED], env={**environ, **added}, capture_output=True, timeout=30, check=False
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        tried = -1
    if tried == 0:
        return Check("allocator", True, "tried: what is freed is overwritten, as the bot starts itself")
    fix = "run it on Linux with glibc, as in the Dockerfile, and set none of PYTHONMALLOC, MALLOC_PERTURB_, GLIBC_TUNABLES"
    return Check("allocator", False, "tried: what is freed can still be read", fix)


def _wanted(environ: Mapping[str, str]) -> Iterator[Secret]:
    """The secrets of the channels that are served here that `environ` names or makes needed; where it is set up for none, those
    that any channel needs."""
    served = [each.name for each in set_up(environ)]
    for channel in CHANNELS.values():
        for secret in channel.settings.secrets if channel.settings else ():
            named = secret.variable in environ or f"{secret.variable}_FILE" in environ
            needed = bool(environ.get(secret.asked_by)) if secret.asked_by else not served or channel.name in served
            if named or needed:
                yield secret


def _secret(name: str, variable: str, environ: Mapping[str, str]) -> Check:
    path = environ.get(f"{variable}_FILE")
    if environ.get(variable):
        fix = f"put it into a file only the bot can read, and name that in {variable}_FILE"
        return Check(name, False, f"it stands in {variable}, where /proc and docker inspect show it", fix)
    if not path:
        fix = f"install -m 600 /dev/stdin {name.replace(' ', '-')}, and name that file in {variable}_FILE"
        return Check(name, False, f"no {name} file is named", fix)
    return private_file(name, Path(path))


def private_file(name: str, path: Path) -> Check:
    """Whether nobody but the bot reads the file of the secret `name`."""
    try:
        found = path.stat()
        mode = stat.S_IMODE(found.st_mode)
        readable = os.access(path, os.R_OK)
    except OSError:
        return Check(name, False, f"the {name} file cannot be found", "check the path, and who may enter its folder")
    if not readable:
        return Check(name, False, f"the {name} file cannot be read", "chown it to the user that runs the bot")
    # Kubernetes' way: root's, and for the one group that is the bot's alone.
    ours = found.st_uid == 0 and found.st_gid == os.getgid() != 0
    if mode & (0o037 if ours else 0o077):
        return Check(name, False, f"others may read the {name} file (mode {mode:o})", "chmod 600 it")
    if not found.st_size:
        return Check(name, False, f"the {name} file is empty", f"write the {name} into it, as one line")
    return Check(name, True, f"only its owner reads the {name} file (mode {mode:o})")


def _old_pepper() -> Check:
    """A setting of before: its file may still lie somewhere."""
    says = "CONSTELLATION_PEPPER_FILE is not used any more, and the bot does not start with it"
    fix = "unset it and delete the file: replicas share their pepper in memory, over CONSTELLATION_VALKEY"
    return Check("pepper", False, says, fix)


def _clock(now: float) -> Check:
    built = Path(__file__).stat().st_mtime
    if now < built - 86_400:
        return Check("clock", False, "the clock is behind this program's own files", "timedatectl set-ntp true")
    return Check("clock", True, "the clock is later than this program's files")


def _synchronised() -> Check:
    """What the kernel itself thinks of its clock: reviews end and secrets turn by it. Asks nobody on the network."""
    name = "time service"
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        state = libc.adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        state = -1
    if state == _TIME_ERROR:
        fix = "timedatectl set-ntp true; for a container, on its host"
        return Check(name, False, "the kernel says that nobody keeps its clock right", fix)
    if state < 0:
        return Check(name, True, "the kernel does not tell here; see that its host keeps time")
    return Check(name, True, "the kernel says that its clock is kept right")


def git_check(*, wanted: bool) -> Check:
    """Whether git is here, which fetches content from a repository. Its lack is a fault only where such a source is `wanted`."""
    if shutil.which("git"):
        return Check("git", True, "it is here, for --source")
    fix = "apt-get install git"
    if wanted:
        return Check("git", False, "it is not here, so --source does not work", fix)
    return Check("git", True, f"it is not here; --source would not work without it: {fix}")


def folder_checks(
    read: Mapping[str, Path], written: Mapping[str, Path | None], files: Mapping[str, Path | None]
) -> tuple[Check, ...]:
    """Folders that must be readable, folders that must be writable, files that must be readable. None: not asked for."""
    found = []
    for name, folder in read.items():
        ok = folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
        fix = f"name another with --{name}, or chmod -R a+rX it"
        found.append(Check(name, ok, f"the folder can{'' if ok else 'not'} be read", "" if ok else fix))
    for name, place in written.items():
        if place is None:
            continue
        ok = os.access(place if place.exists() else place.parent, os.W_OK | os.X_OK)
        fix = "chown it to the user that runs the bot; in a unit, StateDirectory= makes it"
        found.append(Check(name, ok, f"the folder can{'' if ok else 'not'} be written", "" if ok else fix))
    for name, file in files.items():
        if file is None:
            continue
        ok = file.is_file() and os.access(file, os.R_OK)
        fix = "check the path; it holds `pseudonym ssh-ed25519 AAAA...` a line"
        found.append(Check(name, ok, f"the file can{'' if ok else 'not'} be read", "" if ok else fix))
    return tuple(found)
