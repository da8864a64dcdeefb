"""Every rule finds its failing example at its line and leaves its passing one alone; every code has one and is explained."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.authoring.lint.context import LintContext
from bot.authoring.lint.reading_codes import ReadingCode, reading_codes
from bot.authoring.lint.reference import page
from bot.authoring.lint.rule import Rule
from bot.authoring.lint.runner import check, rules, surveyed
from bot.book import Fault, default_folders, snapshot
from tests.conftest import TODAY

ROOT = Path(__file__).resolve().parents[3]
_SMALL = ("content/topics/overdose/", "content/topics/wellbeing/", "content/cards/", "content/sources/", "content/places/world/",
          "content/places/us/place.yaml", "content/find/", "content/book.yaml", "content/words.yaml", "flows/")  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    """The pack that ships, as files."""
    return dict(snapshot(*default_folders()))


@pytest.fixture(scope="module")
def good(whole: dict[str, bytes]) -> dict[str, bytes]:
    """A part of it that a talk can be held with: examples are tried on it, since it is read in a moment."""
    return {name: data for name, data in whole.items() if name.startswith(_SMALL)}


@pytest.fixture(scope="module")
def clean(good: dict[str, bytes]) -> frozenset[str]:
    """The codes that reading gives for that part: only of ids that lie in what was left out."""
    return frozenset(fault.code for fault in surveyed(good, TODAY).faults)


def _with(good: dict[str, bytes], files: Mapping[str, str | bytes | None]) -> dict[str, bytes]:
    changed = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    return {name: data for name, data in {**good, **changed}.items() if data is not None}


def _looked(rule: Rule, files: dict[str, bytes], context: LintContext) -> list[Fault]:
    return [fault for fault in rule.look(surveyed(files, TODAY, context)) if fault.code == rule.code]


def test_the_pack_that_ships_has_no_error(whole: dict[str, bytes]) -> None:
    """Warnings are work to do; errors are not shipped."""
    assert not [str(fault) for fault in check(whole, TODAY) if fault.severity == "error"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_a_rule_finds_its_example_and_nothing_else(rule: Rule, good: dict[str, bytes]) -> None:
    """At the right file and line, with what, why and how to mend it; the passing example is clean."""
    name = next(iter(rule.fails))
    found = [fault for fault in _looked(rule, _with(good, rule.fails), rule.context) if fault.file == name]
    assert found, "nothing found"
    assert found[0].line == rule.line
    assert found[0].what
    assert found[0].why
    assert found[0].fix
    clean = _looked(rule, _with(good, rule.passes), rule.clean)
    assert not [str(fault) for fault in clean if fault.file in {*rule.passes, name}]


@pytest.mark.parametrize("code", reading_codes(), ids=lambda code: code.code)
def test_a_code_of_reading_is_given_for_its_example(code: ReadingCode, good: dict[str, bytes], clean: frozenset[str]) -> None:
    """At the right file and line; nothing of the kind without the example."""
    name = next(iter(code.fails))
    pack = surveyed(_with(good, code.fails), TODAY)
    # The finder's own files are read when it is first made.
    read = [*pack.faults, *(pack.finder_faults if name.startswith("content/find/") else ())]
    found = [fault for fault in read if (fault.code, fault.file) == (code.code, name)]
    assert found, "nothing found"
    assert found[0].line == code.line
    assert code.code not in clean


def test_no_code_is_without_an_example() -> None:
    """Every code that stands in the rooms that give faults is a rule's or one of reading's."""
    known = {rule.code for rule in rules()} | {code.code for code in reading_codes()}
    texts = [path.read_text("utf-8") for room in ("bot/book", "bot/find") for path in (ROOT / room).glob("*.py")]
    texts += [(ROOT / "bot/engine/flow_compiler.py").read_text("utf-8")]
    texts += [path.read_text("utf-8") for path in (ROOT / "bot/authoring/lint/rules").glob("*.py")]
    given = {
        code
        for text in texts
        for code in re.findall(r'"((?:[A-Z]{2,}-[A-Z]+(?:-[A-Z]+)*|YAML|HIDDEN|LINK|VALUE|SHAPE|PHONE))"', text)
    }
    given = {code for code in given if not code.startswith(("UTF-", "ITU-"))}
    assert given - known == set()
    assert len(known) == len(rules()) + len(reading_codes()), "a code stands once: as a rule or with reading"


def test_one_rule_a_file() -> None:
    """A rule is found by its name, and told from helpers by having a RULE."""
    for path in (ROOT / "bot/authoring/lint/rules").glob("*.py"):
        assert path.read_text("utf-8").count("\nRULE = ") <= 1, path.name


def test_the_page_of_codes_is_the_one_that_the_command_writes() -> None:
    """docs/checks.md, whole: `constellation content check --codes > docs/checks.md` brings it up to date."""
    assert (ROOT / "docs" / "checks.md").read_text(encoding="utf-8") == page()


def test_the_emergency_menu_has_nine_entries_at_most(whole: dict[str, bytes]) -> None:
    """Cards and buttons together: one more is told, with how many there are."""
    files = dict(whole)
    more = b"ids: [attacked, spiking, "
    assert b"ids: [attacked, " in files["flows/urgent.yaml"]
    files["flows/urgent.yaml"] = files["flows/urgent.yaml"].replace(b"ids: [attacked, ", more)
    found = [fault.what for fault in check(files, TODAY) if fault.code == "URGENT-FAR"]
    assert found == ["The emergency menu has 10 entries."]


def test_a_button_is_missed_where_words_name_it(whole: dict[str, bytes]) -> None:
    """In quotes and behind a verb, in each language; not where the footer or the screen has it."""
    files = dict(whole)
    path = "flows/hurt.yaml"
    for old, new in (
        (b"Press **Urgent**", b"Press **Keep a copy**"),
        (b"Pulsa **Urgente**", b'Hay m\xc3\xa1s en "D\xc3\xb3nde estoy"'),
    ):
        assert old in files[path]
        files[path] = files[path].replace(old, new)
    found = [fault for fault in check(files, TODAY) if fault.code == "BUTTON-ABSENT" and fault.file == path]
    assert [fault.what for fault in found] == [
        'This names the button "Keep a copy", and hurt.menu has none of that name.',
        'This names the button "Dónde estoy", and hurt.menu has none of that name.',
    ]
    assert {fault.severity for fault in found} == {"error"}
    assert not [fault for fault in check(whole, TODAY) if fault.code == "BUTTON-ABSENT"]


def test_where_something_may_be_happening_a_long_screen_is_an_error(whole: dict[str, bytes]) -> None:
    """An emergency card that grew, at its words; a menu of harm with a tenth button, although the bot would turn it over."""
    files = dict(whole)
    card, menu = "content/cards/spiking.yaml", "flows/hurt.yaml"
    files[card] = files[card].replace(b'calling:\n  en: "', b'calling:\n  en: "' + b"more " * 70)
    files[menu] = files[menu].replace(b"ids: [after-assault, ", b"ids: [after-assault, stealthing, ")
    assert (files[card], files[menu]) != (whole[card], whole[menu])
    found = [fault for fault in check(files, TODAY) if fault.code == "SCREEN-LONG"]
    assert {fault.file for fault in found if fault.severity == "error"} == {card, menu}


def test_a_tip_that_fills_more_than_a_page_is_an_error_and_the_pack_has_none(whole: dict[str, bytes]) -> None:
    """Pages are turned over between tips; one tip alone, or two that stay together, can still be too long."""
    path, start = "content/topics/violence/after-assault.yaml", b"      en: It was not your fault."
    assert not [fault for fault in check(whole, TODAY) if fault.code == "SCREEN-LONG"]
    assert start in whole[path]
    files = {**whole, path: whole[path].replace(start, start + b" more" * 120)}
    found = [fault for fault in check(files, TODAY) if fault.code == "SCREEN-LONG"]
    assert {(fault.file, fault.severity) for fault in found} == {(path, "error")}
    # At the tip that grew, not at the longest of the topic, which may stand on another page.
    grown = next(number for number, line in enumerate(files[path].split(b"\n"), 1) if line.startswith(start))
    assert {fault.line for fault in found} == {grown}


def test_a_group_that_is_too_long_is_told_at_its_own_longest_tip(whole: dict[str, bytes]) -> None:
    """A longer tip of another page would be shortened for nothing."""
    path, start = "content/topics/health/pregnancy.yaml", b'      en: "Not if it may be outside the womb'
    assert start in whole[path]
    files = {**whole, path: whole[path].replace(start, start + b" more" * 8)}
    grown = next(number for number, line in enumerate(files[path].split(b"\n"), 1) if line.startswith(start))
    assert {fault.line for fault in check(files, TODAY) if fault.code == "SCREEN-LONG"} == {grown}


def test_first_lines_are_told_where_they_are_few_long_or_missing(whole: dict[str, bytes]) -> None:
    """One that is too long, one that names the subject, one that a language lacks; the field of before."""
    path = "flows/ui.yaml"
    english = b'  - en: "Everything you opened continues underneath."\n'
    line = english + b'    es: "Lo que abriste contin\xc3\xbaa inmediatamente debajo."\n'
    assert line in whole[path]
    for new, what in (
        (line.replace(b"underneath.", b"underneath, whenever you like."), "These words have 62 signs."),
        (line.replace(b"you opened", b"the police said"), '"police" can be read over a shoulder here.'),
        (english, "This first line is missing in: es."),
    ):
        faults = check({**whole, path: whole[path].replace(line, new)}, TODAY)
        assert [fault.what for fault in faults if fault.code == "OPENING"] == [what]
    old = {**whole, path: whole[path].replace(b"ui:\n", b'ui:\n  opening:\n    en: "Hello."\n    es: "Hola."\n', 1)}
    assert [fault.severity for fault in check(old, TODAY) if fault.code == "OPENING"] == ["warning"]


BRACES = {
    "content/topics/wellbeing/burnout.yaml": ("title:\n  en: ", "title:\n  en: Today {word}, "),
    "content/cards/bleeding.yaml": ("title:\n  en: ", "title:\n  en: Here {place}, "),
    "content/places/us/referrals/us-trans-lifeline.yaml": ("name: ", "name: The {name}, "),
    "content/places/us/place.yaml": ("  es: Estados Unidos", "  es: Estados Unidos {place}"),
    "content/words.yaml": ("    - my work\n", "    - my work\n    - '{mine}'\n"),
    "content/plan/plan.yaml": ("My body and health", "My {body} and health"),
    "flows/ui.yaml": ("I can't open this, and", "I can't open {this}, and"),
    "flows/topic.yaml": ("Add another thing in the way", "Add {another} thing"),
    "content/outreach.yaml": ("Any other address is", "Any other {address} is"),
}
"""Words that nothing is put into: on buttons, in titles and names, in pop-ups, on answers that few people see, in print."""


def test_a_brace_is_found_wherever_people_would_see_it(whole: dict[str, bytes]) -> None:
    """At the line of each, once; texts that are filled are none, be the slot in bold, in a link or in a list."""
    files = dict(whole)
    for path, (old, new) in BRACES.items():
        assert old.encode() in files[path], path
        files[path] = files[path].replace(old.encode(), new.encode(), 1)
    filled = "content/topics/wellbeing/grounding.yaml"
    old, new = (
        b'en: "Panic and flashbacks are',
        b'en: "**{word}**, [{name}](techsafety-s44) and {place}: panic and flashbacks are',
    )
    assert old in files[filled]
    files[filled] = files[filled].replace(old, new)
    found = [fault for fault in check(files, TODAY) if fault.code == "BRACE-SHOWN"]
    assert sorted(fault.file for fault in found) == sorted(BRACES)
    for fault in found:
        line = files[fault.file].decode().split("\n")[fault.line - 1]
        assert "{" in line[fault.column - 1 :]
        assert fault.severity == "error"


def test_one_number_for_police_and_ambulance_is_told(whole: dict[str, bytes]) -> None:
    """A slip of a digit turns Chile's police (133) into its ambulance (131), which is a number that exists."""
    chile = "content/places/cl/place.yaml"
    slip = whole[chile].replace(b"number: 133", b"number: 131", 1)
    assert slip != whole[chile]
    (rule,) = [rule for rule in rules() if rule.code == "EMERGENCY-NUMBER"]
    told = [fault for fault in rule.look(surveyed({**whole, chile: slip}, TODAY)) if fault.file == chile]
    assert [fault.what for fault in told] == ["Police and ambulance have the same number here, 131."]
    assert not [fault for fault in rule.look(surveyed(whole, TODAY)) if "same number" in fault.what]


