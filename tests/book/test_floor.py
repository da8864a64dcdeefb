"""The floor of a place: who may fill it, and what never does."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.book import BookFault, Edition, Unfit, build, unfit
from bot.book.referral import Slot
from tests.book.pack import referral, with_file

DAY = dt.date(2026, 11, 24)
FILE = "content/places/us/referrals/line.yaml"
PLACE = "content/places/us/place.yaml"
NONE_PUNISHED = b"punishes: {acts: [], sources: [cdc]}\n"


def _edition(files: dict[str, bytes]) -> Edition:
    return Edition(build(files), DAY)


def _line(**more: str) -> dict[str, bytes]:
    fields = {"kinds": "[crisis]", "run_by": "organization", "fills": "[suicide]", **more}
    return with_file(FILE, referral("line", **fields))


def _refused(files: dict[str, bytes], slot: Slot = "suicide") -> Unfit | None:
    edition = _edition(files)
    chain = [edition.places[name] for name in edition.chain("us")]
    return unfit(edition.referrals["line"], slot, chain)


def test_what_is_shown_and_fits_fills_the_floor_of_its_place_and_of_what_lies_in_it() -> None:
    """A state's people can call the country's line; another country's cannot."""
    edition = _edition(_line())
    assert edition.floor("us").filled["suicide"] == edition.floor("us-ny").filled["suicide"] == ("line",)
    assert edition.floor("us").missing == ("violence", "peers")
    assert edition.floor("gb").missing == ("suicide", "violence", "peers")


@pytest.mark.parametrize("hidden", ["status: closed", "confidence: unverified"])
def test_what_is_hidden_fills_nothing(hidden: str) -> None:
    """A closed or unverified line counts as nobody."""
    field, value = hidden.split(": ")
    assert _edition(_line(**{field: value})).floor("us").filled["suicide"] == ()


def test_what_ran_out_fills_nothing() -> None:
    """With its check the line goes from the floor."""
    book = build(_line())
    assert Edition(book, DAY).floor("us").filled["suicide"]
    assert not Edition(book, DAY + dt.timedelta(days=700)).floor("us").filled["suicide"]


@pytest.mark.parametrize(("run_by", "why"), [("police", "police"), ("trafficking", "trafficking"), ("unknown", "unknown")])
@pytest.mark.parametrize("punishes", [b"", NONE_PUNISHED])
def test_police_and_trafficking_enforcement_never_fill_the_floor(run_by: str, why: str, punishes: bytes) -> None:
    """Nor does a line of which nobody wrote down who runs it; whatever the place punishes."""
    files = _line(run_by=run_by)
    files[PLACE] += punishes
    assert _refused(files) == why
    assert _edition(files).floor("us").filled["suicide"] == ()


@pytest.mark.parametrize("run_by", ["organization", "peers", "state"])
def test_a_line_that_files_reports_never_fills_the_floor(run_by: str) -> None:
    """Whoever runs it."""
    files = _line(run_by=run_by)
    files[PLACE] += NONE_PUNISHED
    files[FILE] = files[FILE].replace(b"reports: {known: unknown}", b"reports: {known: yes, says: {en: Yes, es: Yes}}")
    assert _refused(files) == "reports"


@pytest.mark.parametrize(
    ("punishes", "why"),
    [
        (b"", "state"),
        (b"punishes: {acts: [selling], sources: [cdc]}\n", "state"),
        (b"punishes: {acts: [papers], sources: [cdc]}\n", "state"),
        (NONE_PUNISHED, None),
    ],
)
def test_a_state_line_fills_the_floor_only_where_somebody_read_that_nothing_is_punished(punishes: bytes, why: str | None) -> None:
    """Where nobody wrote it down, it counts as punished; a line of no state fills it all the same."""
    state, other = _line(run_by="state"), _line()
    state[PLACE] += punishes
    other[PLACE] += punishes
    assert _refused(state) == why
    assert _refused(other) is None


def test_the_nearest_place_that_says_what_it_punishes_counts() -> None:
    """A state of a country may punish what the country does not."""
    files = with_file(
        "content/places/us-ny/referrals/line.yaml",
        referral("line", "us-ny", kinds="[crisis]", run_by="state", fills="[suicide]"),
    )
    files[PLACE] += NONE_PUNISHED
    assert _edition(files).floor("us-ny").filled["suicide"] == ("line",)
    files["content/places/us-ny/place.yaml"] += b"punishes: {acts: [selling], sources: [cdc]}\n"
    assert _edition(files).floor("us-ny").filled["suicide"] == ()


@pytest.mark.parametrize(("run_by", "why"), [("organization", "not-peers"), ("peers", None)])
def test_only_groups_of_sex_workers_are_the_peers(run_by: str, why: str | None) -> None:
    """A charity for them is welcome, and is no peer group."""
    assert _refused(_line(run_by=run_by), "peers") == why


@pytest.mark.parametrize(("kinds", "why"), [("[crisis]", "not-legal"), ("[legal_intermediary]", None)])
def test_only_a_legal_intermediary_fills_legal(kinds: str, why: str | None) -> None:
    """Its rule on police is checked elsewhere."""
    assert _refused(_line(kinds=kinds), "legal") == why


def test_the_world_fills_the_floor_of_no_country() -> None:
    """A list for the whole world is a way on, nobody to call."""
    files = with_file(
        "content/places/world/referrals/line.yaml", referral("line", "world", run_by="organization", fills="[suicide]")
    )
    assert _edition(files).floor("us").filled["suicide"] == ()


def test_the_word_verified_names_the_one_that_replaces_it() -> None:
    """Packs of before are told what it meant."""
    with pytest.raises(BookFault) as told:
        build(_line(confidence="verified"))
    (fault,) = told.value.faults
    assert (fault.code, "confidence: read" in fault.fix) == ("SHAPE-OLD", True)
