"""Somebody else's HSDS file: nobody is shown what nobody checked, nothing of the pack is lost, every fault has its path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authoring.editing.changeset import Changes
from bot.authoring.exchange.hsds.document import MAX_SERVICES
from bot.authoring.exchange.hsds.exporter import services
from bot.authoring.exchange.hsds.importer import ImportResult, take
from bot.authoring.exchange.hsds.locations import EXTENSION, said
from bot.authoring.lint.runner import check
from bot.book import Book, Edition, build, default_folders, snapshot, survey
from bot.book.referral import Disclosure, Referral
from bot.book.snapshots import Snapshot
from bot.engine.flow_compiler import compile_flows
from bot.engine.state import hash_of
from tests.authoring.exchange.hsds_world import book_of, errors, small, taken, theirs, warnings, wrong
from tests.conftest import TODAY

NEW = "content/places/us-ny/referrals/community-counselling.yaml"


def _one(found: ImportResult) -> Referral:
    """The one new referral."""
    assert errors(found) == []
    after = survey(found.changes.after())[0].referrals
    (name,) = after.keys() - survey(found.changes.before)[0].referrals.keys()
    return after[name]


def test_the_service_we_try_is_valid_hsds() -> None:
    """By the public schemas."""
    assert wrong([theirs()]) == []


def test_a_service_becomes_a_referral_that_nobody_is_shown() -> None:
    """Paused, unverified, every disclosure and what it does with police unknown, every contact from a page that nobody read."""
    found = taken([theirs()])
    made = _one(found)
    assert (found.waiting, found.new, found.changed) == (1, 0, 0)
    assert (made.referral, made.name, made.place) == ("community-counselling", "Community Counselling", "us-ny")
    assert (made.status, made.confidence, made.police.contact) == ("paused", "unverified", "unknown")
    answers = [getattr(made, name) for name, info in Referral.model_fields.items() if info.annotation is Disclosure]
    assert len(answers) == 8
    assert {answer.known for answer in answers} == {"unknown"}
    assert (made.hours, made.serves, made.stance, made.languages) == ("unknown", "unknown", "unknown", ["ur"])
    assert [one.phone or one.sms or one.web or one.email for one in made.contact] == [
        "+12125550142", "741741", "https://example.com/counselling", "help@example.com"]  # fmt: skip
    assert {one.verified.source for one in made.contact} == {"hsds-unread"}
    after = survey(found.changes.after())[0]
    assert (after.sources["hsds-unread"].how, after.sources["hsds-unread"].read) == ("not_read", None)
    edition = Edition(after, TODAY)
    assert edition.hidden["community-counselling"] == "paused"
    assert "community-counselling" not in edition.referrals


def test_what_is_defunct_there_is_closed_here() -> None:
    """Not waiting for anybody."""
    made = _one(taken([theirs(status="defunct", email="Help@Example.COM")]))
    assert (made.status, made.confidence) == ("closed", "unverified")
    assert made.contact[-1].email == "Help@example.com"


def test_people_streets_and_mailboxes_are_left_behind() -> None:
    """And what the directory says of cost and the like stays as comments for the peer who asks."""
    text = taken([theirs()]).changes.text(NEW)
    assert not any(word in text for word in ("Ann", "ann@", "Main Street", "12201"))
    assert "# fees_description: Free of charge\n" in text
    assert "# eligibility_description: Anybody in the city\n" in text


def test_the_pack_holds_together_and_opening_it_is_refused() -> None:
    """The check finds no new error; opened as it is, it says which number nobody verified."""
    found = taken([theirs()])
    after = found.changes.after()
    assert [one for one in Changes.faults(found.changes, TODAY) if one.severity == "error"] == []
    opened = {**after, NEW: after[NEW].replace(b"status: paused", b"status: open")}

    def refused(files: Snapshot) -> set[tuple[str, str]]:
        return {(one.file, one.code) for one in check(files, TODAY) if one.severity == "error"}

    assert refused(opened) - refused(after) == {(NEW, "PHONE-UNVERIFIED")}


def test_into_the_pack_that_ships(tmp_path: Path) -> None:
    """Written to disk, the book is built, every referral of before is as it was, and what people are shown is the same."""
    files = snapshot(*default_folders())
    before = build(files, compile_flows)
    changes = Changes(files)
    found = take(changes, "theirs.json", json.dumps([theirs()]).encode(), TODAY)
    assert errors(found) == []
    changes.write(tmp_path / "content", tmp_path / "flows")
    written = snapshot(tmp_path / "content", tmp_path)  # no flows were written
    book = build({**files, **{name: data for name, data in written.items() if name.startswith("content/")}}, compile_flows)
    assert {name: book.referrals[name] for name in before.referrals} == before.referrals
    assert len(book.referrals) == len(before.referrals) + 1
    assert Edition(book, TODAY).referrals == Edition(before, TODAY).referrals


@pytest.mark.parametrize(
    "document", [[theirs()], theirs(), {"contents": [theirs()]}, {"id": "x", "name": "Org", "services": [theirs()]}]
)
def test_a_list_one_service_a_page_or_an_organization(document: Any) -> None:
    """All the shapes in which services are handed out."""
    assert _one(taken(document)).name == "Community Counselling"


def test_one_page_of_several_is_said() -> None:
    """A warning, for what is missing looks like what was never there."""
    found = taken({"contents": [theirs()], "page_number": 1, "total_pages": 7})
    assert warnings(found)[0] == "$.total_pages HSDS-PAGES"
    assert found.waiting == 1


# --- ids -------------------------------------------------------------------------------------------------------------


def test_ids_are_of_the_name_and_nobody_elses() -> None:
    """Two services of one name, a name that the pack has, a name in another script."""
    made = [theirs(id=f"{number}", name=name) for number, name in enumerate(["Far", "Far", "Ça va, Ñandú?", "東京"])]
    found = taken(made)
    assert errors(found) == []
    new = set(survey(found.changes.after())[0].referrals) - {"far", "near"}
    assert new == {"far-2", "far-3", "ca-va-nandu", "service"}


@pytest.mark.parametrize(
    ("name", "becomes"),
    [("WomensLaw.org", "WomensLaw"), ("Help at https://www.help.org/now", "Help at help"), ("x" * 200, "x" * 120),
     ("Call 212 555 0142", "Call …")],
)  # fmt: skip
def test_names_are_names(name: str, becomes: str) -> None:
    """Not addresses and not numbers, and no longer than a screen has room for."""
    assert _one(taken([theirs(name=name)])).name == becomes


def test_an_id_of_the_same_short_number_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A button for one would open the other."""

    def clash(name: str) -> int:
        return hash_of("referral:far") if name == "referral:community-counselling" else hash_of(name)

    monkeypatch.setattr("bot.authoring.exchange.hsds.importer.hash_of", clash)
    assert _one(taken([theirs()])).referral == "community-counselling-2"


