"""The live book: the newest good book, whatever is edited."""

from __future__ import annotations

import datetime as dt
import gc
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from bot.book.faults import BookFault
from bot.book.snapshots import mark_of
from bot.runtime.live_book import CACHE_NAME, LiveBook, stored_snapshot
from tests.book.pack import changed, pack, with_file

DAY = dt.date(2026, 11, 23)
BROKEN = with_file("content/words.yaml", "default: [")


def no_flows(docs: Any, book: Any) -> tuple[Any, list[Any]]:
    """The live book does not care what flows are."""
    return None, []


class Files:
    """A source of files that a test edits."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def __call__(self) -> dict[str, bytes]:
        return dict(self.files)


def test_an_edit_is_taken_when_two_looks_a_second_apart_agree() -> None:
    """Half-saved files are never read; the settled ones are."""
    files = Files(pack())
    live_book = LiveBook(files, no_flows)
    files.files = changed("content/topics/health/pep.yaml", "Start soon.", "Start now.")
    assert not live_book.tick(10.0)
    assert not live_book.tick(10.5)
    assert live_book.tick(11.1)
    assert live_book.on(DAY).topics["pep"].tips[0].text["en"].raw == "Start now."
    assert not live_book.tick(13.0)


def test_what_changes_between_the_look_and_the_reading_waits_for_the_next_look() -> None:
    """A source that tells a mark is looked at without being read; the files that are taken are those that were looked at."""

    class Marking(Files):
        def __init__(self, files: dict[str, bytes]) -> None:
            super().__init__(files)
            self.read, self.late = 0, dict(files)

        def __call__(self) -> dict[str, bytes]:
            self.read += 1
            return dict(self.late)

        def mark(self) -> str:
            return mark_of(self.files)

    files = Marking(pack())
    live_book = LiveBook(files, no_flows)
    assert not live_book.tick(9.0)
    assert files.read == 1, "looking reads nothing"
    files.files = changed("content/topics/health/pep.yaml", "Start soon.", "Start now.")
    files.late = BROKEN
    assert not any(live_book.tick(now) for now in (10.0, 11.1))
    assert live_book.healthy, "half a save was taken"
    files.late = files.files
    assert not live_book.tick(12.0)
    assert live_book.tick(13.1)
    assert live_book.on(DAY).topics["pep"].tips[0].text["en"].raw == "Start now."


def test_a_bad_edit_keeps_the_old_book_and_is_told() -> None:
    """The faults are known, the health is red, people see yesterday's words; mending it turns it green."""
    files = Files(pack())
    live_book = LiveBook(files, no_flows)
    files.files = BROKEN
    assert not live_book.tick(1.0)
    assert not live_book.tick(3.0)
    assert not live_book.healthy
    assert live_book.faults[0].file == "content/words.yaml"
    assert "pep" in live_book.on(DAY).topics
    files.files = pack()
    live_book.tick(5.0)
    live_book.tick(7.0)
    assert live_book.healthy


def test_a_withdrawal_counts_even_when_the_rest_is_broken() -> None:
    """A number is gone within seconds though another file cannot be read."""
    files = Files(pack())
    live_book = LiveBook(files, no_flows)
    assert "far" in live_book.on(DAY).referrals
    entry = b"retractions:\n  - {withdraw: referral, id: far, why: hijacked, on: 2026-11-23}\n"
    files.files = {**BROKEN, "content/retractions.yaml": entry}
    live_book.tick(1.0)
    assert live_book.tick(3.0)
    assert "far" not in live_book.on(DAY).referrals
    assert not live_book.healthy


def test_a_start_on_a_broken_edit_takes_the_last_good_book_then_the_pack(tmp_path: Path) -> None:
    """First what the disk kept, then the wheel's pack, and red in both cases; a changed byte on disk is not trusted."""
    LiveBook(Files(pack()), no_flows, tmp_path)
    assert stored_snapshot(tmp_path) == pack()
    entry = b"retractions:\n  - {withdraw: referral, id: far, why: hijacked, on: 2026-11-23}\n"
    live_book = LiveBook(Files({**BROKEN, "content/retractions.yaml": entry}), no_flows, tmp_path)
    assert not live_book.healthy
    assert "far" not in live_book.on(DAY).referrals
    kept = tmp_path / CACHE_NAME
    kept.write_bytes(kept.read_bytes()[:-1] + b" ")
    assert stored_snapshot(tmp_path) is None
    other = changed("content/topics/health/pep.yaml", "Start soon.", "From the pack.")
    live_book = LiveBook(Files(BROKEN), no_flows, tmp_path, (Files(other),))
    assert live_book.book.topics["pep"].tips[0].text["en"].raw == "From the pack."
    with pytest.raises(BookFault):
        LiveBook(Files(BROKEN), no_flows, None)


def test_the_good_files_lie_on_disk_and_not_in_memory(tmp_path: Path) -> None:
    """Seventeen megabytes of the real pack. They come back where the folder is emptied, also while the source is broken."""
    (tmp_path / "last-good-book.json").write_text("of an earlier version", encoding="ascii")

    class Read(Files):
        def __call__(self) -> dict[str, bytes]:
            return {name: bytes(bytearray(data)) for name, data in self.files.items()}

    files = Read({**pack(), "content/find/large.bin": bytes(4_000_000)})
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        live_book = LiveBook(files, no_flows, tmp_path)
        live_book.book = LiveBook(Files(pack()), no_flows).book
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] - before < 3_000_000
    finally:
        tracemalloc.stop()
    kept = tmp_path / CACHE_NAME
    assert [path.name for path in tmp_path.iterdir()] == [CACHE_NAME]
    was = kept.read_bytes()
    kept.unlink()
    whole, files.files = files.files, BROKEN
    live_book.tick(100.0)
    assert kept.read_bytes() == was
    assert stored_snapshot(tmp_path) == whole


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    """A start writes nothing where nothing changed; a newer pack takes the old one's place."""
    kept = tmp_path / CACHE_NAME
    LiveBook(Files(pack()), no_flows, tmp_path)
    first = kept.stat().st_ino
    LiveBook(Files(pack()), no_flows, tmp_path)
    assert kept.stat().st_ino == first
    kept.write_bytes(kept.read_bytes()[:-1] + b" ")
    LiveBook(Files(pack()), no_flows, tmp_path)
    assert stored_snapshot(tmp_path) == pack(), "a byte that the disk changed stayed"
    newer = changed("content/topics/health/pep.yaml", "Start soon.", "Start now.")
    LiveBook(Files(newer), no_flows, tmp_path)
    assert stored_snapshot(tmp_path) == newer
