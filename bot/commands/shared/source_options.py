"""`--source GIT-URL --branch NAME --every SECONDS`: content and flows from a git repository of their own, while the bot runs."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.runtime.git_source import GitSource

SOURCE: Final = "CONSTELLATION_SOURCE"
BRANCH: Final = "CONSTELLATION_SOURCE_BRANCH"
EVERY: Final = "CONSTELLATION_SOURCE_EVERY"
CACHE: Final = "CONSTELLATION_CACHE_DIR"
SHORTEST, USUAL, LONGEST = 5, 60, 86_400


def add_source(parser: argparse.ArgumentParser) -> None:
    """The three options; each has a variable of the environment, which it goes before."""
    parser.add_argument("--source", default="", metavar="GIT-URL", help=f"fetch content and flows from here ({SOURCE})")
    parser.add_argument("--branch", default="", metavar="NAME", help=f"of the source, main if not said ({BRANCH})")
    parser.add_argument("--every", default="", metavar="SECONDS", help=f"how often to look, {USUAL} if not said ({EVERY})")


def source_of(args: argparse.Namespace, environ: Mapping[str, str]) -> GitSource | None:
    """The source that the options or the environment name, or None. Raises SettingsError where it could not work."""
    address = args.source or environ.get(SOURCE, "")
    if not address:
        return None
    from bot.channels.settings import SettingsError
    from bot.privacy import safe_log
    from bot.runtime.git_source import GitSource, address_fits, branch_fits

    branch = args.branch or environ.get(BRANCH, "") or "main"
    every = args.every or environ.get(EVERY, "") or str(USUAL)
    if not (address_fits(address) and branch_fits(branch)):
        raise SettingsError("source_address")
    if not (every.isascii() and every.isdecimal() and len(every) < 6 and SHORTEST <= int(every) <= LONGEST):
        raise SettingsError("source_every")
    if not environ.get(CACHE):
        raise SettingsError("source_cache")
    if not shutil.which("git"):
        raise SettingsError("source_git")
    return GitSource(address, branch, float(every), Path(environ[CACHE]), safe_log.say)
