"""What a running bot does not carry: libraries it has no use for, files that are read again on demand, freed memory."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.book import default_folders, snapshot
from bot.channels.terminal import SURFACE
from bot.engine import compile_flows
from bot.find import NUMBERS_FILE, build_finder
from bot.find.triage import hearing
from bot.privacy.hardening import allocator_switches, may_lock
from bot.runtime.live_book import LiveBook
from bot.runtime.reloader import Reloader

ROOT = Path(__file__).resolve().parents[2]
DAY = dt.date(2026, 11, 28)
UNUSED = ("telegram", "httpx", "starlette", "openpyxl", "telethon", "fpdf", "segno")
"""What the tests, the desk and the probe need, and a bot that polls does not."""
OURS_UNUSED = (
    "bot.authoring", "bot.outreach", "bot.ops", "bot.find.evaluation", "bot.find.fitting", "bot.find.fitted_files",
    "bot.find.triage.encoder", "bot.find.triage.learner", "bot.find.triage.training",
)  # fmt: skip
"""Ours that checking, measuring and fitting need; and the encoder, which is loaded in a thread of its own."""
_FREED = """
from bot.privacy.hardening import lock_memory, locked
from bot.runtime.memory import settle
def resident():
    return next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmRSS"))
assert lock_memory() and locked()
held = [bytes(100 + number % 2) for number in range(300_000)]
kept = held[::1000]
full = resident()
del held
settle()
print(full - resident(), locked())
"""
"""Blocks between some that stay: the end of the heap cannot simply move down."""


def _python(program: str) -> str:
    environ = {**os.environ, **allocator_switches({}), "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environ).stdout


def test_a_running_bot_loads_no_library_that_it_does_not_use() -> None:
    """python-telegram-bot alone was 13 MB."""
    modules = "bot.channels.telegram.app, bot.channels.telegram.profile, bot.commands.run.channel, bot.runtime.reloader"
    loaded = _python(f"import sys, {modules}, bot.commands.shared.start; print(*sys.modules)").split()
    assert {"aiohttp", "bot.channels.telegram.app", "bot.find.finder"} <= set(loaded)
    assert not set(UNUSED) & {name.split(".")[0] for name in loaded}
    assert not [name for name in loaded if name.startswith(OURS_UNUSED)]


@pytest.mark.skipif(not may_lock() or sys.platform != "linux", reason="memory may not be locked here")
def test_memory_that_is_locked_goes_back_to_the_system_too_and_stays_locked() -> None:
    """The kernel takes no locked page: without letting go of the lock for that moment nothing comes back."""
    freed, locked = _python(_FREED).split()
    assert int(freed) > 20
    assert locked == "True"


def test_without_the_encoder_the_numbers_of_the_heads_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight megabytes; where its package is installed they stay, and the other files in any case."""
    files = snapshot(*default_folders())

    def held() -> set[str]:
        return set(LiveBook(lambda: files, compile_flows).book.data)

    numbers = {name for name in files if name.endswith(".bin")}
    assert NUMBERS_FILE in numbers
    monkeypatch.setattr(hearing.importlib.util, "find_spec", lambda _: object())
    assert held() == numbers
    monkeypatch.setattr(hearing.importlib.util, "find_spec", lambda _: None)
    assert held() == numbers - {NUMBERS_FILE}


def test_a_finder_answers_the_same_without_the_pack_s_files() -> None:
    """It lets go of lexicons, examples and phrases; small talk, a buyer, an emergency and a question are heard as before."""
    book = LiveBook(lambda: snapshot(*default_folders()), compile_flows)
    finder = build_finder(book.on(DAY))
    asked = ("hola", "how much for an hour", "he is not breathing", "condom broke", "mexico", "i am 15", "quién eres", "asdf")
    before = [finder.by_nets(text, "en") for text in asked]
    assert finder.pack.examples
    finder.lean()
    assert [finder.by_nets(text, "en") for text in asked] == before
    left = finder.pack
    assert not any((left.examples, left.lexicons, left.danger, left.phrases, left.heads))
    assert not any(net.must_match or net.must_not_match for net in left.nets)


def test_on_a_new_day_the_finder_stays_and_without_a_topic_it_does_not() -> None:
    """What is heard depends on no day; a topic that is withdrawn is not found any more."""
    files = dict(snapshot(*default_folders()))
    live_book = LiveBook(lambda: dict(files), compile_flows)
    reloader = Reloader(live_book, SURFACE, DAY, lambda _: None)
    first = reloader._finder_for(live_book.on(DAY))
    assert reloader._finder_for(live_book.on(DAY + dt.timedelta(days=1))) is first
    topic = next(iter(live_book.book.topics))
    entry = f"retractions:\n  - {{withdraw: topic, id: {topic}, why: tested, on: 2026-11-28}}\n"
    files["content/retractions.yaml"] = entry.encode()
    assert any(live_book.tick(now) for now in (1.0, 3.0))
    other = reloader._finder_for(live_book.on(DAY))
    assert other is not first
    assert topic in first.topics
    assert topic not in other.topics
