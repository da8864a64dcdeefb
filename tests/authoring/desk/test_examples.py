"""Examples from the desk: a sentence is added, other bytes stay; what is wrong is explained; the heads are fitted after it."""

from __future__ import annotations

import datetime as dt
import threading
from html import unescape
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from bot.authoring.desk.app import app
from bot.authoring.desk.confirm import Desk
from bot.authoring.desk.heads_fit import HeadsFit
from bot.authoring.desk.page import Site
from bot.authoring.editing.actions import ActionRefused, applied
from bot.authoring.editing.examples import FOLDER, add_example, example_file
from bot.authoring.editing.writer import Writer
from bot.authoring.lint.rules import heads_old
from bot.authoring.lint.runner import surveyed
from bot.book import Fault
from bot.book.snapshots import Snapshot
from tests.authoring.desk.forms import fields
from tests.authoring.packs import built_faults, live, on_disk, real
from tests.conftest import TODAY

PORT, KEY = 8765, "a-key-of-this-test"
HOME = f"http://127.0.0.1:{PORT}"
NEW = "he went stiff and now he wont stop jerkin"
FILE = f"{FOLDER}seizure.yaml"


def _added(before: bytes, after: bytes) -> list[str]:
    """The lines that are new; fails where another line changed."""
    old, new = before.decode().splitlines(), after.decode().splitlines()
    at = next(number for number, line in enumerate(new) if number >= len(old) or line != old[number])
    more = len(new) - len(old)
    assert new[:at] + new[at + more :] == old
    return new[at : at + more]


@pytest.mark.parametrize(
    ("meaning", "language", "lines"), [("now", "en", 1), ("maybe", "es", 1), ("calm", "en", 1), ("now", "sw", 2)]
)
def test_a_sentence_is_added_and_all_else_stays(meaning: str, language: str, lines: int) -> None:
    """At the end of its list; a language that the file does not have begins one."""
    files = real()
    edit = add_example(files, "seizure", meaning, language, f"  {NEW} ")
    assert edit.file == FILE
    assert edit.before
    assert edit.after
    added = _added(edit.before, edit.after)
    assert len(added) == lines
    assert added[-1].strip() == f'- "{NEW}"'


def test_signs_that_yaml_reads_are_quoted() -> None:
    """People type them."""
    files = real()
    edit = add_example(files, "seizure", "now", "en", "help: she's # shaking - no")
    assert edit.after
    assert b'- "help: she\'s # shaking - no"' in edit.after


@pytest.mark.parametrize(
    ("card", "meaning", "language", "sentence", "why"),
    [
        ("seizure", "now", "en", "  ", "empty"),
        ("seizure", "soon", "en", NEW, "danger now, maybe, or calm"),
        ("seizure", "now", "English", NEW, "two or three small letters"),
        ("seizure", "now", "en", "one\ntwo", "one line"),
        ("seizure", "now", "en", "x" * 601, "over 600"),
        ("seizure", "now", "en", "call me on +1 555 010 0199", "phone number or an address"),
        ("seizure", "now", "en", "ann@example.org is shaking", "phone number or an address"),
        ("seizure", "calm", "es", "Shes having a SEIZURE", "there already, as now"),
        ("no-such-card", "now", "en", NEW, "no such card"),
        ("../seizure", "now", "en", NEW, "no such card"),
    ],
)
def test_what_is_wrong_is_explained(card: str, meaning: str, language: str, sentence: str, why: str) -> None:
    """And nothing that was typed is in the words."""
    with pytest.raises(ActionRefused, match=why) as refused:
        add_example(real(), card, meaning, language, sentence)
    assert sentence.strip() not in str(refused.value) or not sentence.strip()


def test_a_card_without_examples_gets_a_file() -> None:
    """Which begins with danger: a file of calm sentences alone could not belong to a card."""
    files = {path: data for path, data in real().items() if path != FILE}
    assert example_file(files, "seizure") == FILE
    edit = add_example(files, "seizure", "now", "en", NEW)
    assert edit.before is None
    assert edit.after
    assert b"card: seizure" in edit.after
    with pytest.raises(ActionRefused, match="danger now or maybe first"):
        add_example(files, "seizure", "calm", "en", NEW)


