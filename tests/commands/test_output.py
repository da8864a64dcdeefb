"""What commands print holds no command to a terminal or a code host, whatever the pack, its file names and the arguments say."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.authoring.review.approvals import approvals
from bot.authoring.review.approvals_format import as_github, as_markdown, as_text
from bot.book.faults import Fault
from bot.book.hidden_signs import hidden_in
from bot.channels.terminal import Terminal, spans_text
from bot.cli import main
from bot.commands.shared.output import say, say_error, say_json, say_lines, write_out
from bot.engine.types import Span, World
from tests.authoring.packs import PEP, on_disk, ready, real, with_words
from tests.book.pack import pack
from tests.conftest import TODAY

ROOT = Path(__file__).resolve().parents[2]
DATE = ["--date", TODAY.isoformat()]
EVIL = "\n::error file=a.py,line=1::pwned\n##[add-mask]pwned\n##vso[task.setvariable]pwned\x1b]0;pwned\x07\u202e\r"


def _harmless(out: str, own: Callable[[str], bool] = lambda _: False) -> None:
    """No sign but line ends moves a terminal, and no line is a command but those that are `own`."""
    assert [out[at] for at in hidden_in(out)] == []
    for line in out.split("\n"):
        assert own(line) or not line.lstrip().startswith("::"), line
        assert not any(start in line for start in ("##[", "##vso[", "##teamcity[")), line


def _annotation(line: str) -> bool:
    return line.startswith(("::error file=", "::warning file=", "::notice file="))


def test_only_one_module_of_the_commands_prints() -> None:
    """Every other word goes through it."""
    for path in [*(ROOT / "bot/commands").glob("*.py"), ROOT / "bot/cli.py"]:
        tree = ast.parse(path.read_text("utf-8"))
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        prints = [call for call in calls if isinstance(call, ast.Name) and call.id == "print"]
        writes = [call for call in calls if ast.unparse(call) in ("sys.stdout.write", "sys.stderr.write")]
        assert path.name == "output.py" or not (prints or writes), path.name


def test_each_way_of_printing_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    """One line, several, an error, JSON."""
    say(f"{EVIL}x")
    assert capsys.readouterr().out.count("\n") == 1
    for call in (say, say_error, say_lines, lambda words: say_json({words: [words]}, indent=1)):
        call(f"words {EVIL}")
        said = "".join(capsys.readouterr())
        assert "pwned" in said
        _harmless(said)
    say_json(EVIL)
    assert json.loads(capsys.readouterr().out) == EVIL


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A pack whose faults tell its words: values, names, lines, ids, a file's own name."""
    quoted = json.dumps(EVIL)
    files = {
        **pack(),
        "content/topics/health/evil.yaml": f"topic: {quoted}\nurgency: {quoted}\n{quoted}: x\ntips: |\n  ::error::x\n".encode(),
        "content/topics/health/lines.yaml": b"topic: lines\ntips:\n  - tip: |\n      ::add-mask::pwned\n    ::group::pwned: x\n",
        "content/topics/health/\n::error file=x::pwned\x1b[2J.yaml": b"topic: x\n",
        "content/stray/##[add-mask]pwned.yaml": b"topic: x\n",
        "content/stray/::error::pwned.yml": b"topic: x\n",
        "content/find/lexicon.yaml": b"a: &::error::pwned b\nc: *pwned\n",
    }
    return on_disk(files, tmp_path)


