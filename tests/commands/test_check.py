"""`constellation content check` as a peer runs it: all faults in one run, no echoes, the line shown, forms for machines."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.authoring.lint.context import LintContext, look_around
from bot.authoring.lint.rules.image_metadata import carries
from bot.authoring.lint.runner import check
from bot.book import default_folders, snapshot
from bot.book.faults import Fault
from bot.cli import main
from tests.book.pack import pack, with_file
from tests.conftest import TODAY

DATE = ["--date", TODAY.isoformat()]


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    """The pack that ships, as files."""
    return dict(snapshot(*default_folders()))


def _changed(files: Mapping[str, bytes], *changes: tuple[str, str, str]) -> dict[str, bytes]:
    out = dict(files)
    for name, old, new in changes:
        assert old.encode() in out[name], (name, old)
        out[name] = out[name].replace(old.encode(), new.encode(), 1)
    return out


def _written(files: Mapping[str, bytes], folder: Path) -> tuple[Path, Path]:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / "content", folder / "flows"


def _codes(faults: list[Fault]) -> set[tuple[str, str]]:
    return {(fault.file.rpartition("/")[2], fault.code) for fault in faults if fault.severity == "error"}


def test_faults_of_every_class_come_in_one_run(whole: dict[str, bytes]) -> None:
    """Files that cannot be read, shapes, ids, flows, prose, search: none hides another."""
    files = _changed(
        whole,
        ("content/topics/wellbeing/sleep.yaml", "area: wellbeing", "area: wellbeing\narea: health"),
        ("content/topics/health/condoms.yaml", "urgency:", "urgancy:"),
        ("content/topics/health/vaccines.yaml", "    en: ", "    en: 'never closed\n    en: "),
        ("content/topics/exit/bank-account.yaml", "      en: \"", "      en: \"Call 555 123 4567. "),
        ("content/places/us/referrals/us-988.yaml", "us-988", "us-889"),
        ("flows/hurt.yaml", "go: ", "go: no"),
        ("flows/about.yaml", "    say:", "    sya:"),
    )  # fmt: skip
    files["content/find/nets-more.yaml"] = (
        b"nets:\n  - net: more\n    card: ghb\n    when: [[client]]\n    must_match: {en: [nothing]}\n"
    )
    assert {
        ("sleep.yaml", "YAML-TWICE"),
        ("condoms.yaml", "FIELD-MISSING"),
        ("condoms.yaml", "FIELD-UNKNOWN"),
        ("vaccines.yaml", "YAML"),
        ("bank-account.yaml", "PHONE-IN-PROSE"),
        ("us-988.yaml", "ID-FILE"),
        ("hurt.yaml", "STEP-UNKNOWN"),
        ("about.yaml", "FIELD-UNKNOWN"),
        ("nets-more.yaml", "NET-EXAMPLE"),
    } <= _codes(check(files, TODAY))


def test_a_broken_file_has_no_echo(whole: dict[str, bytes]) -> None:
    """What names the broken file's ids elsewhere is not told: each fault that is left stands in the file that is broken."""
    for name in ("content/topics/health/pep.yaml", "content/sources/topics.yaml", "flows/safer.yaml", "flows/fields.yaml",
                 "content/places/us/place.yaml", "content/words.yaml", "content/book.yaml", "flows/ui.yaml",
                 "content/find/lexicon.en.yaml", "content/cards/ghb.yaml"):  # fmt: skip
        broken = {**whole, name: whole[name] + b"\n'never closed\n"}
        found = [fault for fault in check(broken, TODAY) if fault.severity == "error"]
        assert {fault.file for fault in found} == {name}, [str(fault) for fault in found][:3]
        assert {fault.code for fault in found} == {"YAML"}


def test_two_slips_in_one_file_are_both_told() -> None:
    """The reader goes on after a name that is written twice, a comment in a text, a hidden sign."""
    text = "words: one # two\nwords: [three four]\nmore: fi\u200bve\n"
    found = check(with_file("content/find/phrases.yaml", text.encode()), TODAY)
    told = [(fault.code, fault.line) for fault in found if fault.file == "content/find/phrases.yaml"]
    assert {("YAML-HASH", 1), ("YAML-TWICE", 2), ("YAML-FLOW", 2), ("HIDDEN", 3)} <= set(told)


