"""What can be withdrawn, what somebody meant, and that a withdrawal of nothing or of a day to come is an error of its file."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.authoring.lint.runner import check
from bot.authoring.review.retractable import Retractable
from bot.book import Edition
from bot.book.builder import survey
from bot.book.faults import Fault
from bot.book.retractions import FILE, load_retractions
from bot.engine.flow_compiler import survey_flows
from tests.book.pack import pack, with_file

DAY = dt.date(2026, 11, 24)
PEP, FAR = "content/topics/health/pep.yaml", "content/places/us/referrals/far.yaml"
LOCAL = b"topic: pep\ntips:\n  - tip: corner\n    for: [all]\n"


def _entry(kind: str, name: str, on: str = "2026-11-24") -> bytes:
    return f'  - withdraw: {kind}\n    id: "{name}"\n    why: reaches another\n    on: {on}\n'.encode()


def _found(*entries: bytes, head: bytes = b"retractions:\n", files: dict[str, bytes] | None = None) -> list[Fault]:
    return [fault for fault in check({**(files or pack()), FILE: head + b"".join(entries)}, DAY) if fault.file == FILE]


# --- what there is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name"),
    [("referral", "far"), ("contact", "+18777762004"), ("topic", "pep"), ("tip", "pep/start"), ("tip", "pep/corner")],
)
def test_what_a_pack_holds_can_be_withdrawn(kind: str, name: str) -> None:
    """By its kind alone, local tips too."""
    here = Retractable({**pack(), "content/places/us-ny/topics/pep.yaml": LOCAL})
    assert here.holds(kind, name)
    assert here.kind_of(name) == kind
    assert name in here.names[kind]
    for other in {"referral", "contact", "topic", "tip"} - {kind}:
        assert not here.holds(other, name)


@pytest.mark.parametrize("broken", [PEP, FAR])
def test_a_file_that_cannot_be_read_keeps_nobody_from_withdrawing(broken: str) -> None:
    """It is searched as text; names that it does not hold stay unknown."""
    here = Retractable({**pack(), broken: pack()[broken] + b"\nbroken: [\n"})
    for kind, name in (("referral", "far"), ("contact", "+18777762004"), ("topic", "pep"), ("tip", "pep/start")):
        assert here.holds(kind, name), (kind, name)
    for kind, name in (("referral", "fa"), ("contact", "+1877776200"), ("topic", "pe"), ("tip", "pep/star"), ("tip", "start")):
        assert not here.holds(kind, name), (kind, name)


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("referral", "farr", 'Did you mean "far"?'),
        ("contact", "+1 (877) 776-2004", 'Did you mean "+18777762004"?'),
        ("contact", "8777762004", 'Did you mean "+18777762004"?'),
        ("contact", "776-2004", 'Did you mean "+18777762004"?'),
        ("contact", "2004", ""),
        ("contact", "far", "It is a referral: write `withdraw: referral`."),
        ("referral", "+18777762004", "It is a contact: write `withdraw: contact`."),
        ("topic", "pep/start", "It is a tip: write `withdraw: tip`."),
        ("tip", "start", 'Did you mean "pep/start"?'),
        ("tip", "pep/statr", 'Did you mean "pep/start"?'),
        ("tip", "pep/no-such", ""),
        ("", "outside", 'Did you mean "pep/outside"?'),
        ("contact", "911", "It is an emergency number, and those are never hidden: change it in content/places/us/place.yaml."),
        ("topic", "zzzzzz", ""),
    ],
)
def test_what_was_meant(kind: str, name: str, said: str) -> None:
    """Other spacing, no country, another kind, a tip without its topic, an emergency number; no guess where nothing is near."""
    assert Retractable(pack()).meant(kind, name) == said


def test_an_earlier_id_is_told_by_its_new_one() -> None:
    """A referral, a topic and a tip that were renamed."""
    files = {
        **pack(),
        FAR: pack()[FAR] + b"was: [distant]\n",
        PEP: pack()[PEP].replace(b"  - tip: start\n", b"  - tip: start\n    was: [begin]\n") + b"was: [pills]\n",
    }
    assert Retractable(files).meant("referral", "distant") == 'It is called "far" now.'
    assert Retractable(files).meant("topic", "pills") == 'It is called "pep" now.'
    assert Retractable(files).meant("tip", "pep/begin") == 'It is called "pep/start" now.'


# --- the file ------------------------------------------------------------------------------------------------------


def test_a_withdrawal_that_takes_nothing_away_is_an_error_at_its_line() -> None:
    """With what may have been meant; a right one beside it is none, nor is one whose file is broken."""
    (fault,) = _found(_entry("referral", "far"), _entry("contact", "+1 877 776 2004"))
    assert (fault.code, fault.severity, fault.line) == ("ID-UNKNOWN", "error", 7)
    assert "takes nothing away" in fault.why
    assert 'Did you mean "+18777762004"?' in fault.fix
    (fault,) = _found(_entry("topic", "no-such"))
    assert "exactly as it stands" in fault.fix
    assert _found(_entry("tip", "pep/start"), files={**pack(), PEP: pack()[PEP] + b"\nbroken: [\n"}) == []


def test_a_bad_entry_moves_the_line_of_no_other() -> None:
    """The third one is told at its own line."""
    found = _found(_entry("nonsense", "x"), _entry("referral", "far"), _entry("referral", "farr"))
    assert [(fault.code, fault.line) for fault in found] == [("CHOICE-UNKNOWN", 2), ("ID-UNKNOWN", 11)]


@pytest.mark.parametrize(
    ("on", "severity"),
    [
        ("2026-11-23", ""),
        ("2026-11-24", ""),
        ("2026-11-25", "warning"),
        ("2026-11-26", "error"),
        ("9999-12-31", "error"),
    ],
)
def test_a_withdrawal_dated_ahead_is_told(on: str, severity: str) -> None:
    """With the day to write. Tomorrow is only worth a look: somewhere it is tomorrow already."""
    found = _found(_entry("referral", "far", on))
    assert [(fault.code, fault.severity, fault.line) for fault in found] == ([("DATE-FUTURE", severity, 5)] if severity else [])
    if found:
        assert "counts from today" in found[0].why
        assert "2026-11-24" in found[0].fix


@pytest.mark.parametrize("head", [b"retractions: []\n", b"# Words.\nretractions: [ ]  \n\n# More.\n", b"retractions: []\r\n"])
def test_an_entry_below_the_empty_list_counts_and_says_how_to_mend_it(head: bytes) -> None:
    """The commonest slip on a phone. One fault, at the line of the []; and what it withdraws is gone all the same."""
    (fault,) = _found(_entry("referral", "far"), head=head)
    assert (fault.code, fault.severity) == ("YAML", "error")
    assert fault.line == head[: head.index(b"retractions")].count(b"\n") + 1
    assert '"retractions: []"' in fault.what
    assert "Take the [] away" in fault.fix
    entries, _ = load_retractions({FILE: head + _entry("referral", "far")})
    assert [one.id for one in entries] == ["far"]
    book, _ = survey(with_file(FILE, head + _entry("referral", "far")), survey_flows)
    assert Edition(book, DAY).hidden == {"far": "retracted"}


def test_an_entry_below_the_empty_list_is_looked_at_as_any_other() -> None:
    """A wrong id and a day to come are told in the same run."""
    found = _found(_entry("referral", "farr", "2026-12-24"), head=b"retractions: []\n")
    assert sorted(fault.code for fault in found) == ["DATE-FUTURE", "ID-UNKNOWN", "YAML"]