@pytest.mark.parametrize("form", ["text", "github", "json"])
def test_the_check_prints_no_command_of_the_pack_s(broken: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """In each form; annotations are its own, one line a fault."""
    (broken / "flows").mkdir(exist_ok=True)
    args = ["content", "check", "--content", str(broken / "content"), "--flows", str(broken / "flows"), *DATE]
    assert main([*args, *(["--json"] if form == "json" else ["--format", form])]) == 1
    out = capsys.readouterr().out
    assert "pwned" in out
    _harmless(out, _annotation if form == "github" else lambda _: False)
    if form == "github":
        assert all(_annotation(line) for line in out.splitlines())
    if form == "json":
        assert any("\n::error" in fault["file"] for fault in json.loads(out))


def test_an_offending_line_that_would_be_a_command_is_shown_as_words(capsys: pytest.CaptureFixture[str]) -> None:
    """GitHub's runner takes one that is indented too; the caret still points to its column."""
    from bot.commands.content.check import _tell

    _tell([Fault("content/a.yaml", 2, 5, "CODE", "What.")], {"content/a.yaml": b"a:\n    ::error::pwned\n"})
    assert capsys.readouterr().out == "content/a.yaml:2:5  CODE  What.\n    \\x3a:error::pwned\n    ^\n"
    _tell([Fault("content/a.yaml", 1, 9, "CODE", "What.")], {"content/a.yaml": b'a: "\x1b[2J x"\n'})
    assert capsys.readouterr().out == 'content/a.yaml:1:9  CODE  What.\n    a: "\\x1b[2J x"\n               ^\n'


def test_approvals_say_no_command_and_call_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    """A proposal chooses ids, words, file names and the names of those who agreed."""
    before = pack()
    evil = json.dumps(f"@someone <b> | {EVIL}".replace("\x1b]0;pwned\x07\u202e\r", ""))
    after = {
        **before,
        PEP: before[PEP].replace(b"Start soon.", b"Start now. ::error::pwned ##[add-mask]pwned"),
        "content/topics/health/new.yaml": f"topic: {evil}\ntips:\n  - tip: {evil}\n    text: {{en: {evil}}}\n".encode(),
        "content/topics/health/`::error`\n::error::pwned.yaml": b"a: [\n",
        "content/stray/##[add-mask]pwned.yaml": b"stray: yes\n",
    }
    report = approvals(before, after, [EVIL], [EVIL])
    _harmless(as_text(report))
    github = as_github(report)
    _harmless(github, _annotation)
    assert any("new.yaml" in line for line in github.splitlines() if _annotation(line))
    markdown = as_markdown(report)
    _harmless(markdown.replace("@\u2060", "@"))
    assert "@someone" not in markdown
    assert "<b>" not in markdown


class Sink(io.StringIO):
    """Somewhere to print to."""


@pytest.mark.parametrize("colour", [False, True])
def test_a_talk_in_a_terminal_obeys_only_its_own_colours(colour: bool) -> None:
    """Spans that make a command together too; labels are one line."""
    spans = (Span("quiet\n"), Span(":", "bold"), Span(":error::pwned\x1b[2J"))
    text = spans_text(spans, colour).replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert hidden_in(text) == []
    if not colour:  # a code host is no terminal
        _harmless(text)
    said = "Tips ##[add-mask]pwned\n        ::error::pwned\n\n"
    files = with_words(
        real(), "flows/welcome.yaml", "Tips, and people to turn to. I never ask for names, codes or money.\n", said
    )
    good = ready(with_words(files, "flows/welcome.yaml", "en: Tips to stay safer", 'en: "Safer ##[add-mask]x"'))
    sink = Sink()
    Terminal(World(good.world.edition, good.world.listen, good.world.surface), sink).run(iter(["1", "leave"]), "", "en")
    assert "pwned" in sink.getvalue()
    _harmless(sink.getvalue())


@pytest.mark.parametrize(
    "words",
    [
        ["content", "coverage", "--next", "400"],
        ["content", "graph", "--flow", EVIL],
        ["retract", EVIL, "--why", EVIL],
        ["retract", "pep", "--why", "::error::pwned ##[add-mask]pwned"],
        ["import", f"/nowhere/{EVIL}"],
        ["trust", "verify", "--signers", f"/nowhere/{EVIL}"],
        ["content", "check", "--content", f"/nowhere/{EVIL}"],
        ["chat", "--content", f"/nowhere/{EVIL}"],
        ["check", f"--{EVIL}"],
        ["new", EVIL],
        ["content", "check", "--date", EVIL],
        [EVIL],
    ],
    ids=lambda words: words[0][:10] if isinstance(words, list) else None,
)
def test_other_commands_print_none_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """Words of the pack and of the command line, on both outputs."""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    evil = (
        "topic: evil\narea: health\nurgency: everyday\ntitle: {en: 'PEP ##[add-mask]pwned', es: '::error::pwned'}\n"
        "phrases:\n  en: [evil]\n  es: [mal]\ntips:\n  - tip: one\n    for: [all]\n    text: {en: One., es: Uno.}\n"
        "    status: support\n"
        "review: {checked: 2026-11-01, by: seed-pack, every: 1d}\n"
    )
    files = {**real(), "content/topics/health/evil.yaml": evil.encode()}
    folder = on_disk(files, tmp_path)
    common = [] if "--content" in words else ["--content", str(folder / "content")]
    with contextlib.suppress(SystemExit):
        main([*words, *common, "--flows", str(folder / "flows"), *([] if "--date" in words else DATE)])
    said = capsys.readouterr()
    _harmless(said.out)
    _harmless(said.err)


def test_a_file_of_a_command_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there stays where a write fails; the file behind a link is written, and the link stays one."""
    whole, link = tmp_path / "page.md", tmp_path / "link.md"
    whole.write_text("before", encoding="utf-8")
    link.symlink_to(whole)
    write_out(link, "á")
    assert link.is_symlink()
    assert whole.read_text(encoding="utf-8") == "á"

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_out(whole, b"after")
    assert whole.read_text(encoding="utf-8") == "á"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.md", "page.md"]


def test_a_pipe_is_written_as_it_comes(tmp_path: Path) -> None:
    """`--out /dev/stdout` and a named pipe are no files to put another in the place of."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_out(pipe, "words")
    assert os.read(reader, 99) == b"words"
    os.close(reader)
    assert pipe.is_fifo()


def test_one_writer_writes_every_file() -> None:
    """Whole or not at all: nothing else in the program opens a file to write. Git's passing folder holds files of git's own."""
    root = Path(__file__).resolve().parents[2] / "bot"
    others = {"book/folder.py", "runtime/git.py", "commands/shared/output.py"}
    for file in root.rglob("*.py"):
        name = file.relative_to(root).as_posix()
        found = re.findall(r"\.write_(?:text|bytes)\(|\bopen\([^)]*[\"'][wax]b?[\"']", file.read_text(encoding="utf-8"))
        assert not found or name in others, (name, found)
