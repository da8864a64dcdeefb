"""The line and column of a word in texts of every YAML style."""

import pytest

from bot.authoring.lint.text_position import inside

LINES = """\
say:
  en: |-
    One.

    Two {wrong} things.
  es: "Dos {wrong} cosas"
  fr: >-
    deux choses
    {wrong}
folded: >-
  a long
  word
after: {wrong}
""".splitlines()


@pytest.mark.parametrize(
    ("start", "expected"),
    [((2, 7), (5, 9)), ((6, 7), (6, 12)), ((7, 7), (9, 5)), ((10, 9), (10, 9)), ((13, 8), (13, 8))],
    ids=["block", "quoted", "folded", "not in it, though later in the file", "plain"],
)
def test_where_a_word_stands(start, expected):
    assert inside(LINES, *start, "{wrong}") == expected


def test_a_word_that_a_fold_breaks_is_told_where_the_text_begins():
    assert inside(LINES, 10, 9, "long word") == (10, 9)


def test_a_line_that_is_not_there_changes_nothing():
    assert inside([], 4, 2, "x") == (4, 2)
