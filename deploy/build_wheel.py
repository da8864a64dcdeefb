"""The wheel of the program from the last commit, the same bytes whoever builds it, and the line that installs it by its hash.

    python deploy/build_wheel.py [--out dist] [--address https://HOST/PATH/] [--backend here]

Writes the wheel and a file of requirements that names it with its hash, and prints that line. Nothing installs the program by its
name from an index: whoever took the name there would be run by everybody.

Equal bytes need equal input: the committed files alone, their modes as git knows them, the commit's time in every entry, one
backend pinned by hash (`requirements-build.lock`), and entries stored as they are, because zlib packs differently from machine
to machine.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD_LOCK, DESK_LOCK = "requirements-build.lock", "requirements-desk.lock"
VENDORED = "./.github/"
"""Where a content repository keeps the wheel: in the folder that only those who keep it may change."""
EXTRAS = "desk"
QUIET = ("--quiet", "--disable-pip-version-check")
ALONE = ("--no-deps", "--no-index", "--no-build-isolation", "--no-cache-dir")
INSTALL = "pip install --require-hashes --only-binary :all:"


class NotBuilt(Exception):
    """Why there is no wheel, and how to mend it."""


def git(root: Path, *words: str) -> bytes:
    """What git prints. Raises NotBuilt."""
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True)
    except FileNotFoundError:
        raise NotBuilt("the wheel is built from a commit: install git") from None
    if done.returncode:
        raise NotBuilt("the wheel is built from a commit: run this in a clone of the repository")
    return done.stdout


def export(root: Path, folder: Path) -> None:
    """The files of the last commit, with the modes that git knows and no other."""
    with tarfile.open(fileobj=io.BytesIO(git(root, "archive", "--format=tar", "HEAD"))) as tar:
        for member in tar:
            path = folder / member.name
            if member.isdir():
                path.mkdir(parents=True, exist_ok=True)
            elif member.isfile():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(tar.extractfile(member).read())  # type: ignore[union-attr]  # a file has bytes
                path.chmod(0o755 if member.mode & 0o100 else 0o644)
            else:
                raise NotBuilt(f"{member.name} is a link: the wheel holds files alone")


def backend(source: Path, folder: Path) -> str:
    """A Python with the build backend that the lock names, and nothing else. Raises NotBuilt."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    words = ["install", *QUIET, "--require-hashes", "--only-binary", ":all:", "-r", str(source / BUILD_LOCK)]
    if subprocess.run([str(python), "-m", "pip", *words]).returncode:
        raise NotBuilt(f"what {BUILD_LOCK} names could not be installed")
    return str(python)


def build(root: Path, out: Path, python: str = "") -> Path:
    """The wheel of the last commit of `root`, in `out`. `python`: one whose own backend builds it, else one made for this alone.
    Raises NotBuilt."""
    epoch = git(root, "log", "-1", "--format=%ct").decode().strip()
    out = out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "source"
        export(root, source)
        python = python or backend(source, Path(name) / "backend")
        environ = {**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        words = ["wheel", *QUIET, *ALONE, "--config-settings=--build-option=--compression=stored", "--wheel-dir", str(out)]
        mask = 0o022 if os.name == "posix" else -1
        done = subprocess.run([python, "-m", "pip", *words, str(source)], env=environ, cwd=name, umask=mask)
    wheels = list(out.glob("constellation_bot-*.whl"))
    if done.returncode or len(wheels) != 1:
        raise NotBuilt(f"pip could not build the wheel, or {out} holds several: empty it")
    return wheels[0]


def requirement(wheel: Path, address: str = VENDORED) -> str:
    """The line that installs this very wheel. `address`: the folder or https address, with a slash at its end, where it lies."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    where = f"{address}{wheel.name}"
    return f"{f'constellation-bot[{EXTRAS}] @ {where}' if '://' in address else f'{where}[{EXTRAS}]'} --hash=sha256:{digest}"


def main(arguments: list[str] | None = None) -> int:
    """Builds it; 1 with the reason where that cannot be."""
    parser = argparse.ArgumentParser(
        description="build the wheel from the last commit, and the requirements that install it by hash"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="DIR", help="where both files go (dist)")
    parser.add_argument(
        "--address", default=VENDORED, metavar="ADDRESS", help=f"where the wheel will lie: a folder or https://…/ ({VENDORED})"
    )
    parser.add_argument(
        "--backend", choices=("locked", "here"), default="locked", help="here: the setuptools of this Python, without a network"
    )
    args = parser.parse_args(arguments)
    try:
        if git(ROOT, "status", "--porcelain").strip():
            print("Not committed, so not in the wheel: see git status.", file=sys.stderr)
        for old in args.out.glob("constellation_bot-*.whl"):
            old.unlink()
        wheel = build(ROOT, args.out, sys.executable if args.backend == "here" else "")
    except NotBuilt as error:
        print(f"build_wheel: {error}", file=sys.stderr)
        return 1
    line = requirement(wheel, args.address)
    head = f"# The program by the hash of its wheel, and what it needs.\n#   {INSTALL} -r FILE\n"
    (args.out / "requirements.txt").write_text(f"{head}{line}\n{(ROOT / DESK_LOCK).read_text('utf-8')}", encoding="utf-8")
    print(f"{wheel}\n{args.out / 'requirements.txt'}\n{line}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
