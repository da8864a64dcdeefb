"""Sealed sessions: bound to their name, padded, unreadable with another key; names that change with the epoch; a silent log."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import safe_log
from bot.privacy.pepper import Pepper, Peppers
from bot.privacy.pseudonym import RecordKeys, chat_secret, record_keys
from bot.privacy.sealing import UnsealableError, seal, unseal
from bot.privacy.session import NoSessionError, Session, unpack
from bot.runtime.state import MemoryFloodCounts, MemorySessions

ROOT = Path(__file__).resolve().parents[2]
NAME = b"n" * 20


def _pepper(epoch: int = 1, letter: bytes = b"p") -> Pepper:
    return Pepper(epoch, letter * 32)


def _keys(channel: str, chat: int, letter: bytes = b"p") -> RecordKeys:
    return record_keys(_pepper(letter=letter), chat_secret(b"salt", channel, chat, 2))


@given(st.binary(max_size=1500))
def test_a_seal_opens_with_its_key_and_name_only(plain: bytes) -> None:
    """And its length tells nothing finer than half a kilobyte."""
    key = _keys("telegram", 5).key
    sealed = seal(key, NAME, plain)
    assert unseal(key, NAME, sealed) == plain
    assert (len(sealed) - 40) % 512 == 0
    other_chat, other_channel = _keys("telegram", 6).key, _keys("signal", 5).key
    for with_key, name, what in (
        (other_chat, NAME, sealed),
        (other_channel, NAME, sealed),
        (key, b"m" * 20, sealed),
        (key, NAME, sealed[:-1]),
    ):
        with pytest.raises(UnsealableError):
            unseal(with_key, name, what)


def test_a_name_changes_with_the_epoch_the_channel_and_the_chat() -> None:
    """One person has no two records that look alike across epochs."""
    made = [_keys(channel, chat, letter) for letter in (b"p", b"q") for channel in ("a", "b") for chat in (1, 2)]
    assert len({name for name, _ in made}) == len({key for _, key in made}) == 8


def test_a_pepper_is_forgotten_with_its_epoch() -> None:
    """The old secret is gone after the next epoch has ended."""
    now = [0.0]
    peppers = Peppers(lambda: now[0], 100)
    first = peppers.current().secret
    now[0] = 250.0
    assert first not in [pepper.secret for pepper in peppers.accepted()]


@given(st.binary(max_size=120))
def test_any_bytes_are_a_session_or_nothing(raw: bytes) -> None:
    """Unpacking raises nothing but its own error."""
    with contextlib.suppress(NoSessionError):
        unpack(raw)


def test_a_session_comes_back_whole() -> None:
    """Packed and unpacked; under a kilobyte with everything full."""
    session = Session("t" * 64, 5, tuple(range(32)), tuple(range(8)), 7, b"12345678", b"abcdefgh", 2**53)
    assert unpack(session.pack()) == session
    assert len(session.pack()) <= 700


def test_a_session_of_the_version_before_is_read() -> None:
    """Replicas of two versions share sessions while a new one is rolled out: the older lacks the edition, and nothing else."""
    old = bytes.fromhex("01000000070000000000000005027474020000000000000009000000000000000801000000000000000308") + b"12345678"
    assert unpack(old) == Session("tt", 5, (9, 8), (3,), 7, b"12345678")
    for other in (b"\x00", b"\x03"):
        with pytest.raises(NoSessionError):
            unpack(other + old[1:])
    with pytest.raises(NoSessionError):
        unpack(b"\x02" + old[1:])
    new = Session("tt", 5, (9, 8), (3,), 7, b"12345678", b"e", 44)
    assert unpack(new.pack()[:-8]) == replace(new, latest=0), "nor the latest update"


async def test_the_store_is_bounded_and_forgets() -> None:
    """The oldest give way; what is past its time is gone."""
    now = [0.0]
    store = MemorySessions(limit=3, clock=lambda: now[0])
    for number in range(5):
        async with store.lease(bytes([number])) as held:
            await held.put(bytes([number]), b"x", 10)
    assert await store.get(b"\x00") is None
    assert await store.get(b"\x04") == b"x"
    now[0] = 11.0
    assert await store.sweep() == 0


async def test_a_flood_is_slowed_and_nobody_is_banned() -> None:
    """Waits grow, stay finite, and memory is bounded."""
    floods = MemoryFloodCounts()
    waits = [await floods.take(NAME) for _ in range(500)]
    assert waits[0] == 0
    assert 0 < max(waits) < 60
    await floods.clear()
    assert await floods.sweep() == 0


def test_the_log_has_a_grammar_and_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    """A kind and numbers; anything else is refused without its content."""
    safe_log.say("counts", answered=3)
    assert re.fullmatch(r"counts answered=3\n", capfd.readouterr().out)
    for kind, numbers in (("secret words", {}), ("counts", {"name": 1}), ("counts", {"answered": "secret"})):
        with pytest.raises(ValueError, match="grammar") as error:
            safe_log.say(kind, **numbers)
        assert "secret" not in str(error.value)
    safe_log.fault(ValueError("my name is secret"))
    out = capfd.readouterr().out
    assert "secret" not in out
    assert "ValueError" in out


@pytest.mark.heavy
@pytest.mark.parametrize("unit", sorted((ROOT / "deploy").glob("*.service")), ids=lambda unit: unit.stem)
def test_each_unit_is_as_closed_as_systemd_knows(unit: Path) -> None:
    """1.5 or better."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze: apt-get install systemd")
    found = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(unit)], capture_output=True, text=True, check=False
    )
    level = re.search(r"exposure level for \S+: ([0-9.]+)", found.stdout + found.stderr)
    assert level
    assert float(level[1]) <= 1.5