def test_the_same_file_again_adds_nothing() -> None:
    """A service is known by the id that its directory gave it, whatever a peer has changed since; so is one of ours."""
    after = taken([theirs()]).changes.after()
    again = taken([theirs(name="A new name")], after)
    assert (again.there, again.waiting, again.changes.texts) == (1, 0, {})
    ours = [{name: value for name, value in made.items() if name != EXTENSION} for made in services(book_of(small()), TODAY)]
    back = taken(ours)
    assert (back.there, back.waiting, back.changes.texts) == (2, 0, {})
    shouted = taken([{**made, "id": made["id"].upper()} for made in ours])
    assert (shouted.there, shouted.waiting) == (2, 0)


# --- where, and in which language ------------------------------------------------------------------------------------


def _address(**fields: str) -> dict[str, Any]:
    return {"service_at_locations": [{"location": {"addresses": [fields]}}]}


@pytest.mark.parametrize(
    ("more", "place"),
    [
        (_address(country="US", state_province="NY", city="Albany"), "us-ny"),
        (_address(country="US", state_province="New Mexico", city="X"), "us"),
        (_address(country="us", state_province="ny "), "us-ny"),
        (_address(country="GB", city="Hull"), "gb"),
        (_address(country="US", state_province="Kansas", city="NY"), "us"),
        ({"service_at_locations": [], "service_areas": [{"id": "1", "name": "ee.uu."}]}, "us"),
    ],
)
def test_the_nearest_place_that_an_address_or_area_names(more: dict[str, Any], place: str) -> None:
    """City, else state, else country; else an area by what people call it."""
    assert _one(taken([theirs(phones=[], **more)])).place == place


