"""A third language, made of the whole pack as the product offers it: checked, spoken, translated on, printed, exported."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.authoring.desk.app import app
from bot.authoring.desk.page import Site
from bot.authoring.editing.changeset import Changes
from bot.authoring.editing.languages import standings
from bot.authoring.editing.translation import units, values_in, waiting
from bot.authoring.exchange.sheets.columns import Kind
from bot.authoring.exchange.sheets.files import Sheet
from bot.authoring.exchange.sheets.importer import take
from bot.authoring.exchange.sheets.rows import table, values_of
from bot.authoring.lint.runner import check, rules, surveyed
from bot.authoring.reports.backlog import todos
from bot.authoring.review.approvals import approvals
from bot.book import BookFault, Edition, Fault, build
from bot.book.reader import read
from bot.book.snapshots import Snapshot
from bot.book.translations import hash_of
from bot.channels.telegram import SURFACE
from bot.cli import main
from bot.engine.flow_compiler import compile_flows
from bot.engine.turn import step
from bot.engine.types import Press, Start, World
from bot.privacy import safe_log
from bot.runtime.live_book import LiveBook
from bot.runtime.reloader import Reloader
from tests.authoring.desk.forms import fields
from tests.authoring.packs import PEP, live, on_disk, real, with_words
from tests.conftest import TODAY, nothing_heard
from tests.third_language import CODE, arabic, filled, finished, named, prepared

AR = PEP.replace(".yaml", f".{CODE}.yaml")
UI = "flows/ui.yaml"
OUTREACH = "content/outreach.yaml"
HOME, KEY = "http://127.0.0.1:8765", "a-key-of-this-test"
POSTED = {"origin": HOME}
ENGLISH = re.compile(r"\b(?:the|and|you|your|what|for|with|this|that|not|are|can)\b")


@pytest.fixture(scope="module")
def pack() -> Snapshot:
    """The pack that ships, with a third language that is whole and offered."""
    return finished(real())


@pytest.fixture(scope="module")
def edition(pack: Snapshot) -> Edition:
    """What the pinned day shows of it."""
    return Edition(build(pack, compile_flows), TODAY)


@pytest.fixture
def folder(pack: Snapshot, tmp_path: Path) -> Path:
    """It in a folder of its own."""
    return on_disk(pack, tmp_path)


def _errors(files: Snapshot) -> list[Fault]:
    return [fault for fault in check(files, TODAY) if fault.severity == "error"]


# --- checked -------------------------------------------------------------------------------------------------------


def test_no_rule_finds_an_error_in_it_and_one_says_that_typed_words_are_not_heard(pack: Snapshot) -> None:
    """Everything is there in each language: what is left to say is a warning, at the place that offers the language."""
    found = check(pack, TODAY)
    assert [str(fault) for fault in found if fault.severity == "error"] == []
    (unheard,) = [fault for fault in found if fault.code == "LANGUAGE-UNHEARD"]
    line = next(at for at, row in enumerate(pack["content/book.yaml"].decode().splitlines(), 1) if row.startswith("languages"))
    assert (unheard.file, unheard.line, unheard.severity) == ("content/book.yaml", line, "warning")
    assert f"typed in {CODE}" in unheard.what


def test_the_texts_alone_are_enough(pack: Snapshot) -> None:
    """Phrases are collected, not translated: a language without one is warned of once, and not refused topic by topic."""
    pattern = re.compile(rb"(?m)^phrases:\n(  - .*\n)+")
    silent = {path: pattern.sub(b"phrases: []\n", data) for path, data in pack.items() if f".{CODE}." in path}
    assert any(silent[path] != pack[path] for path in silent)
    looked = surveyed({**pack, **silent}, TODAY)
    assert [str(fault) for fault in looked.faults if fault.severity == "error"] == []
    found = [fault.code for rule in rules() if rule.code in ("LANGUAGE-UNHEARD", "PHRASES-NONE") for fault in rule.look(looked)]
    assert found == ["LANGUAGE-UNHEARD"]


def _with_first_text(pack: Snapshot, file: str, words: str) -> tuple[Snapshot, int]:
    """The pack with other words in the first text of a translation, and the line of these."""
    lines = pack[file].decode().splitlines()
    at = next(number for number, line in enumerate(lines) if re.match(r' +text: [^"|]|.*text: "[^"]', line))
    lines[at] = f'{lines[at].partition("text:")[0]}text: "{words}"'
    return {**pack, file: ("\n".join(lines) + "\n").encode()}, at + 1


def test_a_slot_that_a_title_does_not_have_is_an_error_in_the_translation(pack: Snapshot) -> None:
    """At the line of the words."""
    broken, line = _with_first_text(pack, AR, "{ambulance} 5")
    (rule,) = [rule for rule in rules() if rule.code == "SLOT-DIFFERS"]
    assert [(fault.file, fault.line, fault.severity) for fault in rule.look(surveyed(broken, TODAY))] == [(AR, line, "error")]


@pytest.mark.parametrize("name", ["content/outreach", "flows/ui", "content/places/us/place", "content/cards/ghb", "content/book"])
def test_a_text_that_is_empty_again_is_missing_in_any_kind_of_file(pack: Snapshot, name: str) -> None:
    """Told where the others stand, with the file to write it in."""
    broken, _ = _with_first_text(pack, f"{name}.{CODE}.yaml", "")
    (rule,) = [rule for rule in rules() if rule.code == "LANGUAGE-MISSING"]
    found = list(rule.look(surveyed(broken, TODAY)))
    assert [(fault.file, fault.fix) for fault in found] == [(f"{name}.yaml", f"Write it in {name}.{CODE}.yaml.")]


def test_a_translation_that_cannot_be_read_is_one_fault(pack: Snapshot) -> None:
    """Its two hundred texts are not told as missing one by one."""
    file = f"flows/ui.{CODE}.yaml"
    found = _errors({**pack, file: pack[file] + b"\n'never closed\n"})
    assert {fault.file for fault in found} == {file}
    assert len(found) == 1


# --- spoken --------------------------------------------------------------------------------------------------------


def test_the_bot_starts_and_answers_in_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`chat`, with the first button pressed."""
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n"))
    where = ["--content", str(folder / "content"), "--flows", str(folder / "flows"), "--date", TODAY.isoformat()]
    assert main(["chat", *where, "--lang", CODE]) == 0
    said = capsys.readouterr().out
    leave = read(UI, real()[UI])[0]["ui"]["leave"]["en"]
    assert said.count(arabic(leave)) >= 2
    assert not ENGLISH.search(said.casefold())


