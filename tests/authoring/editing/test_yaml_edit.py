"""One value changes, every other byte stays; whatever cannot be done so is refused."""

from __future__ import annotations

import difflib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring.editing.yaml_edit import EditError, drop, put, whole
from bot.book import default_folders, snapshot
from bot.book.hidden_signs import hidden_in
from bot.book.reader import read

TEXT = """\
# A comment that stays.
topic: pep
title: {en: "A, b", es: B}
also: [prep, sti-testing]
tips:
  - tip: one
    text:
      en: "First."
      es: |-
        Uno.
        Dos.

    # between
    sources: [a]
  - tip: two
    text: {en: Second., es: Segundo.}
review: {checked: 2026-11-22, every: 180d}
"""


def _changed(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize(
    ("path", "value", "lines"),
    [
        (("tips", 0, "text", "en"), 'Say "no": then go.', ['-       en: "First."', '+       en: "Say \\"no\\": then go."']),
        (("review", "checked"), "2026-11-25",
         ["- review: {checked: 2026-11-22, every: 180d}", "+ review: {checked: 2026-11-25, every: 180d}"]),
        (("tips", 1, "text", "es"), "Otra, cosa.",
         ["-     text: {en: Second., es: Segundo.}", '+     text: {en: Second., es: "Otra, cosa."}']),
        (("also",), ["prep"], ["- also: [prep, sti-testing]", "+ also: [prep]"]),
        (("tips", 1, "status"), "peer", ["+     status: peer"]),
        (("tips", 2), {"tip": "three", "for": ["all"]}, ["+   - tip: three", "+     for: [all]"]),
        (("tips", 0, "text", "es"), "Tres.\nCuatro.",
         ["-         Uno.", "-         Dos.", "+         Tres.", "+         Cuatro."]),
    ],
)  # fmt: skip
def test_only_the_lines_that_change_change(path: tuple[Any, ...], value: Any, lines: list[str]) -> None:
    """As a reviewer sees it."""
    after = put("a.yaml", TEXT, path, value)
    assert _changed(TEXT, after) == lines


def test_dropping_takes_the_entry_and_nothing_else() -> None:
    """An item, a field, one of a list in brackets, the first field behind a dash."""
    assert _changed(TEXT, drop("a.yaml", TEXT, ("tips", 1))) == ["-   - tip: two", "-     text: {en: Second., es: Segundo.}"]
    assert _changed(TEXT, drop("a.yaml", TEXT, ("also",))) == ["- also: [prep, sti-testing]"]
    assert "also: [sti-testing]" in drop("a.yaml", TEXT, ("also", 0))
    assert read("a.yaml", drop("a.yaml", TEXT, ("tips", 1, "tip")).encode())[0]["tips"][1] == {
        "text": {"en": "Second.", "es": "Segundo."}
    }
    assert "sources: []" in drop("a.yaml", TEXT, ("tips", 0, "sources", 0))


@pytest.mark.parametrize("path", [("nothing",), ("tips", 9), ("topic", "x")])
def test_what_is_not_there_cannot_be_dropped(path: tuple[Any, ...]) -> None:
    """With words."""
    with pytest.raises(EditError):
        drop("a.yaml", TEXT, path)


def test_a_broken_file_is_left_alone() -> None:
    """The fault is said; hidden signs in the new words are refused too."""
    with pytest.raises(EditError, match="mended first"):
        put("a.yaml", "a: b\na: c\n", ("a",), "d")
    with pytest.raises(EditError, match="hidden"):
        put("a.yaml", TEXT, ("topic",), "a\u202eb")
    with pytest.raises(EditError):
        put("a.yaml", TEXT, ("topic", "deeper"), "x")


WORDS = (
    st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"]), min_size=1, max_size=40)
    .map(lambda text: __import__("unicodedata").normalize("NFC", text))
    .filter(lambda text: not hidden_in(text))
)
VALUES = st.recursive(
    WORDS | st.just("a\nb"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), inner, max_size=3),
    max_leaves=8,
)


@given(
    value=VALUES,
    path=st.sampled_from([("topic",), ("tips", 0, "text", "en"), ("tips", 1, "new"), ("tips", 0), ("tips", 2), ("z",)]),
)
@settings(max_examples=300, deadline=None)
def test_any_value_that_can_be_read_can_be_put(value: Any, path: tuple[Any, ...]) -> None:
    """Put, then read: the value is there. (`put` itself refuses if anything else had changed.)"""
    found, _ = read("a.yaml", put("a.yaml", TEXT, path, value).encode())
    for part in path:
        found = found[part]
    assert found == value


def test_a_whole_file_reads_as_it_was_meant() -> None:
    """A new file from values."""
    value = {"a": "b c", "d": ["e", "f"], "g": {"en": "Hi: you", "es": "x\ny"}, "h": [{"i": "j", "k": {"l": "#m"}}], "n": []}
    text = whole(value, "# Head.")
    assert text.startswith("# Head.\na: ")
    assert read("a.yaml", text.encode())[0] == value


def test_every_text_of_the_pack_can_be_changed_alone() -> None:
    """In each file of the real pack: one text of it, one line group changed, nothing else."""

    def texts(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        if isinstance(value, str):
            return [at]
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return [path for key, inner in items for path in texts(inner, (*at, key))]

    for name, data in snapshot(*default_folders()).items():
        if not name.endswith(".yaml"):
            continue
        text = data.decode()
        value, _ = read(name, data)
        paths = texts(value)
        for path in paths[:: max(1, len(paths) // 3)]:
            after = put(name, text, path, "Changed, and whole.")
            assert len([line for line in _changed(text, after) if line[0] == "+"]) == 1, (name, path)
