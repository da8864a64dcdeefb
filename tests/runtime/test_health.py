"""Health, as each channel keeps it, the command tells it and systemd hears it."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from pathlib import Path

import pytest

from bot.cli import main
from bot.privacy import safe_log
from bot.runtime.health import AWAY, LESS, RED_SECONDS, WHY, Health, healthy, less_well
from bot.runtime.systemd import Service


def test_the_command_says_green_red_and_what_to_name(tmp_path: Path, capsys, monkeypatch) -> None:
    """Status 0, 1 and 2; the files are those of the environment unless one is named; the same file twice is one."""
    file = tmp_path / "health"
    for name in ("CONSTELLATION_TELEGRAM_HEALTH_FILE", "CONSTELLATION_SIGNAL_HEALTH_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert main(["ops", "health"]) == 2
    assert "constellation ops health /run" in capsys.readouterr().err
    assert main(["ops", "health", str(file)]) == 1
    assert "red. It is not there" in capsys.readouterr().out
    Health(file).good()
    monkeypatch.setenv("CONSTELLATION_TELEGRAM_HEALTH_FILE", str(file))
    monkeypatch.setenv("CONSTELLATION_SIGNAL_HEALTH_FILE", str(file))
    assert main(["ops", "health"]) == 0
    assert capsys.readouterr().out.count("green. The channel answered ") == 1
    long_ago = time.time() - 95
    os.utime(file, (long_ago, long_ago))
    assert main(["ops", "health"]) == 1
    assert "red. The channel answered 9" in capsys.readouterr().out


def test_red_comes_within_thirty_seconds() -> None:
    """The longest that trouble can stay unseen: a poll that was open when it began, the limit, the lag of the file."""
    from bot.channels.signal.rpc import PING_SECONDS
    from bot.channels.telegram.poller import LONG_POLL
    from bot.runtime import health

    assert LONG_POLL + RED_SECONDS + health._TOUCH_SECONDS < 29
    assert PING_SECONDS + RED_SECONDS + health._TOUCH_SECONDS < 29


@pytest.mark.parametrize("name", ["path", "abstract"])
def test_systemd_hears_a_sign_of_life_and_the_state(tmp_path: Path, name: str) -> None:
    """At once when the state is new, else not more often than every five seconds; nothing at all where nobody listens."""
    now = [0.0]
    address = str(tmp_path / "notify") if name == "path" else f"@constellation-test-{os.getpid()}-{time.monotonic_ns()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address.replace("@", "\0", 1) if name == "abstract" else address)
        systemd.setblocking(False)
        service = Service({"NOTIFY_SOCKET": address}, lambda: now[0])
        for seconds, state in ((0.0, "starting"), (1.0, "green"), (2.0, "green"), (7.0, "green"), (8.0, "red"), (9.0, "red")):
            now[0] = seconds
            service.tell(state)
        told = [systemd.recv(200).split(b"\n") for _ in range(4)]
        assert [line for line, _ in told] == [b"WATCHDOG=1"] * 4
        assert [status.split(b":")[0] for _, status in told] == [b"STATUS=starting", *[b"STATUS=green"] * 2, b"STATUS=red"]
        with pytest.raises(BlockingIOError):
            systemd.recv(200)
    Service({"NOTIFY_SOCKET": address}).tell("green")
    Service({}).tell("green")


async def test_the_sign_of_life_comes_from_the_loop(tmp_path: Path) -> None:
    """That is what systemd's watchdog is there for. Green only once the channel has answered."""
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address)
        systemd.setblocking(False)
        clock = [0.0]
        health = Health(tmp_path / "health")
        task = asyncio.create_task(health.watch(0.01, Service({"NOTIFY_SOCKET": address}, lambda: clock[0])))
        for beat, state in enumerate((b"starting", b"green", b"green")):
            clock[0] = beat * 6.0
            async with asyncio.timeout(5):
                told = await asyncio.get_running_loop().sock_recv(systemd, 200)
            assert told.startswith(b"WATCHDOG=1\nSTATUS=" + state)
            health.good()
        task.cancel()


