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

from bot.book import default_folders
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
        for words in re.findall(r"constellation ((?:[a-z]+ )+(?:--[a-z-]+ )?--content .*)", text):
            plain = words.replace('"${arguments[@]}"', "--approved-by x").split("|")[0]
            plain = re.sub(r'"\$\([^)]*\)"|"\$[a-zA-Z]+"', "HEAD", plain)
            seen.add(parser().parse_args(shlex.split(plain)).verb or "desk")
    assert seen == {"check", "approvals", "desk"}


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


needs_shell = pytest.mark.skipif(
    not (shutil.which("git") and shutil.which("bash") and shutil.which("awk")), reason="needs git, bash and awk"
)


class Proposal:
    """A proposal as the job sees it: a commit by river that changes a dose, and a host that answers what a test says."""

    def __init__(self, repository: Path, factory: pytest.TempPathFactory) -> None:
        self.repository, self._factory = repository, factory
        self.base = _git(repository, "rev-parse", "HEAD")
        pep = repository / "content/topics/health/pep.yaml"
        pep.write_text(pep.read_text("utf-8").replace("no later than 72", "no later than 71"), encoding="utf-8")
        _git(repository, "commit", "-q", "-am", "second")
        self.head = _git(repository, "rev-parse", "HEAD")

    def judged(
        self, *approved: str, reviews: tuple[tuple[str, str, str], ...] = (), commits: tuple[str, ...] = (),
        pushes: tuple[tuple[str, str, str], ...] = (), refused: str = "", **environ: str,
    ) -> subprocess.CompletedProcess[str]:  # fmt: skip
        """What the job comes to. `reviews`: account, state, commit; `pushes`: account, time, commit; `refused`: what the host
        does not tell."""
        reviews = (*reviews, *((name, "APPROVED", self.head) for name in approved))
        said = {"reviews": ["\t".join(row) for row in reviews], "commits?per_page=100": list(commits),
                "activity": ["\t".join(row) for row in pushes]}  # fmt: skip
        answers = "".join(
            f"*/{name}*) cat <<'END'\n{chr(10).join(rows)}\nEND\n;;\n" if rows else f"*/{name}*) ;;\n"
            for name, rows in said.items()
            if name != refused
        )
        folder = self._factory.mktemp("job")
        environ = {
            **_path(folder / "bin", gh=f'case "$*" in\n{answers}*) exit 1;;\nesac'),
            "REPOSITORY": "a/b", "NUMBER": "1", "AUTHOR": "river", "BASE": self.base, "HEAD": self.head, "FROM": "river/b",
            "BRANCH": "patch-1", "OPENED": "2026-11-27T10:00:00Z", "PUSHED": "",
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"), **environ,
        }  # fmt: skip
        words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", _script("approvals")]
        return subprocess.run(words, cwd=self.repository, env=environ, capture_output=True, text=True)


@pytest.fixture
def proposal(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Proposal:
    """A dose needs a clinician (moon) and one more (fern)."""
    return Proposal(repository, tmp_path_factory)


@needs_shell
def test_approvals_count_for_the_last_push_alone(proposal: Proposal) -> None:
    """For these very words: an approval before the last push, the author's own, and one that was taken back do not count."""
    head = proposal.head
    assert proposal.judged().returncode == 1
    assert proposal.judged("moon", "fern").returncode == 0
    assert proposal.judged("fern", reviews=(("moon", "APPROVED", proposal.base),)).returncode == 1
    both = (("moon", "APPROVED", head), ("fern", "APPROVED", head))
    assert proposal.judged(reviews=(*both, ("moon", "CHANGES_REQUESTED", head))).returncode == 1
    assert proposal.judged("moon", "river").returncode == 1
    assert proposal.judged(reviews=(*both, ("moon", "COMMENTED", head))).returncode == 0


@needs_shell
def test_whoever_wrote_or_pushed_a_commit_may_not_approve_it(proposal: Proposal) -> None:
    """Whatever name the commit carries: by the account that the host knows its author or committer under, by who pushed it to
    the branch before or after the proposal was opened, and by who pushed just now. Other pushes of that branch do not count."""
    head, base = proposal.head, proposal.base
    before, after = "2026-11-20T09:00:00Z", "2026-11-27T10:00:05Z"
    strangers = (("fern", before, base), ("somebody", after, head))
    assert proposal.judged("moon", "fern", commits=("river", "web-flow"), pushes=strangers).returncode == 0
    assert proposal.judged("moon", "fern", commits=("river", "Moon")).returncode == 1
    assert proposal.judged("moon", "fern", pushes=(("moon", before, head),)).returncode == 1
    told = proposal.judged("moon", "fern", pushes=(("fern", after, "0" * 40),))
    assert told.returncode == 1
    assert "Wrote it or pushed to it, so their yes does not count: fern." in told.stdout
    assert proposal.judged("moon", "fern", PUSHED="fern").returncode == 1


@needs_shell
def test_the_commits_are_read_too(proposal: Proposal) -> None:
    """A co-author whom the host does not know under that address."""
    _git(proposal.repository, "commit", "-q", "--allow-empty", "-m", "third\n\nCo-authored-by: moon <m@x.example>")
    proposal.head = _git(proposal.repository, "rev-parse", "HEAD")
    assert proposal.judged("moon", "fern").returncode == 1
    assert proposal.judged("luna", "fern", "moon").returncode == 1


@needs_shell
def test_while_nobody_can_know_who_pushed_nothing_is_approved(proposal: Proposal) -> None:
    """Where the host refuses, the repository that it came from is gone, or there are more commits than the host tells."""
    assert proposal.judged("moon", "fern").returncode == 0
    gone = proposal.judged("moon", "fern", FROM="")
    assert gone.returncode == 1
    assert "Propose it anew" in gone.stdout
    for refused in ("reviews", "commits?per_page=100", "activity"):
        assert proposal.judged("moon", "fern", refused=refused).returncode != 0, refused
    more = "".join(f"commit refs/heads/main\ncommitter river <> {number} +0000\ndata 1\nx\n"
                   f"{'' if number else 'from refs/heads/main^0'}\n" for number in range(250))  # fmt: skip
    subprocess.run(["git", "-C", str(proposal.repository), "fast-import", "--quiet"], check=True, input=more, text=True)
    proposal.head = _git(proposal.repository, "rev-parse", "HEAD")
    many = proposal.judged("moon", "fern")
    assert many.returncode == 1
    assert "250 commits" in many.stdout


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
