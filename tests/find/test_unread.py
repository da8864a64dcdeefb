"""A running bot does not read the examples that its heads were fitted from, where none changed since, nor questions by topic."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.book import LINK, BookFault, Edition, Snapshot, build, default_folders, snapshot
from bot.engine import compile_flows
from bot.find import HEADS_FILE, build_finder, may_hear, unread

DAY = dt.date(2026, 11, 29)
ASKED = "content/find/asked/"
ONE, OTHERS = "content/find/examples/fever.yaml", "content/find/examples/other-languages.yaml"


@pytest.fixture(scope="module")
def pack() -> Snapshot:
    return snapshot(*default_folders())


def test_the_pack_that_ships_is_as_its_heads_were_fitted(pack: Snapshot) -> None:
    """Else every start reads a megabyte for nothing: run `constellation content search --fit` again."""
    left = unread(pack)
    assert ONE in left
    assert OTHERS not in left
    assert all(path.startswith(("content/find/examples/", ASKED)) for path in left)
    assert {path for path in pack if path.startswith(ASKED)} <= left


@pytest.mark.parametrize("how", ["a byte", "a link", "gone", "one more", "an older fit"])
def test_what_changed_since_the_fit_is_read(pack: Snapshot, how: str) -> None:
    """One byte is enough, and so is a file more or less."""
    files = dict(pack)
    if how == "a byte":
        files[ONE] += b"#"
    elif how == "a link":
        files[ONE] = LINK
    elif how == "gone":
        del files[ONE]
    elif how == "one more":
        files["content/find/examples/new.yaml"] = b"examples: new"
    else:
        files[HEADS_FILE] = b"\n".join(line for line in pack[HEADS_FILE].splitlines() if not line.startswith(b"files:"))
    assert all(path.startswith(ASKED) for path in unread(files))


def test_what_is_wrong_in_a_changed_file_is_told(pack: Snapshot) -> None:
    """A running bot keeps its last good pack then, as for any other file."""
    files = {**pack, ONE: pack[ONE] + b"\n  card: [\n"}
    with pytest.raises(BookFault):
        build(files, compile_flows, unread(files))


def test_questions_are_never_read_by_a_running_bot(pack: Snapshot) -> None:
    """The classifier holds what was learned from them: one that cannot be read stops no pack, and `check` tells it."""
    files = {**pack, f"{ASKED}broken.yaml": b"asked: [\n", f"{ASKED}link.yaml": LINK}
    left = unread(files)
    assert f"{ASKED}broken.yaml" in left
    assert f"{ASKED}link.yaml" not in left
    del files[f"{ASKED}link.yaml"]
    assert build(files, compile_flows, left).topics
    with pytest.raises(BookFault):
        build(files, compile_flows)


def test_nothing_is_heard_less(pack: Snapshot) -> None:
    """The finder of a running bot says what the finder of a whole reading says, in a foreign language too."""
    whole, left = build(pack, compile_flows), unread(pack)
    running = build(pack, compile_flows, left)
    assert running.fingerprint == whole.fingerprint
    assert not left & running.docs.keys()
    one = build_finder(Edition(running.lean("content/find/", "content/book.yaml", may_hear), DAY))
    two = build_finder(Edition(whole, DAY))
    assert one.deaf == two.deaf
    for text in (
        "shes burning up and talking nonsense",
        "where do i get tested",
        "не могу дышать",
        "preciso de ajuda agora",
        "hola",
    ):
        assert one.listen(text, "en") == two.listen(text, "en")