def test_a_file_that_may_not_be_looked_at_is_no_red(tmp_path: Path, capsys, monkeypatch) -> None:
    """Else a monitor without rights would wake somebody every night."""

    def refused(_self: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "stat", refused)
    assert main(["ops", "health", str(tmp_path / "health")]) == 2
    assert "as root" in capsys.readouterr().err


def test_a_file_from_long_ago_is_red(tmp_path: Path) -> None:
    """And so is none."""
    file = tmp_path / "health"
    assert not healthy(file)
    Health(file).good()
    assert healthy(file)
    assert not healthy(file, now=time.time() + 60)


@pytest.mark.parametrize(("deaf", "says", "fix"), [("encoder", "not installed", "requirements.lock"),
                         ("heads", "no heads for this encoder", "search --fit"),
                         ("old", "the old heads are used", "search --fit")])  # fmt: skip
def test_it_is_yellow_while_danger_is_heard_less_well(tmp_path: Path, capsys, deaf, says, fix) -> None:
    """With the reason and what to do; status 0, for a new start would not help. Green again once it is mended, red before all."""
    file, missing, now = tmp_path / "health", [deaf], [0.0]
    health = Health(file, lambda: now[0], lambda: missing[0])
    health.good()
    assert file.read_bytes() == str(WHY[deaf]).encode()
    assert main(["ops", "health", str(file)]) == 0
    said = capsys.readouterr().out
    assert "yellow. The channel answered " in said
    assert says in said
    assert fix in said
    long_ago = time.time() - 95
    os.utime(file, (long_ago, long_ago))
    assert main(["ops", "health", str(file)]) == 1
    assert "red." in capsys.readouterr().out
    missing[0], now[0] = "", 3.0
    health.good()
    assert file.read_bytes() == b""
    assert main(["ops", "health", str(file)]) == 0
    assert "green." in capsys.readouterr().out


def test_a_health_file_with_other_words_is_read_as_none(tmp_path: Path) -> None:
    """Whoever wrote them."""
    file = tmp_path / "health"
    for words in (b"", b"9", b"hello", b"33", "²".encode()):
        file.write_bytes(words)
        assert less_well(file) == 0
    assert less_well(tmp_path / "none") == 0


@pytest.mark.parametrize("deaf", ["encoder", "heads", "old"])
async def test_systemd_is_told_why_it_is_yellow(tmp_path: Path, deaf) -> None:
    """In the line that `systemctl status` shows."""
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address)
        systemd.setblocking(False)
        health = Health(tmp_path / "health", deaf=lambda: deaf)
        health.good()
        task = asyncio.create_task(health.watch(0.01, Service({"NOTIFY_SOCKET": address})))
        async with asyncio.timeout(5):
            told = await asyncio.get_running_loop().sock_recv(systemd, 300)
        task.cancel()
    assert told.decode().startswith("WATCHDOG=1\nSTATUS=yellow: the channel answers. " + LESS[WHY[deaf]][0])


async def test_it_is_yellow_while_what_replicas_share_cannot_be_reached(tmp_path: Path, capsys) -> None:
    """Named, with what to do; not red, by which all would be taken away at once. The log says so, and when it is over."""
    file, away, lines = tmp_path / "health", [True], []
    health = Health(file, deaf=lambda: "old", away=lambda: away[0])
    health.good()
    assert not health.red
    assert main(["ops", "health", str(file)]) == 0
    said = capsys.readouterr().out
    assert "yellow. The channel answered " in said
    assert "Valkey does not answer" in said
    undo = safe_log.install(lines.append)
    task = asyncio.create_task(health.watch(0.01, Service({})))
    await asyncio.sleep(0.1)
    away[0] = False
    await asyncio.sleep(0.1)
    task.cancel()
    undo()
    assert [line for line in lines if line.startswith("valkey")] == ["valkey_away\n", "valkey_back\n"]
    assert less_well(file) == AWAY
