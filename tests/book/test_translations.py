"""A language in files of its own: any kind of file, half done or old, told by file and line; the pack still loads."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.book import BookFault, build, survey
from bot.book.faults import spot_of
from bot.book.translations import hash_of, merge, places, stub, translation_of
from tests.book.pack import pack

LANGUAGES = ("en", "es")
CALL = "Call for help."


def test_a_translation_is_told_by_its_name() -> None:
    """Beside any file; the finder's own files have their language in the name already."""
    assert translation_of("content/topics/health/pep.pt.yaml") == ("content/topics/health/pep.yaml", "pt")
    assert translation_of("flows/ui.fil.yaml") == ("flows/ui.yaml", "fil")
    assert translation_of("content/topics/health/pep.yaml") is None
    assert translation_of("content/find/lexicon.en.yaml") is None


def test_a_stub_holds_every_text_with_what_it_is_of_and_the_pack_still_loads() -> None:
    """For a topic, a card, a place and a referral at once; nothing of it is shown, and each file says how much is left."""
    files = pack()
    for path in [path for path in files if path.startswith(("content/topics", "content/cards", "content/places"))]:
        made = stub(yaml.safe_load(files[path]), "pt", LANGUAGES)
        files[path.replace(".yaml", ".pt.yaml")] = yaml.safe_dump(made, sort_keys=False).encode()
    topic = yaml.safe_load(files["content/topics/health/pep.pt.yaml"])
    assert topic["topic"] == "pep"
    assert topic["tips"]["start"]["text"] == {"of": hash_of("Start soon."), "text": ""}
    book = build(files)
    assert {fault.code for fault in book.warnings} == {"TRANSLATION-OPEN"}
    assert len(book.warnings) == len([path for path in files if path.endswith(".pt.yaml")])
    assert "pt" not in book.topics["pep"].tips[0].text


def test_what_is_filled_in_is_there_for_every_kind_of_file() -> None:
    """A card's steps, a place's name and law, a referral's offer: beside a topic's tips."""
    files = pack()
    card = f"language: pt\nsteps: {{of: {hash_of(CALL)}, text: 'Peça ajuda.'}}\n"
    files["content/cards/od.pt.yaml"] = card.encode()
    files["content/places/us/place.pt.yaml"] = (
        f"language: pt\nname: EUA\nlaw:\n  text: Federal br\n  of: {hash_of('Federal.')}\n".encode()
    )
    files["content/places/us/referrals/far.pt.yaml"] = f"language: pt\noffers: {{of: {hash_of('Help')}, text: Ajuda}}\n".encode()
    book = build(files)
    assert book.cards["od"].steps["pt"].raw == "Peça ajuda."
    assert book.places["us"].name["pt"] == "EUA"
    assert book.places["us"].law.text["pt"].raw == "Federal br"
    assert book.referrals["far"].offers["pt"].raw == "Ajuda"
    assert not [fault for fault in book.warnings if fault.code == "TRANSLATION-OLD"]


def test_what_is_wrong_is_told_in_the_translations_own_file_and_line() -> None:
    """An id that was renamed, a mark that is not closed, a language that is not the name's, no file beside it."""
    files = pack()
    text = "topic: pep\nlanguage: pt\ntips:\n  strat:\n    text: Comece.\n  outside:\n    of: x\n    text: Um **erro.\n"
    files["content/topics/health/pep.pt.yaml"] = text.encode()
    files["content/cards/od.pt.yaml"] = b"language: fr\n"
    files["content/cards/gone.pt.yaml"] = b"language: pt\n"
    with pytest.raises(BookFault) as caught:
        build(files)
    found = {(fault.file, fault.line, fault.code) for fault in caught.value.faults}
    assert 'Did you mean "start"?' in [fault.fix for fault in caught.value.faults]
    assert ("content/topics/health/pep.pt.yaml", 4, "TRANSLATION-UNKNOWN") in found
    assert ("content/topics/health/pep.pt.yaml", 8, "VALUE") in found
    assert ("content/cards/od.pt.yaml", 1, "ID-FILE") in found
    assert ("content/cards/gone.pt.yaml", 1, "ID-UNKNOWN") in found


def test_a_label_too_long_is_told_in_the_translation() -> None:
    """Though the shape that refuses it is the whole topic's."""
    files = pack()
    files["content/topics/health/pep.pt.yaml"] = b"language: pt\ntitle: " + b"x" * 130 + b"\n"
    with pytest.raises(BookFault) as caught:
        build(files)
    found = [(fault.file, fault.line, fault.code) for fault in caught.value.faults]
    assert ("content/topics/health/pep.pt.yaml", 2, "TEXT-LONG") in found


