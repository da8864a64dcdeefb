"""Building a book, and what a day of it shows."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.book import Edition
from bot.book.builder import build
from bot.book.emergency import Service
from bot.book.faults import BookFault, Fault
from tests.book.pack import REVIEW, changed, pack, referral, with_file

DAY = dt.date(2026, 11, 23)


def faults_of(files: dict[str, bytes]) -> list[Fault]:
    """The faults of a pack that must have some."""
    with pytest.raises(BookFault) as caught:
        build(files)
    return caught.value.faults


def day(files: dict[str, bytes], date: dt.date = DAY) -> Edition:
    """What a day shows of a whole pack."""
    return Edition(build(files), date)


PEP = "content/topics/health/pep.yaml"
US = "content/places/us/place.yaml"
FAULTS = [
    (changed(PEP, "urgency: hours", "urgency: hour"), PEP, 3, "CHOICE-UNKNOWN", "hours"),
    (changed(PEP, "area: health", "areas: health"), PEP, 2, "FIELD-UNKNOWN", "area"),
    (changed(PEP, "status: peer", "status: peer\n    valid_in: [usa]"), PEP, 24, "ID-UNKNOWN", '"us"'),
    (changed(PEP, "sources: [cdc]\n    status: peer", "status: peer"), PEP, 17, "SOURCE-MISSING", "sources"),
    (changed(PEP, "es: Empieza pronto.", ""), PEP, 11, "LANGUAGE-MISSING", ""),
    (changed(PEP, "topic: pep", "topic: prep"), PEP, 1, "ID-FILE", ""),
    (changed(PEP, "within: 72h", "within: 72 h"), PEP, 14, "YAML-FLOW", "quotes"),
    (changed(PEP, "urgency: hours", "urgency: hours\nclock: {within: 72h}"), PEP, 4, "SHAPE-OLD", "in the tip"),
    (changed(PEP, "within: 72h", "within: 3w"), PEP, 14, "SHAPE", "72h"),
    (changed(PEP, "checked: 2026-11-01", "checked: 2026-13-01"), PEP, 46, "TYPE-DATE", "2026-11-23"),
    (changed(PEP, "Start soon.", "Start **soon."), PEP, 12, "VALUE", "bold"),
    (with_file("content/topics/health/copy.yaml", pack()[PEP].replace(b"topic: pep", b"topic: pep")),
     PEP, 1, "ID-TWICE", ""),
    (with_file("content/elsewhere/x.yaml", "a: b"), "content/elsewhere/x.yaml", 1, "FILE-PLACE", ""),
    (with_file("content/places/us/referrals/bad.yaml", referral("bad", phone="+1555")),
     "content/places/us/referrals/bad.yaml", 23, "SHAPE", ""),
    (with_file("content/places/us/referrals/bad.yaml", referral("bad", phone="+1555123")),
     "content/places/us/referrals/bad.yaml", 23, "PHONE", ""),
    (with_file("content/places/us/referrals/bad.yaml", referral("bad", police="may")),
     "content/places/us/referrals/bad.yaml", 13, "POLICE-LEGAL", "kinds"),
    (with_file("content/places/us/topics/od.yaml", f"topic: od\nhide: [call]\n{REVIEW}"),
     "content/places/us/topics/od.yaml", 2, "HIDE-EMERGENCY", ""),
    (with_file("content/places/us/topics/pep.yaml", f"topic: pep\nhide: [nothing]\n{REVIEW}"),
     "content/places/us/topics/pep.yaml", 2, "ID-UNKNOWN", ""),
    (changed(US, "    reaches: [police, ambulance, fire]\n", ""), US, 5, "SHAPE-OLD", "`ambulance:`"),
    (changed(US, "law:", "  note: {en: Ask, es: Pide}\nlaw:"), US, 5, "SHAPE-OLD", "`answers:`"),
    (changed(US, "[police, ambulance, fire]", "[ambulance]"), US, 8, "NUMBER-PARTIAL", "`ambulance:`"),
    (changed(US, "    answers: {en: \"A call center.\", es: \"Una central.\"}\n", ""), US, 6, "FIELD-MISSING", "answers"),
    (changed("content/cards/od.yaml", "needs: ambulance\n", ""), "content/cards/od.yaml", 1, "FIELD-MISSING", "needs"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "path", "line", "code", "fix"), FAULTS, ids=[f"{n}-{row[3]}" for n, row in enumerate(FAULTS)])
def test_each_fault_is_found_at_its_line(files: dict[str, bytes], path: str, line: int, code: str, fix: str) -> None:
    """File, line and code are exact; the way to mend it names what is needed."""
    found = faults_of(files)
    hits = [fault for fault in found if fault.code == code and (code == "ID-TWICE" or fault.file == path)]
    assert hits, [str(fault) for fault in found]
    assert code == "ID-TWICE" or line in {fault.line for fault in hits}, [str(fault) for fault in found]
    assert any(fix in f"{fault.what} {fault.fix}" for fault in hits)


def test_all_faults_come_in_one_run() -> None:
    """Three files with a fault each give three faults, sorted by file."""
    files = pack()
    files[PEP] = files[PEP].replace(b"urgency: hours", b"urgency: later")
    files["content/words.yaml"] = b"default: [\n"
    files["content/places/us/place.yaml"] = files["content/places/us/place.yaml"].replace(b"level: country", b"level: land")
    found = faults_of(files)
    assert len({fault.file for fault in found if fault.code in ("CHOICE-UNKNOWN", "YAML")}) == 3
    assert found == sorted(found)


def names(edition: Edition, **where: object) -> list[str]:
    """The ids of the tips shown."""
    return [tip.tip for tip in edition.tips("pep", **where)]


def test_tips_are_shown_where_they_hold_and_to_whom_they_fit() -> None:
    """Unverified never; bound to a law only there; adult ones not to the young; what fits how they do it first."""
    edition = day(pack())
    assert names(edition) == ["start", "outside", "grown"]
    assert names(edition, place="us-ny") == ["start", "outside", "only-us", "grown"]
    assert names(edition, place="gb") == ["start", "outside", "grown"]
    assert names(edition, young=True) == ["start", "outside"]
    assert names(edition, how=frozenset({"outdoors"})) == ["outside", "start", "grown"]
    assert names(edition, how=frozenset({"online"})) == ["start", "grown"]


def test_a_place_replaces_adds_in_front_and_hides() -> None:
    """The nearest place wins, item by item."""
    local = f"""topic: pep