@pytest.mark.parametrize("status", [0, 1])
def test_a_peer_adds_one_in_a_form_and_the_heads_are_fitted(tmp_path: Path, status: int) -> None:
    """Looked at, saved, and learned from in the background; where that fails, what to do is said. Undo fits again."""
    folder = on_disk(real(), tmp_path)
    pack, ran, begun, going = live(folder), [], threading.Event(), threading.Event()

    def run(words):
        ran.append(words)
        begun.set()
        going.wait(120)
        return status, "content: <no room>"

    fit = HeadsFit(pack.content, pack.flows, run)
    client = TestClient(app(Site(pack, desk=True, fit=fit), PORT, KEY, watch=False), base_url=HOME, follow_redirects=False)
    assert client.get("/", params={"key": KEY}).status_code == 303
    posted = {"origin": HOME}
    assert "/desk/examples" in client.get("/desk").text
    assert "/desk/example?card=seizure" in unescape(client.get("/desk/examples").text)
    form = fields(client.get("/desk/example", params={"card": "seizure"}).text, "/desk/look")
    page = client.post("/desk/look", data={**form, "sentence": "one\ntwo", "language": "en"}, headers=posted).text
    assert "one sentence on one line" in page
    page = client.post("/desk/look", data={**form, "sentence": NEW, "language": "en"}, headers=posted).text
    assert "Look before you save" in page, page[:4000]
    saved = client.post("/desk/save", data=fields(page, "/desk/save"), headers=posted).text
    assert "Saved on this machine" in saved
    assert "is learning from the examples now" in saved
    assert NEW in (pack.content / "find" / "examples" / "seizure.yaml").read_text("utf-8")
    assert begun.wait(60)
    assert ran[0][-4:] == ["--content", str(pack.content), "--flows", str(pack.flows)]
    client.post("/desk/undo", headers=posted)
    going.set()
    fit.wait(60)
    assert len(ran) == 2, "what is saved while a fit runs is in the next"
    home = client.get("/desk").text
    if status:
        assert "could not learn" in home
        assert "constellation content search --fit" in home
        assert "&lt;no room&gt;" in home
    else:
        assert "has learned from the examples" in home


def test_heads_that_are_fitted_after_the_save_keep_no_sentence_out(tmp_path: Path) -> None:
    """The check alone would refuse every example."""

    def found(files: Snapshot, today: dt.date) -> list[Fault]:
        return [*built_faults(files, today), *heads_old.RULE.look(surveyed(files, today))]

    pack = live(on_disk(real(), tmp_path), found)
    edit = add_example(pack.files, "seizure", "now", "en", NEW)
    assert [fault.code for fault in found(applied(pack.files, edit), TODAY) if fault.severity == "error"] == ["HEADS-OLD"]
    desk = Desk(Site(pack, desk=True), Writer(pack.place), HeadsFit(pack.content, pack.flows))
    assert desk.faults(edit)[0] == []


def _fewer(files: Snapshot) -> Snapshot:
    """A pack with every sixth example and no questions by topic: a fit of all of it takes ten minutes beside other work."""
    kept = {name: data for name, data in files.items() if not name.startswith("content/find/asked/")}
    for name in [name for name in kept if name.startswith(FOLDER)]:
        file = yaml.safe_load(kept[name])
        for means in file["means"].values():
            means.update({language: texts[::6] for language, texts in means.items()})
        kept[name] = yaml.safe_dump(file, allow_unicode=True, sort_keys=False, width=1000).encode()
    return kept


@pytest.mark.heavy
def test_the_fit_is_the_commands(tmp_path: Path) -> None:
    """The real one, in a process of its own: heads that are of the examples as they are now."""
    files = _fewer(real())
    pack = live(on_disk(files, tmp_path))
    path = pack.content / "find" / "examples" / "seizure.yaml"
    path.write_bytes(add_example(files, "seizure", "now", "en", NEW).after or b"")
    before = (pack.content / "find" / "heads.yaml").read_text("utf-8")
    fit = HeadsFit(pack.content, pack.flows)
    fit.saved(FILE)
    fit.wait(900)
    assert fit.state == "done", fit.why
    assert (pack.content / "find" / "heads.yaml").read_text("utf-8") != before


def test_other_files_fit_nothing(tmp_path: Path) -> None:
    """A tip is nothing that heads learn from; phrases are."""
    ran = []
    fit = HeadsFit(tmp_path, tmp_path, lambda words: (ran.append(words) or 0, ""))
    fit.saved("content/topics/health/pep.yaml")
    fit.wait(1)
    assert not ran
    assert fit.html() == ""
    fit.saved("content/find/phrases.yaml")
    fit.wait(5)
    assert len(ran) == 1
