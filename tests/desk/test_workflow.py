"""What a community copies runs: its commands exist, approvals count as they should, and the hook says what is wrong."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.book.load import default_folders
from bot.cli import parser

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "content-repository"
WHO = {f"GIT_{role}_{part}": f"river{'@users.noreply.example' if part == 'EMAIL' else ''}"
       for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}  # fmt: skip


def _workflow() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / ".github" / "workflows" / "content.yml").read_text("utf-8"))
    return found


def _script(job: str) -> str:
    return next(str(step["run"]) for step in _workflow()["jobs"][job]["steps"] if "constellation " in str(step.get("run", "")))


def test_every_command_in_it_exists() -> None:
    """With the options that it gives."""
    texts = [_script(job) for job in _workflow()["jobs"]] + [(FOLDER / ".pre-commit-config.yaml").read_text("utf-8")]
    seen = set()
    for text in texts:
        for words in re.findall(r"constellation ([a-z]+ --content .*)", text):
            plain = words.replace('"${arguments[@]}"', "--approved-by x").split("|")[0]
            plain = re.sub(r'"\$\([^)]*\)"|"\$[a-zA-Z]+"', "HEAD", plain)
            seen.add(parser().parse_args(shlex.split(plain)).verb)
    assert seen == {"check", "approvals", "preview"}


def test_it_reads_only_and_a_failed_pipe_fails_it() -> None:
    """No job may write; actions are pinned to what was looked at; the shell stops at a failure before a pipe."""
    flow = _workflow()
    assert flow["permissions"] == {}
    assert flow["defaults"]["run"]["shell"] == "bash"
    for job in flow["jobs"].values():
        assert set(job["permissions"].values()) == {"read"}
        for step in job["steps"]:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step.get("uses", "actions/x@" + "0" * 40))
            assert "${{" not in step.get("run", ""), "a proposal's words must not become a script"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The pack that ships in a repository of its own, with people in its roles."""
    content, flows = default_folders()
    shutil.copytree(content, tmp_path / "content")
    shutil.copytree(flows, tmp_path / "flows")
    shutil.copy(FOLDER / ".pre-commit-config.yaml", tmp_path)
    book = tmp_path / "content" / "book.yaml"
    text = book.read_text("utf-8")
    for role, name in (("native-spanish", "luna"), ("clinical", "moon"), ("legal", "oak"), ("local-peer", "fern")):
        text = text.replace(f"- role: {role}\n    members: []", f"- role: {role}\n    members: [{name}]")
    book.write_text(text, encoding="utf-8")
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "first"]):
        _git(tmp_path, *words)
    return tmp_path


def _git(where: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(where), *words], check=True, capture_output=True, text=True, env={**os.environ, **WHO}
    )
    return done.stdout.strip()


def _path(folder: Path, **scripts: str) -> dict[str, str]:
    """An environment in which these commands come first; `constellation` is this checkout's."""
    scripts["constellation"] = f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -m bot "$@"'
    folder.mkdir()
    for name, text in scripts.items():
        (folder / name).write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return {**os.environ, **WHO, "PATH": f"{folder}:{os.environ['PATH']}"}


@pytest.mark.skipif(not (shutil.which("git") and shutil.which("bash") and shutil.which("awk")), reason="needs git, bash and awk")
def test_approvals_count_for_the_last_push_alone(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A dose needs a clinician and one more, for these very words: an approval before the last push, the author's own, and one
    that was taken back do not count."""
    base = _git(repository, "rev-parse", "HEAD")
    pep = repository / "content/topics/health/pep.yaml"
    pep.write_text(pep.read_text("utf-8").replace("no later than 72", "no later than 71"), encoding="utf-8")
    _git(repository, "commit", "-q", "-am", "second")
    head = _git(repository, "rev-parse", "HEAD")

    def judged(name: str, *reviews: tuple[str, str, str]) -> int:
        lines = "\\n".join("\\t".join(review) for review in reviews)
        environ = _path(tmp_path_factory.mktemp(name) / "bin", gh=f"printf '{lines}\\n'")
        environ |= {"REPOSITORY": "a/b", "NUMBER": "1", "AUTHOR": "river", "BASE": base, "HEAD": head}
        environ["GITHUB_STEP_SUMMARY"] = str(tmp_path_factory.mktemp(f"{name}-out") / "summary.md")
        words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", _script("approvals")]
        return subprocess.run(words, cwd=repository, env=environ, capture_output=True).returncode

    assert judged("nobody") == 1
    assert judged("both", ("moon", "APPROVED", head), ("fern", "APPROVED", head)) == 0
    assert judged("old", ("moon", "APPROVED", base), ("fern", "APPROVED", head)) == 1
    assert judged("back", ("moon", "APPROVED", head), ("fern", "APPROVED", head), ("moon", "CHANGES_REQUESTED", head)) == 1
    assert judged("own", ("moon", "APPROVED", head), ("river", "APPROVED", head)) == 1
    assert judged("remark", ("moon", "APPROVED", head), ("fern", "APPROVED", head), ("moon", "COMMENTED", head)) == 0


@pytest.mark.heavy
@pytest.mark.skipif(not shutil.which("git"), reason="no git; apt-get install git")
def test_the_hook_says_what_is_wrong(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A good change passes; a broken one is told by file and line."""
    pytest.importorskip("pre_commit", reason="pip install '.[heavy]'")
    environ = _path(tmp_path_factory.mktemp("hook") / "bin")
    words = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    done = subprocess.run(words, cwd=repository, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    sleep = repository / "content/topics/wellbeing/sleep.yaml"
    sleep.write_text(sleep.read_text("utf-8").replace("urgency:", "urgancy:"), encoding="utf-8")
    done = subprocess.run(words, cwd=repository, env=environ, capture_output=True, text=True)
    assert done.returncode == 1
    assert "content/topics/wellbeing/sleep.yaml:4" in done.stdout


@pytest.mark.heavy
def test_two_linters_of_workflows_find_nothing() -> None:
    """Its shape, and its safety."""
    if not shutil.which("zizmor", path=str(Path(sys.executable).parent)):
        pytest.skip("no zizmor: pip install '.[heavy]'")
    tools = Path(sys.executable).parent
    workflow = FOLDER / ".github" / "workflows" / "content.yml"
    for words in (["zizmor", "--offline", "--no-progress", str(FOLDER)],
                  ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(workflow)]):  # fmt: skip
        done = subprocess.run([str(tools / words[0]), *words[1:]], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