tips:
  - tip: ours
    for: [all]
    text: {{en: Ours., es: Nuestro.}}
    status: support
  - tip: start
    for: [all]
    text: {{en: Local., es: Local.}}
    status: support
hide: [grown]
{REVIEW}
"""
    edition = day(with_file("content/places/us/topics/pep.yaml", local))
    assert names(edition, place="us-ny") == ["ours", "start", "outside", "only-us"]
    assert edition.tips("pep", "us-ny")[1].text["en"].raw == "Local."
    assert names(edition, place="gb") == ["start", "outside", "grown"]


def test_a_contact_past_its_review_is_hidden_and_a_tip_stays() -> None:
    """A dead number hurts; an old tip says its date. Emergency numbers never go."""
    edition = day(pack(), dt.date(2027, 1, 30))
    assert edition.hidden == {"far": "expired", "near": "expired"}
    assert names(edition) == ["start", "outside", "grown"]
    topic = edition.topics["pep"]
    assert edition.checked(topic, topic.tips[0]) == (dt.date(2026, 11, 1), True)
    found = edition.reaching("us-ny", "police")
    assert found is not None
    assert found[1][0].number == "911"


def test_numbers_are_by_service_and_the_nearest_place_that_knows_one_answers() -> None:
    """Police by a number that reaches every service, by their own only where there is none; the ambulance by its own."""
    files = pack()
    numbers = """
place: us-ny
level: state
parent: us
name: {en: NY, es: NY}
emergency:
  ambulance:
    number: 131
    answers: {en: "Staff.", es: "Personal."}
    source: cdc
    on: 2026-11-01
    status: read
