"""Slips that people make in YAML: each is told at its line, with what to do."""

from __future__ import annotations

import pytest

from bot.book.reader import scan

WHOLE = "tip: a\ntext:\n  en: Fine words.\n  es: Bien.\n"


@pytest.mark.parametrize(
    ("words", "instead", "line", "says"),
    [
        ("Fine words.", "Do this: it is good.", 3, "There is a colon inside a sentence."),
        ("Fine words.", "“Do this: it is good.”", 3, "a word processor's"),
        ("Fine words.", '"Fine words.', 3, "not closed on this line"),
        ("Fine words.", '"Say "no" first."', 3, "A quote stands inside the quotes"),
        ("  es", "   es", 4, "It does not line up"),
        ("tip: a", "tip a", 2, "the line above lacks its colon"),
        ("  es: Bien.", "<<<<<<< HEAD\n  es: Bien.\n=======\n  es: Muy bien.\n>>>>>>> theirs", 4, "Keep one of them"),
    ],
)
def test_a_slip_is_told_where_it_is(words: str, instead: str, line: int, says: str) -> None:
    """Not at the line below, where the parser noticed."""
    found = scan("content/topics/health/x.yaml", WHOLE.replace(words, instead, 1).encode())
    fault = found.faults[-1]
    assert (fault.line, fault.code) == (line, "YAML")
    assert says in f"{fault.what} {fault.fix}"


def test_quotes_that_are_right_are_no_slip() -> None:
    """Double ones around a sentence with a colon, escaped ones inside, those of a word processor inside a plain sentence."""
    for words in ('"Do this: now."', r'"Say \"no\" first."', "'Say \"no\" first.'", "She said “no” first."):
        assert not scan("content/topics/health/x.yaml", WHOLE.replace("Fine words.", words).encode()).faults
