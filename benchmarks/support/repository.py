"""A content repository as a community has one: a folder that somebody edits, and the bare one that the bot fetches from."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from bot.book.snapshots import Snapshot

WHO = {f"GIT_{who}_{what}": "peer@invalid" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(folder: Path, *words: str) -> str:
    """What git prints. Raises CalledProcessError."""
    environ = {**os.environ, **WHO, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", "-C", str(folder), *words], env=environ, check=True, capture_output=True, text=True)
    return done.stdout.strip()


class Repository:
    """`work` is edited, `address` is what the bot is given."""

    def __init__(self, folder: Path, files: Snapshot) -> None:
        self.work, self.bare = folder / "work", folder / "content.git"
        self.work.mkdir(parents=True)
        git(folder, "init", "-q", "--bare", "--initial-branch=main", str(self.bare))
        git(self.work, "init", "-q", "--initial-branch=main")
        git(self.work, "remote", "add", "origin", str(self.bare))
        self.push(files)

    @property
    def address(self) -> str:
        """For `--source`."""
        return f"file://{self.bare}"

    def push(self, files: Snapshot, *, force: bool = False) -> str:
        """Writes files, commits all and pushes; gives the commit. `force`: as a history of its own."""
        if force:
            git(self.work, "checkout", "-q", "--orphan", "other")
        for name, data in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return self.push_all(force=force)

    def push_all(self, *, force: bool = False) -> str:
        """Commits what the folder holds, and pushes it."""
        git(self.work, "add", "-A")
        git(self.work, "commit", "-q", "--allow-empty", "-m", "words")
        git(self.work, "push", "-q", *(["--force"] if force else []), "origin", "HEAD:main")
        return git(self.work, "rev-parse", "HEAD")

    def serves(self, commit: str) -> None:
        """The host serves another commit, whatever was pushed since."""
        git(self.bare, "update-ref", "refs/heads/main", commit)