@pytest.mark.parametrize("name", sorted(pack()))
@pytest.mark.parametrize(
    "damage", [b"", b"\xff\xfe", b"- a\n- b\n", b"a: {b: [c, {d: e}]}\n", b"tips: 5\nsteps: x\nname: [en]\n"]
)
def test_no_file_whatever_it_holds_stops_the_run(name: str, damage: bytes) -> None:
    """Every file of a small pack replaced by something else: a list of faults, never an exception."""
    assert check({**pack(), name: damage}, TODAY)


@pytest.mark.parametrize("name", ["fields", "stages", "ui", "welcome", "urgent", "topic"])
@pytest.mark.parametrize("damage", [None, b"flow: [x]\n", b"ui: {}\n", b"steps: {home: 3}\nflow: welcome\n"])
def test_no_flow_whatever_it_holds_stops_the_run(whole: dict[str, bytes], name: str, damage: bytes | None) -> None:
    """The flows' own files missing or of another shape."""
    small = {
        path: data
        for path, data in whole.items()
        if path.startswith(("flows/", "content/cards/", "content/book", "content/words"))
    }
    small.pop(f"flows/{name}.yaml")
    assert check(small if damage is None else {**small, f"flows/{name}.yaml": damage}, TODAY)


def test_the_command_speaks_to_people_and_to_machines(whole: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                      monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """A broken folder: status 1, the line with a caret, JSON with its fields, annotations at the path that a code host knows."""
    name = "content/topics/wellbeing/sleep.yaml"
    broken = _changed(whole, (name, "urgency: everyday", "urgency: everyday\nurgancy: soon"))
    content, flows = _written(broken, tmp_path / "our, pack")
    args = ["content", "check", "--content", str(content), "--flows", str(flows), *DATE]
    assert main(args) == 1
    out = capsys.readouterr().out
    assert f"{name}:5:10  FIELD-UNKNOWN" in out
    assert 'Did you mean "urgency"' in out
    assert "    urgancy: soon\n             ^\n" in out
    assert "ID-UNKNOWN" not in out
    assert main([*args, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert set(found[0]) == {"code", "severity", "file", "line", "column", "message", "fix"}
    assert [(fault["file"], fault["line"]) for fault in found] == sorted((fault["file"], fault["line"]) for fault in found)
    assert main([*args, "--format", "github"]) == 1
    assert f"::error file={name},line=5,col=10,title=FIELD-UNKNOWN::" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path)
    assert main([*args, "--format", "github"]) == 1
    assert f"::error file=our%2C pack/{name},line=5,col=10" in capsys.readouterr().out


def test_a_folder_without_errors_ends_well(whole: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0 and a count; 2 and a way to mend it where there is no such folder."""
    content, flows = _written(whole, tmp_path)
    assert main(["content", "check", "--content", str(content), "--flows", str(flows), *DATE]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 errors, ")
    assert main(["content", "check", "--content", str(tmp_path / "none"), "--flows", str(flows)]) == 2
    assert "--content" in capsys.readouterr().err


def test_the_codes_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Without looking at any folder."""
    assert main(["content", "check", "--codes"]) == 0
    assert "| `YAML-TWICE` |" in capsys.readouterr().out


def _commit(folder: Path, email: str, words: str) -> None:
    env = {
        **os.environ,
        "GIT_AUTHOR_NAME": "peer",
        "GIT_AUTHOR_EMAIL": email,
        "GIT_COMMITTER_NAME": "peer",
        "GIT_COMMITTER_EMAIL": "peer@users.noreply.example",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }
    (folder / "content" / "book.yaml").write_text(words, encoding="utf-8")
    subprocess.run(["git", "-C", str(folder), "add", "-A"], check=True, env=env, capture_output=True)
    subprocess.run(["git", "-C", str(folder), "commit", "-qm", words], check=True, env=env, capture_output=True)


def test_an_editor_s_address_in_the_history_is_told_without_being_told(tmp_path: Path) -> None:
    """Once an address, at a file it touched, with its host alone: a fault is public too."""
    (tmp_path / "content").mkdir()
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, capture_output=True)
    for number, email in enumerate(["someone.real@mail.org", "peer@users.noreply.example", "someone.real@mail.org"]):
        _commit(tmp_path, email, f"book: number-{number}\n")
    found = [fault for fault in check(pack(), TODAY, look_around(tmp_path / "content")) if fault.code == "AUTHOR-EMAIL"]
    assert [fault.file for fault in found] == ["content/book.yaml"]
    assert "2 changes" in found[0].what
    assert "mail.org" in found[0].what
    assert "someone" not in str(found[0])
    assert found[0].severity == "warning"


def test_where_there_is_no_history_nothing_is_said(tmp_path: Path) -> None:
    """A folder outside any repository."""
    assert look_around(tmp_path) == LintContext()


@pytest.mark.parametrize(
    ("data", "carried"),
    [
        (b"\xff\xd8\xff\xe0\x00\x04JF\xff\xda\x00\x02", ""),
        (b"\xff\xd8\xff\xe0\x00\x04JF\xff\xe1\x00\x08Exif\x00\x00\xff\xda\x00\x02", "EXIF"),
        (b"\xff\xd8\xff\xe1\x00\x0bhttp://ns\xff\xda\x00\x02", "XMP"),
        (b"\xff\xd8\xff\xed\x00\x06Phot\xff\xda\x00\x02", "IPTC"),
        (b"\xff\xd8\xff\xfe\x00\x06mine\xff\xda\x00\x02", "a comment"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00IDATcccc\x00\x00\x00\x00eXIfcccc", "EXIF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00IENDcccc", ""),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00IENDccccmore", "something after its end"),
        (b"GIF89a", "what cannot be seen here"),
    ],
)  # fmt: skip
def test_what_a_picture_carries(data: bytes, carried: str) -> None:
    """JPEG segments and PNG chunks; a kind that cannot be looked into is not trusted."""
    assert carries(data) == carried


def test_pictures_of_the_folder_are_looked_into(tmp_path: Path) -> None:
    """Whatever case the name ends in."""
    (tmp_path / "photo.JPG").write_bytes(b"\xff\xd8\xff\xfe\x00\x06mine\xff\xda\x00\x02")
    found = [fault for fault in check(pack(), TODAY, look_around(tmp_path)) if fault.code == "IMAGE-METADATA"]
    assert [fault.file for fault in found] == ["content/photo.JPG"]


def test_the_pack_where_one_stands_is_the_one_that_is_checked(
    whole: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a repository of one's own the commands work on it, and say so; elsewhere on the pack of this project."""
    content, _ = _written({**whole, "content/words.yaml": b"default: ["}, tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["content", "check", *DATE]) == 1
    out = capsys.readouterr().out
    assert "content/words.yaml:" in out
    assert f"files of {content}." in out
    assert default_folders() == (tmp_path / "content", tmp_path / "flows")
    monkeypatch.chdir(tmp_path.parent)
    assert tmp_path not in default_folders()[0].parents


def test_a_file_that_nobody_reads_is_told(tmp_path: Path) -> None:
    """Saved as text by another program, or with its ending in capitals; what belongs to other things is none of it."""
    folder = tmp_path / "content"
    folder.mkdir()
    for name in ("pep.yaml.txt", "raids.YAML", "notes.odt", "README.md", "good.yaml", ".swap.txt"):
        (folder / name).write_text("x", encoding="ascii")
    found = [fault for fault in check(pack(), TODAY, look_around(folder)) if fault.code == "FILE-NAME"]
    assert [fault.file for fault in found] == ["content/notes.odt", "content/pep.yaml.txt", "content/raids.YAML"]
    assert "ends in .yaml.txt" in found[1].what
