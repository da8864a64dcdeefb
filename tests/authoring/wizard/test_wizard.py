"""`constellation content new`: plain questions make valid files; what does not fit is told; nothing is written before a yes."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.authoring.editing.changeset import Changes
from bot.authoring.exchange.sheets.rows import values_of
from bot.authoring.wizard import places, referrals, topics
from bot.authoring.wizard.context import WizardContext
from bot.authoring.wizard.prompts import Answer, AnswersEnded, Prompter
from bot.book.reader import read
from bot.book.snapshots import snapshot
from bot.cli import main
from tests.book.pack import pack
from tests.conftest import TODAY

MAKERS = {
    "tip": topics.tip,
    "topic": topics.topic,
    "referral": referrals.referral,
    "place": places.place,
    "language": places.language,
}
ANSWERS: dict[str, dict[str, Answer]] = {
    "tip": {
        "topic": "pep",
        "text-en": "Write down the hour.",
        "text-es": "Anota la hora.",
        "for": "2, indoors",
        "source-1": "cdc",
    },
    "topic": {
        **{"title-en": "Sore feet", "title-es": "Pies cansados", "area": "health", "phrases-en": ["my feet hurt"]},
        **{"text-en": "Sit down now and then.", "text-es": "Siéntate a ratos.", "source-1": "https://example.org/feet"},
        **{"source-1-title": "On feet", "guarded": "no"},
    },
    "referral": {
        **{"place": "us", "name": "Night Desk", "kinds": "crisis", "offers-en": "A line.", "offers-es": "Una línea."},
        **{"police": "never", "police-says-en": "They say: never.", "police-says-es": "Dicen: nunca.", "cost": "no"},
        **{"cost-says-en": "Free.", "cost-says-es": "Gratis.", "contact-1": "phone", "contact-1-phone": "+1 (212) 555-2368"},
        **{
            "contact-1-source": "cdc",
            "contact-2": "web",
            "contact-2-web": "https://example.org/night",
            "contact-2-source": "cdc",
        },
        **{"languages": "en, es", "youth": "yes"},
    },
    "place": {"level": "city", "parent": "us", "name-en": "Albany", "name-es": "Albany", "calls-en": ["albany", "albany ny"]},
    "language": {"language": "pt"},
}


def _made(kind: str, answers: dict[str, Answer]) -> Changes:
    changes = Changes(pack())
    ask = Prompter(lambda _: None, lambda: None, answers)
    ask.run(lambda asker: MAKERS[kind](asker, WizardContext(changes, values_of(changes.before)[0], TODAY)))
    return changes


def _value(changes: Changes, path: str) -> Any:
    return read(path, changes.after()[path])[0]


@pytest.mark.parametrize("kind", MAKERS)
def test_answers_make_files_without_a_new_error(kind: str) -> None:
    """Every kind: `check` finds no error that was not there before."""
    changes = _made(kind, ANSWERS[kind])
    assert changes.texts
    assert [fault for fault in changes.faults(TODAY) if fault.severity == "error"] == []


def test_a_tip_stands_at_the_end_of_its_topic_and_the_file_keeps_every_byte() -> None:
    """The id is made of the words; settings are told by number or word; nothing before it changes."""
    changes = _made("tip", ANSWERS["tip"])
    path = "content/topics/health/pep.yaml"
    tip = _value(changes, path)["tips"][-1]
    assert tip["tip"] == "write-down-the-hour"
    assert tip["for"] == ["outdoors", "indoors"]
    assert tip["status"] == "read"
    assert not [line for line in changes.difference().splitlines() if line.startswith("-") and not line.startswith("---")]


def test_an_address_registers_its_source() -> None:
    """A page that nobody has read before becomes a source with its title and day."""
    changes = _made("topic", ANSWERS["topic"])
    assert set(changes.texts) == {"content/sources/all.yaml", "content/topics/health/sore-feet.yaml"}
    source = _value(changes, "content/sources/all.yaml")["sources"][-1]
    assert source["address"] == "https://example.org/feet"
    assert source["read"] == TODAY.isoformat()
    assert _value(changes, "content/topics/health/sore-feet.yaml")["tips"][0]["sources"] == [source["source"]]


def test_a_referral_says_unknown_where_nobody_knows() -> None:
    """Questions that were skipped are unknown; a number loses the signs people put into it; each way leaves its own trace."""
    made = _value(_made("referral", ANSWERS["referral"]), "content/places/us/referrals/us-night-desk.yaml")
    assert made["immigration"] == {"known": "unknown"}
    assert made["hours"] == "unknown"
    assert [one["leaves"] for one in made["contact"]] == [["call-log"], ["browser"]]
    assert made["contact"][0]["phone"] == "+12125552368"
    assert made["youth"] == "true"


_ALBANY = "content/places/us-albany/place.yaml"
_NUMBER: dict[str, Answer] = {
    **{
        "police": "133",
        "police-answers-en": "Police answer.",
        "police-answers-es": "Contesta la policía.",
        "police-source": "cdc",
    },
    **{"ambulance": "131", "ambulance-answers-en": "Health staff answer.", "ambulance-answers-es": "Contesta personal de salud."},
}


def test_a_place_keeps_the_ambulance_and_the_police_apart() -> None:
    """Two numbers and no general one; the source of the first is proposed for the second; `check` finds no error."""
    changes = _made("place", {**ANSWERS["place"], **_NUMBER})
    made = _value(changes, _ALBANY)["emergency"]
    assert list(made) == ["police", "ambulance"]
    assert made["ambulance"]["number"] == "131"
    assert made["ambulance"]["source"] == "cdc"
    assert [fault for fault in changes.faults(TODAY) if fault.severity == "error"] == []


def test_a_number_for_the_ambulance_alone_never_becomes_the_general_one() -> None:
    """Only a yes to "does it reach all three" makes it general; else each service is asked for by name."""
    no = _value(_made("place", {**ANSWERS["place"], "general": "131", "general-reaches": "no", **_NUMBER}), _ALBANY)
    assert "general" not in no["emergency"]
    more: dict[str, Answer] = {
        "general-answers-en": "A call center.",
        "general-answers-es": "Una central.",
        "general-source": "cdc",
    }
    yes = _made("place", {**ANSWERS["place"], "general": "911", "general-reaches": "yes", **more})
    general = _value(yes, _ALBANY)["emergency"]["general"]
    assert general["reaches"] == ["police", "ambulance", "fire"]
    assert [fault for fault in yes.faults(TODAY) if fault.severity == "error"] == []


def test_a_language_gets_a_file_beside_every_file_with_the_words_to_translate() -> None:
    """Texts are empty, and above each stand the words; a second run makes nothing more."""
    changes = _made("language", ANSWERS["language"])
    text = changes.text("content/topics/health/pep.pt.yaml")
    words = next(iter(_value(changes, "content/topics/health/pep.yaml")["title"].values()))
    assert f"# {words}\n" in text
    assert 'text: ""' in text
    again = Changes(changes.after())
    Prompter(lambda _: None, lambda: None, {"language": "pt"}).run(
        lambda asker: places.language(asker, WizardContext(again, values_of(again.before)[0], TODAY))
    )
    assert not again.texts


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("tip", {"topic": "pepp"}, 'topic: Did you mean "pep"?'),
        ("tip", {"text-es": ""}, "text-es: This one is needed."),
        ("tip", {"tip": "Not An Id"}, "tip: An id is small letters"),
        ("tip", {"sourc-1": "cdc"}, 'Did you mean "source-1"?'),
        ("referral", {"contact-1-phone": "+1 212"}, "contact-1-phone: "),
        ("referral", {"contact-1-phone": "+999 12345678"}, "No phone has such a number"),
        ("referral", {"contact-2-web": "http://example.org"}, "https://"),
        ("referral", {"contact-1-on": "2031-01-01"}, "in the future"),
        ("referral", {"police": "sometimes"}, "Answer with a number, or one of"),
        ("place", {"place": "us"}, "There is a place of this id already"),
        ("language", {"language": "es"}, "The pack speaks this language"),
        ("language", {"language": "Portuguese"}, "a language code"),
    ],
)
def test_an_answer_that_does_not_fit_is_told_by_its_question(kind: str, change: dict[str, Answer], said: str) -> None:
    """The question's name, why, and how to mend it; nothing of the answer is repeated."""
    with pytest.raises(AnswersEnded) as found:
        _made(kind, {**ANSWERS[kind], **change})
    assert said in str(found.value)


