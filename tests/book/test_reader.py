"""The strict reader: everything plain is text, and each thing it refuses has a place and a way to mend it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.book.reader import MAX_BYTES, Unreadable, read


@pytest.mark.parametrize(
    "word", ["+15551234567", "0117", "no", "yes", "on", "12:30:45", "1_000", "~", "null", "1e3", "2026-11-23"]
)
def test_every_plain_word_stays_text(word: str) -> None:
    """Numbers keep their plus and their zeros; no and on stay words."""
    value, positions = read("f", f"a: {word}\n".encode())
    assert value == {"a": word}
    assert positions[("a",)] == (1, 4)


REFUSED = [
    ("a: &x b\n", "YAML-ANCHOR", 1, 4),
    ("a: b\nc: *a\n", "YAML-ALIAS", 2, 4),
    ("a: !!str b\n", "YAML-TAG", 1, 4),
    ("a: b\nc: d\na: e\n", "YAML-TWICE", 3, 1),
    ("a: call #5\n", "YAML-HASH", 1, 8),
    ("a: [one two, three]\n", "YAML-FLOW", 1, 5),
    ("a: b\n---\nc: d\n", "YAML-DOCUMENTS", 2, 1),
    ("a:\n\tb: c\n", "YAML-TAB", 2, 1),
    ("a: b\u202ec\n", "HIDDEN", 1, 5),
    ("a: b\u200bc\n", "HIDDEN", 1, 5),
    ("a: it: is\n", "YAML", 1, 6),
    ("a: []\n  - b\n", "YAML", 1, 1),
    ("a:\n  b: [ ]\n\n    # Words.\n  - c: d\n", "YAML", 2, 3),
    ('a: "never closed\n', "YAML", 1, 4),
    ("[" * 30 + "\n", "YAML-DEPTH", 1, 21),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), REFUSED, ids=[f"{row[1]}-{n}" for n, row in enumerate(REFUSED)])
def test_what_is_refused_has_its_place_and_a_way_to_mend_it(text: str, code: str, line: int, column: int) -> None:
    """Code, line and column are exact, and the fault says what to do."""
    with pytest.raises(Unreadable) as caught:
        read("f", text.encode())
    fault = caught.value.fault
    assert (fault.code, fault.line, fault.column) == (code, line, column)
    assert fault.what
    assert fault.fix


@pytest.mark.parametrize(
    ("text", "named"),
    [("tips: []\n  - tip: x\n", "tips"), ("a: b\ntips: []\n- tip: x\n", "tips"), ("tips: [a]\n  - b\n", ""), ("a: []\n b\n", "")],
)
def test_entries_below_an_empty_list_are_told_by_its_name(text: str, named: str) -> None:
    """Whoever adds to an empty list forgets to take the [] away; anything else is told as before."""
    with pytest.raises(Unreadable) as error:
        read("f", text.encode())
    assert (f'below "{named}: []"' in error.value.fault.what) == bool(named)
    assert (f"reads `{named}:`" in error.value.fault.fix) == bool(named)


def test_bytes_that_are_no_text_and_files_too_large_are_refused() -> None:
    """Broken UTF-8 says its line; a file over the limit is not parsed at all."""
    with pytest.raises(Unreadable) as caught:
        read("f", b"a: b\nc: \xff\n")
    assert (caught.value.fault.code, caught.value.fault.line) == ("FILE-UTF8", 2)
    with pytest.raises(Unreadable) as caught:
        read("f", b"a: " + b"x" * MAX_BYTES)
    assert caught.value.fault.code == "FILE-SIZE"


def test_a_joined_emoji_is_allowed() -> None:
    """The joiner between two emoji is no hidden character."""
    assert read("f", "a: 👩‍👧\n".encode())[0] == {"a": "👩‍👧"}


HOSTILE = [
    b"[" * 60_000,
    b"- " * 60_000,
    b"{a: " * 30_000,
    b"a: &a [x,x]\n" + b"".join(b"b%d: &b%d [*a,*a]\n" % (n, n) for n in range(50)),
    b"<<: [*a,*a]\n" * 500,
    b"? " * 40_000,
    b"a: " + b"9" * 100_000,
    b"%YAML 9.9\n---\na: b\n",
    b"\x00\x01\x02",
    b"a: \xef\xbf\xbe\n",
    b"'" * 9999,
]


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_files_are_refused_quickly(data: bytes) -> None:
    """Bombs of every kind end in a fault or in plain text, never in a crash, and long before anyone would notice."""
    begin = time.perf_counter()
    try:
        value, _ = read("f", data)
    except Unreadable:
        value = {}
    assert time.perf_counter() - begin < 2
    assert isinstance(value, dict | list | str | None)


@given(
    st.one_of(st.binary(max_size=400), st.text(alphabet="ab:-[]{}&*!|>'\"#%@`,? \n\t\u202e\u00a0é", max_size=300).map(str.encode))
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever the bytes, there is a value of text, lists and fields, or one fault: nothing else is ever raised."""
    try:
        value, positions = read("f", data)
    except Unreadable:
        return
    assert () in positions or value is None
