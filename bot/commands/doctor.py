"""`constellation doctor`: checks the machine that a bot runs on, and says how to mend each fault."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It has no options: it looks at this machine as it is."""
    parser.add_argument("--quiet", action="store_true", help="print only what needs mending")


def run(args: argparse.Namespace) -> int:
    """Prints a line a check; 1 where something needs mending."""
    from bot.privacy.hardening import doctor

    token = os.environ.get("CONSTELLATION_TELEGRAM_TOKEN_FILE")
    wrong = 0
    for check in doctor(token_file=Path(token) if token else None):
        wrong += not check.ok
        if not check.ok or not args.quiet:
            print(f"{'ok  ' if check.ok else 'MEND'}  {check.name}: {check.says}{'' if check.ok else ' ' + check.mend}")
    return 1 if wrong else 0
