"""A withdrawal once seen stays, over restarts and older copies, until what it names is checked on a later day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from bot.book.builder import build
from bot.book.faults import BookFault
from bot.book.seen_retractions import MOST, NAME, SeenRetractions, checked
from bot.runtime.live_book import CACHE_NAME, LiveBook
from tests.book.pack import pack

FIRST = dt.date(2026, 11, 23)


def no_flows(docs: Any, book: Any) -> tuple[Any, list[Any]]:
    """The live book does not care what flows are."""
    return None, []


def entry(kind: str, name: str, on: str = "2026-11-23") -> bytes:
    """A file with one withdrawal."""
    return f'retractions:\n  - {{withdraw: {kind}, id: "{name}", why: hijacked, on: {on}}}\n'.encode()


class Source:
    """Files that a test changes, and the day."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files: dict[str, bytes] | None = files
        self.day, self.now = FIRST, 10.0

    def __call__(self) -> dict[str, bytes]:
        if self.files is None:
            raise OSError
        return dict(self.files)

    def live_book(self, folder: Path | None) -> LiveBook:
        """A bot that starts."""
        return LiveBook(self, no_flows, folder, (), None, SeenRetractions(folder, lambda: self.day))

    def turns(self, live_book: LiveBook, files: dict[str, bytes]) -> None:
        """The files become these, and the live book has looked twice."""
        self.files = files
        for _ in range(2):
            self.now += 2
            live_book.tick(self.now)


def check_again(files: dict[str, bytes], day: str) -> dict[str, bytes]:
    """Referrals were checked again, and the number wherever it stands."""
    new = {name: data.replace(b"2026-11-01", day.encode()) for name, data in files.items() if "/referrals/" in name}
    return {**files, **new}


def number() -> str:
    """The number of `far`."""
    book = build(pack(), no_flows)
    return str(book.referrals["far"].contact[0].phone)


@pytest.mark.parametrize("kind", ["referral", "contact"])
def test_an_older_copy_brings_nothing_back(tmp_path: Path, kind: str) -> None:
    """Not while the bot runs, not after a restart, not after a restart without its source."""
    source = Source(pack())
    live_book = source.live_book(tmp_path)
    assert "far" in live_book.on(FIRST).referrals
    source.turns(live_book, {**pack(), "content/retractions.yaml": entry(kind, "far" if kind == "referral" else number())})
    assert "far" not in live_book.on(FIRST).referrals
    assert live_book.kept == ()
    source.turns(live_book, pack())
    assert "far" not in live_book.on(FIRST).referrals
    assert [one.id for one in live_book.kept] == ["far" if kind == "referral" else number()]
    again = source.live_book(tmp_path)
    assert "far" not in again.on(FIRST).referrals
    source.files = None
    alone = source.live_book(tmp_path)
    assert not alone.healthy
    assert "far" not in alone.on(FIRST).referrals


@pytest.mark.parametrize("kind", ["referral", "contact"])
def test_it_comes_back_once_it_was_checked_on_a_later_day(tmp_path: Path, kind: str) -> None:
    """On the day itself it does not, nor by a day that lies ahead; and an older copy still takes it away again."""
    source = Source({**pack(), "content/retractions.yaml": entry(kind, "far" if kind == "referral" else number())})
    live_book = source.live_book(tmp_path)
    source.day = dt.date(2026, 11, 25)
    live_book.tick(11.0)
    for day, back in (("2026-11-25", False), ("2026-11-27", False), ("2026-11-26", True), ("2026-11-01", False)):
        source.day = dt.date(2026, 11, 26)
        source.turns(live_book, check_again(pack(), day))
        assert ("far" in live_book.on(source.day).referrals) == back, day
    listed = {**check_again(pack(), "2026-11-26"), "content/retractions.yaml": entry("referral", "far")}
    source.turns(live_book, listed)
    assert "far" not in live_book.on(source.day).referrals


@pytest.mark.parametrize("on", ["2026-11-23", "2026-12-24", "9999-12-31"])
def test_a_withdrawal_dated_ahead_counts_from_today_and_is_undone_as_any_other(tmp_path: Path, on: str) -> None:
    """In force at once; once its entry is out, checked again on the next day, it is back, over a restart too. One stolen key that
    signs withdrawals takes nothing away for ever."""
    source = Source({**pack(), "content/retractions.yaml": entry("referral", "far", on)})
    live_book = source.live_book(tmp_path)
    assert "far" not in live_book.on(FIRST).referrals
    source.turns(live_book, pack())
    assert "far" not in live_book.on(FIRST).referrals
    source.day = dt.date(2026, 11, 24)
    source.turns(live_book, check_again(pack(), "2026-11-24"))
    assert "far" in live_book.on(source.day).referrals
    assert "far" in source.live_book(tmp_path).on(source.day).referrals


def test_a_kept_day_that_lies_ahead_counts_as_today(tmp_path: Path) -> None:
    """From a clock that stood wrong, or from a version that believed the entry's own date. A clock that stands before the program
    was written changes nothing: it would bring back what was withdrawn."""
    (tmp_path / NAME).write_text('[["referral", "far", "9999-12-31"], ["referral", "near", "2026-11-20"]]', encoding="ascii")
    assert SeenRetractions(tmp_path, lambda: FIRST)._last == {
        ("referral", "far"): FIRST,
        ("referral", "near"): dt.date(2026, 11, 20),
    }
    lost = SeenRetractions(tmp_path, lambda: dt.date(1970, 1, 1))._last
    assert lost == {("referral", "far"): dt.date(9999, 12, 31), ("referral", "near"): dt.date(2026, 11, 20)}


