"""Referrals out as HSDS 3.0 and in again: valid by the public schemas, nothing lost, no unchecked number in strangers' hands."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.authoring.editing.changeset import Changes
from bot.authoring.exchange.hsds.exporter import export, services
from bot.authoring.exchange.hsds.importer import take
from bot.authoring.exchange.hsds.locations import EXTENSION
from bot.authoring.exchange.hsds.plain_text import plain, spelled
from bot.book import Book, Edition, default_folders, snapshot, survey
from bot.book.translations import hash_of
from tests.authoring.exchange.hsds_world import book_of, errors, exported, schemas, small, taken, warnings, wrong
from tests.book.pack import referral
from tests.conftest import LATER, TODAY

NUMBER = "+18777762004"
FAR = "content/places/us/referrals/far.yaml"


@pytest.fixture(scope="module")
def document(book: Book) -> bytes:
    """The export of the pack that ships."""
    return export(book, TODAY)


@pytest.fixture(scope="module")
def listed(document: bytes) -> list[dict[str, Any]]:
    """Its services."""
    made: list[dict[str, Any]] = json.loads(document)
    return made


def _changed(old: str, new: str) -> dict[str, bytes]:
    files = small()
    assert old.encode() in files[FAR]
    return {**files, FAR: files[FAR].replace(old.encode(), new.encode())}


def _without(service: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in service.items() if name != EXTENSION}


# --- the public schemas ----------------------------------------------------------------------------------------------


def test_the_schemas_are_schemas_and_whole() -> None:
    """Each is valid by JSON Schema itself, and what one refers to lies beside it: from a service, all twenty are reached."""
    for schema in schemas().values():
        Draft202012Validator.check_schema(schema)
    reached, todo = set(), {"service.json"}
    while todo:
        name = todo.pop()
        reached.add(name)
        todo |= set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(schemas()[name]))) - reached
    assert reached == set(schemas())
    assert len(reached) == 20


def test_the_whole_pack_is_valid_hsds(listed: list[dict[str, Any]], book: Book) -> None:
    """Every referral of the pack, by the public schemas and their formats."""
    assert len(listed) == len(book.referrals)
    assert wrong(listed) == []


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("status",), "open", "$[0].status enum"),
        (("status",), None, "$[0].status type"),
        (("id",), "us-rainn", "$[0].id format"),
        (("phones", 0, "number"), 988, "$[0].phones[0].number type"),
        (("url",), "no page", "$[0].url format"),
        (("organization", "description"), 1, "$[0].organization.description type"),
        (("attributes", 0, "taxonomy_term", "id"), "crisis", "$[0].attributes[0].taxonomy_term.id format"),
        (("cost_options",), [{"id": "0a9efb23-55b7-5d97-8e9d-2e9dd114269b", "amount": "0"}], "$[0].cost_options[0].amount type"),
    ],
)
def test_a_broken_export_is_not_valid(listed: list[dict[str, Any]], path: tuple[str | int, ...], value: Any, told: str) -> None:
    """The control: one value spoilt, at any depth, and the schemas say where."""
    made = copy.deepcopy(next(service for service in listed if "phones" in service and "url" in service))
    node: Any = made
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    assert told in wrong([made])
    assert wrong([{name: value for name, value in made.items() if name != "name"}])


def test_ids_are_the_same_every_time_and_nobody_elses(listed: list[dict[str, Any]], document: bytes, book: Book) -> None:
    """Two exports are equal to the byte; no id stands twice, but for the terms that referrals share."""
    assert export(book, TODAY) == document
    own = [service["id"] for service in listed] + [service["organization"]["id"] for service in listed]
    own += [part["id"] for service in listed for name in ("phones", "attributes", "service_areas", "schedules")
            for part in service.get(name, ())]  # fmt: skip
    assert len(own) == len(set(own))


# --- what a stranger's software sees ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [
        ("confidence: read", "confidence: unverified", "unverified"),
        ("status: open", "status: paused\nstatus_note: Moving house", "verified"),
        ("status: open", "status: closed", "verified"),
        ("checked: 2026-11-01", "checked: 2026-01-01", "verified"),
        ("source: cdc", "source: unread", "unverified"),
    ],
)
def test_a_number_that_may_not_be_shown_stays_in_the_extension(old: str, new: str, state: str) -> None:
    """Unverified, paused, closed, past its check, from a page that nobody read: a stranger's software never gets to see it."""
    files = small()
    assert NUMBER in json.dumps(_without(exported(files)))
    files[FAR] = files[FAR].replace(old.encode(), new.encode())
    files["content/sources/more.yaml"] = b"sources:\n  - source: unread\n    title: A page nobody read\n    how: not_read\n"
    made = exported(files)
    assert NUMBER not in json.dumps(_without(made))
    assert made[EXTENSION]["record"]["contact"][0]["phone"] == NUMBER
    assert made[EXTENSION]["contact_states"] == [state]
    assert wrong([made]) == []


