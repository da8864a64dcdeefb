"""The authors of a change: everybody whom git names for a commit of it, under every name that could be an account of theirs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from bot.authoring.review.reviewers import plain

_FIELDS = ("%an", "%ae", "%cn", "%ce", "%B")
_WITH = re.compile(r"(?im)^[ \t]*co-authored-by[ \t]*:[ \t]*(?P<name>[^<\n]*?)[ \t]*(?:<(?P<email>[^>\n]*)>.*)?$")
_NUMBERED = re.compile(r"[0-9]+[+-]")


class Signature(NamedTuple):
    """A name and an address as a commit carries them. Both are what somebody typed: neither is proof."""

    name: str
    email: str

    @property
    def names(self) -> frozenset[str]:
        """What may be the account of whoever signed so: the name, and what stands before the @, with and without the number that
        code hosts put in front of it to hide an address."""
        local = self.email.partition("@")[0]
        return frozenset(filter(None, map(plain, (self.name, local, _NUMBERED.sub("", local, count=1)))))


def authors_since(folder: Path, revision: str) -> list[Signature]:
    """Who wrote, committed or is named as co-author of each commit between a revision and HEAD, in the repository that holds a
    folder; the newest first, each once. What is not committed yet has no author here.

    Raises ValueError, with how to mend it, where git is missing or does not know the revision.
    """
    form = f"--format=tformat:{'%x00'.join(_FIELDS)}"  # no field holds the sign that separates them, whatever somebody typed
    plainly = ("--encoding=UTF-8", "--no-show-signature", "--no-color", "--no-notes")
    words = ["log", "-z", form, *plainly, "--end-of-options", f"{revision}..HEAD", "--"]
    try:
        done = subprocess.run(["git", "--no-replace-objects", "-C", str(folder), *words], capture_output=True)
    except FileNotFoundError:
        raise ValueError("looking back needs git; install it") from None
    if done.returncode:
        raise ValueError(f"git does not know this revision, or {folder} is in no repository: name a branch, a tag or a commit")
    found: dict[Signature, None] = {}
    said = done.stdout.decode("utf-8", "replace").split("\0")[:-1]
    for at in range(0, len(said), len(_FIELDS)):
        author, author_email, committer, committer_email, message = said[at : at + len(_FIELDS)]
        found[Signature(author, author_email)] = found[Signature(committer, committer_email)] = None
        for other in _WITH.finditer(message):
            found[Signature(other["name"], other["email"] or "")] = None
    return list(found)


def uncommitted(folder: Path) -> bool:
    """Whether files below a folder are not as the last commit has them; False where git cannot say."""
    try:
        done = subprocess.run(["git", "-C", str(folder), "status", "--porcelain", "--", "."], capture_output=True)
    except FileNotFoundError:
        return False
    return done.returncode == 0 and bool(done.stdout.strip())