def test_a_list_that_breaks_brings_nothing_back(tmp_path: Path) -> None:
    """Neither an entry that can no longer be read, nor the [] left above the first, whatever else is broken."""
    source = Source({**pack(), "content/words.yaml": b"default: [", "content/retractions.yaml": entry("referral", "far")})
    with pytest.raises(BookFault):
        source.live_book(None)
    source.files = pack()
    live_book = LiveBook(source, no_flows)
    source.turns(live_book, {**pack(), "content/words.yaml": b"default: [", "content/retractions.yaml": entry("referral", "far")})
    assert "far" not in live_book.on(FIRST).referrals
    slip = b"retractions: []\n" + entry("referral", "near").split(b"\n", 1)[1]
    source.turns(live_book, {**pack(), "content/retractions.yaml": slip})
    assert not {"far", "near"} & set(live_book.on(FIRST).referrals)
    assert [(fault.code, fault.line) for fault in live_book.faults] == [("YAML", 1)]
    source.turns(live_book, {**pack(), "content/retractions.yaml": b"retractions:\n  - {withdraw: referral, id: far}\n"})
    assert not {"far", "near"} & set(live_book.on(FIRST).referrals)
    source.turns(live_book, pack())
    assert {"far", "near"} <= set(live_book.on(FIRST).referrals)


def test_topics_and_tips_go_by_their_own_days() -> None:
    """A tip's review, else its topic's; what the book does not hold was never checked."""
    book = build(pack(), no_flows)
    for kind, name in (("topic", "pep"), ("tip", "pep/start"), ("referral", "far"), ("contact", number())):
        assert set(checked(book, kind, name)) == {dt.date(2026, 11, 1)}, kind
    for kind in ("topic", "tip", "referral", "contact"):
        assert checked(book, kind, "no/such") == []
    seen = SeenRetractions(None, lambda: dt.date(2026, 11, 25))
    seen._last = {("topic", "pep"): dt.date(2026, 10, 31), ("tip", "pep/start"): FIRST, ("topic", "gone"): FIRST}
    assert [(one.withdraw, one.id) for one in seen.held(book, ())] == [("tip", "pep/start"), ("topic", "gone")]


def test_a_withdrawal_of_a_broken_pack_is_remembered_over_a_restart_without_the_source(tmp_path: Path) -> None:
    """The last good snapshot on disk is older than it."""
    source = Source(pack())
    live_book = source.live_book(tmp_path)
    source.turns(live_book, {**pack(), "content/words.yaml": b"default: [", "content/retractions.yaml": entry("referral", "far")})
    assert "far" not in live_book.on(FIRST).referrals
    source.files = None
    assert "far" not in source.live_book(tmp_path).on(FIRST).referrals
    source.files = pack()
    assert "far" not in source.live_book(tmp_path).on(FIRST).referrals


def test_folders_of_ones_own_forget(tmp_path: Path) -> None:
    """Without a source nobody else can serve an older copy: what the list no longer holds is back."""
    source = Source({**pack(), "content/retractions.yaml": entry("referral", "far")})
    live_book = LiveBook(source, no_flows, tmp_path)
    source.turns(live_book, pack())
    assert "far" in live_book.on(FIRST).referrals
    assert not (tmp_path / NAME).exists()


def test_a_folder_that_is_emptied_or_cannot_be_written(tmp_path: Path) -> None:
    """It is filled again for the next start; while it cannot be, the bot goes on and knows it."""
    folder = tmp_path / "cache"
    source = Source({**pack(), "content/retractions.yaml": entry("referral", "far")})
    live_book = source.live_book(folder)
    assert live_book.keeps
    for name in (NAME, CACHE_NAME):
        (folder / name).unlink()
    folder.rmdir()
    folder.write_text("a file where the folder was", encoding="ascii")
    live_book.tick(100.0)
    assert not live_book.keeps
    assert "far" not in live_book.on(FIRST).referrals
    folder.unlink()
    live_book.tick(200.0)
    assert live_book.keeps
    source.files = None
    assert "far" not in source.live_book(folder).on(FIRST).referrals


@pytest.mark.parametrize("data", [b"", b"[", b"{}", b"[[1]]", b'[["referral", "x", "soon"]]', b"null", b"\xff"])
def test_what_is_kept_may_be_broken(tmp_path: Path, data: bytes) -> None:
    """Then the bot starts all the same, and keeps from now on."""
    (tmp_path / NAME).write_bytes(data)
    source = Source({**pack(), "content/retractions.yaml": entry("referral", "far")})
    live_book = source.live_book(tmp_path)
    source.turns(live_book, pack())
    assert "far" not in live_book.on(FIRST).referrals
    assert SeenRetractions(tmp_path, lambda: FIRST)._last == {("referral", "far"): FIRST}


def test_the_list_has_an_end_and_a_start_with_nothing_is_refused(tmp_path: Path) -> None:
    """Nobody fills the disk by withdrawing."""
    seen = SeenRetractions(tmp_path, lambda: FIRST)
    seen._last = {("topic", f"t{number}"): FIRST for number in range(MOST)}
    seen.add(build({**pack(), "content/retractions.yaml": entry("referral", "far")}, no_flows).retractions)
    assert len(seen._last) == MOST
    source = Source(pack())
    source.files = None
    with pytest.raises(BookFault):
        source.live_book(tmp_path / "empty")