def test_a_sign_that_cannot_be_read_has_no_echo(whole: dict[str, bytes]) -> None:
    """One broken pattern is one fault at its line, and not also a language in which nobody is heard."""
    signs = "content/find/danger.en.yaml"
    lines = whole[signs].decode().split("\n")
    first = lines.index("signs:")
    at = next(number for number, line in enumerate(lines) if number > first and line.startswith("    - "))
    broken = "\n".join([*lines[:at], "    - (open", *lines[at:]]).encode()
    told = [(fault.code, fault.file, fault.line) for fault in check({**whole, signs: broken}, TODAY)]
    assert ("SIGN-PATTERN", signs, at + 1) in told
    assert not [each for each in told if each[0] == "LANGUAGE-UNHEARD"]


_ASKED = b"""asked: sample
topics:
  naloxone:
    en: ["where do they hand out the nose stuff"]
"""


def test_questions_of_what_is_not_there_are_told(whole: dict[str, bytes]) -> None:
    """A slip in the name of a topic or of a kind would teach the classifier nothing; with what may have been meant."""
    name = "content/find/asked/sample.yaml"
    text = _ASKED.replace(b"naloxone", b"naloxonne") + b'none:\n  wether:\n    en: ["wet out"]\n'
    found = [fault for fault in check({**whole, name: text}, TODAY) if fault.file == name]
    assert [(fault.line, fault.code, fault.severity) for fault in found] == [
        (3, "ID-UNKNOWN", "error"),
        (6, "ID-UNKNOWN", "error"),
    ]
    assert '"naloxone"' in found[0].fix
    assert '"weather"' in found[1].fix


def test_questions_are_learned_from(whole: dict[str, bytes]) -> None:
    """A new one makes the classifier old; of a topic that is not there it is passed over."""
    name = "content/find/asked/sample.yaml"
    (found,) = [fault for fault in check({**whole, name: _ASKED}, TODAY) if fault.code == "CLASSIFIER-OLD"]
    assert "naloxone" in found.what
    slipped = check({**whole, name: _ASKED.replace(b"naloxone", b"naloxonne")}, TODAY)
    assert not [fault for fault in slipped if fault.code == "CLASSIFIER-OLD"]


def test_examples_of_a_card_that_is_not_there_are_told(whole: dict[str, bytes]) -> None:
    """A slip in `card:` would leave out every sentence of the file; with what may have been meant."""
    name = "content/find/examples/seizure.yaml"
    slipped = whole[name].replace(b"card: seizure\n", b"card: seizzure\n")
    assert slipped != whole[name]
    (found,) = [fault for fault in check({**whole, name: slipped}, TODAY) if fault.file == name]
    assert (found.line, found.code, found.severity) == (3, "ID-UNKNOWN", "error")
    assert '"seizure"' in found.fix + found.what