def test_a_withdrawn_number_stays_in_the_extension_and_says_so() -> None:
    """One number withdrawn: the service goes out without it."""
    entry = f'retractions:\n  - {{withdraw: contact, id: "{NUMBER}", why: "It rang elsewhere.", on: 2026-11-20}}\n'
    made = exported({**small(), "content/retractions.yaml": entry.encode()})
    assert NUMBER not in json.dumps(_without(made))
    assert made[EXTENSION]["contact_states"] == ["withdrawn"]
    assert [one["why"] for one in made[EXTENSION]["withdrawn"]] == ["It rang elsewhere."]


@pytest.mark.parametrize(
    ("change", "status", "alert"),
    [
        ({}, "active", None),
        ({"status": "closed", "status_note": "Stopped in 2023."}, "defunct", "Stopped in 2023."),
        ({"status": "paused", "status_note": "Moving house."}, "temporarily closed", "Moving house."),
    ],
)
def test_closed_and_paused_say_so_in_hsds(change: dict[str, str], status: str, alert: str | None) -> None:
    """By the status, and why as the alert."""
    made = exported({**small(), FAR: referral("far", **change)})
    assert (made["status"], made.get("alert")) == (status, alert)


def test_withdrawn_and_expired_referrals_are_inactive() -> None:
    """Whole referrals withdrawn, with the reason; and those past their day."""
    entry = b'retractions:\n  - {withdraw: referral, id: far, why: "It sends people to police.", on: 2026-11-20}\n'
    made = exported({**small(), "content/retractions.yaml": entry})
    assert (made["status"], made["alert"]) == ("inactive", "It sends people to police.")
    assert {service["status"] for service in services(book_of(small()), LATER)} == {"inactive"}


def test_the_description_says_the_disclosures(listed: list[dict[str, Any]], book: Book) -> None:
    """What is in the description of each is what a talk says before the contact, police first; no contact is in it."""
    for service in listed:
        record = service[EXTENSION]["record"]
        first = ["Police run this.\n"] * (record.get("run_by") == "police")
        first += ["It may report what people tell. Read on before you call.\n"] * (record["reports"]["known"] == "yes")
        assert service["description"].startswith("".join([*first, "Police: "]))
        assert record["offers"]["en"].replace("**", "")[:20] in service["description"]
        assert not any(way in service["description"] for one in record["contact"] for way in (one.get("phone"),) if way)
    spanish = services(book, TODAY, ["us"], "es")
    assert all("Policía: " in service["description"].partition("\n\n")[0] for service in spanish)
    assert {service[EXTENSION]["record"]["place"] for service in spanish} == {"us"}


def test_what_nobody_knows_is_left_out() -> None:
    """No empty list, which would say that there is none; what is known of ID and cost is said."""
    assert not {"required_documents", "cost_options", "fees_description", "languages", "schedules"} & exported(small()).keys()
    said = "\n  says: {{en: {0}, es: {0}}}"
    files = _changed("id_needed: {known: unknown}", 'id_needed:\n  known: "no"' + said.format("A name is enough."))
    files[FAR] = files[FAR].replace(b"cost: {known: unknown}", ('cost:\n  known: "no"' + said.format("Free.")).encode())
    made = exported(files)
    assert [one["document"] for one in made["required_documents"]] == ["none"]
    assert [(one["amount"], one["amount_description"]) for one in made["cost_options"]] == [(0, "Free.")]
    assert (made["application_process"], made["fees_description"]) == ("A name is enough.", "Free.")
    assert wrong([made]) == []


# --- and in again ----------------------------------------------------------------------------------------------------


def test_every_referral_of_the_pack_comes_back_equal(document: bytes, book: Book) -> None:
    """Into the pack without its referrals and without their sources: all are there again, equal, with every page they name."""
    files = snapshot(*default_folders())
    empty = {name: data for name, data in files.items() if "/referrals/" not in name and "sources/referrals" not in name}
    changes = Changes(empty)
    found = take(changes, "referrals.json", document, TODAY)
    assert errors(found) == []
    assert (found.new, found.changed, found.waiting) == (len(book.referrals), 0, 0)
    after = survey(changes.after())[0]
    assert after.referrals == book.referrals
    named = {name for one in book.referrals.values() for name in (*one.sources, *(way.verified.source for way in one.contact))}
    assert {name: after.sources[name] for name in named} == {name: book.sources[name] for name in named}
    assert all(text and text.startswith("# yaml-language-server") for text in changes.texts.values())


