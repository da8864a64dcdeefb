"""Nothing that ships installs the program by its name from an index: nobody of the project has put it there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = r"constellation[-_.]bot"
BY_NAME = re.compile(
    # An extra or a version behind the name, but for `name[extra] @ address`, which is by address.
    rf"(?<![\w/.-]){NAME} *(?:\[[^\]\n]*\](?! *@)|[=<>~!]=|[<>][0-9])"
    # An installer's line with the bare name in it: no file of a wheel, no folder, no address.
    rf"|\b(?:pip3?|pipx|uvx?|poetry|pdm|conda|mamba|rye)\b[^\n]*?[\s'\"`=]{NAME}"
    r"(?![\w.-]*(?:\.whl|\.tar|/)|\S* *@)(?=[\s'\"`\[;,)]|$)",
    re.IGNORECASE,
)


def by_name(text: str) -> list[str]:
    """The lines of a text that install the program by its name; comments and prose count, because people copy them."""
    return [line for line in text.splitlines() if BY_NAME.search(line)]


@pytest.mark.parametrize(
    "line",
    [
        'pip install "constellation-bot[desk]"',
        "pip install constellation-bot",
        "  - run: python -m pip install --upgrade constellation_bot",
        "pipx install constellation-bot",
        "uvx constellation-bot",
        "uv tool install 'constellation-bot'",
        "  CONSTELLATION: constellation-bot[desk]",
        "constellation-bot==0.1.0 --hash=sha256:00",
        "constellation-bot >= 0.1",
        'additional_dependencies: ["Constellation.Bot[desk]"]',
        'dev = ["constellation-bot[web,sheets]"]',
    ],
)
def test_it_is_seen_however_it_is_written(line: str) -> None:
    """As it stood in the workflow, in the hook, in two pages and in the extras."""
    assert by_name(f"before\n{line}\nafter") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "pip install '.[desk]'",
        "pip install --require-hashes -r .github/requirements.txt",
        "./.github/constellation_bot-0.1.0-py3-none-any.whl[desk] --hash=sha256:00",
        "pip install './dist/constellation_bot-0.1.0-py3-none-any.whl[probe]'",
        "constellation-bot[desk] @ https://example.org/constellation_bot-0.1.0-py3-none-any.whl --hash=sha256:00",
        "StateDirectory=constellation-bot",
        'name = "constellation-bot"',
        "constellation ops health /run/constellation-bot/health",
    ],
)
def test_what_is_by_path_or_hash_is_none(line: str) -> None:
    """Nor is the name where nothing is installed."""
    assert by_name(line) == []


@pytest.mark.skipif(not (shutil.which("git") and (ROOT / ".git").exists()), reason="needs git and a clone of the repository")
def test_no_file_that_ships_installs_it_by_name() -> None:
    """Every committed file and every new one: program, docs, workflow, hook, units, tests."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"], check=True, capture_output=True
    )
    found = []
    names = [name for name in listed.stdout.decode().split("\0") if name]
    for name in names:
        path = ROOT / name
        if path.is_file() and path != Path(__file__).resolve():
            found += [f"{name}: {line.strip()[:120]}" for line in by_name(path.read_bytes().decode("utf-8", "replace"))]
    assert len(names) > 500
    assert found == []


def test_the_workflow_installs_by_hash_alone() -> None:
    """Whatever it installs, in every job; the file of requirements lies where only those who keep the repository change it."""
    folder = ROOT / "deploy" / "content-repository"
    lines = re.findall(r"^.*\bpip3? .*$", (folder / ".github/workflows/content.yml").read_text("utf-8"), re.MULTILINE)
    assert {line.strip().removeprefix("- run: ").strip('"') for line in lines} == {
        "pip install --require-hashes --only-binary :all: -r .github/requirements.txt"
    }
    assert len(lines) == 3
    assert re.search(r"(?m)^/\.github/ @", (folder / "CODEOWNERS").read_text("utf-8"))