def test_a_walk_of_the_talk_stays_in_it(edition: Edition) -> None:
    """Two hundred screens, breadth first: every text and every button, but for names, is in the language's own script."""
    world = World(edition, nothing_heard, SURFACE)
    first = step(world, "", Start(CODE, ""))
    waiting, seen, steps = [first], {first.token}, set()
    for turn in waiting:
        steps.add(turn.screen.step)
        for said in (turn.screen.text, *(choice.label for choice in (*turn.screen.choices, *turn.screen.footer))):
            assert not ENGLISH.search(said), (turn.screen.step, said)
        assert re.search("[\u0600-\u06ff]", turn.screen.text), turn.screen.step
        for choice in turn.screen.choices:
            if len(waiting) < 200 and choice.kind != "language" and choice.token not in seen:
                seen.add(choice.token)
                waiting.append(step(world, turn.token, Press(choice.token)))
    assert len(waiting) == 200
    assert len(steps) > 15


def test_a_running_bot_says_that_typed_words_are_not_heard_in_it(pack: Snapshot) -> None:
    """At its start, once, by code, file and line; nothing of the kind for the pack that ships."""
    said: list[str] = []
    undo = safe_log.install(said.append)
    try:
        for files in (real(), pack):
            reloader = Reloader(LiveBook(lambda files=files: files, compile_flows), SURFACE, TODAY, lambda _: None)
            reloader.look()
    finally:
        undo()
    (line,) = [line for line in said if "LANGUAGE-UNHEARD" in line]
    assert re.fullmatch(r"content_fault code=LANGUAGE-UNHEARD at=content/book\.yaml:[0-9]+\n", line)


# --- translated on -------------------------------------------------------------------------------------------------


