"""The wheel: the same bytes whoever builds it, installed by its hash and by nothing else."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def _module() -> ModuleType:
    spec = spec_from_file_location("build_wheel", ROOT / "deploy" / "build_wheel.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build_wheel = _module()
needs_git = pytest.mark.skipif(
    not (shutil.which("git") and (ROOT / ".git").exists()), reason="needs git and a clone of the repository"
)


def _clone(where: Path) -> Path:
    """The last commit, checked out anew."""
    subprocess.run(["git", "clone", "-q", "--no-local", str(ROOT), str(where)], check=True, capture_output=True)
    return where


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the last commit, by the backend that is installed here."""
    made: Path = build_wheel.build(ROOT, tmp_path_factory.mktemp("dist"), sys.executable)
    return made


@pytest.mark.heavy
@needs_git
def test_two_machines_build_the_same_bytes(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another folder, other times and modes of the files, files that nobody committed, remains of an earlier build, another
    umask, zone, language and date asked for: nothing of it shows."""
    other = _clone(tmp_path / "a folder of another name")
    for path in other.joinpath("bot").rglob("*.py"):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    left = other / "build" / "lib" / "bot"
    left.mkdir(parents=True)
    (left / "left_from_an_earlier_build.py").write_text("", encoding="ascii")
    (other / "bot" / "not_committed.py").write_text("", encoding="ascii")
    for name, value in (("SOURCE_DATE_EPOCH", "1000000000"), ("TZ", "Asia/Tokyo"), ("LC_ALL", "C"), ("PYTHONHASHSEED", "7")):
        monkeypatch.setenv(name, value)
    before = os.umask(0o077)
    try:
        again = build_wheel.build(other, tmp_path / "out", sys.executable)
    finally:
        os.umask(before)
    assert again.name == wheel.name
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(wheel.read_bytes()).digest()


@pytest.mark.heavy
@needs_git
def test_it_holds_the_program_and_its_words_at_the_time_of_the_commit(wheel: Path) -> None:
    """Stored, so that no library of compression makes other bytes; and no test, no key, nothing that is not committed."""
    epoch = subprocess.run(
        ["git", "-C", str(ROOT), "log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%d %H:%M:%S"],
        check=True, capture_output=True, text=True, env={**os.environ, "TZ": "UTC"},
    ).stdout.strip()  # fmt: skip
    with zipfile.ZipFile(wheel) as archive:
        entries = archive.infolist()
    names = {entry.filename for entry in entries}
    assert {"bot/cli.py", "bot/_pack/content/book.yaml", "bot/_pack/flows/welcome.yaml"} <= names
    assert {name.split("/")[0] for name in names} == {"bot", wheel.name.rsplit("-", 3)[0] + ".dist-info"}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    times = {"{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*entry.date_time) for entry in entries}
    assert {time[:-1] for time in times} == {epoch[:-1]}, "a zip counts in two seconds"


@pytest.mark.heavy
@needs_git
def test_the_line_installs_this_wheel_and_no_other(wheel: Path, tmp_path: Path) -> None:
    """By its path in the repository and by an address; one byte more and pip refuses."""
    (tmp_path / ".github").mkdir()
    lying = tmp_path / ".github" / wheel.name
    shutil.copy(wheel, lying)
    lines = (build_wheel.requirement(wheel), build_wheel.requirement(wheel, f"{lying.parent.as_uri()}/"))
    assert lines[0].startswith(f"./.github/{wheel.name}[desk] --hash=sha256:")
    for broken in (False, True):
        if broken:
            lying.write_bytes(wheel.read_bytes() + b"\n")
        for number, line in enumerate(lines):
            file = tmp_path / "requirements.txt"
            file.write_text(f"{line}\n", encoding="utf-8")
            words = [
                "install",
                "--quiet",
                "--no-index",
                "--no-deps",
                "--no-compile",
                "--require-hashes",
                "--only-binary",
                ":all:",
            ]
            target = tmp_path / f"target{number}{broken}"
            done = subprocess.run(
                [*PIP, *words, "--target", str(target), "-r", str(file)], cwd=tmp_path, capture_output=True, text=True
            )
            assert (done.returncode != 0) == broken, done.stderr
            assert (target / "bot" / "cli.py").is_file() != broken
            assert ("DO NOT MATCH THE HASHES" in done.stderr) == broken


@pytest.mark.heavy
@needs_git
def test_the_command_writes_the_requirements(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The wheel's line, then what it needs; the line is printed too. An older wheel in the folder is gone."""
    (tmp_path / "constellation_bot-0.0.1-py3-none-any.whl").write_bytes(b"old")
    assert build_wheel.main(["--out", str(tmp_path), "--backend", "here", "--address", "https://example.org/files/"]) == 0
    (made,) = tmp_path.glob("*.whl")
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    line = f"constellation-bot[desk] @ https://example.org/files/{made.name} --hash=sha256:{digest}"
    assert line in capsys.readouterr().out.splitlines()
    written = (tmp_path / "requirements.txt").read_text("utf-8")
    assert line in written.splitlines()
    assert written.endswith((ROOT / "requirements-desk.lock").read_text("utf-8"))


def test_without_a_commit_it_says_how_to_mend_it(tmp_path: Path) -> None:
    """A folder that is no clone."""
    with pytest.raises(build_wheel.NotBuilt, match="clone of the repository"):
        build_wheel.build(tmp_path, tmp_path / "out", sys.executable)


# --- what is installed beside it -----------------------------------------------------------------------------------


def _pins(name: str) -> dict[str, str]:
    """The packages of a lock, with their versions; every one has a hash, and there is nothing else in the file."""
    found: dict[str, str] = {}
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / name).read_text("utf-8"))
    for entry in re.split(r"(?m)^(?=\S)", text)[1:]:
        digest = r"    --hash=sha256:[0-9a-f]{64}"
        match = re.fullmatch(rf"([a-z0-9_-]+)==([0-9.]+)(?: ; [^\\\n]+)? \\\n(?:{digest} \\\n)*{digest}\n", entry)
        assert match, entry[:200]
        found[match[1].replace("_", "-")] = match[2]
    return found