def test_every_value_of_every_file_survives_json(book: Book) -> None:
    """Not only the models: what stands in the files, letter by letter."""
    for name, made in book.referrals.items():
        path = book.where[f"referral:{name}"][0]
        assert spelled(json.loads(json.dumps(plain(made)))) == book.docs[path][0], path


def test_an_export_taken_into_its_own_pack_changes_nothing(document: bytes) -> None:
    """Not one byte of one file."""
    found = take(Changes(snapshot(*default_folders())), "referrals.json", document, TODAY)
    assert (found.changes.texts, found.changed, found.new, found.faults) == ({}, 0, 0, [])


def test_one_changed_value_is_one_changed_line() -> None:
    """And HSDS's own fields are not what counts: the record is."""
    made = exported(small())
    made["name"] = "Something else"
    made[EXTENSION]["record"]["reports"] = {"known": "yes", "says": {"en": "By law.", "es": "Por ley."}}
    made[EXTENSION]["record"]["youth"] = True
    found = taken([made])
    assert (errors(found), found.changed, found.new) == ([], 1, 0)
    lines = [line for line in found.changes.difference().splitlines() if line[:1] in "+-" and line[:2] not in ("++", "--")]
    assert [line for line in lines if line[0] == "-"] == ["-reports: {known: unknown}"]
    assert "+youth: true" in lines
    assert list(found.changes.texts) == [FAR]


def test_languages_that_only_this_pack_has_stay() -> None:
    """A record in English and Spanish does not take the Portuguese away, be it in the file or beside it."""
    made = exported(small())
    inline = _changed("  es: Ayuda", "  es: Ayuda\n  pt: Ajuda")
    assert taken([made], inline).changes.texts == {}
    text = f'referral: far\nlanguage: pt\noffers: {{of: "{hash_of("Help")}", text: Ajuda}}\n'
    beside = {**small(), "content/places/us/referrals/far.pt.yaml": text.encode()}
    assert taken([made], beside).changes.texts == {}
    whole = exported(beside)
    assert whole[EXTENSION]["record"]["offers"]["pt"] == "Ajuda"
    assert taken([whole], beside).changes.texts == {}
    whole[EXTENSION]["record"]["offers"]["pt"] = "Apoio"
    found = taken([whole], beside)
    assert list(found.changes.texts) == ["content/places/us/referrals/far.pt.yaml"]
    assert "Apoio" in found.changes.text("content/places/us/referrals/far.pt.yaml")


def test_a_referral_that_moved_moves_here_too() -> None:
    """Its file goes to the folder of the other place; the bytes around the change stay."""
    made = exported(small())
    record = made[EXTENSION]["record"]
    record["place"] = "gb"
    assert errors(taken([made])) == ["$[0].x_constellation.record.police.contact POLICE-UNSAID"]
    record["police"]["says"] = {"en": "We do not know its rule.", "es": "No sabemos su regla."}
    found = taken([made])
    assert errors(found) == []
    assert found.changes.texts[FAR] is None
    assert b"place: gb" in found.changes.after()["content/places/gb/referrals/far.yaml"]


def test_what_was_withdrawn_there_is_withdrawn_here() -> None:
    """So that no number comes back by way of a file."""
    entry = f'retractions:\n  - {{withdraw: contact, id: "{NUMBER}", why: "It rang elsewhere.", on: 2026-11-20}}\n'
    made = exported({**small(), "content/retractions.yaml": entry.encode()})
    for there in (None, b"retractions: []\n", b"# None yet.\nretractions:\n", b"# None yet.\n"):
        files = {**small(), **({"content/retractions.yaml": there} if there else {})}
        found = taken([made], files)
        assert not there or there.splitlines()[0].rstrip(b" :[]") in found.changes.after()["content/retractions.yaml"]
        assert errors(found) == []
        after = survey(found.changes.after())[0]
        assert [(one.withdraw, one.id) for one in after.retractions] == [("contact", NUMBER)]
        assert Edition(after, TODAY).hidden["far"] == "retracted"
        assert taken([made], found.changes.after()).changes.texts == {}


# --- what is refused -------------------------------------------------------------------------------------------------