"""
    files["content/places/us-ny/place.yaml"] = numbers.strip().encode()
    edition = day(files)

    def reaching(place: str, service: Service) -> list[str]:
        found = edition.reaching(place, service)
        return [found[0].place, *(number.number for number in found[1])] if found else []

    assert reaching("us-ny", "ambulance") == ["us-ny", "131"]
    assert reaching("us-ny", "police") == reaching("us", "police") == ["us", "911"]
    country = numbers.replace("us-ny", "us").replace("level: state\nparent: us", "level: country\nparent: world")
    files["content/places/us/place.yaml"] = country.strip().encode()
    edition = day(files)
    assert reaching("us-ny", "police") == []
    assert [place.place for place, _ in edition.emergency_table("police")] == ["gb"]
    assert [(place.place, number.number) for place, number in edition.emergency_table("ambulance")] == [
        ("gb", "999"),
        ("us", "131"),
    ]


def test_closed_paused_and_unverified_referrals_are_records_only() -> None:
    """They stay in the files and are never shown."""
    files = pack()
    files["content/places/us/referrals/maybe.yaml"] = referral("maybe", confidence="unverified")
    files["content/places/us/referrals/gone.yaml"] = referral("gone", status="closed")
    files["content/places/us/referrals/rests.yaml"] = referral("rests", status="paused")
    assert day(files).hidden == {"gone": "closed", "rests": "paused", "maybe": "unverified"}


def test_referrals_come_nearest_first_and_unknown_never_above_known_safe() -> None:
    """Distance first; at one distance, what is known to keep police out comes before what nobody knows."""
    files = pack()
    files["content/places/us/referrals/aaa.yaml"] = referral("aaa", police="unknown")
    files["content/places/us/referrals/bbb.yaml"] = referral("bbb", police="only_if_you_ask")
    edition = day(files)
    assert [found.referral for found in edition.referrals_for("us-ny")] == ["near", "far", "bbb", "aaa"]
    assert [found.referral for found in edition.referrals_for("gb")] == []
    assert [found.referral for found in edition.referrals_for("us", ["crisis"])] == []
    assert edition.referrals_for("us", topics=["od"], strict=True) == ()


def test_a_referral_for_some_places_is_shown_there_and_last_where_no_place_is_said() -> None:
    """What one continent has is not offered on another; of a place inside one that it names, it is."""
    files = pack()
    files["content/places/world/referrals/aaa.yaml"] = referral("aaa", place="world", kinds="[crisis]", valid_in="[us]")
    files["content/places/world/referrals/bbb.yaml"] = referral("bbb", place="world", kinds="[crisis]", police="may")
    edition = day(files)

    def found(place: str) -> list[str]:
        return [one.referral for one in edition.referrals_for(place, ["crisis"])]

    assert {place: found(place) for place in ("us", "us-ny", "gb", "world", "")} == {
        "us": ["aaa", "bbb"],
        "us-ny": ["aaa", "bbb"],
        "gb": ["bbb"],
        "world": ["bbb", "aaa"],
        "": ["bbb", "aaa"],
    }


def test_who_turns_young_people_away_is_not_shown_to_them() -> None:
    """Others are, and adults see all."""
    files = pack()
    grown = referral("aaa").decode().replace("status: open", "adults_only: true\nstatus: open", 1)
    files["content/places/us/referrals/aaa.yaml"] = grown.encode()
    edition = day(files)
    assert "aaa" in [one.referral for one in edition.referrals_for("us")]
    young = [one.referral for one in edition.referrals_for("us", youth=True)]
    assert young
    assert "aaa" not in young


def test_who_does_not_speak_the_language_comes_after_the_others() -> None:
    """At one distance; not behind what police run, and nobody whose languages are not known is put back."""
    files = pack()
    for name, languages in (("aaa", "[en]"), ("bbb", "[en, es]"), ("ccc", "unknown")):
        text = referral(name, police="unknown") + f"languages: {languages}\n".encode()
        files[f"content/places/us/referrals/{name}.yaml"] = text
    edition = day(files)

    def found(language: str) -> list[str]:
        return [one.referral for one in edition.referrals_for("us", language=language) if one.referral != "far"]

    assert found("") == ["aaa", "bbb", "ccc"]
    assert found("en") == ["aaa", "bbb", "ccc"]
    assert found("es") == ["bbb", "ccc", "aaa"]


def test_what_police_run_or_what_reports_comes_last() -> None:
    """At one distance: known-safe, what fills the floor, what nobody knows; then what reports, then what police run."""

    def line(name: str, *more: tuple[str, str], police: str = "unknown") -> bytes:
        text = referral(name, police=police, kinds="[harm_reduction]").decode()
        for old, new in more:
            assert old in text
            text = text.replace(old, new, 1)
        return text.encode()

    told = ("reports: {known: unknown}", "reports:\n  known: yes\n  says:\n    en: Told\n    es: Avisa")
    files = pack()
    here = "content/places/us/referrals/"
    files[f"{here}aaa.yaml"] = line("aaa", ("status: open", "run_by: police\nstatus: open"), police="may")
    files[f"{here}bbb.yaml"] = line("bbb", told)
    files[f"{here}ccc.yaml"] = line("ccc")
    files[f"{here}ddd.yaml"] = line("ddd", ("status: open", "run_by: peers\nfills: [peers]\nstatus: open"))
    files[f"{here}eee.yaml"] = line("eee", told, police="only_if_you_ask")
    found = [one.referral for one in day(files).referrals_for("us") if one.referral != "far"]
    assert found == ["eee", "ddd", "ccc", "bbb", "aaa"]


def test_the_nearest_law_wins() -> None:
    """A state's law stands before the country's."""
    edition = day(pack())
    for place, wanted in (("us-ny", "us-ny"), ("us", "us")):
        found = edition.law(place)
        assert found is not None
        assert found[0].place == wanted
    assert edition.law("gb") is None


def test_withdrawals_remove_and_survive_what_else_is_broken() -> None:
    """A referral, a number, a tip: gone. A bad entry beside them does not bring them back."""
    text = """retractions:
  - {withdraw: referral, id: far, why: closed-down, on: 2026-11-20}
  - {withdraw: tip, id: pep/start, why: wrong-dose, on: 2026-11-20}
  - {withdraw: nonsense, id: x, why: bad, on: 2026-11-20}
