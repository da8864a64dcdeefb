"""What a systemd unit leaves its process: the system calls and the families of addresses, and a process shut in as it says."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import subprocess
import sys

import pytest

SHUT = """
import ctypes, errno, json, os, socket, sys
import pyseccomp as seccomp
allowed, families, command = json.loads(sys.argv[1])
ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)  # MemoryDenyWriteExecute, where the kernel has it
rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
for name in allowed:
    try:
        if name != "socket":
            rules.add_rule(seccomp.ALLOW, name)
    except (OSError, RuntimeError):
        pass  # another machine's
for family in families:
    rules.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, getattr(socket, family)))
rules.load()
os.execv(command[0], command)
"""
"""Shuts itself in as the unit does, in so far as a process can without systemd, and becomes the command."""


def shut_in(unit: str, command: list[str]) -> list[str]:
    """The words that start `command` (its first the whole path of a program) in the filter of a unit's text. Skips the test where
    the machine has not what that needs."""
    try:
        importlib.import_module("pyseccomp")
    except (ImportError, RuntimeError):
        pytest.skip("no pyseccomp or no libseccomp: pip install '.[heavy]'; apt-get install libseccomp2")
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze: apt-get install systemd")
    allowed, families = _allowed(unit)
    return [sys.executable, "-c", SHUT, json.dumps([allowed, families, command])]


def _allowed(unit: str) -> tuple[list[str], list[str]]:
    """The system calls and the families of addresses that a unit leaves, with systemd's groups spelt out."""
    groups: dict[str, list[str]] = {}
    listed = subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True).stdout
    group = ""
    for line in listed.splitlines():
        if line.startswith("@"):
            group = line.strip()
        elif line.startswith(" ") and not line.strip().startswith("#"):
            groups.setdefault(group, []).append(line.strip())

    def spelt(name: str) -> set[str]:
        return {call for each in groups[name] for call in spelt(each)} if name in groups else {name}

    left: set[str] = set()
    for sign, names in re.findall(r"(?m)^SystemCallFilter=(~?)(.+)$", unit):
        calls = {call for name in names.split() for call in spelt(name)}
        left = left - calls if sign else left | calls
    return sorted(left), re.findall(r"AF_\w+", "".join(re.findall(r"(?m)^RestrictAddressFamilies=(.+)$", unit)))
