"""What stands between a saved file and the people who read it: what is not published yet, and the steps that publish it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bot.book import FILE as RETRACTIONS

HEAD = "Not published yet"
ONLY_HERE = "Only this machine has the change. Bots and people see what they saw before."
_SIGNED = "content/signatures/"
_MAIN = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master")


class Unpublished(NamedTuple):
    """`files`: as a snapshot names them. `than`: what they differ from, "" where git cannot say."""

    files: tuple[str, ...]
    than: str


_PROPOSE = (
    "Bring `{file}` into your group's repository as a proposal: a branch, a commit, a push, a pull request. On the code host's "
    "page the pencil does all four. A protected main branch takes nothing in any other way."
)
_WITHDRAWAL = (
    _PROPOSE,
    "Taking something away needs nobody's approval. Wait until the proposal's jobs are green, then merge it. If you may not "
    "merge, call somebody who may, now.",
)
_WITHDRAWAL_SIGNED = (
    "This pack has signatures, and a bot that asks for them waits for one more: a signer runs `constellation trust sign --key "
    "KEY --as PSEUDONYM --retractions` and brings in what it writes below `content/signatures/`, best on the same branch "
    "before it is merged. Call the signers, all of them."
)
_WITHDRAWAL_LAST = (
    "A bot that fetches from the repository takes it at its next look, once a minute unless it was told otherwise. Where the bot "
    "reads a folder of its own, whoever runs it puts the file there. Then press an old button: is it gone?"
)
_WORDS = (
    _PROPOSE,
    "`constellation content approvals --since main` says who has to agree; so does the proposal. When they have, and its jobs "
    "are green, merge it.",
)
_WORDS_SIGNED = (
    "This pack has signatures, and this change undid them. Until the signers sign again (`constellation trust sign`), a bot that "
    "asks for signatures stays with the words of before."
)
_WORDS_LAST = (
    "A bot that fetches from the repository takes it at its next look. Where the bot reads a folder of its own, whoever runs it "
    "puts the file there."
)


def steps(files: Mapping[str, bytes], file: str) -> list[str]:
    """What publishes a change of `file`, in turn, for a peer; commands stand in backticks. `files`: the pack, which says whether
    it is signed."""
    signed = any(name.startswith(_SIGNED) and name.endswith(".sig") for name in files)
    if file == RETRACTIONS:
        found = [*_WITHDRAWAL, *([_WITHDRAWAL_SIGNED] if signed else []), _WITHDRAWAL_LAST]
    else:
        found = [*_WORDS, *([_WORDS_SIGNED] if signed else []), _WORDS_LAST]
    return [step.replace("{file}", file) for step in found]


def unpublished(folders: Mapping[str, Path]) -> Unpublished:
    """The files of `content` and `flows` that differ from the main branch as it was last fetched, else from the last commit."""
    found: list[str] = []
    than = ""
    for top, folder in folders.items():
        if not _commit(folder, "HEAD"):
            continue
        published = next((name for name in _MAIN if _commit(folder, name)), "")
        base = _git(folder, "merge-base", published, "HEAD").strip() if published else "HEAD"
        changed = _differing(folder, base)
        if published:  # what was merged there in another form is published, and what others changed there is not ours
            changed = [name for name in changed if name in set(_differing(folder, published))]
        new = _git(folder, "ls-files", "--others", "--exclude-standard", "-z", "--", ".").split("\0")
        names = [name for name in (*changed, *new) if name.endswith((".yaml", ".yml"))]
        found += [f"{top}/{name}" for name in dict.fromkeys(names)]
        than = "the main branch as this machine last fetched it" if published else "the last commit"
    return Unpublished(tuple(found), than)


def _commit(folder: Path, name: str) -> str:
    return _git(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()


def _differing(folder: Path, revision: str) -> list[str]:
    """The files below a folder that are not as they were at a revision."""
    words = ("diff", "--name-only", "--no-renames", "--no-ext-diff", "--relative", "-z", revision, "--", ".")
    return _git(folder, *words).split("\0") if revision else []


def _git(folder: Path, *words: str) -> str:
    """What git prints; "" where it cannot say."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True)
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
