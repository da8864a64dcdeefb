"""Links out of a pack's folders: no command reads or writes through one, the check names each, a running bot goes on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.support.repository import git
from bot.authoring.desk.live_pack import LivePack
from bot.authoring.editing.actions import ActionRefused, Edit
from bot.authoring.editing.changeset import Changes
from bot.authoring.editing.writer import Writer
from bot.authoring.lint.context import look_around
from bot.book import snapshot_of_revision
from bot.book.folder import LINK
from bot.cli import main
from bot.commands.share.addresses import CHANNELS
from bot.runtime.live_book import LiveBook
from tests.authoring.packs import live, on_disk
from tests.book.pack import pack
from tests.conftest import TODAY

PEP = "content/topics/health/pep.yaml"
SECRET = "tips: secret-of-somebody-else\n"
DATE = ["--date", TODAY.isoformat()]


class Folders:
    """A small pack on disk beside a folder that is none of its own."""

    def __init__(self, at: Path) -> None:
        self.top = on_disk(pack(), at / "pack")
        (self.top / "flows").mkdir(exist_ok=True)
        self.outside = at / "outside"
        self.outside.mkdir()
        self.secret = self.outside / "secret.yaml"
        self.secret.write_text(SECRET, encoding="utf-8")
        self.args = ["--content", str(self.top / "content"), "--flows", str(self.top / "flows"), *DATE]

    def link(self, file: str, to: Path | None = None) -> None:
        """Puts a link in the place of a file or folder."""
        path = self.top / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            path.rename(path.with_name("moved-away"))
        path.unlink(missing_ok=True)
        path.symlink_to(to or self.secret)

    def untouched(self) -> bool:
        """Whether the other folder is as it was."""
        return {path.name: path.read_text("utf-8") for path in self.outside.iterdir()} == {"secret.yaml": SECRET}


@pytest.fixture
def at(tmp_path: Path) -> Folders:
    """The folders."""
    return Folders(tmp_path)


@pytest.mark.parametrize(
    "name", [PEP, "content/retractions.yaml", "content/signatures/a.sig", "content/notes.txt", "flows/more.yaml"]
)
@pytest.mark.parametrize("form", [[], ["--json"], ["--format", "github"]], ids=["text", "json", "github"])
def test_the_check_names_a_link_and_shows_nothing_of_where_it_leads(
    at: Folders, capsys: pytest.CaptureFixture[str], name: str, form: list[str]
) -> None:
    """Whatever the link is called, in each form of its output."""
    at.link(name)
    assert main(["content", "check", *at.args, *form]) == 1
    said = "".join(capsys.readouterr())
    assert "LINK" in said
    assert name in said
    assert "secret-of" not in said


def test_a_folder_that_is_a_link_is_one_fault(at: Folders, capsys: pytest.CaptureFixture[str]) -> None:
    """Not one for each id that lies behind it."""
    before = main(["content", "check", *at.args])
    lines = capsys.readouterr().out.splitlines()
    at.link("content/topics", at.outside)
    assert main(["content", "check", *at.args]) == 1
    out = capsys.readouterr().out
    assert "content/topics:1:1  LINK" in out
    assert "secret" not in out
    assert before or "ID-UNKNOWN" not in out
    assert len([line for line in out.splitlines() if "ID-UNKNOWN" in line]) <= len([x for x in lines if "ID-UNKNOWN" in x])


@pytest.mark.parametrize("verb", ["check", "desk", "chat", "search", "coverage", "graph", "export", "import", "schema"])
def test_a_pack_s_own_folder_that_is_a_link_is_refused(at: Folders, capsys: pytest.CaptureFixture[str], verb: str) -> None:
    """A proposal can turn it into one; one clear line, and no traceback."""
    at.link("content", at.outside)
    words = {"search": ["x"], "export": ["tips"], "import": [str(at.secret)], "desk": ["--read-only", "--port", "0"]}.get(
        verb, []
    )
    try:
        status = main([*([] if verb in ("chat", "desk") else ["content"]), verb, *words, *at.args])
    except SystemExit as error:
        status = int(str(error.code))
    said = capsys.readouterr().err
    assert status in (1, 2)
    assert "link" in said
    assert str(at.top / "content") in said
    assert len(said.strip().splitlines()) == 1


def test_pictures_are_not_looked_at_through_a_link(at: Folders) -> None:
    """The check reads what they carry."""
    (at.outside / "photo.jpg").write_bytes(b"\xff\xd8\xff\xfe\x00\x06mine\xff\xda\x00\x02")
    (at.top / "content" / "photo.jpg").symlink_to(at.outside / "photo.jpg")
    assert look_around(at.top / "content").pictures == {}


# --- writing ---------------------------------------------------------------------------------------------------------


def _save(at: Folders) -> None:
    writer = Writer(lambda file: (at.top / "content", file.removeprefix("content/")))
    writer.save(Edit(PEP, SECRET.encode(), b"ours: yes\n"))


def _make_new(at: Folders) -> None:
    Changes({}).write(at.top / "content", at.top / "flows")
    changes = Changes({PEP: b""})
    changes.texts[PEP] = "ours: yes\n"
    changes.write(at.top / "content", at.top / "flows")


def _delete(at: Folders) -> None:
    changes = Changes({PEP: b""})
    changes.delete(PEP)
    changes.write(at.top / "content", at.top / "flows")


@pytest.mark.parametrize("how", [_save, _make_new, _delete])
@pytest.mark.parametrize("link", [PEP, "content/topics/health", "content/topics"])
def test_nothing_is_saved_through_a_link(at: Folders, how: Callable[[Folders], None], link: str) -> None:
    """A file that is one, a folder on the way that is one, put there after the form was opened."""
    folder = at.outside
    if link == "content/topics":
        (at.outside / "health").symlink_to(at.outside)
    at.link(link, at.secret if link == PEP else folder)
    with pytest.raises((OSError, ActionRefused), match="link"):
        how(at)
    assert at.secret.read_text("utf-8") == SECRET
    assert not (at.outside / "pep.yaml").exists()


def test_the_desk_neither_shows_nor_saves_through_a_link(at: Folders) -> None:
    """Its state says LINK; a link put there while a form is open is seen, though its words are the same."""
    pages: LivePack = live(at.top)
    writer = Writer(pages.place)
    same = (at.top / PEP).read_bytes()
    (at.outside / "pep.yaml").write_bytes(same)
    at.link(PEP, at.outside / "pep.yaml")
    with pytest.raises(ActionRefused, match="link"):
        writer.save(Edit(PEP, same, b"ours: yes\n"))
    assert (at.outside / "pep.yaml").read_bytes() == same
    assert pages.look()
    assert [fault.file for fault in pages.faults if fault.code == "LINK"] == [PEP]
    assert same not in pages.files.values()
    at.link("flows", at.outside)
    assert pages.look()
    assert [(fault.file, fault.code) for fault in pages.faults] == [("flows", "LINK")]


def _status(words: list[str]) -> int:
    try:
        return main(words)
    except SystemExit as error:
        return int(str(error.code))


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("content/retractions.yaml", ["content", "retract", "pep", "--why", "wrong number"]),
        ("content/find/thresholds.yaml", ["content", "search", "--fit", "QUESTIONS"]),
        ("content/genuine.yaml", ["share", "addresses", "--key", "KEY", "--telegram", "https://t.me/example_bot"]),
        ("content/signatures/river.sig", ["trust", "sign", "--key", "KEY", "--as", "river"]),
        ("content/signatures", ["trust", "sign", "--key", "KEY", "--as", "river"]),
        (PEP, ["trust", "sign", "--key", "KEY", "--as", "river"]),
        ("content/schemas", ["content", "schema"]),
        ("content/schemas/topic.json", ["content", "schema"]),
        (PEP, ["content", "schema", "--lines"]),
    ],
)
def test_no_command_writes_through_a_link(
    at: Folders, capsys: pytest.CaptureFixture[str], link: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Withdrawals, thresholds, the list of addresses, signatures, schemas."""
    assert "telegram" in CHANNELS
    key = at.top / "key"
    if "KEY" in words:
        if not shutil.which("ssh-keygen"):
            pytest.skip("no ssh-keygen; apt-get install openssh-client")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    asked = at.top / "asked.tsv"
    asked.write_text("lang\tquery\texpected\tkind\tsource\nen\tpep\tpep\tplain\tseed\n", encoding="utf-8")
    if words[0] == "find":
        monkeypatch.setattr("bot.commands.content.search.load_edition", lambda _: None)
        monkeypatch.setattr("bot.commands.content.search.build_finder", lambda _: None)
        monkeypatch.setattr("bot.commands.content.search.fit", lambda *_: _Fitted())
        monkeypatch.setattr("bot.commands.content.search.as_yaml", lambda _: "sure: 1\n")
    at.link(link, at.outside if link in ("content/schemas", "content/signatures") else at.secret)
    status = _status([*({"KEY": str(key), "QUESTIONS": str(asked)}.get(word, word) for word in words), *at.args])
    assert at.untouched()
    said = capsys.readouterr()
    if words[-1] != "--lines":  # there the one file is left as it is, and the others get their line
        assert status in (1, 2), said
    assert "link" in said.err
    assert "secret-of" not in said.err + said.out


