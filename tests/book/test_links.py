"""Codes of cards, the signed list and the printed words: what is wrong in them is a fault at its line."""

from __future__ import annotations

import pytest

from bot.book import BookFault, build, default_folders, snapshot
from bot.engine.flow_compiler import compile_flows
from tests.book.pack import pack


def _faults(path: str, text: str) -> list[tuple[int, str]]:
    with pytest.raises(BookFault) as caught:
        build({**pack(), path: text.encode()}, compile_flows)
    return [(fault.line, fault.code) for fault in caught.value.faults if fault.file == path]


@pytest.mark.parametrize(
    ("entry", "line", "code"),
    [
        ("  - code: K7", 2, "SHAPE"),
        ("  - code: k7k7k7k7k", 2, "SHAPE"),
        ("  - code: k7\n    language: xx", 3, "ID-UNKNOWN"),
        ("  - code: k7\n    place: atlantis", 3, "ID-UNKNOWN"),
        ("  - code: k7\n    topic: peb", 3, "ID-UNKNOWN"),
        ("  - code: k7\n    policy: none", 3, "ID-UNKNOWN"),
        ("  - code: k7\n    flow: welcome", 3, "ID-UNKNOWN"),
        ("  - code: k7\n  - code: k7", 3, "ID-TWICE"),
        ("  - code: pep", 2, "CODE-SPEAKS"),
        ("  - code: us", 2, "CODE-SPEAKS"),
        ("  - code: k7\n    retired: maybe", 3, "TYPE-YESNO"),
        ("  - code: k7\n    topics: pep", 3, "FIELD-UNKNOWN"),
        ("  - topic: pep", 2, "FIELD-MISSING"),
    ],
)
def test_a_wrong_code_is_a_fault_at_its_line(entry: str, line: int, code: str) -> None:
    """Its shape, what it opens, twice, and a code that says what it opens."""
    assert (line, code) in _faults("content/links.yaml", f"links:\n{entry}\n")


def test_a_retired_code_opens_nothing_and_is_known() -> None:
    """It names its parts still, so that one can bring it back."""
    text = b"links:\n  - code: k7\n    topic: pep\n    language: es\n  - code: r2\n    topic: pep\n    retired: true\n"
    book = build({**pack(), "content/links.yaml": text})
    assert book.links
    assert [link.parts for link in book.links.links] == [("es", "pep"), ()]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("channel: telegram", "channel: whatsapp", "CHOICE-UNKNOWN"),
        ("https://t.me/night_sky_bot", "t.me/night_sky_bot", "SHAPE"),
        ("until: 2027-01-01", "until: soon", "TYPE-DATE"),
        ("words: [a, b, c]", "words: [a, b]", "LIST-SHORT"),
        ("key: k", "kee: k", "FIELD-UNKNOWN"),
    ],
)
def test_a_list_of_another_shape_is_a_fault(old: str, new: str, code: str) -> None:
    """Half a list would be worse than none."""
    text = (
        "addresses:\n  - channel: telegram\n    address: https://t.me/night_sky_bot\n"
        "until: 2027-01-01\nwords: [a, b, c]\nkey: k\nsignature: s\n"
    )
    assert code in [found for _, found in _faults("content/genuine.yaml", text.replace(old, new))]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("tip: soon", "tip: never-was", "ID-UNKNOWN"),
        ("topic: spiking", "topic: spikking", "ID-UNKNOWN"),
        ("cards: [overdose-response,", "cards: [overdose,", "ID-UNKNOWN"),
        ('    es: "Impreso"\n', "", "LANGUAGE-MISSING"),
        ('"Printed"', f'"{"Printed " * 9}"', "TEXT-LONG"),
    ],
)
def test_printed_words_are_checked(old: str, new: str, code: str) -> None:
    """Cards and clocks that exist, every language, lines that fit."""
    files = dict(snapshot(*default_folders()))
    path = "content/outreach.yaml"
    text = files[path].decode()
    assert old in text
    with pytest.raises(BookFault) as caught:
        build({**files, path: text.replace(old, new).encode()}, compile_flows)
    assert code in [fault.code for fault in caught.value.faults if fault.file == path]