def test_a_translation_changes_nothing_of_the_file_it_is_put_into() -> None:
    """The words that were there stay as they were."""
    value = {"topic": "a", "title": {"en": "A", "es": "B"}, "tips": [{"tip": "x", "text": {"en": "One", "es": "Uno"}}]}
    merged = merge(value, {"tips": {"x": {"text": "Um", "of": hash_of("One")}}}, "pt", (*LANGUAGES, "pt"))
    assert merged.value["tips"][0]["text"] == {"en": "One", "es": "Uno", "pt": "Um"}
    assert value["tips"][0]["text"] == {"en": "One", "es": "Uno"}
    assert (merged.left, merged.total, merged.problems) == (1, 2, [])


def _third(files: dict[str, bytes]) -> dict[str, bytes]:
    """The small pack in a third language: every text of it translated word for word, in files of its own, and named."""
    for path in [
        path for path in files if path.startswith(("content/topics", "content/cards", "content/places", "content/book"))
    ]:
        value = yaml.safe_load(files[path])
        made = _said(stub(value, "pt", LANGUAGES), {place.key: place.words for place in places(value, LANGUAGES)}, ())
        files[path.replace(".yaml", ".pt.yaml")] = yaml.safe_dump(made, sort_keys=False).encode()
    files["content/book.yaml"] = files["content/book.yaml"].replace(b"[en, es]", b"[en, es, pt]")
    return files


def _said(node: Any, words: dict[tuple[str, ...], Any], key: tuple[str, ...]) -> Any:
    if key in words:
        return {**node, "text": f"{words[key]['en']} (pt)"} if isinstance(node, dict) else node
    return {name: _said(inner, words, (*key, name)) for name, inner in node.items()} if isinstance(node, dict) else node


def test_a_finished_language_is_missing_nowhere() -> None:
    """The book stands; what reads the files of the book finds the words there, each with where it came from."""
    book = build(_third(pack()))
    assert not [fault for fault in book.warnings if fault.file.endswith(".pt.yaml")]
    value, positions = book.docs["content/cards/od.yaml"]
    assert value["steps"]["pt"] == "Call for help. (pt)"
    assert spot_of("content/cards/od.yaml", ("steps", "pt"), positions)[0] == "content/cards/od.pt.yaml"
    assert spot_of("content/cards/od.yaml", ("steps", "es"), positions)[0] == "content/cards/od.yaml"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("content/topics/health/pep.pt.yaml", b"text: Start soon. (pt)"),
        ("content/cards/od.pt.yaml", b"text: Call for help. (pt)"),
        ("content/places/us/place.pt.yaml", b"text: Federal. (pt)"),
        ("content/places/us/referrals/far.pt.yaml", b"text: Help (pt)"),
    ],
)
def test_a_text_of_an_offered_language_that_is_missing_is_told_once(path: str, text: bytes) -> None:
    """With the file to write it in, whatever kind of file it is."""
    files = _third(pack())
    assert text in files[path]
    files[path] = files[path].replace(text, b"text: ''")
    with pytest.raises(BookFault) as caught:
        build(files)
    errors = [fault for fault in caught.value.faults if fault.severity == "error"]
    assert [(fault.file, fault.code, fault.fix) for fault in errors] == [
        (path.replace(".pt.yaml", ".yaml"), "LANGUAGE-MISSING", f"Write it in {path}.")
    ]


def test_a_text_that_does_not_fit_takes_no_other_with_it() -> None:
    """A label that is too long is told, and is the only text of its file that is missing."""
    files = _third(pack())
    path = "content/topics/health/pep.pt.yaml"
    files[path] = files[path].replace(b"text: PEP (pt)", b"text: " + b"x" * 130)
    with pytest.raises(BookFault) as caught:
        build(files)
    found = [(fault.file, fault.code) for fault in caught.value.faults if fault.severity == "error"]
    assert found == [(path, "TEXT-LONG"), (path.replace(".pt.", "."), "LANGUAGE-MISSING")]


def test_a_file_that_is_wrong_itself_is_not_blamed_on_its_translation() -> None:
    """Its fault is told once, in its own line; what is left of the file still has the words of the translation."""
    files = _third(pack())
    path = "content/topics/health/pep.yaml"
    files[path] = files[path].replace(b"status: peer", b"status: sometimes")
    book, faults = survey(files)
    errors = [fault for fault in faults if fault.severity == "error"]
    assert [(fault.file, fault.code) for fault in errors] == [(path, "CHOICE-UNKNOWN")]
    assert book.topics["pep"].title["pt"] == "PEP (pt)"
    assert book.topics["pep"].tips[0].text["pt"].raw == "Start soon. (pt)"
