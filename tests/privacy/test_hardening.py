"""The allocator's switches: what is missing is added, what an operator set stays."""

from __future__ import annotations

import platform

import pytest

from bot.privacy.hardening import allocator_switches

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has these switches")


@glibc
def test_missing_switches_are_added() -> None:
    """Every freed block is overwritten, those in the thread caches too."""
    assert allocator_switches({}) == {
        "PYTHONMALLOC": "malloc",
        "MALLOC_PERTURB_": "90",
        "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=65536",
    }


@glibc
def test_what_is_set_stays() -> None:
    """And nothing is missing once all are there."""
    environ = {"GLIBC_TUNABLES": "glibc.malloc.perturb=7", "PYTHONMALLOC": "malloc"}
    added = allocator_switches(environ)
    switches = ("perturb=7", "tcache_count=0", "arena_max=1", "mmap_threshold=65536")
    assert added == {"GLIBC_TUNABLES": ":".join(f"glibc.malloc.{switch}" for switch in switches)}
    assert allocator_switches({**environ, **added}) == {}
    assert allocator_switches({"PYTHONMALLOC": "debug"}) == {}
