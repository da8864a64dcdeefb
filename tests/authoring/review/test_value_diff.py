"""A difference is what a peer would call one: moving and reformatting are none, and nothing that changed is left out."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.review.value_diff import differences, leaves

_TEXT = st.text("abc xyz", min_size=1, max_size=8)
_TIPS = st.dictionaries(st.from_regex(r"^[a-z]{1,4}\Z"), _TEXT, max_size=5).map(
    lambda tips: [{"tip": name, "text": {"en": text}} for name, text in tips.items()]
)


def _paths(before: Any, after: Any) -> list[tuple[str, ...]]:
    return [found.path for found in differences(before, after)]


@given(_TIPS, st.randoms())
def test_moving_items_and_fields_is_no_change(tips: list[dict[str, Any]], random: Any) -> None:
    """Items in another order, fields in another order."""
    moved = [dict(reversed(tip.items())) for tip in tips]
    random.shuffle(moved)
    assert differences({"a": "1", "tips": tips}, {"tips": moved, "a": "1"}) == []


@given(_TIPS, _TIPS)
def test_every_change_is_found_and_none_is_invented(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    """The tips that differ are those named."""
    old, new = ({tip["tip"]: tip for tip in tips} for tips in (before, after))
    wanted = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    assert {found.path[1] for found in differences({"tips": before}, {"tips": after}) if len(found.path) > 1} == wanted


def test_a_difference_says_what_it_was_what_it_is_and_where() -> None:
    """The place is that of the file afterwards, although the item moved."""
    before = {"tips": [{"tip": "a", "text": {"en": "72 h"}}, {"tip": "b", "text": {"en": "x"}}]}
    after = {"tips": [{"tip": "b", "text": {"en": "x"}}, {"tip": "a", "text": {"en": "96 h"}}]}
    (found,) = differences(before, after)
    assert (found.path, found.before, found.after) == (("tips", "a", "text", "en"), "72 h", "96 h")
    assert found.at == ("tips", 1, "text", "en")


def test_a_new_number_is_a_change_of_its_contact() -> None:
    """Not one contact gone and another come; the second contact stays itself."""
    before = {"contact": [{"phone": "111111"}, {"sms": "222"}]}
    after = {"contact": [{"sms": "222"}, {"phone": "333333"}]}
    (found,) = differences(before, after)
    assert (found.before, found.after, found.path[-1]) == ("111111", "333333", "phone")


def test_lists_of_words_say_what_went_and_what_came() -> None:
    """And their order says nothing, unless the first that fits counts."""
    (found,) = differences({"topics": ["a", "b"]}, {"topics": ["b", "c"]})
    assert (found.before, found.after) == (["a"], ["c"])
    assert differences({"topics": ["a", "b"]}, {"topics": ["b", "a"]}) == []
    assert _paths({"languages": ["en", "es"]}, {"languages": ["es", "en"]}) == [("languages", "order")]


def test_the_order_of_cases_counts() -> None:
    """The first case that holds leads on, so two that changed places are a change."""
    cases = [{"when": {"young": "yes"}, "go": "a.b"}, {"when": {"area": ["legal"]}, "go": "c.d"}]
    assert _paths({"cases": cases}, {"cases": cases[::-1]}) == [("cases", "order")]
    assert _paths({"choices": cases}, {"choices": cases[::-1]}) == []


def test_leaves_name_what_differences_name() -> None:
    """What was added whole is looked at with the paths that a change inside it would have."""
    value = {"tips": [{"tip": "a", "for": ["all"], "text": {"en": "x"}}], "contact": [{"phone": "1"}]}
    assert dict(leaves(value)) == {
        ("tips", "a", "tip"): "a",
        ("tips", "a", "for"): ["all"],
        ("tips", "a", "text", "en"): "x",
        ("contact", "1", "phone"): "1",
    }