def test_a_place_for_the_whole_file() -> None:
    """Said by the importer it counts for all; nowhere said, it is asked for; one that does not exist is refused."""
    nowhere = theirs(service_at_locations=[], phones=[])
    assert _one(taken([nowhere], place="gb")).place == "gb"
    assert errors(taken([nowhere])) == ["$[0] HSDS-PLACE"]
    found = taken([nowhere], place="us-nj")
    assert errors(found) == ["$ ID-UNKNOWN"]
    assert found.changes.texts == {}


def test_the_language_that_was_said() -> None:
    """The words stand in it; elsewhere the name does until somebody translates, and whose eyes are missing is said."""
    made = _one(taken([theirs(description="Alguien con quien hablar.")], language="es"))
    assert {code: text.raw for code, text in made.offers.items()} == {"es": "Alguien con quien hablar.", "en": made.name}
    assert made.review.awaits == ["local-peer", "native-english"]
    assert errors(taken([theirs()], language="fr")) == ["$ LANGUAGE-UNKNOWN"]


# --- words and numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "become"),
    [
        ("<p>Help &amp; <b>care</b></p>", "Help & care"),
        ("Call 212-555-0142 or see www.example.org now", "Call … or see … now"),
        ("Write to a.b@example.org, please", "Write to … please"),
        ("{emergency} **bold** [a](b)", "(emergency) bold [a] (b)"),
        ("two\n\nlines\u200b and\u202e a\x00 trick", "two lines and a trick"),
        ("half \ud800 a letter", "half a letter"),
        ("", "Community Counselling"),
        (None, "Community Counselling"),
    ],
)
def test_words_of_others_cannot_do_anything(words: str | None, become: str) -> None:
    """Tags, our own marks, hidden characters, numbers and addresses: what is left is words."""
    assert _one(taken([theirs(description=words)])).offers["en"].raw == become


@pytest.mark.parametrize(
    ("number", "becomes"),
    [
        ("+44 20 7946 0958", "+442079460958"),
        ('"+44 1234 234567"', "+441234234567"),
        ("988", "988"),
        ("(212) 555.0142", "+12125550142"),
    ],
)
def test_numbers_are_written_our_way(number: str, becomes: str) -> None:
    """With the country that the address says, where the number says none."""
    assert _one(taken([theirs(phones=[{"id": "1", "number": number}])])).contact[0].phone == becomes


def test_a_fax_is_no_contact_and_http_is_looked_at() -> None:
    """Left out, or mended, each with a warning at its path."""
    found = taken([theirs(phones=[{"id": "1", "number": "988", "type": "Fax"}], url="http://example.com")])
    assert warnings(found)[:2] == ["$[0].phones[0].type HSDS-PHONE-TYPE", "$[0].url HSDS-HTTP"]
    assert [one.web or one.email for one in _one(found).contact] == ["https://example.com", "help@example.com"]


def test_every_number_once_wherever_it_stands() -> None:
    """Of the service, its locations and its organization; a person's own is not looked at."""
    own = {"id": "9", "name": "Org", "description": "", "phones": [{"number": "+12125550142"}, {"number": "+12125550143"}],
           "website": "https://example.com/counselling", "email": "office@example.com"}  # fmt: skip
    contacts = [{"id": "1", "phones": [{"number": "+12125550199"}]}]
    made = _one(taken([theirs(organization=own, contacts=contacts)]))
    found = [one.phone or one.sms or one.web or one.email for one in made.contact]
    assert found == ["+12125550142", "741741", "+12125550143", "https://example.com/counselling", "help@example.com",
                     "office@example.com"]  # fmt: skip


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"phones": [{"id": "1", "number": "12"}]}, "$[3].phones[0].number PHONE"),
        ({"phones": [{"id": "1", "number": 988}]}, "$[3].phones[0].number PHONE"),
        ({"url": "javascript:alert(1)"}, "$[3].url ADDRESS-HTTPS"),
        ({"email": "write to us"}, "$[3].email SHAPE"),
        ({"name": " "}, "$[3].name HSDS-NAME"),
        ({"name": None}, "$[3].name HSDS-NAME"),
        ({"name": "X"}, "$[3].name TEXT-SHORT"),
        ({"name": "ann@example.org"}, "$[3].name TEXT-SHORT"),
        ({"description": "Rescue for prostitutes."}, "$[3].description STIGMA"),
        ({"service_at_locations": []}, "$[3] HSDS-PLACE"),
        ({EXTENSION: "ours?"}, f"$[3].{EXTENSION} HSDS-EXTENSION"),
    ],
)
def test_one_fault_and_nothing_is_written(more: dict[str, Any], told: str) -> None:
    """At its path, with how to mend it; the three good services before it are not written either."""
    files = small()
    files["content/words.yaml"] += (
        b"avoid:\n  - rule: p\n    avoid: {en: [prostitutes], es: []}\n    prefer: {en: people, es: gente}\n"
        b"    why: {en: It hurts., es: Duele.}\n    severity: error\n"
    )
    found = taken([*(theirs(id=f"{number}") for number in range(3)), theirs(**more)], files)
    assert errors(found) == [told]
    assert (found.changes.texts, found.waiting) == ({}, 0)
    line = said(next(one for one in found.faults if one.severity == "error"))
    assert line.startswith("theirs.json $[3]")
    assert ":0:" not in line


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "$ JSON"),
        (b"[{]", "$ JSON"),
        (b'[{"name": NaN}]', "$ JSON"),
        (b"[" * 100_000, "$ JSON"),
        (b'[{"name": ' + b"[" * 500 + b"]" * 500 + b"}]", "$ JSON-DEPTH"),
        (b'[{"name": "a", "name": "b"}]', "$ JSON-TWICE"),
        ("[]".encode("utf-16"), "$ FILE-UTF8"),
        (b'"a service"', "$ HSDS-NONE"),
        (b'{"organizations": []}', "$ HSDS-NONE"),
        (b'[{"name": "a"}, 7]', "$[1] HSDS-SERVICE"),
        (b"[" + b"{}," * MAX_SERVICES + b"{}]", "$ HSDS-MANY"),
    ],
)
def test_a_file_that_is_none(data: bytes, told: str) -> None:
    """Why it cannot be read, and what to do."""
    found = taken(data)
    assert errors(found) == [told]
    assert all(one.fix for one in found.faults)