"""
    files = with_file("content/retractions.yaml", text)
    with pytest.raises(BookFault):
        build(files)
    good = text.replace("  - {withdraw: nonsense, id: x, why: bad, on: 2026-11-20}\n", "")
    edition = day(with_file("content/retractions.yaml", good))
    assert edition.hidden == {"far": "retracted"}
    assert "start" not in names(edition)
    number = 'retractions:\n  - {withdraw: contact, id: "+18777762004", why: hijacked, on: 2026-11-20}\n'
    assert day(with_file("content/retractions.yaml", number)).hidden == {"far": "retracted", "near": "retracted"}


def test_a_language_of_its_own_file_joins_and_an_old_one_is_told() -> None:
    """`pep.pt.yaml` adds a language; a wrong `of` is reported as older than its source, and what is left is counted."""
    text = "topic: pep\nlanguage: pt\ntitle: PEP\ntips:\n  start:\n    text: Comece logo.\n    of: 00000000\n"
    book = build(with_file("content/topics/health/pep.pt.yaml", text))
    assert book.topics["pep"].tips[0].text["pt"].raw == "Comece logo."
    assert [(fault.code, fault.line) for fault in book.warnings] == [("TRANSLATION-OPEN", 2), ("TRANSLATION-OLD", 6)]
    assert "4 of 6" in book.warnings[0].what


def test_two_blanks_of_a_policy_may_be_filled_alike() -> None:
    """What an agency fills in names nothing; a section twice does, and is told with its line."""
    policy = """policy: sample
title: {en: Sample, es: Muestra}
origin: ours
why: {en: Because., es: "Porque sí."}
blanks:
  - {blank: agency, label: {en: Agency, es: Agencia}, value: "Nest"}
  - {blank: contact, label: {en: Contact, es: Contacto}, value: "Nest"}
sections:
  - section: one
    title: {en: One, es: Uno}
    text: {en: Words., es: Palabras.}
  - section: two
    title: {en: Two, es: Dos}
    text: {en: Words., es: Palabras.}
review: {checked: 2026-11-01, by: seed-pack, every: 180d}
"""
    build(with_file("content/policies/sample.yaml", policy))
    with pytest.raises(BookFault) as found:
        build(with_file("content/policies/sample.yaml", policy.replace("section: two", "section: one")))
    (fault,) = found.value.faults
    assert (fault.code, fault.line) == ("ID-TWICE", 12)