def _desk(folder: Path) -> TestClient:
    client = TestClient(app(Site(live(folder, check), desk=True), 8765, KEY, watch=False), base_url=HOME, follow_redirects=False)
    assert client.get("/", params={"key": KEY}).status_code == 303
    return client


def _saved(desk: TestClient, page: str, **typed: str) -> str:
    """Fills a form in, looks at the change and saves it."""
    page = desk.post("/desk/look", data=fields(page, "/desk/look") | typed, headers=POSTED).text
    return desk.post("/desk/save", data=fields(page, "/desk/save"), headers=POSTED).text


def _entry(folder: Path, *at: str) -> dict[str, str]:
    value = read(AR, (folder / AR).read_bytes())[0]
    for part in at:
        value = value[part]
    return value


def test_the_desk_lists_nothing_and_shows_every_text_that_is_there(pack: Snapshot, folder: Path) -> None:
    """The form of a tip has its words, and so has the tip's own page; the list of the language leads to each."""
    assert waiting(pack) == []
    desk, words = _desk(folder), _entry(folder, "tips", "days", "text")["text"]
    home = desk.get("/desk").text
    assert "Nothing waits" in home
    assert "missing in" not in home
    tip = desk.get("/desk/tip", params={"file": PEP, "tip": "days"}).text
    assert words in unescape(tip)
    link = re.search(rf'href="(/desk/translate\?item={CODE}[^"]+days[^"]*)"', tip)
    assert link
    assert fields(desk.get(unescape(link[1])).text, "/desk/look")["words"] == words
    assert link[1] in desk.get("/desk/topic", params={"file": PEP}).text
    assert f"/desk/language?code={CODE}" in desk.get("/", params={"lang": CODE, "flow": "topic", "about": "topic:pep"}).text
    listed = desk.get("/desk/language", params={"code": CODE, "q": words}).text
    assert link[1] in listed
    assert re.findall(r"<p>(\d+) texts?\.</p>", desk.get("/desk/language", params={"code": CODE}).text) == [
        str(sum(unit.beside for unit in units(values_in(pack))))
    ]


@pytest.mark.heavy
def test_saving_keeps_what_it_is_of_and_a_changed_text_makes_it_old(folder: Path) -> None:
    """The whole way: other words, then another text above them, then the translation again. One entry changes each time."""
    desk = _desk(folder)
    at = ("tips", "days", "text")
    item = {"item": f"{CODE}|{AR}|tips|days|text"}
    before = (folder / AR).read_bytes().splitlines()
    assert "<h1>Saved" in _saved(desk, desk.get("/desk/translate", params=item).text, words=arabic("Take it for 28 days."))
    english = read(PEP, (folder / PEP).read_bytes())[0]["tips"][1]["text"]["en"]
    assert _entry(folder, *at) == {"of": hash_of(english), "text": arabic("Take it for 28 days.")}
    assert len(set((folder / AR).read_bytes().splitlines()) - set(before)) == 1
    shown = desk.get("/desk/translate", params=item).text
    newer = "You take it for 28 days. Take each dose."
    _saved(desk, desk.get("/desk/tip", params={"file": PEP, "tip": "days"}).text, **{"text-en": newer})
    home = desk.get("/desk").text
    assert home.count("older than its text in") == 1
    late = desk.post(
        "/desk/look", data=fields(shown, "/desk/look") | {"words": arabic("Of the old text 28.")}, headers=POSTED
    ).text
    assert "was changed meanwhile" in late
    assert newer in late
    assert _entry(folder, *at)["of"] == hash_of(english)
    _saved(desk, desk.get("/desk/translate", params=item).text, words=arabic(newer))
    assert _entry(folder, *at) == {"of": hash_of(newer), "text": arabic(newer)}
    assert "older than its text in" not in desk.get("/desk").text


def test_while_it_is_not_offered_what_is_old_or_left_is_listed_all_the_same(tmp_path: Path) -> None:
    """Nobody sees it yet, and those who translate do."""
    coming = filled(prepared(real()))
    assert waiting(coming) == []
    changed = with_words(coming, PEP, "You take it for 28 days.", "You take it for 28 days, each day.")
    (old,) = waiting(changed)
    assert (old.file, old.at, old.state) == (AR, ("tips", "days", "text"), "old")
    page = _desk(on_disk(changed, tmp_path)).get("/desk").text
    assert "Not offered yet" in page
    assert page.count("older than its text in") == 1
    assert {unit.state for unit in waiting(prepared(real()))} == {"missing"}


