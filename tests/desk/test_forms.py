"""The desk's actions on files in memory: the smallest difference, and a refusal with its reason for what cannot be."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.book.load import text_hash
from bot.book.reader import read
from bot.book.retractions import FILE as RETRACTIONS
from bot.book.text import parse_text
from bot.desk.checks.registry import check
from bot.desk.forms import Edit, Refused, applied, worse
from bot.desk.posted import edit_of
from bot.desk.translating import translate, waiting
from tests.book.pack import changed, pack, with_file

DAY = dt.date(2026, 11, 24)
PEP = "content/topics/health/pep.yaml"
FAR = "content/places/us/referrals/far.yaml"


def _tip(**more: str) -> dict[str, str]:
    same = {"text-en": "Start soon.", "text-es": "Empieza pronto.", "sources": "cdc", "status": "read"}
    return {"do": "tip", "file": PEP, "tip": "start", **same, **more}


def _lines(edit: Edit) -> list[str]:
    """The lines of an edit that are not in the file before."""
    before = (edit.before or b"").decode().splitlines()
    return [line for line in (edit.after or b"").decode().splitlines() if line not in before]


def test_a_tip_changes_in_one_line() -> None:
    """Words with line ends of a browser; everything else keeps its bytes."""
    edit = edit_of(pack(), _tip(**{"text-en": "  Start now.\r\n"}), DAY)
    assert (edit.file, _lines(edit)) == (PEP, ['      en: "Start now."'])
    assert edit_of(pack(), _tip(), DAY).empty


def test_status_and_sources_change_and_go() -> None:
    """A tip without a fact may lose its sources."""
    edit = edit_of(pack(), _tip(status="peer", sources="cdc"), DAY)
    value = read(PEP, edit.after or b"")[0]["tips"][0]
    assert (value["status"], value["sources"]) == ("peer", ["cdc"])
    gone = edit_of(pack(), _tip(status="support", sources=" "), DAY)
    assert "sources" not in read(PEP, gone.after or b"")[0]["tips"][0]


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (_tip(**{"text-es": " "}), "empty"),
        (_tip(tip="no-such"), "no longer"),
        (_tip(file="content/../../etc/passwd"), "no longer there"),
        ({"do": "other"}, "not known"),
        ({"do": "recheck", "file": FAR, "by": "local-peer", "on": "tomorrow"}, "year, month and day"),
        ({"do": "recheck", "file": FAR, "by": "local-peer", "on": "2026-11-24"}, "confirm every contact"),
        ({"do": "recheck", "file": FAR, "by": "local-peer", "on": "2026-11-25", "contact-0": "yes"}, "not come yet"),
        ({"do": "recheck", "file": FAR, "by": "local-peer", "on": "2026-10-01", "contact-0": "yes"}, "later than that"),
        ({"do": "recheck", "file": FAR, "by": "Ana Pérez", "on": "2026-11-24", "contact-0": "yes"}, "never by a name"),
        ({"do": "withdraw", "kind": "referral", "id": "nobody", "why": "closed"}, "no referral here has this name"),
        ({"do": "withdraw", "kind": "contact", "id": "+15550100", "why": "closed"}, "no contact here has this name"),
        ({"do": "withdraw", "kind": "tip", "id": "pep/none", "why": "closed"}, "no tip here has this name"),
        ({"do": "withdraw", "kind": "tip", "id": "pep/strat", "why": "closed"}, 'Did you mean "pep/start"'),
        ({"do": "withdraw", "kind": "referral", "id": "far", "why": ""}, "say why"),
        ({"do": "translate", "item": "xx|nothing"}, "no longer waits"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_reason(form: dict[str, str], why: str) -> None:
    """And says nothing of what was typed."""
    with pytest.raises(Refused, match=why) as error:
        edit_of(pack(), form, DAY)
    for typed in ("Ana", "tomorrow", "+15550100", "no-such", "passwd"):
        assert typed not in str(error.value)


def test_a_referral_checked_again_has_the_day_everywhere() -> None:
    """On each contact and in its review, with who looked; three lines."""
    form = {"do": "recheck", "file": FAR, "by": "local-peer-2", "on": "2026-11-24", "contact-0": "yes"}
    edit = edit_of(pack(), form, DAY)
    value = read(FAR, edit.after or b"")[0]
    assert value["contact"][0]["verified"]["on"] == "2026-11-24"
    assert (value["review"]["checked"], value["review"]["by"]) == ("2026-11-24", "local-peer-2")
    assert len(_lines(edit)) == 2


def test_a_withdrawn_contact_needs_no_check_and_gets_none() -> None:
    """The rest of the referral can be checked without it."""
    files = pack()
    gone = edit_of(files, {"do": "withdraw", "kind": "contact", "id": "+18777762004", "why": "reaches another"}, DAY)
    files = applied(files, gone)
    edit = edit_of(files, {"do": "recheck", "file": FAR, "by": "local-peer", "on": "2026-11-24"}, DAY)
    value = read(FAR, edit.after or b"")[0]
    assert value["contact"][0]["verified"]["on"] == "2026-11-01"
    assert value["review"]["checked"] == "2026-11-24"


@pytest.mark.parametrize(
    ("kind", "name"), [("referral", "far"), ("contact", "+18777762004"), ("tip", "pep/start"), ("topic", "pep")]
)
def test_what_is_withdrawn_is_an_entry_more(kind: str, name: str) -> None:
    """In a file that may not be there yet; the entries before stay."""
    first = edit_of(pack(), {"do": "withdraw", "kind": kind, "id": name, "why": "reaches somebody else"}, DAY)
    assert (first.file, first.before) == (RETRACTIONS, None)
    second = edit_of(applied(pack(), first), {"do": "withdraw", "kind": "referral", "id": "near", "why": "closed"}, DAY)
    entries = read(RETRACTIONS, second.after or b"")[0]["retractions"]
    assert [entry["id"] for entry in entries] == [name, "near"]
    assert first.back.after is None


def test_texts_that_lack_a_language_wait_and_can_be_written() -> None:
    """Wherever they stand: the words go beside the others, and the fault is gone."""
    files = changed(PEP, "      es: Empieza pronto.\n", "")
    (item,) = waiting(files)
    assert (item.file, item.language, item.of, item.text, item.why) == (PEP, "es", "en", "Start soon.", "missing")
    edit = edit_of(files, {"do": "translate", "item": item.name, "words": "Empieza ya."}, DAY)
    assert waiting(applied(files, edit)) == []
    assert _lines(edit) == ['      es: "Empieza ya."']
    with pytest.raises(Refused, match="no words yet"):
        translate(files, item, " \n")


def test_a_translation_that_is_older_than_its_text_is_brought_up_to_date() -> None:
    """The hash of the text goes with the words; words that still fit stay as they are."""
    beside = PEP.replace(".yaml", ".pt.yaml")
    files = with_file(beside, "topic: pep\nlanguage: pt\ntips:\n  start:\n    of: 00000000\n    text: Comece logo.\n")
    old = [item for item in waiting(files) if item.why == "old"]
    assert [(item.file, item.at, item.now) for item in old] == [(beside, ("tips", "start"), "Comece logo.")]
    edit = edit_of(files, {"do": "translate", "item": old[0].name, "words": "Comece logo."}, DAY)
    assert [line.strip() for line in _lines(edit)] == [f"of: {text_hash(parse_text('Start soon.'))}"]
    assert not [item for item in waiting(applied(files, edit)) if item.why == "old"]


def test_a_language_with_a_file_of_its_own_takes_missing_tips_there() -> None:
    """With the hash, so that it is found when the text changes."""
    beside = PEP.replace(".yaml", ".pt.yaml")
    files = with_file(beside, "topic: pep\nlanguage: pt\ntips:\n  start:\n    of: 00000000\n    text: Comece logo.\n")
    files["content/book.yaml"] = files["content/book.yaml"].replace(b"[en, es]", b"[en, es, pt]")
    item = next(item for item in waiting(files) if item.at == ("tips", "outside"))
    assert (item.file, item.hashed) == (beside, True)
    after = read(beside, translate(files, item, "Dica de rua.").after or b"")[0]
    assert after["tips"]["outside"] == {"of": text_hash(parse_text("Outdoors tip.")), "text": "Dica de rua."}


def test_a_pack_cannot_be_made_worse() -> None:
    """A new error anywhere counts while the pack is good; while it is broken, only the edited file's own do."""
    files = pack()
    edit = edit_of(files, _tip(sources="no-such-source"), DAY)
    before, after = check(files, DAY), check(applied(files, edit), DAY)
    assert [fault.code for fault in worse(before, after, PEP)] == ["ID-UNKNOWN"]
    assert worse(before, before, PEP) == []
    broken = {**files, FAR: b"referral: ["}
    mended = check(applied(broken, Edit(FAR, broken[FAR], files[FAR])), DAY)
    # What shows only now that the file can be read was there before it broke.
    assert not [fault for fault in worse(check(broken, DAY), mended, FAR) if fault not in check(files, DAY)]
