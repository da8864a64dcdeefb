"""`constellation doctor`: checks the machine that a bot runs on, and says how to mend each fault."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from bot.commands.options import add_common


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the channels that name files; everything else it takes from this machine and its environment."""
    add_common(parser)
    parser.add_argument("--signers", type=Path, metavar="FILE", help="the signers' file that the bot is started with")
    parser.add_argument("--quiet", action="store_true", help="print only what needs mending")


def run(args: argparse.Namespace) -> int:
    """Prints a line a check; 1 where something needs mending."""
    from bot.book.load import default_folders
    from bot.privacy.machine import checks, folder_checks

    content, flows = default_folders()
    cache = os.environ.get("CONSTELLATION_CACHE_DIR")
    found = [
        *checks(os.environ),
        *folder_checks(
            {"content": args.content or content, "flows": args.flows or flows},
            {"cache": Path(cache) if cache else None},
            {"signers": args.signers},
        ),
    ]
    for check in found:
        if not check.ok or not args.quiet:
            print(f"{'ok  ' if check.ok else 'MEND'}  {check.name}: {check.says}{'' if check.ok else '. To mend: ' + check.mend}")
    return 0 if all(check.ok for check in found) else 1