def _spoilt(*path: str | int, value: Any) -> list[dict[str, Any]]:
    made = [exported(small(), "near"), exported(small())]
    node: Any = made[1][EXTENSION]
    for part in path[:-1]:
        node = node[part]
    if value is None and isinstance(node, dict):
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return made


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("record", "reports"), None, ".record FIELD-MISSING"),
        (("record", "police", "contact"), "perhaps", ".record.police.contact CHOICE-UNKNOWN"),
        (("record", "contact", 0, "phone"), "12 34", ".record.contact[0].phone SHAPE"),
        (("record", "contact", 0, "phone"), "+199999", ".record.contact[0].phone PHONE"),
        (("record", "offers", "en"), "Call 555 123 4567", ".record.offers.en PHONE-IN-PROSE"),
        (("record", "offers", "en"), "\u202ehelp", ".record.offers.en HIDDEN"),
        (("record", "offers"), {"en": "Help"}, ".record.offers LANGUAGE-MISSING"),
        (("record", "hours"), 1.5, ".record.hours TYPE-TEXT"),
        (("record", "surprise"), "x", ".record.surprise FIELD-UNKNOWN"),
        (("record", "place"), "mars", ".record.place ID-UNKNOWN"),
        (("record", "sources"), ["nowhere"], ".record.sources[0] ID-UNKNOWN"),
        (("record", "referral"), "near", ".record.referral ID-TWICE"),
        (("sources", 0, "address"), "https://example.org/other", ".sources[0] SOURCE-OTHER"),
        (("sources", 0, "read"), "soon", ".sources[0].read TYPE-DATE"),
        (("withdrawn",), [{"withdraw": "referral", "id": "near", "why": "Not its own", "on": "2026-11-20"}],
         ".withdrawn[0] ID-UNKNOWN"),
        (("withdrawn",), "all", ".withdrawn TYPE-LIST"),
        (("version",), "9", ".version HSDS-VERSION"),
        (("record",), [], " HSDS-EXTENSION"),
    ],
)  # fmt: skip
def test_one_fault_and_nothing_is_written(path: tuple[str | int, ...], value: Any, told: str) -> None:
    """Each at its path in the document; the good service before it is not written either."""
    files = {name: data for name, data in small().items() if "/referrals/" not in name}
    found = taken(_spoilt(*path, value=value), files)
    assert f"$[1].{EXTENSION}{told}" in errors(found), errors(found)
    assert found.refused
    assert (found.changes.texts, found.new) == ({}, 0)


def test_two_services_that_disagree_on_a_source_are_refused() -> None:
    """One id never stands for two pages, in one file neither."""
    made = [exported(small(), "near"), exported(small())]
    made[1][EXTENSION]["sources"][0]["address"] = "https://example.org/other"
    files = {name: data for name, data in small().items() if "/referrals/" not in name}
    files["content/sources/all.yaml"] = files["content/sources/all.yaml"].replace(b"cdc", b"who")
    assert f"$[1].{EXTENSION}.sources SOURCE-OTHER" in errors(taken(made, files))


@pytest.mark.parametrize("path", [FAR, "content/sources/hsds.yaml", "content/retractions.yaml"])
def test_a_file_of_the_pack_that_cannot_be_read_is_not_written_over(path: str) -> None:
    """It is mended first: an import would put its own words in the place of what stands there."""
    for spoilt in (b"\tno: tabs\n", b"something: else\n"):
        found = taken([exported(small())], {**small(), path: spoilt})
        assert found.refused
        assert {one.file for one in found.faults} == {path}
        assert found.changes.texts == {}


def test_a_language_that_a_text_has_alone_is_not_lost() -> None:
    """A record in Portuguese only, and a translation into it beside the file."""
    text = f'referral: far\nlanguage: pt\noffers: {{of: "{hash_of("Help")}", text: Ajuda}}\n'
    files = {**small(), "content/places/us/referrals/far.pt.yaml": text.encode()}
    made = exported(files)
    made[EXTENSION]["record"]["serves"] = {"pt": "Todas as pessoas."}
    found = taken([made], files)
    assert "Todas as pessoas." in found.changes.text(FAR)


def test_a_topic_that_this_pack_lacks_is_left_out() -> None:
    """With a warning: the referral is as good without."""
    found = taken(_spoilt("record", "topics", value=["pep", "no-such"]))
    assert warnings(found) == [f"$[1].{EXTENSION}.record.topics[1] ID-UNKNOWN"]
    assert (errors(found), found.changes.texts) == ([], {})
