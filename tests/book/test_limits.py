"""Tips and the tips that limit them: none is shown without its limits, whatever hides those; a replaced tip keeps them."""

from __future__ import annotations

import datetime as dt
from textwrap import dedent

import pytest

from bot.book import Edition, Fault, Retraction, Tip, in_groups, survey
from tests.book.pack import REVIEW, pack

TOPIC = "content/topics/health/pep.yaml"
LOCAL = "content/places/us/topics/pep.yaml"
DAY = dt.date(2026, 11, 10)
OUTDOORS = frozenset({"outdoors"})


def tip(name: str, more: str = "", text: str = "{en: Words., es: Palabras.}", what: str = "all", status: str = "read") -> str:
    return f"  - tip: {name}\n    for: [{what}]\n    text: {text}\n    sources: [cdc]\n    status: {status}\n{more}"


def topic(*tips: str) -> bytes:
    head = "topic: pep\narea: health\nurgency: hours\ntitle: {en: PEP, es: PEP}\nphrases: {en: [pep], es: [pep]}\ntips:\n"
    return (head + "".join(tips) + REVIEW + "\n").encode()


DOSE = tip("dose", "    needs: [limit]\n")


def edition(*tips: str, local: str = "", withdrawn: str = "") -> tuple[Edition, list[Fault]]:
    files = {**pack(), TOPIC: topic(*tips)}
    if local:
        files[LOCAL] = f"topic: pep\n{dedent(local)}{REVIEW}\n".encode()
    gone = [Retraction(withdraw="tip", id=f"pep/{withdrawn}", why="wrong", on=DAY)] if withdrawn else []
    book, faults = survey(files)
    return Edition(book, DAY, gone), faults


def names(tips: tuple[Tip, ...]) -> list[str]:
    return [one.tip for one in tips]


def test_a_tip_and_its_limit_are_shown_together() -> None:
    made, faults = edition(tip("other"), DOSE, tip("more"), tip("limit"))
    assert not faults
    assert names(made.tips("pep")) == ["other", "dose", "limit", "more"]
    assert [names(group) for group in in_groups(made.tips("pep"))] == [["other"], ["dose", "limit"], ["more"]]


def test_a_tip_is_not_shown_while_its_limit_is_withdrawn() -> None:
    """In a running bot too: the newest withdrawals come to the edition alone."""
    made, _ = edition(DOSE, tip("limit"), tip("other"), withdrawn="limit")
    assert names(made.tips("pep")) == ["other"]


def test_what_limits_a_limit_hides_all_that_rests_on_it() -> None:
    made, _ = edition(DOSE, tip("limit", "    needs: [last]\n"), tip("last"), tip("other"), withdrawn="last")
    assert names(made.tips("pep")) == ["other"]


@pytest.mark.parametrize(
    ("limit", "shown", "hidden"),
    [
        (tip("limit", "    valid_in: [us-ny]\n"), ("us-ny",), ("us",)),
        (tip("limit", what="outdoors"), ("", OUTDOORS), ("", frozenset({"indoors"}))),
        (tip("limit", "    adults_only: true\n"), ("",), ("", frozenset(), True)),
    ],
    ids=["place", "setting", "age"],
)
def test_a_tip_is_not_shown_to_who_cannot_see_its_limit(limit: str, shown: tuple[str], hidden: tuple[str]) -> None:
    made, _ = edition(DOSE, limit, tip("other"))
    assert {"dose", "limit"} <= set(names(made.tips("pep", *shown)))
    assert names(made.tips("pep", *hidden)) == ["other"]


def test_an_unverified_limit_hides_what_it_limits() -> None:
    made, _ = edition(DOSE, tip("limit", status="unverified"), tip("other"))
    assert names(made.tips("pep")) == ["other"]


def test_a_limit_hidden_by_a_place_hides_what_it_limits_there() -> None:
    made, _ = edition(DOSE, tip("limit"), tip("other"), local="hide: [limit]\n")
    assert names(made.tips("pep", "us-ny")) == ["other"]
    assert names(made.tips("pep", "gb")) == ["dose", "limit", "other"]


def test_a_limit_missing_in_a_language_hides_what_it_limits_in_it() -> None:
    made, _ = edition(DOSE, tip("limit", text="{en: Not too much.}"), tip("other"))
    assert names(made.tips("pep", language="es")) == ["limit", "other"]
    assert names(made.tips("pep", language="en")) == ["dose", "limit", "other"]


def test_a_place_that_replaces_a_tip_keeps_its_limits() -> None:
    """Whoever writes the city's own dose may not know that the general one was limited."""
    made, faults = edition(DOSE, tip("limit"), tip("other"), local=f"tips:\n{tip('dose')}")
    assert not faults
    assert next(iter(made.tips("pep", "us"))).needs == ["limit"]
    made, _ = edition(DOSE, tip("limit"), tip("other"), local=f"tips:\n{tip('dose')}", withdrawn="limit")
    assert names(made.tips("pep", "us")) == ["other"]


def test_an_unknown_limit_and_the_field_of_before_are_told_where_they_stand() -> None:
    _, faults = edition(DOSE, tip("limmit"))
    assert [(fault.code, fault.line, fault.fix) for fault in faults] == [("ID-UNKNOWN", 12, 'Did you mean "limmit"?')]
    _, faults = edition(tip("dose", "    needs: [dose]\n"))
    assert [fault.code for fault in faults] == ["ID-UNKNOWN"]
    _, faults = edition(tip("dose"), tip("limit", "    keep_with: dose\n"))
    old = next(fault for fault in faults if fault.code == "SHAPE-OLD")
    assert (old.line, "`needs:`" in old.fix) == (12, True)