# --- everything else that reads texts ------------------------------------------------------------------------------


def test_coverage_counts_it_and_says_what_is_left(pack: Snapshot, edition: Edition) -> None:
    """All texts there; that typed words are not heard comes first; a text that is older is told with its file."""
    found = standings(edition)
    assert [(one.language, one.offered, one.wanted - one.texts, one.old) for one in found] == [
        (language, True, 0, {}) for language in ("en", "es", CODE)
    ]
    assert todos(edition)[0].file == f"content/find/lexicon.{CODE}.yaml"
    said = read(UI, pack[UI])[0]["ui"]["guard"]["en"]
    older = Edition(build(with_words(pack, UI, said, f"{said} So it is."), compile_flows), TODAY)
    assert [todo.file for todo in todos(older) if "older than what they translate" in todo.says] == [f"flows/ui.{CODE}.yaml"]


@pytest.mark.parametrize("kind", ["tips", "referrals"])
def test_a_sheet_has_its_words_and_changes_nothing_by_itself(pack: Snapshot, kind: Kind) -> None:
    """No cell of a text that English has is empty, in notes of contacts either."""
    rows = table(values_of(pack)[0], kind)
    pairs = [(number, rows[0].index(f"{name[:-3]} {CODE}")) for number, name in enumerate(rows[0]) if name.endswith(" en")]
    assert len(pairs) == (1 if kind == "tips" else len(pairs))
    assert all(row[theirs] == arabic(row[ours]) for row in rows[2:] for ours, theirs in pairs)
    taken = take(changes := Changes(pack), "sheet.csv", [Sheet("", rows)], TODAY)
    assert not taken.faults
    assert not changes.texts


@pytest.mark.parametrize(("what", "part", "word"), [("sheet", "sheet", "keep"), ("assessment", "agency", "assessment")])
def test_it_is_printed(folder: Path, what: str, part: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The emergency sheet and an agency's papers, from right to left."""
    where = ["--content", str(folder / "content"), "--flows", str(folder / "flows"), "--date", TODAY.isoformat()]
    assert main(["share", "print", what, "--lang", CODE, "--place", "us", *where]) == 0
    page = capsys.readouterr().out
    assert f'lang="{CODE}" dir="rtl"' in page
    assert arabic(read(OUTREACH, real()[OUTREACH])[0][part][word]["en"]) in unescape(page)


def test_what_changes_in_it_is_told_as_a_translation(pack: Snapshot) -> None:
    """The files that it stands beside are not taken for new: only the words of the language wait, each as its text would."""
    before = {path: data for path, data in pack.items() if f".{CODE}." not in path}
    asks = approvals(before, pack).asks
    assert {ask.kind for ask in asks} == {"translation"}
    stakes = {ask.name: ask.stakes for ask in asks}
    assert "disclosure" in stakes[f"flows/ui.{CODE}"]
    assert "emergency" in stakes[f"cards/ghb.{CODE}"]
    assert "talk" not in stakes[f"flows/welcome.{CODE}"]
    assert all(f"native-{CODE}" in ask.standing.roles for ask in asks)


def test_a_fourth_language_begins_beside_it(pack: Snapshot) -> None:
    """Every text waits once, in a file of its own; the third stays whole, and the pack stands."""
    files = prepared(pack, "pt")
    assert {path.split(".")[-2] for path in files if path not in pack} == {"pt"}
    left = waiting(files)
    assert {unit.language for unit in left} == {"pt"}
    assert len({unit.name for unit in left}) == len(left)
    assert not [fault for fault in build(files, compile_flows).warnings if fault.file.endswith(f".{CODE}.yaml")]


def test_a_half_done_language_that_is_offered_is_refused_file_by_file() -> None:
    """With the file to write each text in."""
    half = named(prepared(real()))
    with pytest.raises(BookFault) as caught:
        build(half, compile_flows)
    missing = [fault for fault in caught.value.faults if fault.code == "LANGUAGE-MISSING" and fault.file == PEP]
    assert missing
    assert {fault.fix for fault in missing} == {f"Write it in {AR}."}
