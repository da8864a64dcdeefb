"""Who is told, when; what the probe's settings need; what it prints where it cannot begin."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from pathlib import Path

import pytest

from benchmarks.support.signal_bridge import BOT
from bot.book.faults import BookFault
from bot.book.snapshots import default_folders, snapshot
from bot.channels.settings import SettingsError
from bot.channels.signal.phone import from_environment as signal_phone
from bot.channels.telegram.phone import from_environment as telegram_phone
from bot.channels.telegram.phone import settings_from
from bot.commands.ops.probe import seconds
from bot.engine.types import Surface
from bot.ops.probe.conversation import Outcome
from bot.ops.probe.expected import Expected
from bot.ops.probe.watch import tell, watch

TELL = "import sys; open(sys.argv[1], 'a').write(' '.join(sys.argv[2:]) + '\\n'); print('noise')"


async def test_each_change_is_told_once(tmp_path: Path, capfd) -> None:
    """Down at the first failure, up at the first talk that is well; nothing in between, nothing for a bot that was always up."""
    told = tmp_path / "told"
    stop = asyncio.Event()
    coming = [Outcome(), Outcome(failed="urgent"), Outcome(failed="start"), Outcome(), Outcome(), Outcome(failed="empty")]

    async def talk() -> Outcome:
        outcome = coming.pop(0)
        if not coming:
            stop.set()
        return outcome

    last = await watch(talk, 0.01, [sys.executable, "-c", TELL, str(told)], stop)
    assert last.failed == "empty"
    assert told.read_text().splitlines() == ["down urgent", "up ok", "down empty"]
    out = capfd.readouterr().out
    assert "noise" not in out
    assert [line.split()[0] for line in out.splitlines()] == [
        *("probe_ok", "probe_failed_urgent", "probe_failed_start", "probe_ok", "probe_ok", "probe_failed_empty"),
    ]


async def test_without_every_there_is_one_talk(tmp_path: Path) -> None:
    """And its outcome is given back."""
    calls = []

    async def talk() -> Outcome:
        calls.append(1)
        return Outcome(failed="connect")

    assert (await watch(talk, 0, [])).failed == "connect"
    assert calls == [1]


async def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    """What a shell would run or expand arrives as it is."""
    told, trap = tmp_path / "told", tmp_path / "trap"
    await tell([sys.executable, "-c", TELL, str(told), f"$(touch {trap})", "; ls"], Outcome())
    assert told.read_text() == f"$(touch {trap}) ; ls up ok\n"
    assert not trap.exists()


async def test_a_command_that_is_not_there_or_hangs_stops_nothing(monkeypatch, capfd) -> None:
    """A fault in the log, without its path; and an end after a while."""
    await tell(["/nowhere/private"], Outcome())
    said = capfd.readouterr().out
    assert said.startswith("fault error=FileNotFoundError")
    assert "private" not in said
    monkeypatch.setattr("bot.ops.probe.watch.TELL_SECONDS", 0.2)
    await asyncio.wait_for(tell([sys.executable, "-c", "import time; time.sleep(60)"], Outcome()), 10)


@pytest.mark.parametrize(("text", "spent"), [("90", 90), ("90s", 90), ("5m", 300), ("1h", 3600)])
def test_times(text: str, spent: float) -> None:
    """Seconds, minutes, hours."""
    assert seconds(text) == spent


@pytest.mark.parametrize("text", ["", "5", "0m", "-5m", "5 m", "1d", "5.5m"])
def test_times_that_make_no_sense(text: str) -> None:
    """Or that would be a flood."""
    with pytest.raises(ValueError, match="ten seconds"):
        seconds(text)


def test_settings(tmp_path: Path) -> None:
    """Each channel's own; an address that is none, a missing file or number is refused without its value."""
    secret = tmp_path / "hash"
    secret.write_text("a secret\n")
    prefix = "CONSTELLATION_PROBE_"
    signal = signal_phone({prefix + "SOCKET": "/run/s", prefix + "BOT": BOT})
    assert (signal._daemon._socket, signal._bot) == ("/run/s", BOT)
    whole = {"BOT": "@a_bot", "API_ID": "12", "API_HASH_FILE": str(secret), "SESSION_FILE": str(tmp_path / "login")}
    telegram = settings_from({prefix + key: value for key, value in whole.items()})
    assert (telegram.bot, telegram.api_id, telegram.api_hash) == ("a_bot", 12, "a secret")
    assert "secret" not in repr(telegram)
    for key, wrong in [("BOT", ""), ("API_ID", "x"), ("API_ID", ""), ("API_HASH_FILE", "/nowhere"), ("SESSION_FILE", "")]:
        with pytest.raises(SettingsError):
            settings_from({prefix + k: v for k, v in {**whole, key: wrong}.items()})
    for broken in ({prefix + "SOCKET": "/run/s"}, {prefix + "BOT": BOT}, {prefix + "SOCKET": "/run/s", prefix + "BOT": "+1555"}):
        with pytest.raises(SettingsError):
            signal_phone(broken)
    with pytest.raises(SettingsError) as caught:  # nobody has logged in yet
        telegram_phone({prefix + key: value for key, value in whole.items()})
    assert caught.value.why == "probe_telegram"


def test_what_is_expected_follows_the_content() -> None:
    """Changed words are expected at once; while the content is broken, the last good ones; without any, its faults are raised."""
    files = dict(snapshot(*default_folders()))
    expected = Expected(lambda: files, lambda: dt.date(2026, 11, 23), Surface(name="signal", title="Signal", buttons=False))
    before = expected.now()
    assert expected.now() is before
    name = "flows/ui.yaml"
    files = {**files, name: files[name].replace(b"Urgent", b"Right now")}
    assert expected.now()[0].to_urgent.label != before[0].to_urgent.label
    kept, files = expected.now(), {**files, name: b"\t{"}
    assert expected.now() is kept
    with pytest.raises(BookFault):
        Expected(lambda: files, lambda: dt.date(2026, 11, 23), Surface()).now()
