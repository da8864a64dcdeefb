"""The arrays behind the search: they give what dicts and lists of pairs would give."""

from __future__ import annotations

import random

from bot.find.key_table import KeyTable, order_of
from bot.find.language_id import LanguageId
from bot.find.postings import Postings


def test_a_key_has_its_row_and_no_other_has_one() -> None:
    """Letters that lie in memory as the same bytes are told apart, U+6469 from "id"; half a sign from a broken phone is none."""
    keys = ["id", "^a$", "😀", "sangre", "摩x"]
    order = order_of(keys)
    table = KeyTable(order)
    assert sorted(order) == sorted(keys)
    assert [table.row(key) for key in order] == list(range(len(keys)))
    for other in ("摩", "i", "", "\ud83d", "^a", "SANGRE"):
        assert table.row(other) == -1, ascii(other)


def test_each_of_many_keys_has_its_row() -> None:
    """More keys than shares of the hashes, and so few that most shares are empty: each is found, at the edges of shares too."""
    for count in (0, 1, 3, 12_000):
        keys = order_of(f"key {number}" for number in range(count))
        table = KeyTable(keys)
        assert [table.row(key) for key in keys] == list(range(count))
        assert {table.row(f"other {number}") for number in range(500)} == {-1}


def test_postings_are_as_lists_of_pairs() -> None:
    """Over many classes: which have a string, in rising order, and what it is worth for each; others are nowhere."""
    dice = random.Random(1)
    words = [f"w{number}" for number in range(300)]
    counts = [{word: dice.randrange(1, 9) for word in dice.sample(words, dice.randrange(0, 40))} for _ in range(50)]
    looked_up = words[:250]

    def worth(number: int, word: str, often: int) -> float:
        return often / (number + 3) + len(word) / 7

    postings = Postings(counts, looked_up, worth)
    for word in words:
        wanted = [(at, worth(at, word, count[word])) for at, count in enumerate(counts) if word in count]
        wanted = wanted if word in looked_up else []
        assert list(postings.of(word)) == wanted
        assert postings.count(word) == len(wanted)
        assert [postings.worth(word, at) for at in range(50)] == [dict(wanted).get(at) for at in range(50)]


def test_languages_without_a_word_have_no_runs() -> None:
    """A pack that is just begun, or whose files are broken: nothing is clear, and nothing is divided by nothing."""
    assert LanguageId({"en": [], "es": []}).clear(["hello"]) == ""
