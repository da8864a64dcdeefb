"""The desk's actions on files in memory: the smallest difference, and a refusal with its reason for what cannot be."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.authoring.desk.form_data import edit_of
from bot.authoring.editing.actions import ActionRefused, Edit, applied, worse
from bot.authoring.editing.translation import TranslationUnit, translate, units, values_in, waiting
from bot.authoring.lint.runner import check
from bot.book import text_hash
from bot.book.reader import read
from bot.book.retractions import FILE as RETRACTIONS
from bot.book.text import parse_text
from bot.book.translations import hash_of
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
    with pytest.raises(ActionRefused, match=why) as error:
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


def _translation(unit: TranslationUnit, words: str) -> dict[str, str]:
    """What the form of a text to translate sends."""
    return {"do": "translate", "item": unit.name, "of": hash_of(unit.text), "words": words}


def test_texts_that_lack_a_language_wait_and_can_be_written() -> None:
    """Wherever they stand: the words go beside the others, and the fault is gone."""
    files = changed(PEP, "      es: Empieza pronto.\n", "")
    (item,) = waiting(files)
    assert (item.file, item.language, item.of, item.text, item.state) == (PEP, "es", "en", "Start soon.", "missing")
    edit = edit_of(files, _translation(item, "Empieza ya."), DAY)
    assert waiting(applied(files, edit)) == []
    assert _lines(edit) == ['      es: "Empieza ya."']
    with pytest.raises(ActionRefused, match="no words yet"):
        translate(files, item, " \n")


def test_a_translation_that_is_older_than_its_text_is_brought_up_to_date() -> None:
    """The hash of the text goes with the words; words that still fit stay as they are."""
    beside = PEP.replace(".yaml", ".pt.yaml")
    files = with_file(beside, "topic: pep\nlanguage: pt\ntips:\n  start:\n    of: 00000000\n    text: Comece logo.\n")
    old = [item for item in waiting(files) if item.state == "old"]
    assert [(item.file, item.at, item.now) for item in old] == [(beside, ("tips", "start", "text"), "Comece logo.")]
    edit = edit_of(files, _translation(old[0], "Comece logo."), DAY)
    assert [line.strip() for line in _lines(edit)] == [f"of: {text_hash(parse_text('Start soon.'))}"]
    assert not [item for item in waiting(applied(files, edit)) if item.state == "old"]


def test_a_language_with_a_file_of_its_own_takes_missing_tips_there() -> None:
    """With the hash, so that it is found when the text changes."""
    beside = PEP.replace(".yaml", ".pt.yaml")
    files = with_file(beside, "topic: pep\nlanguage: pt\ntips:\n  start:\n    of: 00000000\n    text: Comece logo.\n")
    files["content/book.yaml"] = files["content/book.yaml"].replace(b"[en, es]", b"[en, es, pt]")
    item = next(item for item in waiting(files) if item.at == ("tips", "outside", "text"))
    assert (item.file, item.beside) == (beside, True)
    after = read(beside, translate(files, item, "Dica de rua.").after or b"")[0]
    assert after["tips"]["outside"]["text"] == {"of": text_hash(parse_text("Outdoors tip.")), "text": "Dica de rua."}


BESIDE = PEP.replace(".yaml", ".pt.yaml")
SHAPES = {
    "fields": ("tips:\n  start:\n    text: {of: OLD, text: Comece.}\n", ("tips", "start", "text")),
    "lines": ("tips:\n  start:\n    text:\n      # Start soon.\n      of: OLD\n      text: Comece.\n", ("tips", "start", "text")),
    "short": ("tips:\n  start:\n    of: OLD\n    text: Comece.\n", ("tips", "start")),
    "short, no mark": ("tips:\n  start:\n    text: Comece.\n", ("tips", "start")),
    "words alone": ("title: PrEP\n", ("title",)),
    "empty": ('tips:\n  start:\n    text: {of: OLD, text: ""}\n', ("tips", "start", "text")),
    "not there": ("tips: {}\n", ("tips", "start", "text")),
}
"""The ways in which a translation can stand in its file, and where the hash stands then."""


@pytest.mark.parametrize("shape", SHAPES)
def test_a_saved_translation_says_what_it_is_of_however_it_stood_before(shape: str) -> None:
    """Words and hash together; it waits no more, and waits again once its text changes. Before its language is offered, too."""
    text, at = SHAPES[shape]
    source = "PEP" if at == ("title",) else "Start soon."
    files = with_file(BESIDE, f"topic: pep\nlanguage: pt\n{text.replace('OLD', '00000000')}".encode())
    unit = next(unit for unit in units(values_in(files)) if unit.language == "pt" and unit.text == source)
    files = applied(files, edit_of(files, _translation(unit, "Comece logo."), DAY))
    entry = read(BESIDE, files[BESIDE])[0]
    for part in at:
        entry = entry[part]
    assert entry == {"of": hash_of(source), "text": "Comece logo."}
    assert unit.name not in {left.name for left in waiting(files)}
    files[PEP] = files[PEP].replace(b"en: Start soon.", b"en: Start now.").replace(b"{en: PEP,", b'{en: "PEP now",')
    (old,) = [left for left in waiting(files) if left.name == unit.name]
    assert (old.state, old.now) == ("old", "Comece logo.")
    assert "TRANSLATION-OLD" in {fault.code for fault in check(files, DAY) if fault.file == BESIDE}


def test_a_translation_of_other_words_than_those_that_were_shown_is_not_saved() -> None:
    """Else words made from the old text would count as made from the new one."""
    files = with_file(BESIDE, "topic: pep\nlanguage: pt\ntips: {}\n")
    unit = next(unit for unit in waiting(files) if unit.text == "Start soon.")
    files[PEP] = files[PEP].replace(b"en: Start soon.", b"en: Start now.")
    with pytest.raises(ActionRefused, match="changed meanwhile"):
        edit_of(files, _translation(unit, "Comece logo."), DAY)


def test_a_language_in_files_of_its_own_gets_one_where_there_is_none() -> None:
    """With what the text is of, and its schema's line; not a bare text in a file where nobody would see it grow old."""
    files = with_file("content/cards/od.pt.yaml", "card: od\nlanguage: pt\ntitle: OD\n")
    files["content/book.yaml"] = files["content/book.yaml"].replace(b"[en, es]", b"[en, es, pt]")
    unit = next(unit for unit in waiting(files) if unit.source == PEP and unit.text == "Start soon.")
    edit = edit_of(files, _translation(unit, "Comece logo."), DAY)
    assert (edit.file, edit.before) == (BESIDE, None)
    assert (edit.after or b"").startswith(b"# yaml-language-server: $schema=../../schemas/translation.json\n")
    assert read(BESIDE, edit.after or b"")[0] == {
        "topic": "pep",
        "language": "pt",
        "tips": {"start": {"text": {"of": hash_of("Start soon."), "text": "Comece logo."}}},
    }
    assert edit.back.after is None
    assert unit.name not in {left.name for left in waiting(applied(files, edit))}


def test_a_slot_in_a_translation_that_its_text_does_not_have_is_refused() -> None:
    """In a title, where the number of the ambulance would stand as it is written; before its language is offered, too."""
    files = with_file(BESIDE, "topic: pep\nlanguage: pt\ntitle: PEP\n")
    unit = next(unit for unit in units(values_in(files)) if unit.at == ("title",))
    edit = edit_of(files, _translation(unit, "{ambulance} 5"), DAY)
    brought = worse(check(files, DAY), check(applied(files, edit), DAY), edit.file)
    assert {(fault.file, fault.code) for fault in brought} == {(BESIDE, "SLOT-DIFFERS"), (BESIDE, "BRACE-SHOWN")}


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