def test_every_pin_has_its_hash_and_the_locks_agree() -> None:
    """What the desk needs is pinned whole, at the versions of the image; what builds the wheel too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["desk"]]
    names = {re.split(r"[^A-Za-z0-9_-]", need)[0].lower() for need in needed}
    desk, image = _pins("requirements-desk.lock"), _pins("requirements.lock")
    assert names <= set(desk)
    assert {name: desk[name] for name in set(desk) & set(image)} == {name: image[name] for name in set(desk) & set(image)}
    assert set(_pins("requirements-build.lock")) == {"setuptools"}


def test_the_image_has_every_extra_that_it_promises() -> None:
    """Each requirement of them is in its lock, at the version that the project asks for or a later one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    said = re.search(r"requirements\.lock has the extras ([\w, ]+) and (\w+):", (ROOT / "Dockerfile").read_text("utf-8"))
    assert said
    extras = {*said[1].split(", "), said[2]}
    assert extras >= {"web", "valkey"}, "what a webhook and replicas need"
    pins = _pins("requirements.lock")
    for need in [*project["dependencies"], *(each for name in extras for each in project["optional-dependencies"][name])]:
        name, bound = re.fullmatch(r"([\w-]+)>=([\d.]+)", need).groups()
        found = pins.get(name.lower())
        assert found, f"{name} is not in requirements.lock"
        assert [int(part) for part in found.split(".")] >= [int(part) for part in bound.split(".")], (name, found, bound)


def test_the_extra_of_the_desk_is_all_of_its_parts() -> None:
    """They are written out: an extra that names the project again would be one more way to its name in an index."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(extras["desk"]) == {*extras["web"], *extras["sheets"], *extras["pictures"]}
    assert {*extras["web"], *extras["sheets"], *extras["print"]} <= set(extras["dev"])
    assert set(extras["probe"]) <= set(extras["heavy"])
