"""The quick reader gives what the strict one gives, for any text; for the pack that ships the strict one has nothing to do."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from bot.book import build, default_folders, quick_reader, scan, snapshot, survey
from bot.book.quick_reader import LazyPositions, scan_quickly
from bot.book.reader import MAX_DEPTH, MAX_VALUES
from bot.engine import compile_flows

UNUSUAL = (
    "", "a", "- a", "a:", "a: ", "a: b", "a: # b", "a: b # c", "a: b#c", "a: 'b # c'", "a: 'b' # c", "- b # c",
    "- b\t# c", "a: b\n# c",
    "a: &x b", "a: &x {b: c}", "- &x []", "a: *x", "a: &x b\nc: *x", "a: !t b", "a: ! b", "! a: b", "a: !t [b]", "&x a: b",
    "a: b\na: c", "? [a]\n: b", "? {a: b}\n: c", "? |\n  a\n  b\n: c", '"a\\nb": c', "a\u00a0b: c", "\u00a0a: b",
    "a: {b: c d}",
    "a: [b c]", "a: [b, c]", "a: [b, 'c d']", "a: {b: c}", "a: {b: [c, d e]}", "a: [[b], [c d]]", "- [a]\n- b c",
    "a: [b]\nc: d e",
    "a: b\n---\nc: d", "---\na: b", "--- a", "...\na: b", "a: b\n...", "%YAML 1.1\n---\na: b", "\ta: b", "a:\n\tb: c",
    "a: b\tc",
    'a: "b\\u202ec"', 'a: "b\\u0301"', 'a: "e\\u0301"', "a: e\u0301", 'a: "b\\tc"', "a: 'b\\u202ec'", "a: b\u202ec",
    "a: b\u200bc",
    "a: b\rc: d", "a: b\r\nc: d", "\ufeffa: b", "a: b\x00", "a: |\n  b # c\n  d", "a: >\n  b\n  c", "a: b\n  c # d",
    "a: b\n  # c\n  d",
    "a: [", "a: {", "a: 'b", 'a: "b', "a: b: c", "- a\nb: c", "a:\n- b\n - c", "a: []\n  - b", "{a: b", "[a]: b",
    "a: @b", "a: `b", "a: %b",
    "null", "a: null", "a: ~", "a: 1", "a: no", "<<: a", "a: {}", "a: []", "[]", "{}", "a: ''", "'': a", "a: 'b''c'",
    "a: \"\"",
    "\n" * 3, "# a", "a: b" + "c" * 300_000, "- a\n" * (MAX_VALUES - 1), "- a\n" * MAX_VALUES, "- a\n" * (MAX_VALUES + 1),
    "[" * MAX_DEPTH + "]" * MAX_DEPTH, "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "- " * MAX_DEPTH + "a",
    "- " * (MAX_DEPTH + 1) + "a",
    "[" * 50_000,
)  # fmt: skip
SIGNS = (
    "#", " # ", ": ", "&a ", "*a ", "! ", "!a ", "[", "]", "{", "}", ",", '"', "'", "\\", "\t", "\n", "\n---\n", "- ",
    "? ", "|", ">",
    "\u00a0", "\u202e", "\u0301", "\r", "%", "@", "<<: a\n", "\\u202e", "..."
)  # fmt: skip


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    """The YAML of the pack that ships."""
    return {name: data for name, data in snapshot(*default_folders()).items() if name.endswith(".yaml")}


def same(file: str, data: bytes) -> bool:
    """Checks that both readers say the same of a file, of the places of its parts too. True where the quick one did it alone."""
    quick, strict = scan_quickly(file, data), scan(file, data)
    assert (quick.value, quick.faults, dict(quick.positions)) == (strict.value, strict.faults, dict(strict.positions)), data[:200]
    assert len(quick.positions) == len(strict.positions)
    return isinstance(quick.positions, LazyPositions)


@pytest.mark.parametrize("text", UNUSUAL, ids=range(len(UNUSUAL)))
def test_unusual_files_read_as_the_strict_reader_reads_them(text: str) -> None:
    """Values, faults and places."""
    same("content/x.yaml", text.encode())


def test_bytes_that_are_no_text_and_strange_names_are_the_strict_reader_s() -> None:
    """The same faults."""
    assert not same("content/x.yaml", b"a: \xff")
    assert not same("content/x\u202e.yaml", b"a: b")
    assert not same("content/x\n.yaml", b"a: b")


def test_a_sign_anywhere_in_a_file_of_the_pack_is_read_as_the_strict_reader_reads_it(files: Mapping[str, bytes]) -> None:
    """Signs that mean something in YAML, put in and taken out by chance: most break the file, some change it."""
    dice = random.Random(20261128)
    small = sorted(name for name, data in files.items() if len(data) < 3_000)
    quick = 0
    for _ in range(250):
        name = dice.choice(small)
        text = files[name].decode()
        at = dice.randrange(len(text))
        text = text[:at] + dice.choice(SIGNS) + text[at + dice.randrange(3) :]
        quick += same(name, text.encode())
    assert 20 < quick < 230


def test_the_pack_that_ships_is_read_by_the_quick_reader_alone(
    files: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The strict one takes half as long again, and the places that it finds are 40 ms of throwing away."""
    read: list[str] = []

    def counted(file: str, data: bytes) -> object:
        read.append(file)
        return scan(file, data)

    monkeypatch.setattr(quick_reader, "scan", counted)
    book = build(dict(files), compile_flows)
    assert read == []
    begun = "content/cards/bleeding.pt.yaml"
    survey({**files, begun: b"language: pt\n"})
    assert read == [begun]  # of which it is told, by its line, that texts are missing
    read.clear()
    name = "content/book.yaml"
    assert dict(book.docs[name][1]) == scan(name, files[name]).positions
    assert read == [name]