class _Fitted:
    thresholds = None


# --- a running bot, and git ------------------------------------------------------------------------------------------


def test_a_running_bot_goes_on_without_the_link() -> None:
    """It keeps the last good book, says LINK, and takes the file again once it is one."""
    files = dict(pack())
    live_book = LiveBook(lambda: files, lambda docs, book: (None, []))
    files[PEP] = LINK
    live_book.tick(1.0)
    live_book.tick(3.0)
    assert not live_book.healthy
    assert [fault.file for fault in live_book.faults if fault.code == "LINK"] == [PEP]
    assert "pep" in live_book.book.topics
    files[PEP] = pack()[PEP]
    live_book.tick(5.0)
    live_book.tick(7.0)
    assert live_book.healthy


def test_a_bot_does_not_start_on_a_folder_that_is_a_link(at: Folders) -> None:
    """Its log says LINK; it starts on the last good book of the cache, which may lie behind a link."""
    from bot.book import snapshot

    cache = at.top / "cache"
    (at.top / "private").mkdir()
    cache.symlink_to(at.top / "private", target_is_directory=True)  # as systemd does for a user made at each start
    content, flows = at.top / "content", at.top / "flows"
    assert LiveBook(lambda: snapshot(content, flows), lambda docs, book: (None, []), cache).keeps
    at.link("content", at.outside)
    live_book = LiveBook(lambda: snapshot(content, flows), lambda docs, book: (None, []), cache)
    assert [fault.code for fault in live_book.faults] == ["LINK"]
    assert "pep" in live_book.book.topics


@pytest.mark.skipif(not shutil.which("git"), reason="no git; apt-get install git")
def test_links_of_a_revision_are_links(at: Folders) -> None:
    """A file, a folder, the pack's own folder; hidden ones are nobody's business."""
    git(at.top, "init", "-q")
    at.link("content/notes.yaml")
    at.link("content/more", at.outside)
    (at.top / "content" / ".#lock").symlink_to("peer@host.1")
    git(at.top, "add", "-A")
    git(at.top, "commit", "-q", "-m", "links")
    content, flows = at.top / "content", at.top / "flows"
    found = snapshot_of_revision(content, flows, "HEAD")
    assert {name for name, data in found.items() if data == LINK} == {"content/notes.yaml", "content/more"}
    content.rename(at.top / "kept")
    content.symlink_to("kept")
    git(at.top, "add", "-A")
    git(at.top, "commit", "-q", "-m", "the folder itself")
    content.unlink()
    content.mkdir()
    assert snapshot_of_revision(content, flows, "HEAD")["content"] == LINK