def test_a_mark_at_the_start_is_no_fault() -> None:
    """Windows writes one."""
    assert _one(taken(b"\xef\xbb\xbf" + json.dumps([theirs()]).encode())).name == "Community Counselling"


def test_what_was_asked_for_before_stays_when_a_file_is_refused() -> None:
    """Changes that others have made are not undone."""
    changes = Changes(small())
    changes.put("content/places/us/referrals/far.yaml", ("name",), "Farther")
    asked = dict(changes.texts)
    assert take(changes, "theirs.json", b"[{}]", TODAY).refused
    assert changes.texts == asked


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = ("id", "name", "description", "status", "url", "email", "phones", "languages", "organization", "service_areas",
           "service_at_locations", "cost_options", "schedules", EXTENSION)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(more=st.dictionaries(st.sampled_from(_FIELDS), _JSON, min_size=1, max_size=4))
def test_whatever_a_field_holds_it_is_a_fault_or_taken(more: dict[str, Any]) -> None:
    """Nothing is raised, and a pack that was whole stays whole."""
    found = taken([theirs(**more)])
    if not found.refused:
        assert survey(found.changes.after())[0].referrals.keys() >= {"far", "near"}
        assert not [one for one in found.changes.faults(TODAY) if one.severity == "error"]


def _ours(files: Snapshot) -> dict[str, Any]:
    made = services(book_of(files), TODAY)[0]
    assert isinstance(made, dict)
    return made


@settings(max_examples=60, deadline=None)
@given(more=st.dictionaries(st.sampled_from([*Referral.model_fields]), _JSON, min_size=1, max_size=3))
def test_whatever_a_record_holds_it_is_a_fault_or_taken(more: dict[str, Any]) -> None:
    """The same for the extension."""
    made = _ours(small())
    made[EXTENSION] = {**made[EXTENSION], "record": {**made[EXTENSION]["record"], **more}}
    found = taken([made])
    if not found.refused:
        assert not [one for one in found.changes.faults(TODAY) if one.severity == "error"]


def test_the_whole_pack_without_the_extension_waits_for_peers(book: Book) -> None:
    """What a directory that drops our extension hands on: into another pack, not one referral of it is shown."""
    made = [{name: value for name, value in one.items() if name != EXTENSION} for one in services(book, TODAY)]
    files = {**small(), "content/book.yaml": small()["content/book.yaml"].replace(b"test-pack", b"another")}
    found = taken(made, files, place="us")
    assert (errors(found), found.waiting) == ([], len(book.referrals))
    after = Edition(survey(found.changes.after())[0], TODAY)
    assert set(after.referrals) == set(Edition(survey(files)[0], TODAY).referrals) == {"far", "near"}