def test_somebody_who_sits_there_is_asked_again_and_may_go_back() -> None:
    """A slip is explained and asked once more; `<` opens the question before, with all earlier answers kept."""
    lines = iter(["pepp", "pep", "us", "<", "", "Write it down.", "Anótalo.", "", "", "", "", "", "", ""])
    shown: list[str] = []
    changes = Changes(pack())
    ask = Prompter(shown.append, lambda: next(lines, None), patient=True)
    ask.run(lambda asker: topics.tip(asker, WizardContext(changes, values_of(changes.before)[0], TODAY)))
    assert any('Did you mean "pep"?' in line for line in shown)
    assert list(changes.texts) == ["content/topics/health/pep.yaml"]
    assert sum("To which topic" in line for line in shown) == 1
    assert sum("one place only" in line for line in shown) == 2


def _run(monkeypatch: pytest.MonkeyPatch, folder: Path, lines: list[str], *more: str) -> int:
    for path, data in pack().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (folder / "flows").mkdir(exist_ok=True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    folders = ["--content", str(folder / "content"), "--flows", str(folder / "flows"), "--date", TODAY.isoformat()]
    return main(["content", "new", "tip", *folders, *more])


LINES = ["pep", "", "Write it down.", "Anótalo.", "", "", "", "", "", "", ""]


def test_piped_lines_are_written_after_a_yes_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a yes the answers are given back, as a file that makes the same tip later."""
    assert _run(monkeypatch, tmp_path, LINES) == 1
    before = snapshot(tmp_path / "content", tmp_path / "flows")
    assert before["content/topics/health/pep.yaml"] == pack()["content/topics/health/pep.yaml"]
    kept = capsys.readouterr().out.rsplit("for --answers FILE:\n\n", 1)[1]
    answers = tmp_path / "answers.yaml"
    answers.write_text(kept, encoding="utf-8")
    assert _run(monkeypatch, tmp_path, [], "--answers", str(answers), "--yes") == 0
    assert b"write-it-down" in snapshot(tmp_path / "content", tmp_path / "flows")["content/topics/health/pep.yaml"]
    assert _run(monkeypatch, tmp_path / "other", [*LINES, "yes"]) == 0
    assert "Written: content/topics/health/pep.yaml." in capsys.readouterr().out


def test_what_check_refuses_is_not_written_and_no_answer_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A phone number in a text: the fault is shown, the answers are given back."""
    lines = [*LINES, "yes"]
    lines[2] = "Call 555 123 4567 now."
    assert _run(monkeypatch, tmp_path, lines) == 1
    shown = capsys.readouterr()
    assert "PHONE-IN-PROSE" in shown.out
    assert 'text-es: "Anótalo."' in shown.out or "text-es: Anótalo." in shown.out
    assert (tmp_path / "content/topics/health/pep.yaml").read_bytes() == pack()["content/topics/health/pep.yaml"]
